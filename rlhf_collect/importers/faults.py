"""What a reader says about one line it cannot use, before the place is known."""

from __future__ import annotations

from rlhf_collect.errors import Problem


class Fault(Exception):
    """One line cannot be used. Turned into a ``Problem`` where file and line are known."""

    def __init__(self, field: str, what: str, mend: str) -> None:
        super().__init__(what)
        self.field = field
        self.what = what
        self.mend = mend

    def at(self, where: str) -> Problem:
        """The fault with its place."""
        return Problem(where=where, field=self.field, what=self.what, mend=self.mend)


class Broken(Fault):
    """From here on the file cannot be read at all: the last fault of a file."""
