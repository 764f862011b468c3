"""What raters write to the leads of their project, and what these reply: read by them and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from rlhf_collect.domain.actor import Actor, Right, Role
from rlhf_collect.domain.messages import MOST_A_DAY, MOST_IN_THREAD, MOST_WAITING, checked_message
from rlhf_collect.errors import BadCall, Conflict, NotAllowed, NotFound, Refused
from rlhf_collect.services.appeals import rater_in
from rlhf_collect.services.context import Context
from rlhf_collect.services.deciding import is_own_deciding
from rlhf_collect.services.judgements import own_assignment
from rlhf_collect.services.people import hold_to_standing
from rlhf_collect.services.projects import find_own_project
from rlhf_collect.services.raters import audit_row
from rlhf_collect.storage.port import Row, Transaction


@dataclass(frozen=True, kw_only=True)
class Written:
    """Proof that a message is kept."""

    thread_id: UUID
    """Where it stands."""
    message_id: UUID
    """The message."""
    fresh: bool
    """Whether it was kept by this call; else by one before."""


def write_message(
    ctx: Context,
    actor: Actor,
    message_id: UUID,
    text: str,
    *,
    thread: UUID | None = None,
    judgement: UUID | None = None,
    nameless: bool = False,
) -> Written:
    """Write to the leads of the caller's project, or go on with a ``thread`` of theirs.

    ``judgement`` is that of a comparison handed to the caller, or the decision of one shown to them to be decided:
    leads then see it as the caller does. ``nameless`` keeps even the pseudonym from them, and the order it was shown
    in. The same ``message_id`` and text again is the same message. Errors: ``BadCall``, ``BadAnswer``; ``NotFound`` for
    what is not the caller's; ``Conflict`` for another text under the same id; ``Refused`` for a settled thread, or for
    more than leads can look after.
    """
    rater_key, project = rater_in(ctx, actor)
    said = checked_message(text)
    if thread is not None and (judgement is not None or nameless):
        raise BadCall(
            "What a thread is about, and under which name, is said when it begins. Nothing was sent."
        )
    if judgement is not None and not is_own_deciding(ctx, actor, judgement):
        own_assignment(ctx, actor, "assignment_by_judgement", judgement_id=judgement)

    def work(tx: Transaction) -> Written:
        hold_to_standing(tx, rater_key)
        kept = _kept(tx, message_id, rater_key, said, thread)
        if kept is not None:
            return Written(thread_id=kept["thread_id"], message_id=message_id, fresh=False)
        _hold_to_day(ctx, tx, rater_key)
        thread_id, number = thread or message_id, 0
        if thread is not None:
            number = _next_in(tx.read("thread_told", thread_id=thread), rater_key)
        else:
            _hold_to_waiting(tx, rater_key)
            begun: Row = {"thread_id": thread_id, "project_id": project.project_id, "rater_key": rater_key}
            about = {"nameless": nameless, "judgement_id": judgement, "begun_at": ctx.clock()}
            tx.insert("thread", [begun | about])
        tx.insert("message", [_row(ctx, message_id, thread_id, rater_key, number, actor, said)])
        return Written(thread_id=thread_id, message_id=message_id, fresh=True)

    return ctx.store.write(work)


def settle_thread(ctx: Context, actor: Actor, thread: UUID) -> None:
    """Say that the caller needs no answer any more to what they wrote; twice is once. Errors: ``NotFound``."""
    rater_key, _ = rater_in(ctx, actor)

    def work(tx: Transaction) -> None:
        hold_to_standing(tx, rater_key)
        held = tx.read("thread_told", thread_id=thread)
        if not held or held[0]["rater_key"] != rater_key:
            raise NotFound("There is no such message of yours. Nothing was changed.")
        if held[0]["ended_at"] is None:
            row = {"thread_id": thread, "rater_key": rater_key, "ended_at": ctx.clock()}
            tx.insert("thread_end", [row])

    ctx.store.write(work)


def reply(
    ctx: Context, actor: Actor, project_name: str, thread: UUID, message_id: UUID, text: str
) -> Written:
    """Reply to a rater of a project, who reads it on their page with the caller's name.

    The same ``message_id`` and text again is the same message. Errors: ``BadCall``, ``BadAnswer``; ``NotFound``;
    ``NotAllowed`` for the command line, which is nobody, and for one's own; ``Conflict``, ``Refused`` as there.
    """
    project = find_own_project(ctx, actor, project_name, Right.REPLY)
    author = actor.rater_key
    if author is None:
        raise NotAllowed(
            "The command line answers nobody. Use the page or the key of a person, who stands for it."
        )
    said = checked_message(text)

    def work(tx: Transaction) -> Written:
        hold_to_standing(tx, author)
        held = tx.read("thread_told", thread_id=thread)
        if not held or held[0]["project_id"] != project.project_id:
            raise NotFound("There is no such message, or you may not see it. Nothing was sent.")
        if _kept(tx, message_id, author, said, thread) is not None:
            return Written(thread_id=thread, message_id=message_id, fresh=False)
        rater_key = held[0]["rater_key"]
        if rater_key == author:
            raise NotAllowed("This is yours: somebody else answers it. Nothing was sent.")
        row = _row(ctx, message_id, thread, rater_key, _next_in(held, rater_key), actor, said)
        tx.insert("message", [row])
        told = {"thread": str(thread)}
        tx.insert("audit", [audit_row(ctx, project.project_id, actor, "reply", told)])
        return Written(thread_id=thread, message_id=message_id, fresh=True)

    return ctx.store.write(work)


def _hold_to_waiting(tx: Transaction, rater_key: UUID) -> None:
    """Refuse one more thread where many wait. Errors: ``Refused``."""
    if tx.read("threads_waiting", rater_key=rater_key)[0]["waiting"] >= MOST_WAITING:
        raise Refused(
            f"{MOST_WAITING} of your messages wait for an answer. Wait for one, or say that you need none any "
            "more. Nothing was sent."
        )


def _hold_to_day(ctx: Context, tx: Transaction, rater_key: UUID) -> None:
    """Refuse more than anybody reads. Errors: ``Refused``."""
    since = ctx.clock() - timedelta(days=1)
    if tx.read("written_since", rater_key=rater_key, moment=since)[0]["messages"] >= MOST_A_DAY:
        raise Refused(
            f"You have sent {MOST_A_DAY} messages in a day. Write to the contact under “Who is asking”, or come back "
            "tomorrow. Nothing was sent."
        )


def _kept(tx: Transaction, message_id: UUID, author: UUID, said: str, thread: UUID | None) -> Row | None:
    """The message, if it is there already. Errors: ``Conflict`` where it is another's, or says something else."""
    rows = tx.read("message_by_id", message_id=message_id)
    if not rows:
        return None
    held = rows[0]
    if held["written_by"] != author or held["body"] != said or held["thread_id"] != (thread or message_id):
        raise Conflict("Another message has this id already. Choose a new one. Nothing was sent.")
    return held


def _next_in(held: Sequence[Row], rater_key: UUID) -> int:
    """The number of the next message of a thread. Errors: ``NotFound`` unless it is the rater's; ``Refused``."""
    if not held or held[0]["rater_key"] != rater_key:
        raise NotFound("There is no such message of yours. Nothing was sent.")
    if held[0]["ended_at"] is not None:
        raise Refused("No answer is needed here any more: it is settled. Begin anew. Nothing was sent.")
    if held[0]["messages"] >= MOST_IN_THREAD:
        raise Refused(f"This has {MOST_IN_THREAD} messages, which is as long as it can be. Begin anew.")
    return int(held[0]["messages"])


def _row(
    ctx: Context, message_id: UUID, thread: UUID, rater_key: UUID, number: int, actor: Actor, said: str
) -> Row:
    return {
        "message_id": message_id,
        "thread_id": thread,
        "rater_key": rater_key,
        "message_no": number,
        "written_by": actor.rater_key,
        "role": Role.RATER.value if actor.rater_key == rater_key else actor.role.value,
        "body": said,
        "written_at": ctx.clock(),
    }
