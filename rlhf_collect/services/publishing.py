"""Publishing a sealed version: to a folder or to a dataset repository of the Hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rlhf_collect.config import is_repository
from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import BadCall
from rlhf_collect.exporters.addressed import addressed
from rlhf_collect.exporters.hub.publish import publish_to_hub
from rlhf_collect.exporters.hub.read import verify_hub
from rlhf_collect.exporters.publish_folder import publish_to_folder
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.services.context import Context
from rlhf_collect.services.promises import HUB, repository_of
from rlhf_collect.services.versions import record_publication, version_to_publish

Say = Callable[[str], None]


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
            "warnings": list(self.warnings),
        }


def send_version(
    folder: Path,
    to: str,
    *,
    public: bool = False,
    overwrite: bool = False,
    token: str | None = None,
    say: Say | None = None,
) -> Sent:
    """Verify a sealed folder, bring it to its target and read it back; needs no database.

    ``overwrite`` replaces files of ours that somebody edited on the Hub.

    Errors: ``DamagedVersion``, ``HubRefused``, ``HubUnreachable``, ``AlreadyExists``; the sealed folder
    is never changed, and the same call again goes on where this one stopped.
    """
    seal = verify_folder(folder).manifest_sha256
    repo = repository_of(to)
    if repo is None:
        publish_to_folder(folder, Path(to))
        return Sent(target=to, revision="", url=Path(to).absolute().as_uri(), manifest_sha256=seal)
    with addressed(folder, repo) as outgoing:
        done = publish_to_hub(
            outgoing, repo, sealed=folder, public=public, overwrite=overwrite, token=token, progress=say
        )
    return Sent(
        target=to,
        revision=done.commit,
        url=done.url,
        manifest_sha256=done.manifest_sha256,
        warnings=done.warnings,
    )


def publish_version(
    ctx: Context,
    actor: Actor,
    project_name: str,
    version: str,
    *,
    to: str,
    public: bool = False,
    token: str | None = None,
) -> dict[str, Any]:
    """Send a sealed version to ``to`` and note that it is published. Errors as ``send_version``."""
    sealed = version_to_publish(ctx, actor, project_name, version, to=to, public=public)
    sent = send_version(Path(sealed["path"]), to, public=public, token=token)
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


def verify_target(target: str, *, token: str | None = None) -> dict[str, Any]:
    """Hold a folder, or ``hub:org/name@version``, against its manifest.

    Errors: ``DamagedVersion`` naming the file; ``BadCall`` for a Hub target that is none or lacks its version,
    and for one without ``hub:`` where no such folder is.
    """
    place = place_of(target)
    return asdict(
        verify_folder(place) if isinstance(place, Path) else verify_hub(place[0], place[1], token=token)
    )


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
