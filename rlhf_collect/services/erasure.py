"""A person's data erased at their wish: who they were, and if they want, what they judged."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import OPERATOR, Actor, Right, Role
from rlhf_collect.domain.appeals import FORGOTTEN
from rlhf_collect.errors import BadCall, NotAllowed, NotFound, Refused, StoreUnusable
from rlhf_collect.ids import new_id
from rlhf_collect.services.context import Context
from rlhf_collect.services.credentials import end_credentials, forget_credentials
from rlhf_collect.services.projects import Project, find_own_project, project_of
from rlhf_collect.services.withdrawn import standing_places, withdrawn_versions
from rlhf_collect.storage.port import Row, Transaction
from rlhf_collect.wording import plural

_log = logging.getLogger(__name__)

KEPT, LEFT_OUT = "kept", "left_out"
WISHES = (KEPT, LEFT_OUT)
"""What becomes of the judgements: kept without a name or pseudonym, or left out of versions to come."""
ERASED = "erased:"
"""Begins the name of whoever is nobody any more."""
_NO_REASONS = "The person this was about had their data erased, and its reasons with it."
"""Stands for the reasons of decisions about somebody who left their judgements."""
_ALWAYS = (
    "erase_credential_end",
    "erase_credential",
    "erase_consent",
    "erase_display",
    "erase_eligibility",
    "erase_guideline_confirmation",
    "erase_skip_end",
    "erase_skip",
    "erase_draft",
    "erase_flag",
    "erase_edited",
    "erase_practice_round",
    "erase_practice_answer",
    "erase_message",
    "erase_thread_end",
    "erase_thread",
    "erase_decider",
    "erase_decline",
    "erase_undecided",
    "erase_lease_unjudged",
    "erase_assignment_unjudged",
)
_WITH_JUDGEMENTS = (
    "erase_decision_return",
    "erase_decision_step",
    "erase_decision_judgement",
    "erase_decision",
    "erase_appeal_event",
    "erase_appeal",
    "erase_lease",
    "erase_assignment",
    "erase_withdrawal",
    "erase_judgement",
    "erase_adjudication",
    "erase_deciding",
    "erase_rater",
)
"""Statements that take what the store holds about a person, in an order in which it can go."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was done, for the person to read; afterwards nobody can look it up for them."""

    judgements: str
    """What became of the judgements: ``kept`` or ``left_out``."""
    left_out: int
    """How many of those that stood are left out."""
    versions: tuple[str, ...]
    """Sealed versions that hold what was judged before, oldest first."""
    published: tuple[str, ...]
    """Where these stand."""
    standing: dict[str, list[str]]
    """Which of them stand at each of these places."""
    bytes_gone: bool
    """Whether the database file is rewritten; if not, it will be when the service starts next."""


def erase_me(ctx: Context, actor: Actor, *, judgements: str = LEFT_OUT, removal: bool = False) -> Erasure:
    """Erase the caller. ``removal`` asks for the withdrawal of versions that hold what they judged.

    Errors: ``BadCall``; ``NotAllowed`` for who is nobody in a project.
    """
    if actor.rater_key is None or actor.project_id is None:
        raise NotAllowed("This is for people of a project; the command line has no data of its own.")
    return _erase(ctx, project_of(ctx, actor.project_id), actor.rater_key, actor.name, judgements, removal)


def erase_person(
    ctx: Context,
    actor: Actor,
    project_name: str,
    name: str,
    *,
    judgements: str = LEFT_OUT,
    removal: bool = False,
) -> Erasure:
    """The same for somebody who asked for it outside of the service, raters of imported judgements too.

    Errors: ``BadCall``; ``NotFound`` for an unknown name; ``NotAllowed`` when a lead erases an admin.
    """
    project = find_own_project(ctx, actor, project_name, Right.INVITE)
    known = ctx.store.read("rater_by_name", project_id=project.project_id, name=name)
    if not known or name.startswith(ERASED):
        raise NotFound(f"There is nobody called '{name}' in {project.name}. Nothing was changed.")
    if known[0]["role"] == Role.ADMIN and actor.role != Role.ADMIN:
        raise NotAllowed("Only an admin may erase an admin.")
    return _erase(ctx, project, known[0]["rater_key"], name, judgements, removal)


def _erase(
    ctx: Context, project: Project, rater_key: UUID, name: str, judgements: str, removal: bool
) -> Erasure:
    if judgements not in WISHES:
        raise BadCall(
            f"judgements: '{judgements}' is not known. Use one of {', '.join(WISHES)}. Nothing was erased."
        )

    def work(tx: Transaction) -> tuple[Row, list[str]]:
        if not tx.read("rater_stands", rater_key=rater_key):
            raise NotFound("Your data is erased already: it was asked for twice. Nothing more was changed.")
        (found,) = tx.read("judgements_to_erase", rater_key=rater_key)
        leaves = judgements == LEFT_OUT
        row = {
            "erasure_id": new_id(),
            "project_id": project.project_id,
            "judgements": judgements,
            "left_out": int(found["judgements"]) if leaves else 0,
            "first_sequence": found["first_sequence"],
            "removal_asked": removal,
            "sequence_no": ctx.boards.next_sequence(tx),
            "erased_on": ctx.clock().date(),
        }
        ended = end_credentials(ctx, tx, rater_key)
        _delete_rows(tx, rater_key, leaves=leaves, nobody=f"{ERASED}{row['erasure_id']}")
        _unname(tx, project, name)
        tx.insert("erasure", [row])
        ctx.boards.erased(tx, rater_key)
        return row, ended

    row, ended = ctx.store.write(work)
    forget_credentials(ctx, ended)
    ctx.memory.clear()
    standing = _versions_from(ctx, project, row["first_sequence"])
    return Erasure(
        judgements=judgements,
        left_out=row["left_out"],
        versions=tuple(standing),
        published=tuple(at_places(standing)),
        standing=at_places(standing),
        bytes_gone=finish_erasures(ctx),
    )


def _delete_rows(tx: Transaction, rater_key: UUID, *, leaves: bool, nobody: str) -> None:
    """Take what the store holds about a person; whoever does not leave with their judgements is called ``nobody``."""
    for part in _ALWAYS + (_WITH_JUDGEMENTS if leaves else ()):
        tx.run(part, rater_key=rater_key)
    if not leaves:
        tx.run("forget_reasons", rater_key=rater_key)
        tx.run("forget_decision_reasons", rater_key=rater_key)
        tx.run(
            "forget_decision_words",
            rater_key=rater_key,
            reasons=_NO_REASONS,
            evidence=json.dumps([FORGOTTEN]),
        )
        tx.run("forget_appeal_words", rater_key=rater_key)
        tx.run("forget_appeal_answers", rater_key=rater_key, reasons=_NO_REASONS)
        tx.run("rename_rater", rater_key=rater_key, name=nobody)


def _unname(tx: Transaction, project: Project, name: str) -> None:
    """Take a name out of what was written down about who did what."""
    for row in tx.read("audit_naming", project_id=project.project_id, name=name):
        detail = json.loads(row["detail"])
        # An imported rater may be called as the command line is: what that did stays its own.
        did = row["actor"] == name != OPERATOR.name
        if not did and detail.get("name") != name:
            continue
        if detail.get("name") == name:
            detail["name"] = ERASED
        tx.run(
            "rename_in_audit",
            audit_id=row["audit_id"],
            actor=ERASED if did else row["actor"],
            detail=json.dumps(detail, sort_keys=True, ensure_ascii=False),
        )


def finish_erasures(ctx: Context) -> bool:
    """Rewrite the database file if what was erased is still among its bytes; whether nothing is left to do.

    To be called when a service starts, too: the disk may have been full, or somebody reading for long.
    """
    waiting = ctx.store.read("erasures_under_way")
    if not waiting:
        return True
    try:
        gone = ctx.store.rewrite()
    except StoreUnusable:
        _log.exception(
            "what was erased is still among the bytes of the database file; the next start tries again"
        )
        return False
    if not gone:
        return False
    asked = {row["erasure_id"] for row in waiting}

    def work(tx: Transaction) -> None:
        # Somebody else's erasure at the same moment may have rewritten the file, and noted it, for both.
        ended = [row["erasure_id"] for row in tx.read("erasures_under_way") if row["erasure_id"] in asked]
        if ended:
            tx.insert("erasure_end", [{"erasure_id": each, "ended_at": ctx.clock()} for each in ended])

    ctx.store.write(work)
    return True


def list_erasures(ctx: Context, actor: Actor, project_name: str) -> list[dict[str, Any]]:
    """What leads have to know.

    ``{"erased_on", "judgements", "left_out", "removal_asked", "versions", "published", "standing"}``: ``versions`` hold
    something of the person still, and stand; ``published`` says where, and ``standing`` which of them at each place.
    Nothing says who it was.
    """
    project = find_own_project(ctx, actor, project_name, Right.INVITE)
    told = []
    for row in ctx.store.read("erasures_of_project", project_id=project.project_id):
        standing = _versions_from(ctx, project, row["first_sequence"], until=row["sequence_no"])
        told.append(
            {
                **{name: row[name] for name in ("erased_on", "judgements", "left_out", "removal_asked")},
                "versions": list(standing),
                "published": list(at_places(standing)),
                "standing": at_places(standing),
            }
        )
    return told


def hold_to_erasures(ctx: Context, project: Project, sealed: Row, *, mend: str) -> None:
    """Refuse to hand out what somebody had erased since. Errors: ``Refused``, with what to do."""
    since = [
        row
        for row in ctx.store.read("erasures_of_project", project_id=project.project_id)
        if row["first_sequence"] is not None
        and row["first_sequence"] <= sealed["last_sequence"] < row["sequence_no"]
    ]
    if since:
        raise Refused(
            f"{plural(len(since), 'person', 'people')} had their data erased since then, and "
            f"{sealed['version']} holds some. {mend}"
        )


def _versions_from(
    ctx: Context, project: Project, first: int | None, *, until: int | None = None
) -> dict[str, list[str]]:
    """Sealed versions whose snapshot had a judgement of this rank, oldest first, with the places where they stand.

    One that was withdrawn from every place it was published to is none of them.
    """
    if first is None:
        return {}
    gone, places = withdrawn_versions(ctx, project), standing_places(ctx, project)
    return {
        row["version"]: places.get(row["version"], [])
        for row in ctx.store.read("versions_of_project", project_id=project.project_id)
        if first <= row["last_sequence"]
        and (until is None or row["last_sequence"] < until)
        and (row["version"] not in gone or places.get(row["version"]))
    }


def at_places(standing: dict[str, list[str]]) -> dict[str, list[str]]:
    """Versions by the place where they stand, of places by version."""
    found: dict[str, list[str]] = {}
    for version, places in standing.items():
        for place in places:
            found.setdefault(place, []).append(version)
    return found
