"""Among equal counts what joins two components of the models comes first, so that they soon have one scale."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.domain.comparison import Comparison, Completion, Message
from rlhf_collect.importers import Imported
from rlhf_collect.services.board import Board
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_me
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.judgements import skip_assignment
from rlhf_collect.services.leasing import board_of
from rlhf_collect.services.projects import Project
from rlhf_collect.services.rater_view import Held
from rlhf_collect.services.serving import Assignment, next_assignment
from rlhf_collect.services.withdrawals import withdraw_judgement
from rlhf_collect.storage.port import Transaction
from tests.depth import depth
from tests.making import HeldClock, bring, judge, make_project, raters, said
from tests.services.looking import name_of

LEASE = timedelta(minutes=30)


def of_models(name: str, models: str, tags: tuple[str, ...] = ()) -> Comparison:
    """A comparison of completions by these models, a letter each; a blank is nobody's."""
    return Comparison(
        comparison_id=name,
        prompt=(Message(role="user", content=f"What is {name}?"),),
        completions=tuple(
            Completion(
                completion_id=f"{name}-{place}",
                model=model.strip(),
                content=(Message(role="assistant", content=f"Reply {place} to {name}."),),
            )
            for place, model in enumerate(models)
        ),
        tags=tags,
    )


def components(joined: Iterable[Collection[str]], models: Collection[str]) -> list[set[str]]:
    """The components of a graph, worked out the plain way."""
    parts = [{model} for model in models]
    for together in joined:
        met = [part for part in parts if part & set(together)]
        parts = [part for part in parts if part not in met] + ([set().union(*met)] if met else [])
    return parts


class Drawn:
    """A drawn project, some of it judged elsewhere, and what somebody outside knows of its board."""

    def __init__(self, ctx: Context, random: Random) -> None:
        self.random, self.overlap, self.now = random, random.randint(1, 3), ctx.clock()
        letters = "abcdefgh"[: random.randint(2, 8)]
        drawn = [
            "".join(random.choice(letters + " ") for _ in range(random.choice([2, 2, 2, 3])))
            for _ in range(random.randint(4, 30))
        ]
        self.models = [set(each) - {" "} for each in drawn]
        self.urgent = [random.random() < 0.3 for _ in drawn]
        self.elsewhere = {place for place in range(len(drawn)) if random.random() < 0.1}
        self.project = make_project(ctx, overlap=self.overlap, routing={"first": ["urgent"]})
        items = [
            Imported(
                where=f"drawn:{place}",
                comparison=of_models(f"c{place}", models, ("urgent",) if self.urgent[place] else ()),
                judgements=(said(f"c{place}", "else", f"c{place}-0"),) if place in self.elsewhere else (),
            )
            for place, models in enumerate(drawn)
        ]
        import_comparisons(ctx, OPERATOR, self.project.name, items, source="drawn", form="rlhf_collect")
        self.held: list[tuple[UUID, Held]] = []
        self.judged: list[tuple[UUID, int]] = []
        self.seen: dict[UUID, set[int]] = {uuid4(): set() for _ in range(3)}

    def count(self, place: int) -> int:
        """Judgements and leases of a comparison."""
        places = [each for _, each in self.judged] + [held.place for _, held in self.held]
        return places.count(place)

    def first_in_line(self, rater: UUID) -> list[int]:
        """What a rater may get by all that goes before: what they have not seen, room, the tag, fewest."""
        room = [
            p for p in range(len(self.models)) if p not in self.seen[rater] and self.count(p) < self.overlap
        ]
        room = [place for place in room if self.urgent[place]] or room
        return [place for place in room if self.count(place) == min(map(self.count, room))]

    def joining(self, places: list[int]) -> list[int]:
        """Those of which models lie in several components."""
        used = {*self.elsewhere, *(place for _, place in self.judged), *(held.place for _, held in self.held)}
        parts = components((self.models[place] for place in used), set().union(*self.models))
        return [each for each in places if sum(bool(part & self.models[each]) for part in parts) > 1]

    def hand_out(self, board: Board, rater: UUID) -> int | None:
        picked = board.pick(rater, self.now)
        if picked is None:
            return None
        held = Held(
            assignment_id=uuid4(),
            judgement_id=uuid4(),
            place=picked[0],
            presentation=tuple(board.completion_ids[picked[0]]),
            lease_ends=self.now + LEASE,
        )
        board.take(rater, held, self.now)
        self.held.append((rater, held))
        self.seen[rater].add(held.place)
        return held.place

    def live_on(self, board: Board) -> None:
        """Somebody judges or skips, somebody takes a judgement back, half an hour passes, or nothing."""

        def handed(rater: UUID, place: int) -> dict[str, object]:
            return {"rater_key": rater, "comparison_key": board.keys[place], "repeat_no": 0}

        deed = self.random.random()
        if deed < 0.45 and self.held:
            rater, held = self.held.pop(self.random.randrange(len(self.held)))
            if deed < 0.35:
                board.judge(handed(rater, held.place), 0)
                self.judged.append((rater, held.place))
            else:
                board.skip(handed(rater, held.place))
        elif deed < 0.55 and self.judged:
            board.change(handed(*self.judged.pop(self.random.randrange(len(self.judged)))), judgements=-1)
        elif deed > 0.96:
            self.now += LEASE
            self.held.clear()


@pytest.mark.parametrize("seed", range(depth(8, 80)))
def test_what_joins_nothing_is_handed_out_only_where_nothing_equal_joins(ctx: Context, seed: int) -> None:
    drawn = Drawn(ctx, Random(seed))

    def work(tx: Transaction) -> None:
        board = board_of(ctx, tx, drawn.project)
        for _ in range(4 * len(drawn.models)):
            rater = drawn.random.choice(list(drawn.seen))
            equal = drawn.first_in_line(rater)
            may = drawn.joining(equal) or equal or [None]
            assert drawn.hand_out(board, rater) in may
            drawn.live_on(board)

    ctx.store.write(work)


@pytest.mark.parametrize("seed", range(depth(1, 10)))
def test_pairs_are_of_as_few_components_as_so_many_can_make_also_held_at_once_and_after_a_restart(
    ctx: Context, seed: int
) -> None:
    random, letters = Random(seed), "abcdefghi"
    pairs = {f"c{number}": "".join(random.sample(letters, 2)) for number in range(30)}
    project, given = make_project(ctx), list[str]()
    bring(ctx, project, [of_models(name, models) for name, models in pairs.items()])
    fewest = len(components(pairs.values(), letters))
    for number, actor in enumerate(raters(ctx, project, 12)):
        assignment = next_assignment(ctx, actor, project.name)
        given.append(pairs[name_of(ctx, assignment)])
        if number == 3:
            following = judge(ctx, actor, assignment).next
            assert isinstance(following, Assignment)
            given.append(pairs[name_of(ctx, following)])
            ctx.boards.forget()
        assert len(components(given, letters)) == max(len(letters) - len(given), fewest)


def skip(ctx: Context, actor: Actor, held: Assignment, clock: HeldClock) -> None:
    skip_assignment(ctx, actor, held.assignment_id)


def let_lapse(ctx: Context, actor: Actor, held: Assignment, clock: HeldClock) -> None:
    clock.move(minutes=31)


def take_back(ctx: Context, actor: Actor, held: Assignment, clock: HeldClock) -> None:
    judge(ctx, actor, held)
    withdraw_judgement(ctx, actor, held.judgement_id)


def be_erased(ctx: Context, actor: Actor, held: Assignment, clock: HeldClock) -> None:
    judge(ctx, actor, held)
    erase_me(ctx, actor)


@pytest.mark.parametrize("undo", [skip, let_lapse, take_back, be_erased])
def test_what_comes_apart_again_is_joined_next(
    ctx: Context, clock: HeldClock, undo: Callable[[Context, Actor, Assignment, HeldClock], None]
) -> None:
    project = make_project(ctx)
    bring(ctx, project, [of_models(f"c{number}", "ab" if number else "bc") for number in range(8)])
    ada, bo, cy = raters(ctx, project, 3)
    held = {name_of(ctx, each): (who, each) for who, each in asking(ctx, project, ada, bo)}
    who, lost = held.pop("c0")
    judge(ctx, *held.popitem()[1])
    undo(ctx, who, lost, clock)
    assert name_of(ctx, next_assignment(ctx, cy, project.name)) == "c0"


def asking(ctx: Context, project: Project, *people: Actor) -> list[tuple[Actor, Assignment]]:
    return [(each, next_assignment(ctx, each, project.name)) for each in people]
