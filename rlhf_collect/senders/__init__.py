"""Ways to tell somebody who does not look at the page: a webhook, e-mail."""

from __future__ import annotations

from rlhf_collect.config import Alerts
from rlhf_collect.senders.channel import Channel, Notice
from rlhf_collect.senders.mail import Mail
from rlhf_collect.senders.webhook import Hook

__all__ = ["Channel", "Hook", "Mail", "Notice", "channels_of"]


def channels_of(settings: Alerts) -> tuple[Channel, ...]:
    """The ways a project file names."""
    hook: tuple[Channel, ...] = (Hook(settings.webhook),) if settings.webhook.is_set else ()
    mail: tuple[Channel, ...] = (Mail(settings.email),) if settings.email.is_set else ()
    return hook + mail
