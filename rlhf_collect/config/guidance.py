"""What raters are told and may try before they begin: guidelines and practice."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from rlhf_collect.config.fields import LANGUAGES, Filled, GuidelineText, plain
from rlhf_collect.config.section import Section, no_repeats

ComparisonId = Annotated[Filled, Field(max_length=1000)]


@cache
def generic_guidelines(language: str = "en") -> str:
    """The guidelines of a project that has none of its own (Markdown, English or French)."""
    name = "guidelines.md" if language == "en" else f"guidelines.{language}.md"
    return resources.files("rlhf_collect.config").joinpath(name).read_text(encoding="utf-8").strip()


class Guidelines(Section):
    """What raters are asked to do. In the file ``file:`` may stand instead of ``text:``."""

    version: Filled = Field(default="general-1", max_length=40)
    """Changes with the text; stored with every judgement."""
    text: GuidelineText = Field(default_factory=generic_guidelines)
    """Markdown, shown beside the comparison: one text, or one for each language."""

    @model_validator(mode="before")
    @classmethod
    def _own_text_has_its_own_version(cls, data: Any) -> Any:
        if isinstance(data, dict) and ("text" in data) != ("version" in data):
            given, missing = ("text", "version") if "text" in data else ("version", "text or file")
            raise plain(f"has {given} but no {missing}.", "Give both, or leave guidelines out altogether.")
        return data

    @property
    def texts(self) -> dict[str, str]:
        """The text in each language it is known in, the general guidelines in all; empty for one text of its own."""
        if isinstance(self.text, dict):
            return dict(self.text)
        if self.text == generic_guidelines():
            return {each: generic_guidelines(each) for each in LANGUAGES}
        return {}

    def text_in(self, language: str) -> str:
        """The text in a language, or in the first one there is."""
        if isinstance(self.text, str):
            return self.texts.get(language, self.text)
        return self.text.get(language) or next(iter(self.text.values()))


class Practice(Section):
    """Comparisons with a known answer that raters try before the first real one, or again later."""

    comparisons: Annotated[tuple[ComparisonId, ...], AfterValidator(no_repeats)] = ()
    """Ids of comparisons imported with ``gold``, in the order they are tried; never ordinary work."""
    required: bool = False
    """Whether enough of them must be answered as expected before the first real comparison."""
    needed: int = Field(default=0, ge=0, le=100, alias="pass")
    """How many count as enough. In the file it is called ``pass``."""

    @model_validator(mode="after")
    def _can_be_passed(self) -> Self:
        count = len(self.comparisons)
        if self.needed > count:
            raise plain(
                f"pass: {self.needed} of {count} cannot be answered as expected.",
                f"Write a number up to {count}, or name more comparisons.",
            )
        if self.required and not self.needed:
            raise plain("'required: true' asks for nothing while pass is 0.", "Write pass: 1 or more.")
        return self
