"""The door of a repository: who we are there, and that nobody reads it whom nobody meant to.

A new repository is private until its gate is closed: it is never open to everyone for as much as a moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rlhf_collect.errors import HubRefused
from rlhf_collect.exporters.hub.answers import page_of
from rlhf_collect.exporters.hub.look import HubState, look, look_if_there
from rlhf_collect.exporters.hub.release import GOES_ON, LOOKS, Release
from rlhf_collect.exporters.reach import Reach

if TYPE_CHECKING:
    from huggingface_hub import HfApi

LETS_IN = {"auto": "who asks is let in at once", "manual": "a person lets readers in"}
"""What a gate means to readers."""


def enter(api: HfApi, release: Release, reach: Reach) -> tuple[HubState, list[str]]:
    """The repository as it is wanted, made where there is none, and what was changed about its gate.

    Errors: ``HubRefused`` for a token that cannot do it, another reach, or a gate that would be loosened.
    """
    account = api.whoami()
    refuse_reading_token(release, account)
    state = look_if_there(api, release.repo)
    new = state is None
    if state is None:
        state = _make(api, release, reach)
    changed = gate_notes(release, reach, state, done=True)
    notes = [] if new else changed
    opens = may_be_shown(api, release, reach, state)
    if not opens:
        refuse_other_reach(release, reach, state)
    if reach.gate is None:
        return state, notes
    # Before any file: none of them is readable without asking, not for a moment.
    if state.gate != reach.gate:
        state = _close_gate(api, release, reach)
        if notes:
            release.ground.say(notes[0])
    if opens:
        state = _show(api, release, reach)
        notes += [] if new else [f"{release.repo} was private and never held anything; it is shown now."]
    return state, notes


def _make(api: HfApi, release: Release, reach: Reach) -> HubState:
    private = not reach.visible or reach.gate is not None
    with release.ground.sending(f"Whether the new repository {release.repo} was made {LOOKS}"):
        api.create_repo(release.repo, repo_type="dataset", private=private, exist_ok=True)
    shown = "private" if private else "public"
    release.ground.say(f"The new repository {release.repo} is {shown} and empty: {GOES_ON}")
    return look(api, release.repo)


def _show(api: HfApi, release: Release, reach: Reach) -> HubState:
    """Errors: ``HubRefused`` if it is not shown afterwards."""
    empty = f"The repository {release.repo} is empty and its gate is closed ({reach.gate})"
    with release.ground.sending(f"{empty}; whether it is shown {LOOKS}"):
        api.update_repo_settings(release.repo, repo_type="dataset", private=False)
    release.ground.say(f"{empty}: {GOES_ON}")
    state = look(api, release.repo)
    refuse_other_reach(release, reach, state)
    return state


def refuse_reading_token(release: Release, account: Mapping[str, Any]) -> None:
    """Errors: ``HubRefused`` for a token that says of itself that it only reads; others say too little."""
    if _role(account) == "read":
        raise HubRefused(
            f"This token may only read. Nothing was sent. Use one with write access to '{release.owner}'. "
            f"{release.kept}"
        )


def refuse_other_namespace(release: Release, account: Mapping[str, Any]) -> None:
    """Errors: ``HubRefused`` for a new repository where neither the account nor its organisations are."""
    orgs = [str(each["name"]) for each in account.get("orgs") or ()]
    # What a fine-grained token may do, and where, it does not say in words we know.
    if _role(account) != "write" or release.owner in (account["name"], *orgs):
        return
    has = f"its organisations ({', '.join(orgs)})" if orgs else "an organisation of it"
    raise HubRefused(
        f"{release.repo} does not exist or is not shown to this token, and it cannot be made: '{release.owner}' is "
        f"neither your account ({account['name']}) nor {has}. Nothing was sent. Publish to a repository of one of "
        f"them. {release.kept}"
    )


def may_be_shown(api: HfApi, release: Release, reach: Reach, state: HubState) -> bool:
    """Whether a private repository never held anything, as a first try leaves it that stopped at the gate."""
    if reach.gate is None or not state.private or state.tags or state.manifest:
        return False
    refs = api.list_repo_refs(release.repo, repo_type="dataset", include_pull_requests=True)
    others = [each.name for each in refs.branches if each.name != "main"]
    commits = api.list_repo_commits(release.repo, repo_type="dataset")
    return not others and not refs.pull_requests and len(commits) == 1 and state.files <= {".gitattributes"}


def gate_notes(release: Release, reach: Reach, state: HubState, *, done: bool) -> list[str]:
    """What changes about the gate, in a sentence, said as ``done`` or as planned.

    Errors: ``HubRefused`` where readers who have to ask now would no longer have to, or be let in by themselves.
    """
    if reach.gate is None or state.gate == reach.gate:
        return []
    if state.gate == "manual":
        raise HubRefused(
            f"The gate of {release.repo} is manual ({LETS_IN['manual']}), and auto was asked ({LETS_IN['auto']}). "
            f"Nothing was sent, and the gate is as it was: only a person opens it, on {_settings(release)}. Publish "
            f"with --gated manual, or change it there first. {release.kept}"
        )
    new = f"{reach.gate}: {LETS_IN[reach.gate]}"
    if state.gate:
        change = f"was {state.gate} and is now {new}" if done else f"is {state.gate} and would be {new}"
        return [f"The gate of {release.repo} {change}."]
    change = f"had no gate and has one now ({new})" if done else f"has no gate and would get one ({new})"
    return [f"{release.repo} {change}."]


def _close_gate(api: HfApi, release: Release, reach: Reach) -> HubState:
    """Errors: ``HubRefused`` if it is not closed afterwards."""
    made = release.ground.said  # a new one stays private whatever comes of this
    with release.ground.sending(made or f"Whether the gate of {release.repo} is {reach.gate} by now {LOOKS}"):
        api.update_repo_settings(release.repo, repo_type="dataset", gated=reach.gate)
    found = look(api, release.repo)
    if found.gate != reach.gate:
        raise HubRefused(
            f"The Hub did not close the gate of {release.repo} ({reach.gate}). Nothing was sent. Set it on "
            f"{_settings(release)}, then publish again. {release.kept}"
        )
    return found


def refuse_other_reach(release: Release, reach: Reach, state: HubState) -> None:
    """Errors: ``HubRefused`` for a repository that is as visible, or as closed, as nobody asked."""
    found = "private" if state.private else "gated" if state.gate else "public"
    if state.private != reach.visible and not (reach.public and found == "gated"):
        return
    # More readers than raters were told of would be refused next: it is not offered as if it would do.
    told = " where raters were told so" if reach.name != "public" else ""
    ways = {
        "private": "without --public or --gated",
        "gated": f"with --gated {state.gate}{told}",
        "public": f"with --public{told}",
    }
    raise HubRefused(
        f"{release.repo} is {found}, and {reach.name} was asked. Nothing was sent. Change who may read it on "
        f"{_settings(release)}, or publish {ways[found]}. {release.kept}"
    )


def _settings(release: Release) -> str:
    return f"its settings page ({page_of(release.repo, settings=True)})"


def _role(account: Mapping[str, Any]) -> str:
    """``read``, ``write``, ``fineGrained``; empty where it is not said."""
    return str(((account.get("auth") or {}).get("accessToken") or {}).get("role") or "")
