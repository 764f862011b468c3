"""Link targets: which are accepted, and how the true one is shown.

Only absolute ``http``, ``https`` and ``mailto`` targets are links at all; anything else stays the
Markdown that was written. A target is kept in the ASCII form a browser would contact, so that a
host in look-alike letters shows as ``xn--...`` and carries a warning.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

MAX_TARGET = 2000
"""Longest accepted target in characters, written and encoded."""
MAX_SHOWN = 120
"""Characters of a target shown beside its link; the host is always shown whole."""

_WEB = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(r"mailto:([A-Za-z0-9.!#$%&*+/=^_{|}~-]+@[A-Za-z0-9.-]+)(\?.*)?", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PORT = re.compile(r"[0-9]{1,5}")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?")
_REFUSED = re.compile("[\x00-\x20\x7f-\xa0\\\\<>\u2028\u2029\ud800-\udfff]")
_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})
_SAFE = "/:@!$&()*+,;=-._~%?#[]"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a link leads."""

    href: str
    """The address in printable ASCII, without quotes, spaces or angle brackets."""
    host: str
    """The host as a browser would contact it; the address itself for mail."""
    warning: str
    """Empty, ``foreign`` (letters of other scripts in the host) or ``numeric`` (an IP address)."""

    def shown(self) -> str:
        """The address for the reader's eye: whole host, at most about ``MAX_SHOWN`` characters."""
        length = max(MAX_SHOWN, self.href.index(self.host) + len(self.host))
        return self.href if len(self.href) <= length else self.href[:length] + "…"


def read_target(raw: str) -> Target | None:
    """The target written in Markdown, or None where it is not a plain web or mail address."""
    if not raw or len(raw) > MAX_TARGET or _REFUSED.search(raw):
        return None
    if mail := _MAIL.fullmatch(raw):
        address, query = mail.group(1), mail.group(2) or ""
        return Target(href=f"mailto:{address}{quote(query, safe=_SAFE)}", host=address, warning="")
    web = _WEB.fullmatch(raw)
    if web is None:
        return None
    host, warning = _read_authority(web.group(2))
    href = f"{web.group(1).lower()}://{host}{quote(web.group(3), safe=_SAFE)}"
    if not host or len(href) > MAX_TARGET:
        return None
    return Target(href=href, host=host, warning=warning)


def _read_authority(written: str) -> tuple[str, str]:
    """Host with port in ASCII and its warning; an empty host where it is not acceptable.

    A user name before the host (``https://bank.example@evil.example``) only ever deceives.
    """
    if written.startswith("["):
        return _read_ipv6(written)
    name, colon, port = written.partition(":")
    if colon and not _PORT.fullmatch(port):
        return "", ""
    # NFKC is what browsers do first; it may bring forth separators, which the label check refuses.
    name = unicodedata.normalize("NFKC", name.translate(_DOTS)).lower()
    labels = [_ascii_label(label) for label in name.removesuffix(".").split(".")]
    if not all(labels) or len(name) > 253:
        return "", ""
    host = ".".join(labels)
    warning = "foreign" if any(label.startswith("xn--") for label in labels) else ""
    if _NUMERIC.fullmatch(host):
        warning = "numeric"
    return host + colon + port, warning


def _read_ipv6(written: str) -> tuple[str, str]:
    inner, bracket, rest = written[1:].partition("]")
    if "%" in inner:  # a zone, which names an interface of the reader's own machine
        return "", ""
    try:
        address = ipaddress.IPv6Address(inner)
    except ValueError:
        return "", ""
    if not bracket or (rest and not (rest.startswith(":") and _PORT.fullmatch(rest[1:]))):
        return "", ""
    return f"[{address.compressed}]{rest}", "numeric"


def _ascii_label(label: str) -> str:
    """One part of a host name in ASCII; empty where it is not a name."""
    if label.isascii():
        return label if _LABEL.fullmatch(label) else ""
    if not all(char == "-" or unicodedata.category(char)[0] in "LMN" for char in label):
        return ""
    coded = "xn--" + label.encode("punycode").decode("ascii")
    return coded if _LABEL.fullmatch(coded) else ""
