"""Versions on the lead's page: what its buttons do, and that nothing of a project gets in as markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from rlhf_collect.domain.actor import OPERATOR, Actor
from rlhf_collect.errors import NotSignedIn
from rlhf_collect.exporters.reach import PRIVATE
from rlhf_collect.services.context import Context
from rlhf_collect.services.erasure import erase_person
from rlhf_collect.services.projects import Project, find_project
from rlhf_collect.services.version_changes import latest_changes
from rlhf_collect.services.versions import freeze_version, list_versions, record_publication
from rlhf_collect.web.lead_release import card_html, plan_html, versions_html
from rlhf_collect.web.lead_sending import Sending
from rlhf_collect.web.lead_versions import Desk, versions_box
from rlhf_collect.web.lead_words import Words, words_in
from rlhf_collect.web.quiet_gradio import gr
from tests.making import HeldClock, ask_and_judge, bring, comparison, invite, make_project
from tests.services.stories import Told, tell, told_again

NOBODY = gr.Request()
WORDS = words_in("en")
HOSTILE = "<img src=x onerror=alert(1)>"
PLAN: dict[str, Any] = {
    "target": f"hub:{HOSTILE}",
    "repository": "there",
    "reach": "private",
    "commits": 1,
    "tag": "1.0.0",
    "added": [HOSTILE],
    "changed": [],
    "deleted": [],
    "unchanged": 2,
    "bytes": 1234,
    "warnings": [HOSTILE],
    "card": f"---\ntitle: {HOSTILE}\n---\n\n# {HOSTILE}\n\n<script>alert(1)</script> [a](javascript:alert(1))\n",
}


@pytest.fixture
def project(ctx: Context) -> Project:
    """A project with two judgements."""
    return judged_project(ctx)


Frozen = tuple[Context, Project]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A project with two judgements and its version 1.0.0; to freeze takes a second."""

    def story(ctx: Context, _: HeldClock) -> None:
        freeze_version(ctx, OPERATOR, judged_project(ctx).name, "1.0.0")

    return tell(tmp_path_factory.mktemp("kept"), story)


@pytest.fixture
def frozen(kept: Told, clock: HeldClock) -> Iterator[Frozen]:
    """The same for one test alone."""
    with told_again(kept, clock) as ctx:
        yield ctx, find_project(ctx, "helpfulness")


def judged_project(ctx: Context, **changes: Any) -> Project:
    made = make_project(ctx, overlap=1, **changes)
    bring(ctx, made, 2)
    ada = invite(ctx, made, "Ada").actor
    for _ in range(2):
        ask_and_judge(ctx, ada, made)
    return made


def in_english(*_: Any) -> Words:
    """Everybody reads English."""
    return WORDS


def desk(ctx: Context, project: Project, role: str = "lead") -> Desk:
    actor = invite(ctx, project, role, role).actor
    return Desk(ctx, lambda _: (actor, project), in_english)


def last(answers: Any) -> Any:
    return list(answers)[-1]


def value(update: Any) -> Any:
    return update["value"]


def test_the_page_opens_with_the_next_number_and_only_the_readers_raters_were_told_of(
    ctx: Context, project: Project
) -> None:
    number, publishing, version, target, readers = desk(ctx, project).open(NOBODY)
    assert (number, publishing["visible"], value(version), value(target)) == ("1.0.0", False, None, "")
    assert readers["choices"] == [("Only members of the repository", "private")]


def test_a_frozen_version_is_listed_and_chosen_for_publishing(ctx: Context, project: Project) -> None:
    steps = list(desk(ctx, project).freeze("1.0.0", NOBODY))
    assert "Writing ratings." in " ".join(step[0] for step in steps[:-1])
    said, listed, number, publishing, version, preview, publish, seen = steps[-1]
    assert publishing["visible"]
    assert "Version 1.0.0 is frozen and never changes." in said
    assert "<th scope='row'>1.0.0</th>" in listed
    assert (number, value(version), preview) == ("1.1.0", "1.0.0", "")
    assert (publish["interactive"], seen) == (False, None)
    assert [each["version"] for each in list_versions(ctx, OPERATOR, project.name)] == ["1.0.0"]


@pytest.mark.parametrize(
    ("number", "words"),
    [("one", "is not a version"), ("", "is not a version"), ("0.9.0", "below 1.0.0")],
)
def test_what_cannot_be_frozen_is_said_in_words(frozen: Frozen, number: str, words: str) -> None:
    ctx, project = frozen
    said = last(desk(ctx, project).freeze(number, NOBODY))[0]
    assert "role='alert'" in said
    assert words in said


def test_a_mistyped_version_is_a_field_to_mend_in_french_and_nothing_to_reload(
    ctx: Context, project: Project
) -> None:
    lead = invite(ctx, project, "lea", "lead").actor
    french = Desk(ctx, lambda _: (lead, project), lambda *_: words_in("fr"))
    said = last(french.freeze("abc", NOBODY))[0]
    assert "Un de ces champs est à corriger." in said
    assert "recharger" not in said


def test_what_somebody_else_froze_is_listed_and_offered_for_publishing(
    ctx: Context, project: Project
) -> None:
    page = desk(ctx, project)
    number, publishing, version, readers = page.catch_up("1.0.0", None, NOBODY)
    assert (number, publishing["visible"], value(version)) == (gr.skip(), False, None)
    assert readers["choices"] == [("Only members of the repository", "private")]
    freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    number, publishing, version, _ = page.catch_up("1.0.0", None, NOBODY)
    assert (number, publishing["visible"], value(version)) == ("1.1.0", True, "1.0.0")
    freeze_version(ctx, OPERATOR, project.name, "1.1.0")
    number, _, version, _ = page.catch_up("2.0.0", "1.0.0", NOBODY)
    assert (number, version["choices"], "value" in version) == (gr.skip(), ["1.1.0", "1.0.0"], False)
    said, listed, *_ = last(page.freeze("1.1.0", NOBODY))
    assert "role='alert'" in said
    assert "<th scope='row'>1.1.0</th>" in listed


def test_a_server_without_a_token_says_so_and_who_can_give_it_one(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx, project = frozen
    monkeypatch.setenv("HF_TOKEN", "")
    said, card, button, seen = last(desk(ctx, project).look("1.0.0", "org/name", "private", NOBODY))
    assert "This server has no token for the Hugging Face Hub" in said
    # The card is this server's own work, with the repository in its examples; what would be sent, the Hub must say.
    assert "org/name" in card
    assert "Would be sent" not in card
    assert (button["interactive"], seen) == (False, None)


def test_a_rater_who_gets_at_the_buttons_does_nothing_with_them(frozen: Frozen) -> None:
    ctx, project = frozen
    rater = desk(ctx, project, "rater")
    for answer in (
        last(rater.freeze("1.1.0", NOBODY)),
        last(rater.look("1.0.0", "org/name", "private", NOBODY)),
        last(rater.publish("1.0.0", "org/name", "private", None, NOBODY)),
    ):
        assert "A rater may not freeze and publish versions." in answer[0]
    assert [each["version"] for each in list_versions(ctx, OPERATOR, project.name)] == ["1.0.0"]


def test_who_is_not_signed_in_gets_a_sentence_and_empty_fields(ctx: Context) -> None:
    def looking(_: gr.Request) -> tuple[Actor, Project]:
        raise NotSignedIn("You are not signed in.")

    page = Desk(ctx, looking, in_english)
    assert "You are not signed in." in last(page.freeze("1.0.0", NOBODY))[0]
    assert len(page.open(NOBODY)) == 5


@pytest.mark.parametrize(
    ("target", "readers", "words"),
    [
        ("", "private", "Where should it go?"),
        ("/etc", "private", "rlhf-collect publish helpfulness VERSION --to FOLDER"),
        ("hub:./out", "private", "rlhf-collect publish helpfulness VERSION --to FOLDER"),
        ("name alone", "private", "Where should it go?"),
        ("org/name", "public", "were told that the dataset is private"),
        ("org/name", "somebody", "Choose one from the list."),
    ],
)
def test_a_publication_nobody_may_make_is_refused_before_the_hub_is_asked(
    frozen: Frozen, target: str, readers: str, words: str
) -> None:
    ctx, project = frozen
    page = desk(ctx, project)
    for answer in (
        last(page.look("1.0.0", target, readers, NOBODY)),
        last(page.publish("1.0.0", target, readers, None, NOBODY)),
    ):
        assert words in answer[0]
    assert [each["published"] for each in list_versions(ctx, OPERATOR, project.name)] == [[]]


def shown_to(ctx: Context, actor: Actor, project: Project) -> Sending:
    """What is kept once 1.0.0 to org/seen, private, was shown."""
    (sealed, *_) = list_versions(ctx, OPERATOR, project.name)
    return Sending(
        person=actor.rater_key,
        project=project.project_id,
        version="1.0.0",
        manifest_sha256=sealed["manifest_sha256"],
        to="hub:org/seen",
        reach=PRIVATE,
    )


def test_nothing_is_published_that_was_not_shown(ctx: Context) -> None:
    project = judged_project(ctx, publication={"licence": "CC-BY-4.0", "access": "gated"})
    for number in ("1.0.0", "1.1.0"):
        freeze_version(ctx, OPERATOR, project.name, number)
    lead = invite(ctx, project, "lead", "lead").actor
    page = Desk(ctx, lambda _: (lead, project), in_english)
    for fields, seen in product(
        (
            ("1.0.0", "org/notseen", "private"),
            ("1.1.0", "org/seen", "private"),
            ("1.0.0", "org/seen", "manual"),
        ),
        (shown_to(ctx, lead, project), None),
    ):
        ((said, _, preview, button, left),) = page.publish(*fields, seen, NOBODY)
        assert f"This was not shown: version {fields[0]} to {fields[1]} " in said
        assert "Show what would be sent" in said
        assert (preview, button["interactive"], left) == ("", False, None)


@pytest.mark.parametrize(
    "changes", [{"person": uuid4()}, {"project": uuid4()}, {"manifest_sha256": "d" * 64}]
)
def test_what_was_shown_to_another_or_of_another_version_is_not_published(
    frozen: Frozen, changes: dict[str, Any]
) -> None:
    ctx, project = frozen
    lead = invite(ctx, project, "lead", "lead").actor
    seen = replace(shown_to(ctx, lead, project), **changes)
    ((said, *_),) = Desk(ctx, lambda _: (lead, project), in_english).publish(
        "1.0.0", "org/seen", "private", seen, NOBODY
    )
    assert "This was not shown" in said


def test_what_was_shown_goes_on_to_be_published_and_may_be_tried_again(frozen: Frozen) -> None:
    ctx, project = frozen
    (ctx.versions / project.name / "1.0.0" / "README.md").write_text(
        "Damaged."
    )  # found before the Hub is asked
    lead = invite(ctx, project, "lead", "lead").actor
    page, seen = Desk(ctx, lambda _: (lead, project), in_english), shown_to(ctx, lead, project)
    said, *_, button, left = last(page.publish("1.0.0", " hub:org/seen", "private", seen, NOBODY))
    assert "README.md differs from the manifest" in said
    assert button["interactive"]
    assert left == gr.skip()


def test_a_look_that_is_refused_and_a_changed_field_leave_nothing_to_publish(frozen: Frozen) -> None:
    ctx, project = frozen
    page = desk(ctx, project)
    for preview, button, seen in (page.forget(), last(page.look("1.0.0", "", "private", NOBODY))[1:]):
        assert (preview, button["interactive"], seen) == ("", False, None)


def test_a_refusal_names_no_folder_of_the_server(frozen: Frozen) -> None:
    ctx, project = frozen
    card = ctx.versions / project.name / "1.0.0" / "README.md"
    card.write_text("Damaged.")
    said = last(desk(ctx, project).look("1.0.0", "org/name", "private", NOBODY))[0]
    assert "README.md differs from the manifest" in said
    assert str(Path(ctx.versions).parent) not in said


def test_nothing_of_a_plan_or_a_card_comes_in_as_markup() -> None:
    html = plan_html(WORDS, "1.0.0", PLAN)
    for tag in ("<img", "<script", "href=", 'onerror=alert(1)>"'):
        assert tag not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "2 files unchanged." in html
    assert "1,234 bytes at most" in html
    assert "Header, for the Hub and datasets" in card_html(WORDS, PLAN["card"])
    assert "Header" not in card_html(WORDS, "# Only text\n\n---\n")


def test_who_had_their_data_erased_and_asks_for_removal_is_told_above_the_list_without_a_name(
    frozen: Frozen,
) -> None:
    ctx, project = frozen
    lead = invite(ctx, project, "lead", "lead").actor
    (sealed,) = list_versions(ctx, OPERATOR, project.name)
    place = {"target": "hub:org/there", "revision": "c" * 40, "manifest_sha256": sealed["manifest_sha256"]}
    record_publication(ctx, OPERATOR, project.name, "1.0.0", **place)
    assert "erased" not in versions_box(ctx, WORDS, lead, project)
    erase_person(ctx, OPERATOR, project.name, "Ada", removal=True)
    told = versions_box(ctx, WORDS, lead, project)
    assert "had their data erased on 2 March 2026 asks that you withdraw 1.0.0 from org/there." in told
    assert "Ada" not in told


def test_what_came_since_the_last_version_and_what_that_one_changed_stand_below_the_list(
    frozen: Frozen,
) -> None:
    ctx, project = frozen
    lead = invite(ctx, project, "lead", "lead").actor
    told = versions_box(ctx, WORDS, lead, project)
    assert "Nothing was judged or decided since version 1.0.0 of 2 March 2026." in told
    assert "beside" not in told, "there is none before the first"
    bring(ctx, project, [comparison("later")])
    ask_and_judge(ctx, invite(ctx, project, "Bo").actor, project)
    assert "decisions since version 1.0.0 of 2 March 2026: 1; taken back: 0." in versions_box(
        ctx, WORDS, lead, project
    )
    freeze_version(ctx, OPERATOR, project.name, "1.1.0")
    told = versions_box(ctx, WORDS, lead, project)
    assert "1.1.0 beside 1.0.0" in told
    assert "rlhf-collect diff helpfulness 1.0.0 1.1.0" in told
    changes = latest_changes(ctx, lead, project.name)
    assert changes is not None
    assert changes["rows"]["comparisons"] == {"added": 1, "changed": 0, "withdrawn": 0}


def test_a_version_that_could_not_be_published_by_rule_is_told_above_the_list(ctx: Context) -> None:
    failed = {"code": "hub_refused", "message": f"No Hub token. {HOSTILE}", "at": ctx.clock()}
    html = versions_html(WORDS, [], {"version": "1.3.0", "target": "hub:org/name", "failed": failed})
    assert "Version 1.3.0 is due and could not be published on 2 March 2026: No Hub token. &lt;img" in html
    assert "It will be tried again." in html
    assert "due" not in versions_html(WORDS, [], None)
