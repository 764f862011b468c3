"""The settings of one project: what a file in ``configs/`` may say, and nothing else.

Every field has a sentence under it; defaults are the ones the commented template shows (a test
compares them). Values are frozen. Lists are tuples, so that two projects with the same settings
are equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rlhf_collect.config.alerts import Alerts
from rlhf_collect.config.criteria import Criterion
from rlhf_collect.config.dataset import Dataset, unknown_criteria
from rlhf_collect.config.fields import (
    ContactAddress,
    Disclosed,
    IsoDate,
    LanguageTag,
    Name,
    Purpose,
    plain,
)
from rlhf_collect.config.guidance import Guidelines, Practice
from rlhf_collect.config.overlap import Overlap, default_overlap
from rlhf_collect.config.publication import Publication
from rlhf_collect.config.quality import Appeals, Quality
from rlhf_collect.config.routing import Routing
from rlhf_collect.config.section import Section, no_repeats
from rlhf_collect.config.translation import Translation, translation_problems
from rlhf_collect.domain import rubric as domain
from rlhf_collect.domain.overlap import OverlapRule

Engagement = Literal["staff", "volunteer"]
Use = Literal["reward_model", "policy_training", "evaluation", "research", "other"]


class Contact(Section):
    """A person or team who answers."""

    name: Disclosed = Field(max_length=200)
    """Person, team or organisation."""
    contact: ContactAddress = Field(max_length=300)
    """E-mail address or web address."""


class Prompts(Section):
    """Where the prompts come from."""

    source: Disclosed = Field(max_length=500)
    """Who wrote or collected them."""
    licence: Disclosed = Field(max_length=100)
    """Terms under which they may be used."""


class Content(Section):
    """What is known about difficult content (spec welfare, 3.4)."""

    screening: Literal["declared_safe"]
    """``declared_safe``: somebody answers for it that nothing is above severity 1."""
    declared_by: Disclosed | None = Field(default=None, max_length=200)
    """Who declares it safe."""
    declared_on: IsoDate | None = None
    """Day of the declaration."""

    @model_validator(mode="after")
    def _declaration_is_complete(self) -> Self:
        given = {"declared_by": self.declared_by, "declared_on": self.declared_on}
        missing = [key for key, value in given.items() if value is None]
        if missing:
            raise plain(
                f"'declared_safe' needs {' and '.join(missing)}.",
                "Write who declares that nothing is above severity 1, and on which day.",
            )
        return self


DEFAULT_CRITERIA = (Criterion(name="overall", question="Which response is better overall?"),)
"""The rubric of a project that names none."""


def name_given_twice(names: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong with the names of criteria and how to mend it; ``None`` if each is used once."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is None:
        return None
    return f"the name '{twice}' is given twice.", "Each criterion needs a name of its own."


def overlap_criterion_problem(overlap: Overlap, turns: Mapping[str, bool]) -> tuple[str, str] | None:
    """What is wrong with the criterion ``overlap`` looks at and how to mend it; ``turns`` has those of the file."""
    if overlap.criterion is None:
        if overlap.min < overlap.max and all(turns.values()):
            return "looks at answers, and every criterion is judged turn by turn.", "Write a number."
        return None
    if overlap.criterion not in turns:
        return f"there is no criterion '{overlap.criterion}'.", f"Name one of this file: {', '.join(turns)}."
    if turns[overlap.criterion]:
        return f"'{overlap.criterion}' is judged turn by turn.", "Name a criterion that is asked once."
    return None


def _unique_names(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    problem = name_given_twice([each.name for each in criteria])
    if problem:
        raise plain(*problem)
    return criteria


class Card(Section):
    """What the lead adds to the dataset card."""

    notes: str = Field(default="", max_length=20_000)
    """Markdown, published in the card."""


class Project(Section):
    """One collection effort."""

    name: Name
    """Names the project in commands, addresses and the API."""
    title: str = Field(default="", max_length=120)
    """What people read above the page; the name when left out."""
    language: LanguageTag = "en"
    """Language of title, purpose and questions, for whoever hears them read aloud."""
    translations: dict[Literal["en", "fr"], Translation] = Field(default_factory=dict)
    """The same in other languages of the pages, for raters and leads who read those."""
    description: str = Field(default="", max_length=2_000)
    """A few sentences for the dataset card."""
    engagement: Engagement
    """``staff``: rating is part of a job paid elsewhere; ``volunteer``: nobody is paid."""
    responsible: Contact
    """Who asks and answers for the project."""
    second_contact: Contact | None = None
    """Who decides when a rater contests a decision; not the lead."""
    purpose: Purpose
    """Why the project exists, for raters."""
    use: Annotated[tuple[Use, ...], AfterValidator(no_repeats)] = Field(min_length=1)
    """What the judgements will be used for."""
    publication: Publication
    """Where the dataset goes."""
    prompts: Prompts
    """Where the prompts come from."""
    content: Content
    """What is known about difficult content."""
    guidelines: Guidelines = Field(default_factory=Guidelines)
    """What raters are asked to do."""
    criteria: Annotated[tuple[Criterion, ...], AfterValidator(_unique_names)] = Field(
        default=DEFAULT_CRITERIA,
        min_length=1,
        max_length=8,
    )
    """The rubric."""
    overlap: Overlap = Field(default_factory=default_overlap)
    """Judgements wanted for each comparison, from different raters: a number, or a rule that looks at the answers."""
    lease_minutes: int = Field(default=30, ge=1, le=1_440)
    """Minutes a comparison is held for a rater before somebody else may get it."""
    flags: Annotated[tuple[domain.FlagName, ...], AfterValidator(no_repeats)] = domain.FLAGS
    """What raters may flag about a prompt or a response; nothing when empty."""
    edits: Literal["off", "optional"] = "off"
    """Whether raters may write an improved response."""
    prefetch: bool = True
    """Whether the page may hold the comparison after the next one too, so that nobody waits for it."""
    practice: Practice = Field(default_factory=Practice)
    """What raters may, or must, try first."""
    routing: Routing = Field(default_factory=Routing)
    """Which comparisons come before the others."""
    quality: Quality = Field(default_factory=Quality)
    """What is learnt of how people answer, and what leads may see of it."""
    alerts: Alerts = Field(default_factory=Alerts)
    """What leads are alerted to, and where to beside their page."""
    appeals: Appeals = Field(default_factory=Appeals)
    """How long after its notice a decision that leaves out judgements has effect."""
    dataset: Dataset = Field(default_factory=Dataset)
    """How judgements become training rows."""

    card: Card = Field(default_factory=Card)
    """What the lead adds to the dataset card."""

    @model_validator(mode="after")
    def _dataset_fits_the_rest(self) -> Self:
        missing = unknown_criteria(self.dataset.criteria, [each.name for each in self.criteria])
        if missing:
            raise plain(f"there is no criterion '{missing[0]}'.", "Name only criteria of this file.")
        if self.dataset.min_raters > self.overlap.surely:
            raise plain("dataset.min_raters is above overlap.", "Ask no more raters of a row than it gets.")
        return self

    @model_validator(mode="after")
    def _translations_are_of_this_project(self) -> Self:
        questions = {str(language): each.questions for language, each in self.translations.items()}
        for place, what, mend in translation_problems(
            questions, self.language, [each.name for each in self.criteria]
        ):
            raise plain(f"{'.'.join(place)}: {what}", mend)
        return self

    @model_validator(mode="after")
    def _overlap_looks_at_a_criterion(self) -> Self:
        if problem := overlap_criterion_problem(
            self.overlap, {each.name: each.turns for each in self.criteria}
        ):
            raise plain(*problem)
        return self

    @property
    def overlap_rule(self) -> OverlapRule:
        """How many judgements comparisons get, as the rules know it."""
        asked_once = [each.name for each in self.criteria if not each.turns] or [self.criteria[0].name]
        return self.overlap.rule(self.overlap.criterion or asked_once[0])

    @property
    def shown_title(self) -> str:
        """The title, or the name where there is none."""
        return self.title or self.name

    def title_in(self, language: str) -> str:
        """The title for somebody who reads this language."""
        return self._translated(language).title or self.shown_title

    def purpose_in(self, language: str) -> str:
        """The purpose for somebody who reads this language."""
        return self._translated(language).purpose or self.purpose

    def _translated(self, language: str) -> Translation:
        found = (each for name, each in self.translations.items() if name == language)
        return next(found, Translation())

    @property
    def rubric(self) -> tuple[domain.Criterion, ...]:
        """The criteria as the rules know them."""
        return tuple(each.to_domain() for each in self.criteria)
