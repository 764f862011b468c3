"""When leads are alerted, and where to beside their page. Secrets stand in environment variables, never in the file."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from rlhf_collect.config.fields import plain
from rlhf_collect.config.section import Section, no_repeats

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise plain(
            "is not the name of an environment variable.",
            "Write a name such as MY_SECRET here, and the secret itself in that variable.",
        )
    return text


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _hook(text: str) -> str:
    mend = "Write for example https://hooks.example.org/rlhf."
    if not text.isascii() or not text.isprintable() or " " in text:
        raise plain("is not a web address.", mend)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise plain("is not a web address.", mend) from None
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise plain("is not a web address.", mend)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise plain(
            "holds a name, a password or a fragment.", "Leave it out: what is sent is signed instead."
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise plain("is not encrypted.", "Write https://; http:// is for this machine alone (127.0.0.1).")
    return text


def _mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        raise plain(f"'{text}' is not an e-mail address.", "Write for example ada@example.org.")
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise plain(f"'{text}' is not the name of a server.", "Write for example smtp.example.org.")
    return text


Variable = Annotated[str, AfterValidator(_variable)]
"""The name of an environment variable."""
Mailbox = Annotated[str, AfterValidator(_mailbox)]
"""One e-mail address, without a name, spaces or line ends."""


class Webhook(Section):
    """A web address that gets every alert, signed; none while ``url`` is ``None``."""

    url: Annotated[str, AfterValidator(_hook)] | None = Field(default=None, max_length=2_000)
    """Where to: https, or http on this machine."""
    secret_env: Variable = "RLHF_COLLECT_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
    """The environment variable that holds the secret, ``whsec_`` and Base64."""

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self.url is not None


class Email(Section):
    """Who gets every alert by e-mail; nobody while ``to`` is empty."""

    to: Annotated[tuple[Mailbox, ...], AfterValidator(no_repeats)] = Field(default=(), max_length=20)
    """Addresses."""
    sender: Mailbox | None = None
    """From whom."""
    host: Annotated[str, AfterValidator(_host)] | None = None
    """The mail server."""
    port: int = Field(default=587, ge=1, le=65_535)
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """``starttls`` (mostly port 587), ``tls`` from the first byte (465), ``none`` on this machine alone."""
    user_env: Variable | None = None
    """The environment variable that holds the name to sign in with; ``None``: nobody signs in."""
    password_env: Variable | None = None
    """The one that holds the password."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.to and (self.sender is None or self.host is None):
            raise plain("names addresses, and no sender or no host.", "Write both.")
        if (self.user_env is None) != (self.password_env is None):
            raise plain("has one of user_env and password_env.", "Write both, or neither.")
        if self.security == "none" and self.host is not None and not is_loopback(self.host):
            raise plain(
                f"would send in the clear to {self.host}.",
                "Write security: starttls or tls; none is for localhost.",
            )
        return self

    @property
    def is_set(self) -> bool:
        """Whether anybody gets them."""
        return bool(self.to)


class Alerts(Section):
    """What leads are alerted to, on their page and where these settings say."""

    dry_days: int = Field(default=3, ge=1, le=60)
    """So many days before raters find nothing more, at the recent pace."""
    flag_days: int = Field(default=2, ge=1, le=60)
    """So many days after a rater flagged something that no lead has looked at."""
    message_days: int = Field(default=2, ge=1, le=7)
    """So many days after a rater wrote something that no lead has answered; after seven a version says so."""
    webhook: Webhook = Field(default_factory=Webhook)
    """A program that is told."""
    email: Email = Field(default_factory=Email)
    """People who are told."""
