"""A version on a running service as a place to load it from: over its API, with a person's key.

Files lie in the cache under the manifest's own hash, so that what is there is never of another version.
"""

# ruff: noqa: PLC0415 - most programs that load a version never speak to a service

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rlhf_collect.errors import BadCall, HubUnreachable, NotAllowed, NotFound, NotSignedIn
from rlhf_collect.exporters.alone import alone_with
from rlhf_collect.exporters.hub.place import refuse_other_version
from rlhf_collect.exporters.manifest import NAME, Manifest, bytes_sha256, file_sha256, parse_manifest
from rlhf_collect.exporters.verify import VerifyReport, damaged, refuse_other_pin, verify_folder

if TYPE_CHECKING:
    import httpx

KEY_VARIABLE = "RLHF_COLLECT_API_KEY"
"""The person's key, where none is given."""
CONNECT_SECONDS, READ_SECONDS = 10.0, 120.0
TRIES = 3
"""How often a file is asked for; what came already is not asked for again."""


@dataclass(frozen=True, kw_only=True)
class ServicePlace:
    """One version of a service's project."""

    url: str
    """``http://host/project``."""
    version: str
    """``1.2.0``."""
    key: str | None
    """The API key."""
    root: Path
    """Its folder in the cache."""
    manifest: Manifest
    """Its manifest."""

    @property
    def called(self) -> str:
        """The project's address."""
        return self.url

    def folder(self, config: str | None = None) -> Path:
        """The folder with the manifest and every file of a config, or every file. Errors: as ``find_service``."""
        for name in self.manifest["files"]:
            if config is None or name.startswith(f"{config}/"):
                self.file(name)
        return self.root

    def afresh(self) -> None:
        """What differs from the manifest is asked for again by itself."""
        return

    def file(self, name: str) -> Path:
        """The folder with at least this file. Errors: ``DamagedVersion`` if another one came."""
        target = self.root / name
        if name == NAME or (target.is_file() and file_sha256(target) == self._hash(name)):
            return self.root
        partial = self.root.with_name(f"{self.root.name}.{self._hash(name)}.partial")
        # One of a job's processes fetches, the others wait: two that write one partial file spoil it.
        with alone_with(partial):
            if not target.is_file() or file_sha256(target) != self._hash(name):
                self._fetch(name, partial)
                target.parent.mkdir(parents=True, exist_ok=True)
                partial.replace(target)
        return self.root

    def _fetch(self, name: str, partial: Path) -> None:
        with _speaking(self.url, self.key) as client:
            _download(client, f"{_files(self.url, self.version)}/{name}", partial, self._size(name))
        found = file_sha256(partial)
        if found != self._hash(name):
            partial.unlink()
            raise damaged(self.root, name, f"its SHA-256 is {found}, not {self._hash(name)}")

    def _hash(self, name: str) -> str:
        return str(self.manifest["files"][name]["sha256"])

    def _size(self, name: str) -> int:
        return int(self.manifest["files"][name]["bytes"])


def is_service(source: str | Path) -> bool:
    """Whether a source names a project of a service."""
    return str(source).startswith(("http://", "https://"))


def find_service(
    url: str, version: str, *, key: str | None, cache_dir: Path | None, manifest_sha256: str | None = None
) -> ServicePlace:
    """The version at ``http://host/project``. A pinned one that is in the cache is not asked for.

    Errors: ``NotSignedIn``, ``NotAllowed``, ``NotFound``, ``DamagedVersion`` (what came is no manifest, or not the
    pinned one), ``HubUnreachable``, ``BadCall`` for an address without a project.
    """
    key = key or os.environ.get(KEY_VARIABLE)
    cache = (cache_dir or _own_cache()) / "service"
    kept = cache / manifest_sha256 / NAME if manifest_sha256 else None
    if kept is not None and kept.is_file():
        content = kept.read_bytes()
    else:
        with _speaking(url, key) as client:
            content = _answered(client.get(f"{_files(url, version)}/{NAME}")).content
    found = bytes_sha256(content)
    refuse_other_pin(f"Version {version} of {url}", manifest_sha256, found)
    manifest = parse_manifest(content, where=f"{NAME} of {url}")
    root = cache / found
    _keep(root / NAME, content)
    return ServicePlace(url=url, version=version, key=key, root=root, manifest=manifest)


def verify_service(url: str, version: str, *, key: str | None = None) -> VerifyReport:
    """Download a version and check it as ``verify_folder`` does. Errors: as ``find_service``."""
    with TemporaryDirectory(prefix="rlhf-collect-service-") as cache:
        place = find_service(url, version, key=key, cache_dir=Path(cache))
        report = verify_folder(place.folder())
    refuse_other_version(url, version, report.version)
    return report


def _files(url: str, version: str) -> str:
    """The address under which the files of a version lie. Errors: ``BadCall``."""
    base, _, project = url.rstrip("/").rpartition("/")
    if not project or base.endswith(("/", ":")):
        raise BadCall(f"'{url}' names no project. Write http://host/project.")
    return f"{base}/api/v1/projects/{project}/versions/{version}/files"


@contextmanager
def _speaking(url: str, key: str | None) -> Iterator[httpx.Client]:
    import httpx

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        # Redirects are not followed: the key is for this service and no other.
        with httpx.Client(headers=headers, timeout=timeout) as client:
            yield client
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise HubUnreachable(
            f"The service at {url} could not be reached ({type(error).__name__}: {error}). Nothing was loaded. Try "
            "again."
        ) from error


def _download(client: httpx.Client, address: str, partial: Path, size: int) -> None:
    """Fetch a file, going on where an earlier try stopped."""
    import httpx

    for left in reversed(range(TRIES)):
        have = partial.stat().st_size if partial.is_file() else 0
        if have > size:
            partial.unlink()
            have = 0
        if have == size and partial.is_file():
            return
        try:
            with client.stream(
                "GET", address, headers={"Range": f"bytes={have}-"} if have else {}
            ) as response:
                _answered(response)
                with partial.open("ab" if response.status_code == 206 else "wb") as out:
                    for chunk in response.iter_bytes():
                        out.write(chunk)
                        if out.tell() > size:
                            break  # more than the manifest says is no file of this version, however much it is
        except httpx.TransportError:
            if not left:
                raise


def _answered(response: httpx.Response) -> httpx.Response:
    """The answer, unless it is a refusal. Errors: that refusal, in the service's own words."""
    import httpx

    if response.status_code in (200, 206):
        return response
    if response.is_redirect:
        raise BadCall(
            f"{response.url} sends on to {response.headers.get('Location')}, and a key goes only where you send it. "
            "Nothing was loaded. If that is your service, give its address."
        )
    response.read()
    try:
        said: Any = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        said = f"{response.url} answered {response.status_code}, so it is no service of ours."
    if response.status_code == 401:
        # What the service says is said to people in a browser.
        said = f"{response.url.host} did not accept the key, or was given none. Nothing was loaded."
    kinds = {
        401: (NotSignedIn, f" Give a lead's API key as token, or set {KEY_VARIABLE}."),
        403: (NotAllowed, ""),
        404: (NotFound, ""),
    }
    if response.status_code in kinds:
        kind, mend = kinds[response.status_code]
        raise kind(f"{said}{mend}")
    raise httpx.HTTPStatusError(str(said), request=response.request, response=response)


def _own_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rlhf_collect"


def _keep(path: Path, content: bytes) -> None:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        partial.write_bytes(content)
        partial.replace(path)
