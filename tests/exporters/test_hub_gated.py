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
        f"{repo} is gated. Ask for access on its page: {hub.url}/datasets/{repo}. Nothing was loaded."
    )
    hub.grant(repo, "eve")
    (let_in,) = publisher.run(ask, HF_TOKEN=hub.stranger_token)
    assert len(let_in) > 0
    (again,) = publisher.run(
        {"do": "send", "folder": least, "to": f"hub:{repo}", "reach": {"gate": "manual"}}
    )
    assert again == sent


def test_a_private_repository_is_not_opened_to_put_a_gate_into_it(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    hub.create("org/no-gate-here", private=True)
    answer = publisher.publish(least, "org/no-gate-here", reach={"gate": "auto"})
    assert "org/no-gate-here is private, and gated was asked. Nothing was sent." in answer["message"]
    settings = hub.repository("org/no-gate-here").settings
    assert (settings.private, settings.gated) == (True, False)


def test_the_words_of_a_gate_go_into_the_header_once_and_leave_the_page_alone() -> None:
    card = "---\nlicense: mit\n---\n\n# A card\n\n---\n\nMore.\n"
    gated = gated_card(card)
    assert gated_card(gated) == gated
    assert gated.endswith("---\n\n# A card\n\n---\n\nMore.\n")
    assert gated.startswith("---\nlicense: mit\nextra_gated_prompt: ")
