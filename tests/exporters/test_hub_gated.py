"""Gated datasets: everyone sees that they are there, and reads them after asking."""

from __future__ import annotations

from pathlib import Path

import yaml

from rlhf_collect.exporters.gate import gated_card
from tests.exporters.jobs import Publisher
from tests.hub import TestHub


def test_a_gate_is_closed_before_the_first_file_and_its_card_asks_who_comes(
    hub: TestHub, publisher: Publisher, least: Path, tmp_path: Path
) -> None:
    repo = "org/behind-a-gate"
    (sent,) = publisher.run({"do": "send", "folder": least, "to": f"hub:{repo}", "reach": {"gate": "manual"}})
    settings = hub.repository(repo).settings
    assert (settings.private, settings.gated) == (False, "manual")
    lines = [each.line for each in hub.requests if repo in each.line]
    closed = next(place for place, line in enumerate(lines) if line.endswith("/settings"))
    assert closed < next(place for place, line in enumerate(lines) if "/preupload/" in line)
    header = yaml.safe_load(hub.files(repo)["README.md"].decode().split("---\n")[1])
    assert header["extra_gated_fields"]["Affiliation"] == "text"
    assert "ask for access first" in header["extra_gated_prompt"]
    assert header["configs"][0]["default"] is True

    ask = {"do": "load", "source": repo, "version": "1.0.0", "config": "ratings", "cache_dir": tmp_path}
    (closed_to,) = publisher.run(ask, HF_TOKEN=hub.stranger_token)
    assert closed_to["code"] == "hub_refused"
    assert closed_to["message"] == (
        f"{repo} is gated. Ask for access on its page: {hub.url}/datasets/{repo}. If you have it, give the token of "
        "that account: HF_TOKEN, or `hf auth login`. Nothing was loaded."
    )
    hub.grant(repo, "eve")
    (let_in,) = publisher.run(ask, HF_TOKEN=hub.stranger_token)
    assert len(let_in) > 0
    (again,) = publisher.run(
        {"do": "send", "folder": least, "to": f"hub:{repo}", "reach": {"gate": "manual"}}
    )
    assert again == sent


def test_a_private_repository_that_held_something_is_not_opened_to_put_a_gate_into_it(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    hub.create("org/no-gate-here", private=True)
    hub.edit("org/no-gate-here", "notes.md", b"# Ours\n")
    hub.edit("org/no-gate-here", "notes.md", None)
    answer = publisher.publish(least, "org/no-gate-here", reach={"gate": "auto"})
    assert "org/no-gate-here is private, and gated was asked. Nothing was sent." in answer["message"]
    settings = hub.repository("org/no-gate-here").settings
    assert (settings.private, settings.gated) == (True, False)


def test_a_new_repository_is_never_open_to_everyone_before_its_gate_is_closed(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo, seen = "org/never-open", []

    def look() -> None:
        settings = hub.repository(repo).settings
        seen.append((settings.private, settings.gated))

    for when in ("before", "after"):
        hub.fail("PUT", f"{repo}/settings", when, look, quietly=True, times=2)
    hub.fail("POST", "/repos/create", "after", look, quietly=True)
    answer = publisher.publish(least, repo, reach={"gate": "manual"})
    assert (answer["tag"], answer["warnings"]) == ("1.0.0", [])
    assert (False, False) not in seen
    assert seen[0] == (True, False)
    settings = hub.repository(repo).settings
    assert (settings.private, settings.gated) == (False, "manual")


def test_a_gate_that_cannot_be_closed_leaves_the_new_repository_private_and_the_same_command_goes_on(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo = "org/gate-refused"
    hub.fail("PUT", f"{repo}/settings", "before", 403, body={"error": "A paid plan is needed."})
    job = {"folder": least, "repo": repo, "reach": {"gate": "manual"}}
    refused, looked, done = publisher.run(job, job | {"do": "plan"}, job)
    assert refused["message"].startswith(f"The Hub does not let us write {repo}")
    assert (
        f"The new repository {repo} is private and empty: the same command goes on from there."
        in refused["message"]
    )
    assert (
        f"{repo} is private and never held anything: it would be shown, behind its gate."
        in looked["warnings"]
    )
    assert done["tag"] == "1.0.0"
    assert done["warnings"] == [
        f"{repo} had no gate and has one now (manual: a person lets readers in).",
        f"{repo} was private and never held anything; it is shown now.",
    ]
    settings = hub.repository(repo).settings
    assert (settings.private, settings.gated) == (False, "manual")


def test_a_gate_a_person_holds_is_not_handed_to_nobody(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    repo = "org/held-by-a-person"
    hub.create(repo, private=False).change_settings(gated="manual")
    job = {"folder": least, "repo": repo, "reach": {"gate": "auto"}}
    for refused in publisher.run(job, job | {"do": "plan"}, job | {"do": "propose"}):
        assert refused["message"] == (
            f"The gate of {repo} is manual (a person lets readers in), and auto was asked (who asks is let in at "
            "once). Nothing was sent, and the gate is as it was: only a person opens it, on its settings page "
            f"({hub.url}/datasets/{repo}/settings). Publish with --gated manual, or change it there first. "
            f"Frozen version 1.0.0 is unchanged in {least}."
        )
    (open_to_all,) = publisher.run(job | {"reach": {"public": True}})
    assert f"{repo} is gated, and public was asked. Nothing was sent." in open_to_all["message"]
    assert hub.repository(repo).settings.gated == "manual"


def test_a_gate_that_is_made_narrower_is_told_before_and_after(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    hub.create("org/let-in-at-once", private=False).change_settings(gated="auto")
    hub.create("org/without-a-gate", private=False)
    jobs = [
        {"folder": least, "repo": f"org/{name}", "reach": {"gate": "manual"}}
        for name in ("let-in-at-once", "without-a-gate")
    ]
    planned = publisher.run(*(job | {"do": "plan"} for job in jobs))
    assert [each["warnings"] for each in planned] == [
        ["The gate of org/let-in-at-once is auto and would be manual: a person lets readers in."],
        ["org/without-a-gate has no gate and would get one (manual: a person lets readers in)."],
    ]
    done = publisher.run(*jobs)
    assert [each["warnings"] for each in done] == [
        ["The gate of org/let-in-at-once was auto and is now manual: a person lets readers in."],
        ["org/without-a-gate had no gate and has one now (manual: a person lets readers in)."],
    ]
    assert hub.repository("org/without-a-gate").settings.gated == "manual"
    assert [each["warnings"] for each in publisher.run(*jobs)] == [[], []]


def test_the_words_of_a_gate_go_into_the_header_once_and_leave_the_page_alone() -> None:
    card = "---\nlicense: mit\n---\n\n# A card\n\n---\n\nMore.\n"
    gated = gated_card(card)
    assert gated_card(gated) == gated
    assert gated.endswith("---\n\n# A card\n\n---\n\nMore.\n")
    assert gated.startswith("---\nlicense: mit\nextra_gated_prompt: ")
