"""Datasets of the Hugging Face Hub, resolved to a commit and downloaded by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from rlhf_collect.errors import BadCall, BadSource, HubRefused, HubUnreachable
from rlhf_collect.importers.files import KINDS, DataFile, is_data, wanted

_ADDRESS = re.compile(r"hub:([\w.-]+/[\w.-]+?)(?:@([^:\s]+))?(?::(\S+))?")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A dataset on this machine."""

    dataset: str
    """``org/name``."""
    revision: str
    """The 40-hex commit."""
    licence: str | None
    """As the card says."""
    files: tuple[DataFile, ...]
    """Its data files, those of the config asked for."""


def fetch(address: str, token: str | None) -> Fetched:
    """Download the data files of ``hub:org/name[@revision][:config]``.

    The revision is resolved to its commit first, by asking the Hub: a cache would answer for tags
    that were moved or deleted. Errors: ``BadCall``, ``BadSource``, ``HubRefused``, ``HubUnreachable``.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise BadCall(f"'{address}' is no dataset of the Hub. Write hub:org/name[@revision][:config].")
    dataset, revision, config = match.groups()
    # Imported here: it takes a second, and reads HF_ENDPOINT when it is imported.
    from huggingface_hub import HfApi, snapshot_download  # noqa: PLC0415

    with _as_ours(dataset, revision):
        info = HfApi(token=token).dataset_info(dataset, revision=revision)
        names = [each.rfilename for each in info.siblings or ()]
        commit = info.sha
        if commit is None:
            raise HubUnreachable(f"The Hub named no commit for '{dataset}'. Nothing was imported; try again.")
        card = _card(dataset, commit, names, token)
        chosen = _chosen(dataset, names, card, config)
        folder = Path(
            snapshot_download(
                dataset, repo_type="dataset", revision=commit, allow_patterns=_literal(chosen), token=token
            )
        )
    absent = [name for name in chosen if not (folder / name).is_file()]
    if absent:
        raise HubUnreachable(
            f"The download of '{dataset}' is not complete ({absent[0]} is missing). Nothing was imported; "
            "run the same command again."
        )
    return Fetched(
        dataset=dataset,
        revision=commit,
        licence=_licence(card),
        files=tuple(DataFile(path=folder / name, name=name) for name in chosen),
    )


def _literal(names: Sequence[str]) -> list[str]:
    """File names as patterns that match nothing else."""
    return [re.sub(r"([\[*?])", r"[\1]", name) for name in names]


def _card(dataset: str, commit: str, names: Sequence[str], token: str | None) -> dict[str, Any]:
    """The YAML block at the head of README.md; empty where there is none or it is not readable."""
    if "README.md" not in names:
        return {}
    from huggingface_hub import hf_hub_download  # noqa: PLC0415 - as above

    path = hf_hub_download(dataset, "README.md", repo_type="dataset", revision=commit, token=token)
    written = Path(path).read_text(encoding="utf-8", errors="replace")
    block = re.match(r"\ufeff?---\r?\n(.*?)\r?\n---\s*(\r?\n|$)", written, re.DOTALL)
    try:
        card = yaml.safe_load(block.group(1)) if block else None
    except yaml.YAMLError:
        return {}  # the card's mistake does not touch the data; configs are then found by folder
    return card if isinstance(card, dict) else {}


def _licence(card: dict[str, Any]) -> str | None:
    value = card.get("license")
    if isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    return str(value) if value else None


def _chosen(dataset: str, names: Sequence[str], card: dict[str, Any], config: str | None) -> list[str]:
    """The data files of one config: as the card declares them, else by folder or file name."""
    declared = {
        str(each["config_name"]): each
        for each in card.get("configs") or ()
        if isinstance(each, dict) and "config_name" in each
    }
    if config is None and declared:
        config = _default(dataset, declared)
    if config is None:
        found = wanted(names)
    elif config in declared:
        found = wanted(name for name in names if _declared_in(name, declared[config]))
    else:
        found = wanted(name for name in names if _named_after(name, config))
    if not found:
        configs = sorted(declared) or sorted(
            {name.split("/")[0] for name in names if is_data(name) and "/" in name}
        )
        there = f" It has: {', '.join(configs)}." if configs else ""
        what = f"no config '{config}'" if config else f"no data file; supported are {KINDS}"
        raise BadSource(f"The dataset '{dataset}' has {what}.{there} Nothing was imported.")
    return found


def _default(dataset: str, declared: dict[str, Any]) -> str:
    for name, each in declared.items():
        if each.get("default") is True or name == "default" or len(declared) == 1:
            return name
    raise BadSource(
        f"The dataset '{dataset}' has several configs. Say which one: "
        + ", ".join(f"hub:{dataset}:{name}" for name in declared)
        + "."
    )


def _declared_in(name: str, config: dict[str, Any]) -> bool:
    folder = str(config.get("data_dir") or "").strip("/")
    inside = name.removeprefix(f"{folder}/") if folder else name
    if folder and inside == name:
        return False
    patterns = list(_patterns(config.get("data_files")))
    return not patterns or any(
        fnmatchcase(inside, each) or fnmatchcase(name, each) or inside.startswith(f"{each.rstrip('/')}/")
        for each in (pattern.removeprefix("./") for pattern in patterns)
    )


def _patterns(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _patterns(each.get("path") if isinstance(each, dict) else each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _patterns(each)


def _named_after(name: str, config: str) -> bool:
    """``preference/train.parquet``, ``data/preference-00000.parquet`` or ``preference.jsonl``."""
    parts = name.split("/")
    return config in parts[:-1] or bool(re.match(re.escape(config) + r"[.-]", parts[-1]))


@contextmanager
def _as_ours(dataset: str, revision: str | None) -> Iterator[None]:
    """The Hub client's errors as ours, with what to do."""
    import httpx2  # noqa: PLC0415 - the Hub client's own library, wanted only with it
    from huggingface_hub import constants, errors  # noqa: PLC0415 - as above

    page = f"{constants.ENDPOINT}/datasets/{dataset}"
    kept = "Nothing was imported."
    try:
        yield
    except errors.GatedRepoError as error:
        raise HubRefused(
            f"The dataset '{dataset}' is gated. Ask for access on {page} with the account of your token "
            f"(HF_TOKEN), then run the same command again. {kept}"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise HubRefused(
            f"The dataset '{dataset}' has no revision '{revision}'. See {page}/tree/main. {kept}"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise HubRefused(
            f"There is no dataset '{dataset}', or it is private and your token (HF_TOKEN) may not see it. "
            f"Check {page}. {kept}"
        ) from error
    except errors.HFValidationError as error:
        raise BadCall(f"'{dataset}' is no dataset name. Write hub:org/name[@revision][:config].") from error
    except errors.HfHubHTTPError as error:
        status = getattr(error.response, "status_code", 0)
        if status == 429 or status >= 500:
            raise _unreachable(f"answered {status}", page) from error
        raise HubRefused(
            f"The Hub refused '{dataset}' ({status}). Check your token and {page}. {kept}"
        ) from error
    except (httpx2.HTTPError, errors.LocalEntryNotFoundError, ConnectionError, TimeoutError) as error:
        raise _unreachable("could not be reached", page) from error


def _unreachable(what: str, page: str) -> HubUnreachable:
    return HubUnreachable(f"The Hub {what} ({page}). Nothing was imported; run the same command again.")
