"""What raters were told holds: under which licence their judgements go out, where, and who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlhf_collect.config import Project as Settings
from rlhf_collect.config import is_repository
from rlhf_collect.domain.rubric import TURN_MARK
from rlhf_collect.errors import BadCall, Refused
from rlhf_collect.exporters.licences import at_odds
from rlhf_collect.exporters.reach import Reach
from rlhf_collect.storage.port import Row
from rlhf_collect.wording import plural

HUB = "hub:"


def repository_of(target: str) -> str | None:
    """The dataset repository of ``hub:org/name``; ``None`` for a folder. Errors: ``BadCall`` for a broken name."""
    if not target.startswith(HUB):
        return None
    repo = target[len(HUB) :]
    if not is_repository(repo):
        raise BadCall(
            f"'{target}' names no dataset repository. Nothing was sent. Write {HUB}owner/name, for example "
            f"{HUB}my-org/my-data."
        )
    return repo


_WIDER = ("private", "gated", "public")
"""Who may read it, from few to everyone."""


def hold_to_publication(settings: Settings, target: str, reach: Reach) -> None:
    """Refuse another publication than raters were told. Errors: ``Refused``, ``BadCall`` for a broken target."""
    told, repo = settings.publication, repository_of(target)
    if _WIDER.index(reach.name) > _WIDER.index(told.access):
        raise Refused(
            f"Raters of {settings.name} were told that the dataset is {told.access} (publication.access). "
            f"Nothing was sent. Publish without {'--public' if reach.public else '--gated'}."
        )
    if repo is None:
        return
    if told.repository is not None and repo != told.repository:
        raise Refused(
            f"Raters of {settings.name} were told that it is published to {told.repository} "
            f"(publication.repository). Nothing was sent. Publish --to {HUB}{told.repository}."
        )


def hold_to_sources(manifest: Mapping[str, Any], settings: Settings, version: str) -> None:
    """Refuse a licence that allows what a source's forbids, unless the sealed card says why. Errors: ``Refused``.

    Versions sealed before manifests named their licence have that of the settings and no reason.
    """
    told = settings.publication
    sealed = manifest.get("licence") or {"name": told.licence, "override": None}
    odds = at_odds(sealed["name"], manifest["sources"])
    if not odds or sealed["override"]:
        return
    mend = (
        f"The reason in publication.licence_override came after version {version} was sealed: freeze a new version, "
        "whose card says it, and publish that."
        if told.licence_override
        else "Say in publication.licence_override why it may be so and apply that, then freeze a new version, whose "
        "card says it. Or collect under a licence that forbids commercial use, such as CC-BY-NC-4.0."
    )
    raise Refused(
        f"Version {version} of {settings.name} is under {sealed['name']}, which does not forbid commercial use, but "
        f"the licence of {', '.join(odds)} does. Nothing was sent. {mend}"
    )


def hold_to_what_was_told(before: Settings, after: Settings) -> None:
    """Refuse another publication, more sight of raters or a shorter notice once one judged. Errors: ``Refused``."""
    # A reason for the licence is the lead's own, and is wanted only once a source turns out to forbid something;
    # on which days versions go out is no matter of who reads them.
    left = {"licence_override", "schedule"}
    told, new = (each.publication.model_dump(exclude=left) for each in (before, after))
    changed = [name for name, value in told.items() if new[name] != value]
    if changed:
        said = ", ".join(f"{name}: {_shown(value)}" for name, value in told.items())
        wanted = ", ".join(f"publication.{name}: {_shown(new[name])}" for name in changed)
        raise Refused(
            f"Raters of {before.name} have judged, and were told {said}. The file now says {wanted}. Nothing was "
            "changed. Put it back, or collect for it under another project name."
        )
    if (before.quality.visibility, after.quality.visibility) == ("anonymous", "pseudonymous"):
        raise Refused(
            f"Raters of {before.name} have judged, and were told that leads see no rows of theirs (quality.visibility: "
            "anonymous). The file now says, or leaves it at, pseudonymous. Nothing was changed. Write quality: "
            "{visibility: anonymous}, or collect under another project name."
        )
    notice, wanted_days = before.appeals.notice_days, after.appeals.notice_days
    if wanted_days < notice:
        raise Refused(
            f"Raters of {before.name} have judged, and were told that a decision about them has no effect for at least "
            f"{notice} days (appeals.notice_days). The file now says, or leaves it at, {wanted_days}. Nothing was "
            f"changed. Write appeals: {{notice_days: {notice}}} or more, or collect under another project name."
        )


def hold_to_splits(before: Settings, after: Settings, newest: str) -> None:
    """Refuse other splits once a version is sealed. Errors: ``Refused`` with the values that hold."""
    held, new = before.dataset, after.dataset
    if (held.test_share, held.split_salt) != (new.test_share, new.split_salt):
        raise Refused(
            f"dataset.test_share or dataset.split_salt changed, and version {newest} of {before.name} is sealed with "
            f"{held.test_share} and '{held.split_salt}': prompts that tested would become training data. Nothing was "
            "changed. Put the old values back."
        )


def criteria_gone(answered: list[Row], after: Settings) -> list[str]:
    """Words for each criterion that has judgements and that the new settings do not have."""
    kept = {each.name for each in after.criteria}
    return [
        f"The criterion '{row['criterion']}' has {plural(row['judgements'], 'judgement')} and is not in the file any "
        "more. They stay and are published as before; raters are not asked for it again."
        for row in answered
        if row["criterion"].partition(TURN_MARK)[0] not in kept
    ]


def _shown(value: object) -> str:
    return "not named yet" if value is None else str(value)
