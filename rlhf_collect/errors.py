"""Every refusal the service can give, as one family.

Each class has a stable ``code`` (API, command line and pages rely on it) and a docstring that is
the template of its message: what happened, what was kept, what to do. Doors translate a class to a
status, a toast or an exit code through one table each; ``tests/house`` walks this family and
demands an entry in every table.

::

    CollectError
    ├── Refused                 a rule said no; exit 1
    │   ├── NotSignedIn         401
    │   ├── NotAllowed          403
    │   ├── NotFound            404
    │   ├── AlreadyJudged       409
    │   ├── AlreadyExists       409
    │   ├── Conflict            409
    │   ├── AlreadySkipped      409
    │   ├── NoPlace             409
    │   ├── OutOfDate           409
    │   ├── NoWork              204 with a reason
    │   ├── DamagedVersion      409
    │   ├── HubRefused          409
    │   ├── HubUnreachable      503
    │   └── Busy                503
    └── Unusable                the call or a file cannot be used; exit 2
        ├── BadAnswer           422
        ├── BadSource           422, carries a list of line problems
        ├── BadConfig           422, carries a list of field problems
        ├── BadCall             422
        └── StoreUnusable       500
            └── FileHeld        500
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with a file: where it is, what it is and how to mend it."""

    where: str
    """File with line number (``answers.jsonl:12``), or the path of a config field."""
    field: str
    """Name of the field, or an empty string when the whole line is meant."""
    what: str
    """What is wrong, in plain words."""
    mend: str
    """What to write instead."""

    def line(self) -> str:
        """The problem as one line of text, as the command line prints it."""
        field = f" {self.field}:" if self.field else ""
        return f"{self.where}:{field} {self.what} {self.mend}".strip()


class CollectError(Exception):
    """Something went wrong."""

    code = "error"

    def __init__(self, message: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)


class Refused(CollectError):
    """A rule said no."""

    code = "refused"


class NotSignedIn(Refused):
    """You are not signed in, or the session has ended. Open your invitation link again."""

    code = "not_signed_in"


class NotAllowed(Refused):
    """Your role does not allow this."""

    code = "not_allowed"


class NotFound(Refused):
    """There is no such thing, or you may not see it."""

    code = "not_found"


class AlreadyJudged(Refused):
    """This comparison is already judged, with another answer. The first answer is kept; revise it."""

    code = "already_judged"


class AlreadyExists(Refused):
    """The name is taken by something else. Nothing was changed."""

    code = "already_exists"


class Conflict(Refused):
    """Somebody else changed this at the same time. Nothing was lost; try again."""

    code = "conflict"


class AlreadySkipped(Refused):
    """You have skipped this comparison. Take the skip back to go on with it."""

    code = "already_skipped"


class NoPlace(Refused):
    """Others have taken the comparison in the meantime. Your skip stands."""

    code = "no_place"


class OutOfDate(Refused):
    """What you confirmed is no longer the current version. Nothing was recorded; read the new one."""

    code = "out_of_date"


class NoWork(Refused):
    """There is nothing to judge now; ``reason`` says why in one word."""

    code = "no_work"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class DamagedVersion(Refused):
    """A version differs from its manifest. The message names the file."""

    code = "damaged_version"


class HubRefused(Refused):
    """The Hub said no. The frozen version is unchanged; the message says what to mend."""

    code = "hub_refused"


class HubUnreachable(Refused):
    """The Hub could not be reached or did not confirm. Run the same command again."""

    code = "hub_unreachable"


class Busy(Refused):
    """The service is stopping or overloaded. Nothing was stored; send the same again."""

    code = "busy"


class Unusable(CollectError):
    """The call or a file cannot be used as it is."""

    code = "unusable"


class BadAnswer(Unusable):
    """The answer does not fit the rubric. Nothing was stored."""

    code = "bad_answer"


class BadSource(Unusable):
    """The file has lines that cannot be used; nothing was imported. ``problems`` lists them."""

    code = "bad_source"


class BadConfig(Unusable):
    """The project file has fields that cannot be used. ``problems`` lists them all."""

    code = "bad_config"


class BadCall(Unusable):
    """The call is not understood."""

    code = "bad_call"


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """What keeps a target from being written, in words. Errors: ``BadCall``."""
    try:
        yield
    except OSError as error:
        raise BadCall(
            f"{target} cannot be written: {error.strerror or error}. Nothing was written; choose another place."
        ) from error


class StoreUnusable(Unusable):
    """The database cannot be opened or is newer than this program. Nothing was changed."""

    code = "store_unusable"


class FileHeld(StoreUnusable):
    """Another process holds the database file. Commands reach it through the running server."""

    code = "file_held"
