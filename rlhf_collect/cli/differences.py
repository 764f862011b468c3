"""Commands that hold a version against another one, or against the database: diff, rebuild."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from rlhf_collect.cli.options import Database, Json, ProjectName, VersionName, absolute, run
from rlhf_collect.cli.show import print_json, say
from rlhf_collect.errors import Refused
from rlhf_collect.wording import decimal, plural

Old = Annotated[str, typer.Argument(metavar="OLD", help="A version, a folder, or hub:org/name@version.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="What to compare it with, in the same form.")]
NAMED = 5
"""Rows of a kind that are named on a terminal; --json has a few more."""
MOST = 8
"""Models, and tags, that are told on a terminal; --json has them all."""


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (diff, rebuild):
        app.command()(command)


def diff(project: ProjectName, old: Old, new: New, database: Database = None, as_json: Json = False) -> None:
    """Say what changed between two versions: rows, agreement, answers, models and tags, then and now."""
    from rlhf_collect.services.differences import compare_folders  # noqa: PLC0415 - clients of the Hub load slowly

    # Rows are compared here and not in the server: it has raters to answer.
    with ExitStack() as opened:
        folders = [_folder(database, project, each, opened) for each in (old, new)]
        found = compare_folders(project, *folders)
    if as_json:
        print_json(found)
        return
    say(f"{project}: {found['old']['version']} -> {found['new']['version']}")
    for part in (_rows, _columns, _agreement, _outcomes, _mixes, _examples):
        for line in part(found):
            say(line)


def _folder(database: str | None, project: str, target: str, opened: ExitStack) -> Path:
    from rlhf_collect.services.differences import opened_target, sealed_folder  # noqa: PLC0415 - as above
    from rlhf_collect.services.version_inputs import is_version  # noqa: PLC0415 - as above

    if not is_version(target):
        return opened.enter_context(opened_target(absolute(target)))
    return sealed_folder(run(database, "version_to_compare", project=project, version=target))


def _rows(found: Mapping[str, Any]) -> Iterator[str]:
    for config, splits in found["rows"].items():
        for split, each in splits.items():
            line = (
                f"  {config + ' ' + split + ':':<20}{each['added']:,} added, {each['changed']:,} changed, "
                f"{each['withdrawn']:,} withdrawn; {plural(each['before'], 'row')} then, {each['now']:,} now"
            )
            columns = ", ".join(f"{name} {count:,}" for name, count in each["columns"].items())
            yield line + (f" (changed: {columns})" if columns else "")


def _columns(found: Mapping[str, Any]) -> Iterator[str]:
    for key, word in (("new_columns", "new"), ("lost_columns", "no longer there")):
        for config, names in found[key].items():
            yield f"  {config}: columns {word}: {', '.join(names)}"


def _agreement(found: Mapping[str, Any]) -> Iterator[str]:
    for criterion, figures in found["agreement"].items():
        for key, words in (
            ("percent_agreement", "same answer"),
            ("percent_agreement_no_ties", "same answer, both picked a side"),
            ("krippendorff_alpha", "Krippendorff's alpha"),
            ("position_bias", "for the response shown first"),
        ):
            then, now = (_figure(figures[key][side]) for side in ("then", "now"))
            if then != "not known" or now != "not known":
                yield f"  {criterion}, {words}: {then} then, {now} now"


def _outcomes(found: Mapping[str, Any]) -> Iterator[str]:
    for criterion, sides in found["outcomes"].items():
        then, now = (_outcome(sides[side]) for side in ("then", "now"))
        yield f"  {criterion}, answers: {then} then; {now} now"


def _mixes(found: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("models", "tags"):
        moved = {name: sides for name, sides in found[kind].items() if sides["then"] != sides["now"]}
        for name in sorted(moved, key=lambda each: -(moved[each]["now"] or 0))[:MOST]:
            then, now = (moved[name][side] or 0 for side in ("then", "now"))
            yield f"  comparisons with {kind[:-1]} {name or '(unknown)'}: {then:,} then, {now:,} now"
        if len(moved) > MOST:
            yield f"  and {len(moved) - MOST:,} more {kind}; --json has them all"


def _examples(found: Mapping[str, Any]) -> Iterator[str]:
    for config, splits in found["rows"].items():
        for kind in ("added", "changed", "withdrawn"):
            keys = [key for each in splits.values() for key in each["examples"][kind]]
            more = sum(each[kind] for each in splits.values()) - len(keys[:NAMED])
            if keys:
                yield f"  {kind} rows of {config}: {', '.join(keys[:NAMED])}" + (
                    f" and {more:,} more" if more else ""
                )


def _figure(found: Mapping[str, Any] | None) -> str:
    if not found or found.get("value") is None:
        return "not known"
    text = decimal(found["value"], 2)
    if found.get("low") is not None and found.get("high") is not None:
        text += f" ({decimal(found['low'], 2)} to {decimal(found['high'], 2)})"
    return text


def _outcome(found: Mapping[str, Any] | None) -> str:
    if not found or not found["judgements"]:
        return "none"
    shares = [f"{100 * found[name] / found['judgements']:.0f} %" for name in ("better", "ties", "both_bad")]
    return "one better {}, tie {}, both bad {}".format(*shares)


def rebuild(
    project: ProjectName,
    version: VersionName,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="DIR", help="A new folder for the version, if it is identical."),
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Build a sealed version again from the database, and say whether it is the same to the byte."""
    found = run(
        database, "rebuild", project=project, version=version, to=None if to is None else absolute(to)
    )
    if as_json:
        print_json(found)
    else:
        for line in _rebuilt(found):
            say(line)
    if not found["identical"]:
        raise Refused(
            f"{project} {version} built again is not what was sealed. Nothing was changed or kept; the sealed version "
            "stands."
        )


def _rebuilt(found: Mapping[str, Any]) -> Iterator[str]:
    name = f"{found['project']} {found['version']}"
    if found["identical"]:
        yield f"{name} built again is identical to the byte: manifest sha256 {found['manifest_sha256']}"
    else:
        yield f"{name} built again differs from what was sealed:"
        yield from (f"  changed in the database since: {each}" for each in found["inputs"])
        yield from (f"  differs: {each}" for each in found["differences"])
        for config, splits in found["rows"].items():
            yield f"  {config + ':':<14}" + ", ".join(
                f"{split} {verdict}" for split, verdict in splits.items()
            )
        if not found["inputs"] and not found["differences"]:
            yield "  which input changed is not known: the sealed folder is not at hand"
    if found["withdrawn"]:
        yield f"  it was withdrawn on {found['withdrawn']['on']}, and is not written anew"
    elif found["sealed_folder"] != "at hand":
        yield "  the sealed folder is gone or is not what was sealed: --to writes the version anew"
    if found["consents_withdrawn"]:
        yield "  since then, consent to publish what was written was withdrawn: freeze a new version without it"
    if found["path"]:
        yield f"  written to {found['path']}"
