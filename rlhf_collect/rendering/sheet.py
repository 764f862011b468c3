"""What one rendering may cost, counted while it is made."""

from __future__ import annotations

import time
from collections.abc import Mapping

from rlhf_collect.rendering.labels import Labels
from rlhf_collect.rendering.visible import Letters

MAX_SECONDS = 2.0
"""Processor time of the thread for one text. Ordinary 50,000 characters take about a fifth."""
MAX_SECONDS_TOGETHER = 4.0
"""The same for all texts of a comparison. Eight ordinary ones of 50,000 characters take some three seconds."""
COLOUR_SECONDS = 0.4
"""What a code block is counted as that took too long: the time of its own process, see ``colouring``."""
MAX_DEPTH = 60
"""Nesting of blocks (a list counts twice) and of inline elements. Browsers stop at 512 elements."""
MAX_MATH = 20_000
"""Characters of TeX set as formulas in one text; further formulas show their source."""
MAX_COLOURED = 100_000
"""Characters of code coloured in one text; further blocks stay plain."""
MAX_TARGETS = 300_000
"""Characters of link targets in one text. A short reference can name a long address again and again."""
MAX_CELLS = 20_000
"""Table cells in one text. Markdown fills short rows up, so few characters can ask for very many."""


class TooMuch(Exception):
    """The text asks for more work or deeper nesting than a readable text does. It never leaves this package."""


class Allowance:
    """Processor time for texts that one thread sets together, counted from now."""

    def __init__(self) -> None:
        self.touched = False
        """Whether a text was set with it before."""
        self._deadline = time.thread_time() + MAX_SECONDS_TOGETHER

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left."""
        return time.thread_time() > self._deadline

    def take(self, seconds: float) -> None:
        """Count time that was spent elsewhere."""
        self._deadline -= seconds


class Sheet:
    """One text's rendering: its labels, its letters and what is left of each allowance."""

    def __init__(
        self,
        labels: Labels,
        images: Mapping[str, str] | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self._together = allowance or Allowance()
        self.labels = labels
        self.images = images or {}
        self.letters = Letters(labels.marks_left_out)
        self._deadline = time.thread_time() + MAX_SECONDS
        self._math = MAX_MATH
        self._coloured = MAX_COLOURED
        self._targets = MAX_TARGETS
        self._cells = MAX_CELLS

    def check_time(self) -> None:
        """Raise ``TooMuch`` when the allowance of processor time is used up."""
        if time.thread_time() > self._deadline or self._together.is_used_up:
            raise TooMuch

    def check_depth(self, level: int) -> None:
        """Raise ``TooMuch`` when ``level`` is deeper than a readable text goes."""
        if level > MAX_DEPTH:
            raise TooMuch

    def take_math(self, length: int) -> bool:
        """Whether a formula of ``length`` characters may still be set; takes it from the allowance."""
        self._math -= length
        return self._math >= 0

    def take_colour(self, length: int) -> bool:
        """Whether ``length`` characters of code may still be coloured; takes them from the allowance."""
        self._coloured -= length
        return self._coloured >= 0

    def end_colour(self) -> None:
        """Leave every further block of the text plain, and count what the last one took."""
        self._coloured = 0
        self._together.take(COLOUR_SECONDS)

    def take_target(self, length: int) -> None:
        """Count a link target; raise ``TooMuch`` when the targets together outgrow the text."""
        self._targets -= length
        if self._targets < 0:
            raise TooMuch

    def take_cell(self) -> None:
        """Count a table cell; raise ``TooMuch`` when there are more than anybody reads."""
        self._cells -= 1
        if self._cells < 0:
            raise TooMuch
