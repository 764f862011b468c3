"""Datasets of the Hub, fetched by the real client from the test Hub."""

from __future__ import annotations

import gzip
import json
import textwrap

import pytest

from rlhf_collect.errors import BadCall
from rlhf_collect.importers import open_source
from tests.hub import TestHub
from tests.hub.fixtures import RunClient
from tests.importers.samples import helpsteer2
from tests.importers.writing import sky

CODE = """
import json, sys
from rlhf_collect.errors import CollectError, Problem
from rlhf_collect.importers import open_source

def show(address, **options):
    try:
        source = open_source(address, **options)
    except CollectError as error:
        return print(json.dumps({"code": error.code, "message": error.message}))
    items = list(source.items())
    print(json.dumps({
        "format": source.format, "name": source.name, "revision": source.revision, "licence": source.licence,
        "done": source.done == source.total,
        "where": [each.where for each in items],
        "prompts": [each.comparison.prompt[-1].content for each in items if not isinstance(each, Problem)],
        "sources": sorted({each.comparison.source for each in items if not isinstance(each, Problem)}),
        "raters": sorted({one.rater for each in items for one in getattr(each, "judgements", ())}),
    }))
"""


def pairs(*prompts: str) -> bytes:
    """JSON Lines of TRL pairs."""
    rows = [{"prompt": each, "chosen": f"{each} yes", "rejected": f"{each} no"} for each in prompts]
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def card(*configs: str) -> bytes:
    """A card with a licence and one config per name, the files in a folder of that name."""
    lines = ["---", "license: cc-by-4.0", "configs:"]
    for name in configs:
        lines += [f"- config_name: {name}", "  data_files:", "  - split: train", f"    path: {name}/train*"]
    return "\n".join([*lines, "---", "# Card", ""]).encode()


def shown(run: RunClient, *calls: str, **options: str) -> list[dict]:
    """What ``show(...)`` printed for each call, from one client process."""
    done = run(CODE + "\n".join(f"show({textwrap.dedent(call)})" for call in calls), **options)
    return [json.loads(line) for line in done.out.splitlines() if line.startswith("{")]


def test_a_revision_is_resolved_to_its_commit_and_read_from_it(hub: TestHub, run_client: RunClient) -> None:
    hub.create("org/pairs")
    old = hub.put("org/pairs", {"data/train.jsonl": pairs("old")})
    hub.tag("org/pairs", "1.0.0")
    new = hub.put("org/pairs", {"data/train.jsonl": pairs("new", "newer")})
    address = "hub:org/pairs"
    tagged, latest, by_commit = shown(
        run_client,
        f"'{address}@1.0.0', keep_preferences=True",
        f"'{address}'",
        f"'{address}@{old}'",
    )
    assert tagged == {
        "format": "trl",
        "name": f"org/pairs@{old}",
        "revision": old,
        "licence": None,
        "done": True,
        "where": ["data/train.jsonl:1"],
        "prompts": ["old"],
        "sources": [f"org/pairs@{old}"],
        "raters": ["import:org/pairs/unknown"],
    }
    assert (latest["revision"], latest["prompts"]) == (new, ["new", "newer"])
    assert by_commit["prompts"] == ["old"]


def test_a_config_is_chosen_by_the_card_and_the_licence_is_read_from_it(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("org/configs")
    own = "".join(f"{json.dumps(sky(number))}\n" for number in (1, 2)).encode()
    hub.put(
        "org/configs",
        {
            "README.md": card("preference", "comparisons"),
            "preference/train-0.jsonl": pairs("p"),
            "comparisons/train-0.jsonl": own,
            "other/rows.jsonl": pairs("o"),
        },
    )
    named, by_folder, none, unknown = shown(
        run_client,
        "'hub:org/configs:comparisons'",
        "'hub:org/configs:other'",
        "'hub:org/configs'",
        "'hub:org/configs:nothing'",
    )
    assert (named["format"], named["licence"], len(named["prompts"])) == ("rlhf_collect", "cc-by-4.0", 2)
    assert by_folder["prompts"] == ["o"]
    assert none["code"] == unknown["code"] == "bad_source"
    assert "hub:org/configs:preference" in none["message"]
    assert "comparisons" in unknown["message"]


def test_gated_private_and_missing_datasets_are_refused_with_the_page(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("org/gated")
    hub.put("org/gated", {"train.jsonl": pairs("q")})
    hub.repository("org/gated").change_settings(gated="manual")
    hub.create("org/private", private=True)
    hub.put("org/private", {"train.jsonl": pairs("q")})
    hub.create("org/open")
    hub.put("org/open", {"notes.txt": b"no data"})
    calls = [
        f"'hub:{each}'" for each in ("org/gated", "org/private", "org/missing", "org/open@9.9.9", "org/open")
    ]
    gated, private, missing, revision, nothing = shown(run_client, *calls, token=hub.stranger_token)
    assert [each["code"] for each in (gated, private, missing, revision)] == ["hub_refused"] * 4
    assert "gated" in gated["message"]
    assert f"{hub.url}/datasets/org/gated" in gated["message"]
    assert "private" in private["message"]
    assert "org/missing" in missing["message"]
    assert "9.9.9" in revision["message"]
    assert (nothing["code"], "no data file" in nothing["message"]) == ("bad_source", True)
    hub.grant("org/gated", "eve")
    (let_in,) = shown(run_client, f"'hub:org/gated', token='{hub.stranger_token}'", token="")
    assert let_in["prompts"] == ["q"]


def test_a_hub_that_does_not_answer_is_unreachable_even_with_the_dataset_cached(
    hub: TestHub, run_client: RunClient, tmp_path
) -> None:
    hub.create("org/pairs")
    hub.put("org/pairs", {"train.jsonl": pairs("q")})
    home = tmp_path / "home"
    (first,) = shown(run_client, "'hub:org/pairs'", home=home)
    assert first["prompts"] == ["q"]
    hub.fail("GET", "/api/datasets/org/pairs", what=503, times=100)
    (failing,) = shown(run_client, "'hub:org/pairs'", home=home)
    closed = "http://127.0.0.1:9"  # the discard port, on which nothing listens
    (away,) = shown(run_client, "'hub:org/pairs'", home=home, HF_ENDPOINT=closed)
    for answer in (failing, away):
        assert answer["code"] == "hub_unreachable"
        assert "same command again" in answer["message"]


@pytest.mark.parametrize("address", ["hub:", "hub:name", "hub:a/b/c", "hub:org/name@", "hub:../secret"])
def test_what_is_no_dataset_name_is_refused_without_asking(address):
    with pytest.raises(BadCall, match="hub:org/name"):
        open_source(address)


def test_the_ratings_of_helpsteer2_and_its_preferences_are_asked_for_by_their_names(
    hub: TestHub, run_client: RunClient
) -> None:
    hub.create("nvidia/HelpSteer2")

    def lines(*rows: dict[str, object]) -> bytes:
        return gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode())

    pair = {"prompt": "q", "response_1": "a", "response_2": "b", "preference_strength": 1}
    hub.put(
        "nvidia/HelpSteer2",
        {
            "train.jsonl.gz": lines(helpsteer2("q", "a"), helpsteer2("q", "b")),
            "validation.jsonl.gz": lines(helpsteer2("p", "a"), helpsteer2("p", "b")),
            "preference/preference.jsonl.gz": lines(pair),
        },
    )
    ratings, preferences, all_of_it = shown(
        run_client,
        "'hub:nvidia/HelpSteer2:train'",
        "'hub:nvidia/HelpSteer2:preference'",
        "'hub:nvidia/HelpSteer2'",
    )
    assert (ratings["format"], ratings["where"]) == ("helpsteer2-base", ["train.jsonl.gz:1"])
    assert (preferences["format"], preferences["prompts"]) == ("helpsteer2", ["q"])
    assert ratings["licence"] == "CC-BY-4.0"
    assert "different forms" in all_of_it["message"]
