"""Publishing a sealed version: to a folder or to a dataset repository of the Hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import BadCall
from rlhf_collect.exporters.hub.publish import publish_to_hub
from rlhf_collect.exporters.hub.read import verify_hub
from rlhf_collect.exporters.publish_folder import publish_to_folder
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.services.context import Context
from rlhf_collect.services.versions import find_version, record_publication

Say = Callable[[str], None]
HUB = "hub:"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A version that stands at its target and was read back."""

    target: str
    """``hub:org/name`` or the folder."""
    revision: str
    """Commit on the Hub, empty for a folder."""
    url: str
    """Where people look at it."""
    warnings: tuple[str, ...] = ()
    """What the lead should know, one sentence each."""

    def as_json(self, version: str, manifest_sha256: str) -> dict[str, Any]:
        """What the command line and the API print."""
        return {
            "version": version,
            "target": self.target,
            "revision": self.revision,
            "url": self.url,
            "manifest_sha256": manifest_sha256,
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
    verify_folder(folder)
    if to.startswith(HUB):
        repo = to[len(HUB) :]
        done = publish_to_hub(folder, repo, public=public, overwrite=overwrite, token=token, progress=say)
        return Sent(target=to, revision=done.commit, url=done.url, warnings=done.warnings)
    publish_to_folder(folder, Path(to))
    return Sent(target=to, revision="", url=Path(to).absolute().as_uri())


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
    sealed = find_version(ctx, actor, project_name, version)
    sent = send_version(Path(sealed["path"]), to, public=public, token=token)
    record_publication(
        ctx,
        actor,
        project_name,
        version,
        target=sent.target,
        revision=sent.revision,
        manifest_sha256=sealed["manifest_sha256"],
    )
    return sent.as_json(version, sealed["manifest_sha256"])


def verify_target(target: str, *, token: str | None = None) -> dict[str, Any]:
    """Hold a folder, or ``hub:org/name@version``, against its manifest.

    Errors: ``DamagedVersion`` naming the file; ``BadCall`` for a Hub target without a version.
    """
    if not target.startswith(HUB):
        return asdict(verify_folder(Path(target)))
    repo, _, version = target[len(HUB) :].partition("@")
    if not version:
        raise BadCall(f"'{target}' names no version. Write {HUB}{repo}@1.0.0.")
    return asdict(verify_hub(repo, version, token=token))
