"""What publishing would do, said before anything is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The account of a dry run."""

    repository: str
    """``new`` if the target would be made, ``there`` if it exists."""
    reach: str
    """``private``, ``gated`` or ``public``; of a folder ``folder``."""
    commits: int
    """How many commits would be made: one, or none where the version is there already."""
    tag: str = ""
    """The tag that would be made."""
    added: tuple[str, ...] = ()
    """Files the target does not have yet."""
    changed: tuple[str, ...] = ()
    """Files whose bytes would change."""
    deleted: tuple[str, ...] = ()
    """Files of the version before that would go."""
    unchanged: int = 0
    """Files that stay as they are."""
    bytes: int = 0
    """Most bytes that would be sent; the Hub may know some of them already."""
    warnings: tuple[str, ...] = ()
    """What the lead should know, one sentence each."""
