"""Commands that begin a project and bring comparisons and judgements in: init, check, apply, serve, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rlhf_collect.bootstrap import Location, locate
from rlhf_collect.cli.options import Database, Json, ProjectName, absolute, run
from rlhf_collect.cli.show import print_json, say, warn
from rlhf_collect.config import check_projects, check_recipe, load_project, load_projects, template
from rlhf_collect.errors import AlreadyExists, BadCall, BadConfig, BadSource, writing
from rlhf_collect.wording import plural

Configs = Annotated[list[Path], typer.Argument(metavar="CONFIG...", help="Project files.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Import the good lines, count the bad ones.")]


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (init, check, apply, serve, demo):
        app.command()(command)
    app.command("import")(import_comparisons)
    app.command("import-judgements")(import_judgements)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the project file goes.")],
    name: Annotated[str, typer.Option("--name", help="Name of the project.")] = "my-project",
    as_json: Json = False,
) -> None:
    """Write a commented project file that `check` accepts as it is."""
    text, target = template(name), folder / f"{name}.yaml"
    with writing(target):
        if target.exists():
            raise AlreadyExists(f"{target} exists already. Nothing was written; choose another --name.")
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"project": name, "config": str(target)})
    else:
        say(f"Wrote {target}. Read it through, then: rlhf-collect check {target}")


def check(
    configs: Configs,
    recipe: Annotated[
        Path | None, typer.Option("--recipe", metavar="FILE", help="A recipe to freeze versions of them by.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List every problem of project files at once, with path and allowed values."""
    problems = check_projects(configs)
    if recipe and not problems:
        found = [each for config in configs for each in check_recipe(recipe, load_project(config))]
        problems = list(dict.fromkeys(found))
    if as_json:
        print_json({"problems": [vars(each) for each in problems]})
    if problems:
        raise BadConfig(f"{plural(len(problems), 'problem')} found.", problems=problems)
    if not as_json:
        for config in (*configs, *([recipe] if recipe else [])):
            say(f"{config}: good.")


def apply(configs: Configs, database: Database = None, as_json: Json = False) -> None:
    """Record projects in the database, or their new settings."""
    load_projects(configs)  # every file is read before the first is recorded
    done = [run(database, "apply", config=absolute(config)) for config in configs]
    if as_json:
        print_json({"projects": done})
        return
    for each in done:
        changed = f" ({', '.join(each['settings'])})" if each["settings"] else ""
        say(
            f"{each['project']}: "
            f"{'settings ' + str(each['setting_no']) + changed if each['changed'] else 'unchanged'}."
        )
        for warning in each["warnings"]:
            warn(warning)


Host = Annotated[str, typer.Option("--host", help="Address to listen on; 0.0.0.0 for every network.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
DEMO = Path("configs/demo.yaml")


def serve(configs: Configs, host: Host = "127.0.0.1", port: Port = 7860, database: Database = None) -> None:
    """Serve projects: pages and API."""
    from rlhf_collect.cli.serving import serve_projects  # noqa: PLC0415 - importing gradio takes seconds

    serve_projects(locate(database), load_projects(configs), host=host, port=port)


def demo(
    host: Host = "127.0.0.1",
    port: Port = 7860,
    data: Annotated[Path, typer.Option("--data", help="Folder for the database.")] = Path("data/demo"),
) -> None:
    """Serve the demo project: real comparisons, three raters and a lead, links that can be clicked."""
    from rlhf_collect.cli.serving import serve_projects  # noqa: PLC0415 - importing gradio takes seconds

    location = Location(database=(data / "demo.duckdb").absolute())
    serve_projects(location, [load_project(DEMO)], host=host, port=port)


def import_comparisons(
    project: ProjectName,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="File, folder, or hub:org/name[@revision][:config].")
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="Form of the source, when not recognised.")
    ] = None,
    skip_bad: SkipBad = False,
    keep_preferences: Annotated[
        bool, typer.Option("--keep-preferences", help="Also import the source's preferences as judgements.")
    ] = False,
    licence: Annotated[
        str | None,
        typer.Option("--licence", help="Licence of the source, such as CC-BY-NC-4.0; else as its card says."),
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Import comparisons from a file, folder or Hub dataset; all or nothing unless --skip-bad."""
    _import(
        database,
        "bring_comparisons",
        as_json,
        project=project,
        source=absolute(source),
        format=format,
        skip_bad=skip_bad,
        keep_preferences=keep_preferences,
        token=None,
        licence=licence,
    )


def import_judgements(
    project: ProjectName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON Lines, JSON, CSV or Parquet.")],
    skip_bad: SkipBad = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Import judgements made elsewhere."""
    if not file.exists():
        raise BadCall(f"{file} does not exist. Nothing was imported.")
    _import(database, "bring_judgements", as_json, project=project, file=absolute(file), skip_bad=skip_bad)


def _import(database: str | None, operation: str, as_json: bool, **values: Any) -> None:
    """Run an import and show its report; a refused one shows its problems in the same form."""
    try:
        report = run(database, operation, **values)
    except BadSource as error:
        if as_json:
            print_json({"problems": [vars(each) for each in error.problems]})
        raise
    for line in report["problems"]:
        typer.echo(line, err=True)
    if as_json:
        print_json(report)
        return
    parts = [
        plural(report["comparisons"], "new comparison") if report["form"] != "judgements" else "",
        f"{report['known']:,} known already" if report["known"] else "",
        plural(report["judgements"], "new judgement")
        if report["judgements"] or report["form"] == "judgements"
        else "",
        plural(report["known_judgements"], "judgement") + " known already"
        if report["known_judgements"]
        else "",
        plural(report["repeats"], "of them a repeat", "of them repeats") if report["repeats"] else "",
        plural(report["undated"], "of them without a date", "of them without a date")
        if report["undated"]
        else "",
        plural(report["skips"], "skip") if report["skips"] else "",
        plural(report["bad"], "bad line") + " left out" if report["bad"] else "",
    ]
    say(f"{report['source']} ({report['form']}): " + ", ".join(part for part in parts if part) + ".")
    for note, count in report["notes"].items():
        say(f"  {plural(count, 'comparison')}: {note}.")
