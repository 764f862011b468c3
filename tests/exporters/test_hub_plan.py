"""A dry run: what publishing would do, with nothing written."""

from __future__ import annotations

from pathlib import Path

from tests.exporters.jobs import Publisher
from tests.hub import TestHub

Versions = dict[str, Path]
WRITING = {"POST", "PUT", "DELETE"}
ONLY_ASKING = ("/paths-info/",)
"""What clients send as a POST and that changes nothing."""


def test_a_dry_run_tells_what_publishing_then_does_and_writes_nothing(
    hub: TestHub, publisher: Publisher, versions: Versions
) -> None:
    repo, one, two = "org/planned", versions["1.0.0"], versions["1.1.0"]
    plan = {"do": "plan", "repo": repo}
    before = len(hub.requests)
    (new,) = publisher.run(plan | {"folder": one})
    files = sorted(path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file())
    assert (new["repository"], new["reach"], new["commits"], new["tag"]) == ("new", "private", 1, "1.0.0")
    assert new["added"] == files
    assert new["bytes"] == sum((one / name).stat().st_size for name in files)

    publisher.publish(one, repo)
    hub.edit(repo, "LICENSE", b"MIT\n")
    started = len(hub.requests)
    there, following = publisher.run(plan | {"folder": one}, plan | {"folder": two})
    assert (there["commits"], there["tag"], there["unchanged"]) == (0, "", len(files))
    assert "it would be compared again." in there["warnings"][0]
    assert (following["repository"], following["commits"], following["tag"]) == ("there", 1, "1.1.0")
    planned = {name: set(following[name]) for name in ("added", "changed", "deleted")}
    assert following["warnings"] == ["LICENSE is not ours and stays in the repository."]
    for seen in (*hub.requests[before : before + 3], *hub.requests[started:]):
        assert seen.method not in WRITING or any(each in seen.path for each in ONLY_ASKING), seen.line

    old, size = hub.files(repo), following["bytes"]
    publisher.publish(two, repo)
    now = hub.files(repo)
    assert planned["added"] == now.keys() - old.keys()
    assert planned["deleted"] == old.keys() - now.keys()
    assert planned["changed"] == {name for name in now.keys() & old.keys() if now[name] != old[name]}
    assert size == sum(len(now[name]) for name in planned["added"] | planned["changed"])


def test_a_dry_run_ends_with_the_refusal_publishing_would_end_with(
    hub: TestHub, publisher: Publisher, versions: Versions
) -> None:
    hub.create("org/plan-public", private=False)
    hub.create("org/plan-card", private=True)
    hub.edit("org/plan-card", "README.md", b"# Mine\n")
    plan = {"do": "plan", "folder": versions["1.0.0"]}
    public, card = publisher.run(plan | {"repo": "org/plan-public"}, plan | {"repo": "org/plan-card"})
    assert "org/plan-public is public, and private was asked." in public["message"]
    assert card["message"].startswith("README.md was changed on the Hub")
    (reader,) = publisher.run(plan | {"repo": "org/plan-card"}, HF_TOKEN=hub.read_token)
    assert reader["message"].startswith("This token may only read. Nothing was sent.")


def test_a_dry_run_says_what_a_new_repository_would_be_refused_for(
    hub: TestHub, publisher: Publisher, least: Path
) -> None:
    plan = {"do": "plan", "folder": least}
    end = f"Frozen version 1.0.0 is unchanged in {least}."
    (elsewhere,) = publisher.run(plan | {"repo": "nobody/new"})
    assert elsewhere["message"] == (
        "nobody/new does not exist or is not shown to this token, and it cannot be made: 'nobody' is neither your "
        "account (ada) nor its organisations (org, team). Nothing was sent. Publish to a repository of one of them. "
        f"{end}"
    )
    (reader,) = publisher.run(plan | {"repo": "org/new"}, HF_TOKEN=hub.read_token)
    assert reader["message"] == (
        f"This token may only read. Nothing was sent. Use one with write access to 'org'. {end}"
    )
    (own,) = publisher.run(plan | {"repo": "ada/new"})
    assert own["repository"] == "new"
