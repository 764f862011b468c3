"""E-mail over SMTP, encrypted with a certificate that is checked, but on this machine itself."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from rlhf_collect.config import Email
from rlhf_collect.domain.sending import Fate, Reply
from rlhf_collect.senders.channel import Notice, in_few_words

TIMEOUT_SECONDS = 20.0


class Mail:
    """The e-mail of a project."""

    name = "email"

    def __init__(self, settings: Email) -> None:
        assert settings.sender is not None
        assert settings.host is not None
        self._settings = settings
        self._sender, self._host = settings.sender, settings.host
        self.target = f"{', '.join(settings.to)} by {settings.host}:{settings.port}"

    def problem(self) -> str | None:
        """What signing in needs is missing."""
        named = (self._settings.user_env, self._settings.password_env)
        missing = [each for each in named if each is not None and not os.environ.get(each)]
        if not missing:
            return None
        return f"Not set where this runs: {', '.join(missing)}."

    def message(self, notice: Notice, now: datetime) -> EmailMessage:
        """The mail. Its headers are made of settings and checked names alone; no header can hold a line end."""
        made = EmailMessage(policy=SMTP)
        made["From"] = self._sender
        made["To"] = ", ".join(self._settings.to)
        made["Subject"] = f"rlhf-collect: {notice.project}: {notice.kind.replace('_', ' ')}"
        made["Date"] = format_datetime(now)
        # The same at every try, so that a mail that came twice is seen to be one.
        made["Message-ID"] = f"<alert.{notice.alert_id.hex}@{self._sender.rpartition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(
            f"{notice.sentence}\n\n{notice.what_to_do}\n\n"
            f"Project {notice.project}, since {notice.since:%Y-%m-%d %H:%M} UTC. It is sent once, and again only if it "
            f"ends and comes back. Now: rlhf-collect alerts {notice.project}, or the lead's page.\n"
        )
        return made

    def send(self, notice: Notice, now: datetime) -> Reply:
        """Hand it to the server. A refusal for good (5xx) is given up; anything else may go through later."""
        try:
            refused = self._hand_over(self.message(notice, now))
        except smtplib.SMTPRecipientsRefused as error:
            lasting = all(code >= 500 for code, _ in error.recipients.values())
            return Reply(fate=Fate.GIVEN_UP if lasting else Fate.FAILED, said="It refused every address.")
        except smtplib.SMTPResponseException as error:
            lasting = error.smtp_code >= 500
            said = f"It answered {error.smtp_code} ({type(error).__name__})."
            return Reply(fate=Fate.GIVEN_UP if lasting else Fate.FAILED, said=said)
        except UnicodeError:  # whose words would tell a part of the password
            said = "The name or the password has a character that cannot be sent."
            return Reply(fate=Fate.FAILED, said=said)
        except (OSError, smtplib.SMTPException) as error:
            return Reply(fate=Fate.FAILED, said=in_few_words(error))
        return Reply(
            fate=Fate.DELIVERED, said=f"It refused {len(refused)} of the addresses." if refused else ""
        )

    def _hand_over(self, message: EmailMessage) -> Mapping[str, object]:
        """Send it, encrypted and signed in as the settings say; the addresses that were refused among others."""
        asked, trusted = self._settings, ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(self._host, asked.port, timeout=TIMEOUT_SECONDS, context=trusted)
            if asked.security == "tls"
            else smtplib.SMTP(self._host, asked.port, timeout=TIMEOUT_SECONDS)
        )
        try:
            if asked.security == "starttls":
                server.starttls(context=trusted)
            if asked.user_env is not None and asked.password_env is not None:
                server.login(os.environ[asked.user_env], os.environ[asked.password_env])
            return server.send_message(message)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # a rude goodbye does not undo what was accepted
                server.quit()
