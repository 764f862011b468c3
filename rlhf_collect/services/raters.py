"""People: who they are, how they come in, what they agreed to, what is theirs."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from rlhf_collect.domain.actor import OPERATOR, Actor, Right, Role
from rlhf_collect.errors import BadCall, Conflict, NotAllowed, NotSignedIn
from rlhf_collect.ids import new_id, new_secret, secret_hash
from rlhf_collect.services.context import Context
from rlhf_collect.services.credentials import credential_row, end_credentials, forget_credentials
from rlhf_collect.services.guidelines import guidelines_of
from rlhf_collect.services.leasing import board_of
from rlhf_collect.services.my_data import display_of, language_of, limits_of, my_rows
from rlhf_collect.services.page_ids import row_named
from rlhf_collect.services.practice import practice_standing
from rlhf_collect.services.projects import Project, find_own_project, project_of
from rlhf_collect.storage.port import Row, Transaction

INVITATION_HOLDS = timedelta(days=30)
SESSION_HOLDS = timedelta(days=14)
CONSENTS = ("publish_rationale",)
MOST_NAME = 100
_OURS = ("import:", "erased:")
"""Beginnings of names we give ourselves."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What an invited person needs; shown once, only hashes are kept."""

    name: str
    """Their name in the project."""
    role: Role
    """Their role."""
    invitation: str
    """Secret part of the invitation link."""
    api_key: str
    """Bearer key of the API."""
    ended: int = 0
    """How many older links, keys and sessions ended with it."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in person."""

    secret: str
    """Content of the cookie."""
    role: Role
    """Decides which page they land on."""
    ends: datetime
    """When they must sign in again."""


def add_rater(
    ctx: Context,
    actor: Actor,
    project_name: str,
    name: str,
    role: str = "rater",
    *,
    keep_older: bool = False,
) -> Invitation:
    """Invite a person, or replace what one who is known has lost: older links, keys and sessions end.

    ``keep_older`` lets them go on working. Errors: ``BadCall`` for an empty or overlong name, an unknown role,
    or a name known in another role; ``NotAllowed`` when a lead invites an admin.
    """
    project = find_own_project(ctx, actor, project_name, Right.INVITE)
    name = name.strip()
    ours = name.startswith(_OURS) or name.casefold() == OPERATOR.name
    if not name or len(name) > MOST_NAME or not name.isprintable() or ours:
        raise BadCall(
            f"name: '{name[:MOST_NAME]}' cannot be a name. Use 1 to {MOST_NAME} printable characters, "
            f"not beginning with 'import:' or 'erased:', and not '{OPERATOR.name}', who is the command line."
        )
    if role not in {each.value for each in Role}:
        raise BadCall(f"role: '{role}' is not a role. Use one of {', '.join(Role)}.")
    if role == Role.ADMIN and actor.role != Role.ADMIN:
        raise NotAllowed("Only an admin may invite an admin.")
    made = Invitation(name=name, role=Role(role), invitation=new_secret(), api_key=new_secret())

    def work(tx: Transaction) -> list[str]:
        return _record_invitation(ctx, tx, actor, project, made, keep_older=keep_older)

    ended = ctx.store.write(work)
    forget_credentials(ctx, ended)
    return replace(made, ended=len(ended))


def _record_invitation(
    ctx: Context, tx: Transaction, actor: Actor, project: Project, made: Invitation, *, keep_older: bool
) -> list[str]:
    now = ctx.clock()
    known = tx.read("rater_by_name", project_id=project.project_id, name=made.name)
    if known and (known[0]["role"] != made.role or known[0]["imported"]):
        was = "the rater of imported judgements" if known[0]["imported"] else f"a {known[0]['role']}"
        raise BadCall(
            f"name: '{made.name}' is already {was} of {project.name}. Nothing was changed. Choose another name."
        )
    rater_key = known[0]["rater_key"] if known else new_id()
    ended = end_credentials(ctx, tx, rater_key) if known and not keep_older else []
    if not known:
        tx.insert("rater", [rater_row(rater_key, project.project_id, made.name, made.role, now)])
    for kind, secret, ends in (
        ("invitation", made.invitation, now + INVITATION_HOLDS),
        ("key", made.api_key, None),
    ):
        tx.insert("credential", [credential_row(rater_key, kind, secret, now, ends)])
    tx.insert(
        "audit", [audit_row(ctx, project.project_id, actor, "invite", {"name": made.name, "role": made.role})]
    )
    return ended


def rater_row(
    rater_key: UUID, project_id: UUID, name: str, role: Role, now: datetime, *, imported: bool = False
) -> Row:
    """A row of ``rater``."""
    return {
        "rater_key": rater_key,
        "project_id": project_id,
        "name": name,
        "role": role.value,
        "imported": imported,
        "created_at": now,
    }


def audit_row(ctx: Context, project_id: UUID | None, actor: Actor, deed: str, detail: dict[str, Any]) -> Row:
    """A row of ``audit``: who did what, when."""
    return {
        "audit_id": new_id(),
        "project_id": project_id,
        "actor": actor.name,
        "deed": deed,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str),
        "done_at": ctx.clock(),
    }


def holder(ctx: Context, secret: str | None, kinds: tuple[str, ...]) -> Row | None:
    """The credential of these kinds behind a secret, with its person, while it holds."""
    if not secret:
        return None
    hashed, now = secret_hash(secret), ctx.clock()
    read = partial(ctx.store.read, "credential_by_secret", secret_sha256=hashed)
    rows = ctx.memory.recall(("credential", hashed), read, now=now)
    if not rows or rows[0]["kind"] not in kinds:
        return None
    ends = rows[0]["expires_at"]
    return rows[0] if ends is None or now < ends else None


def start_session(ctx: Context, invitation: str) -> Session:
    """Turn an invitation into a session. Errors: ``NotSignedIn`` when it is unknown or has run out."""
    row = holder(ctx, invitation, ("invitation",))
    if row is None:
        raise NotSignedIn(
            "This invitation is not known, or has run out after 30 days. Ask the project lead for a new link."
        )
    now = ctx.clock()
    session = Session(secret=new_secret(), role=Role(row["role"]), ends=now + SESSION_HOLDS)

    def work(tx: Transaction) -> None:
        tx.insert(
            "credential", [credential_row(row["rater_key"], "session", session.secret, now, session.ends)]
        )

    ctx.store.write(work)
    return session


def end_session(ctx: Context, secret: str) -> None:
    """Sign out. An unknown session is fine: the person is signed out either way."""
    row = holder(ctx, secret, ("session",))
    if row is None:
        return

    def work(tx: Transaction) -> None:
        tx.insert("credential_end", [{"credential_id": row["credential_id"], "ended_at": ctx.clock()}])

    with suppress(Conflict):  # another tab signed out at the same time
        ctx.store.write(work)
    ctx.memory.forget(("credential", secret_hash(secret)))


def who_is(ctx: Context, *, session: str | None = None, key: str | None = None) -> Actor:
    """The person behind a session cookie or a bearer key. Errors: ``NotSignedIn``."""
    row = holder(ctx, key, ("key",)) if key else holder(ctx, session, ("session",))
    if row is None:
        what = "This key is not known." if key else "You are not signed in, or the session has ended."
        raise NotSignedIn(f"{what} Open your invitation link again, or ask the project lead for a new one.")
    return Actor(
        name=row["name"], role=Role(row["role"]), project_id=row["project_id"], rater_key=row["rater_key"]
    )


def _own_key(actor: Actor) -> tuple[UUID, UUID]:
    if actor.rater_key is None or actor.project_id is None:
        raise NotAllowed("This is for people of a project; the command line has no data of its own.")
    return actor.rater_key, actor.project_id


def about_me(ctx: Context, actor: Actor) -> dict[str, Any]:
    """What the caller sees first: who they are, who asks and why, how far they are."""
    rater_key, project_id = _own_key(actor)
    project = project_of(ctx, project_id)
    settings, display = project.settings, display_of(ctx, rater_key)
    practises = actor.role == Role.RATER and bool(settings.practice.comparisons)

    def work(tx: Transaction) -> tuple[int, dict[str, bool]]:
        board = board_of(ctx, tx, project)
        return board.left_for(rater_key), {
            "gold": board.announces_gold(),
            "repeats": board.plan.repeat_share > 0,
        }

    left, announced = ctx.store.write(work) if actor.role == Role.RATER else (0, None)

    return {
        "name": actor.name,
        "role": actor.role.value,
        "project": project.name,
        "title": settings.shown_title,
        "language": settings.language,
        "translations": {name: each.as_shown() for name, each in settings.translations.items()},
        "description": settings.description,
        "purpose": settings.purpose,
        "use": list(settings.use),
        "engagement": settings.engagement,
        "quality": {"visibility": settings.quality.visibility},
        "responsible": {"name": settings.responsible.name, "contact": settings.responsible.contact},
        "publication": settings.publication.model_dump(mode="json"),
        "flags": list(settings.flags),
        "edits": settings.edits,
        "guidelines": guidelines_of(ctx, project, rater_key, language_of(display)),
        "practice": practice_standing(ctx, ctx.store, project, rater_key)[0].as_json() if practises else None,
        "announced": announced,
        "limits": asdict(limits_of(ctx, rater_key)),
        "display": display,
        "progress": {
            "judged": ctx.store.read("judged_by_rater", rater_key=rater_key)[0]["judged"],
            "left": left,
        },
        "consents": consents_of(ctx, rater_key),
        "interface_version": ctx.interface_version,
    }


def consents_of(ctx: Context, rater_key: UUID) -> dict[str, bool]:
    """Each consent and whether it is given; off unless said otherwise."""
    said = {row["kind"]: row["granted"] for row in ctx.store.read("consents_of_rater", rater_key=rater_key)}
    return {kind: said.get(kind, False) for kind in CONSENTS}


def set_consents(ctx: Context, actor: Actor, given: dict[str, bool]) -> dict[str, bool]:
    """Record what the caller agrees to. Errors: ``BadCall`` naming an unknown consent."""
    rater_key, _ = _own_key(actor)
    unknown = sorted(set(given) - set(CONSENTS))
    if unknown:
        raise BadCall(f"There is no consent '{unknown[0]}'. Known: {', '.join(CONSENTS)}.")
    now = ctx.clock()

    def work(tx: Transaction) -> None:
        tx.insert(
            "consent",
            [
                {
                    "consent_id": new_id(),
                    "rater_key": rater_key,
                    "kind": kind,
                    "granted": granted,
                    "recorded_at": now,
                }
                for kind, granted in given.items()
            ],
        )

    ctx.store.write(work)
    return consents_of(ctx, rater_key)


def export_me(ctx: Context, actor: Actor, *, page: bool = False) -> dict[str, Any]:
    """Everything the store holds about the caller, as one JSON document, and nothing about others.

    For the rater's ``page`` comparisons and completions have its names: those of the import can name models.
    """
    rater_key, _ = _own_key(actor)
    held, page = my_rows(ctx, rater_key), page and actor.role == Role.RATER  # leads know the import's names
    told = {name: [row_named(ctx, rater_key, row, page=page) for row in rows] for name, rows in held.items()}
    return {"me": about_me(ctx, actor), **told, "exported_at": ctx.clock()}
