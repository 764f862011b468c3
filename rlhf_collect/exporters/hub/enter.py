"""The door of a repository: who we are there, and that nobody reads it whom nobody meant to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlhf_collect.errors import HubRefused
from rlhf_collect.exporters.hub.look import HubState, Release, look
from rlhf_collect.exporters.reach import Reach

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def enter(api: HfApi, release: Release, reach: Reach) -> HubState:
    """Who we are, the repository with its gate, and its state. Errors: ``HubRefused`` if it is another's reach."""
    api.whoami()
    api.create_repo(release.repo, repo_type="dataset", private=not reach.visible, exist_ok=True)
    state = look(api, release.repo)
    refuse_other_reach(release, reach, state)
    if reach.gate is None or state.gate == reach.gate:
        return state
    # Before any file: none of them is readable without asking, not for a moment.
    api.update_repo_settings(release.repo, repo_type="dataset", gated=reach.gate)
    found = look(api, release.repo)
    if found.gate != reach.gate:
        raise HubRefused(
            f"The Hub did not close the gate of {release.repo} ({reach.gate}). Nothing was sent. Set it on its "
            f"settings page, then publish again. {release.kept}"
        )
    return found


def refuse_other_reach(release: Release, reach: Reach, state: HubState) -> None:
    """Errors: ``HubRefused`` for a repository that is as visible, or as closed, as nobody asked."""
    found = "private" if state.private else "gated" if state.gate else "public"
    if state.private != reach.visible and not (reach.public and found == "gated"):
        return
    ways = {"private": "without --public or --gated", "gated": "with --gated", "public": "with --public"}
    raise HubRefused(
        f"{release.repo} is {found}, and {reach.name} was asked. Nothing was sent. Change its visibility on the "
        f"Hub, or publish {ways[found]}. {release.kept}"
    )
