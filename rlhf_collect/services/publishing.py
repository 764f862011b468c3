"""Publishing a sealed version: to a folder or to a dataset repository of the Hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rlhf_collect.config import is_repository
from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import BadCall
from rlhf_collect.exporters.addressed import addressed
from rlhf_collect.exporters.card import CARD
from rlhf_collect.exporters.hub.plan import plan_for_hub
from rlhf_collect.exporters.hub.publish import approve_on_hub, propose_to_hub, publish_to_hub
from rlhf_collect.exporters.hub.read import verify_hub
from rlhf_collect.exporters.manifest import NAME
from rlhf_collect.exporters.publish_folder import plan_for_folder, publish_to_folder
from rlhf_collect.exporters.reach import PRIVATE, Reach
from rlhf_collect.exporters.service_place import is_service, verify_service
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.exporters.withdrawn import read_withdrawn, refuse_withdrawn_from
from rlhf_collect.services.context import Context
from rlhf_collect.services.promises import HUB, repository_of
from rlhf_collect.services.versions import record_publication, version_to_publish

Say = Callable[[str], None]


class Way(StrEnum):
    """How a version gets to the Hub."""

    AT_ONCE = "at once"
    """One commit on ``main``, and the tag."""
    CANDIDATE = "candidate"
    """A pull request, to look at first."""
    APPROVE = "approve"
    """The merge of that pull request, and the tag."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A version that stands at its target and was read back."""

    target: str
    """``hub:org/name`` or the folder."""
    revision: str
    """Commit on the Hub, empty for a folder."""
    url: str
    """Where people look at it."""
    manifest_sha256: str
    """Its seal: what a user pins. Not the frozen one where the card was made to name the repository."""
    candidate: str = ""
    """What loads a candidate (``refs/pr/3``); empty once it is the version."""
    warnings: tuple[str, ...] = ()
    """What the lead should know, one sentence each."""

    def as_json(self, version: str) -> dict[str, Any]:
        """What the command line and the API print."""
        return {
            "version": version,
            "target": self.target,
            "revision": self.revision,
            "url": self.url,
            "manifest_sha256": self.manifest_sha256,
            **({"candidate": self.candidate} if self.candidate else {}),
            "warnings": list(self.warnings),
        }


def reach_of(*, public: bool, gated: str | None) -> Reach:
    """Who may read it. Errors: ``BadCall`` for both at once, or for a gate that is none."""
    if public and gated:
        raise BadCall("Public and gated exclude each other: leave one out. Nothing was sent.")
    if gated not in (None, "auto", "manual"):
        raise BadCall(
            f"'{gated}' is no gate. Write auto (who asks is let in) or manual (a person lets them in)."
        )
    return Reach(public=public, gate=gated)  # type: ignore[arg-type] # checked above


def way_of(*, candidate: bool, approve: bool, dry_run: bool = False) -> Way:
    """How it gets there. Errors: ``BadCall`` for several at once."""
    if candidate + approve + dry_run > 1:
        raise BadCall(
            "A candidate, its approval and a dry run are three calls: leave two out. Nothing was sent."
        )
    return Way.CANDIDATE if candidate else Way.APPROVE if approve else Way.AT_ONCE


def send_version(
    folder: Path,
    to: str,
    *,
    reach: Reach = PRIVATE,
    way: Way = Way.AT_ONCE,
    overwrite: bool = False,
    token: str | None = None,
    say: Say | None = None,
) -> Sent:
    """Verify a sealed folder, bring it to its target and read it back; needs no database.

    ``overwrite`` replaces files of ours that somebody edited on the Hub.

    Errors: ``DamagedVersion``, ``HubRefused``, ``HubUnreachable``, ``AlreadyExists``, ``BadCall``; the
    sealed folder is never changed, and the same call again goes on where this one stopped.
    """
    seal = verify_folder(folder).manifest_sha256
    repo = repository_of(to)
    if repo is None:
        refuse_for_folders(to, reach, way)
        publish_to_folder(folder, Path(to))
        return Sent(target=to, revision="", url=Path(to).absolute().as_uri(), manifest_sha256=seal)
    with addressed(folder, repo, gated=reach.gate is not None) as outgoing:
        if way is Way.APPROVE:
            done = approve_on_hub(outgoing, repo, sealed=folder, token=token, progress=say)
        else:
            send = propose_to_hub if way is Way.CANDIDATE else publish_to_hub
            done = send(
                outgoing, repo, sealed=folder, reach=reach, overwrite=overwrite, token=token, progress=say
            )
    return Sent(
        target=to,
        revision=done.commit,
        url=done.url,
        manifest_sha256=done.manifest_sha256,
        candidate=done.candidate,
        warnings=done.warnings,
    )


def publish_version(
    ctx: Context,
    actor: Actor,
    project_name: str,
    version: str,
    *,
    to: str,
    reach: Reach = PRIVATE,
    way: Way = Way.AT_ONCE,
    token: str | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """Send a sealed version to ``to`` and note that it is published. Errors as ``send_version``."""
    sealed = version_to_publish(ctx, actor, project_name, version, to=to, reach=reach)
    sent = send_version(Path(sealed["path"]), to, reach=reach, way=way, token=token, say=say)
    if not sent.candidate:
        record_publication(
            ctx,
            actor,
            project_name,
            version,
            target=sent.target,
            revision=sent.revision,
            manifest_sha256=sent.manifest_sha256,
        )
    return sent.as_json(version)


def preview_publication(
    ctx: Context,
    actor: Actor,
    project_name: str,
    version: str,
    *,
    to: str,
    reach: Reach = PRIVATE,
    overwrite: bool = False,
    token: str | None = None,
) -> dict[str, Any]:
    """What publishing would do, and the card as it would be; nothing is written. Errors as ``send_version``."""
    sealed = version_to_publish(ctx, actor, project_name, version, to=to, reach=reach)
    return plan_sending(Path(sealed["path"]), to, reach=reach, overwrite=overwrite, token=token)


def preview_card(
    ctx: Context, actor: Actor, project_name: str, version: str, *, to: str, reach: Reach = PRIVATE
) -> str:
    """The card as it would be at ``to``, by this server alone: no Hub is asked. Errors as ``version_to_publish``."""
    sealed = version_to_publish(ctx, actor, project_name, version, to=to, reach=reach)
    folder, repo = Path(sealed["path"]), repository_of(to)
    if repo is None:
        return (folder / CARD).read_text(encoding="utf-8")
    with addressed(folder, repo, gated=reach.gate is not None) as outgoing:
        return (outgoing / CARD).read_text(encoding="utf-8")


def plan_sending(
    folder: Path,
    to: str,
    *,
    reach: Reach = PRIVATE,
    overwrite: bool = False,
    token: str | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """The same for a sealed folder; needs no database."""
    repo = repository_of(to)
    if repo is None:
        refuse_for_folders(to, reach, Way.AT_ONCE)
        card = (folder / CARD).read_text(encoding="utf-8")
        return {"target": to, **asdict(plan_for_folder(folder, Path(to))), "card": card}
    with addressed(folder, repo, gated=reach.gate is not None) as outgoing:
        plan = plan_for_hub(
            outgoing, repo, sealed=folder, reach=reach, overwrite=overwrite, token=token, progress=say
        )
        return {"target": to, **asdict(plan), "card": (outgoing / CARD).read_text(encoding="utf-8")}


def refuse_for_folders(to: str, reach: Reach, way: Way) -> None:
    """Errors: ``BadCall`` for what only a repository has."""
    asked = "a gate" if reach.gate else None if way is Way.AT_ONCE else "candidates"
    if asked:
        raise BadCall(
            f"{to} is a folder, and folders have no {asked.removeprefix('a ')}. Nothing was written."
        )


def verify_target(target: str, *, token: str | None = None) -> dict[str, Any]:
    """Hold a folder, ``hub:org/name@version`` or ``http://host/project@version``, against its manifest.

    Errors: ``DamagedVersion`` naming the file; ``BadCall`` for a Hub target that is none or lacks its version,
    and for one without ``hub:`` where no such folder is.
    """
    if is_service(target):
        url, _, version = target.rpartition("@")
        if not is_service(url):
            raise BadCall(f"'{target}' names no version. Write {target}@1.0.0.")
        return asdict(verify_service(url, version, key=token))
    place = place_of(target)
    if not isinstance(place, Path):
        return asdict(verify_hub(place[0], place[1], token=token))
    if not (place / NAME).is_file():
        for version in (place.name, *read_withdrawn(place)):
            refuse_withdrawn_from(place, version)
    return asdict(verify_folder(place))


def place_of(target: str) -> Path | tuple[str, str]:
    """The folder, or the repository and version, that a target names. Errors: ``BadCall``."""
    place, _, version = target.partition("@")
    repo = repository_of(place)
    if repo is None:
        if version and is_repository(place) and not Path(target).exists():
            raise BadCall(f"There is no folder '{target}'. For the Hub, write {HUB}{target}.")
        return Path(target)
    if not version:
        raise BadCall(f"'{target}' names no version. Write {target}@1.0.0.")
    return repo, version
