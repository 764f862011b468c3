"""Commands about people: raters add, set, list, figures, remove, erase, erasures."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from rlhf_collect.bootstrap import Location, locate
from rlhf_collect.cli.options import Database, Json, ProjectName, run
from rlhf_collect.cli.show import print_json, say
from rlhf_collect.errors import BadCall
from rlhf_collect.wording import decimal, plural

_OLDER, _ENDED = "older links, keys and sessions", "links, keys and sessions"
_FIGURES = {
    "peer_agreement": "Same answer as others",
    "gold_accuracy": "Known answers as expected",
    "self_consistency": "Same answer when asked again",
    "first_shown": "Choice shown first",
    "tie_share": "Ties and both bad",
}
Languages = Annotated[
    str | None,
    typer.Option("--languages", help="Only comparisons in these, such as fr,en; empty text for all."),
]
Tags = Annotated[
    str | None,
    typer.Option("--tags", help="Only comparisons with one of these, such as law,medicine; empty for all."),
]
raters = typer.Typer(help="People of a project.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.add_typer(raters, name="raters")


@raters.command("add")
def add(
    project: ProjectName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the person is called in the project.")],
    role: Annotated[str, typer.Option("--role", help="rater, lead or admin.")] = "rater",
    url: Annotated[
        str | None, typer.Option("--url", help="Public address of the service, when it is not the local one.")
    ] = None,
    languages: Languages = None,
    tags: Tags = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Invite a person, or replace what one has lost, and print their link and API key, once: only hashes are kept."""
    limits = {"languages": _words(languages), "tags": _words(tags)}
    made = run(database, "invite", project=project, name=name, role=role, **limits)
    base = (url or _served_at(locate(database))).rstrip("/")
    link = f"{base}/i/{made['invitation']}"
    if as_json:
        print_json(
            {"name": made["name"], "role": made["role"], "invite_url": link, "api_key": made["api_key"]}
        )
        return
    say(f"{made['name']} ({made['role']})")
    say(f"  invitation, for 30 days:  {link}")
    say(f"  API key, shown only now:  {made['api_key']}")
    if made["ended"]:
        say(
            f"  {made['name']} was known: {plural(made['ended'], 'older link, key or session', _OLDER)} ended."
        )


@raters.command("set")
def set_rater(
    project: ProjectName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the person is called in the project.")],
    languages: Languages = None,
    tags: Tags = None,
    decides: Annotated[
        bool | None,
        typer.Option(
            "--decides/--no-decides", help="Whether they decide contested comparisons leads leave to them."
        ),
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Say which comparisons a person is asked about from now on, and whether they decide contested ones."""
    limited = languages is not None or tags is not None
    if not limited and decides is None:
        raise BadCall("Nothing was changed: name --languages, --tags, --decides or --no-decides.")
    done: dict[str, Any] = {}
    if decides is not None:
        done |= run(database, "decider", project=project, name=name, decides=decides)
    if limited:
        asked = {"languages": _words(languages), "tags": _words(tags)}
        done |= run(database, "limit", project=project, name=name, **asked)
    if as_json:
        print_json(done)
        return
    if limited:
        say(f"{name} is asked about {_limits(done) or 'everything'}.")
    if decides is not None:
        now = "decides contested comparisons that leads leave to a second rater"
        say(f"{name} {now}." if decides else f"{name} decides no contested comparisons any more.")


def _words(text: str | None) -> list[str] | None:
    """The words of a list with commas; ``None`` where nothing was said."""
    return None if text is None else text.split(",")


def _limits(person: dict[str, Any]) -> str:
    """What somebody is asked about, in words; empty for everything."""
    spoken = [f"comparisons in {', '.join(person['languages'])}"] if person["languages"] else []
    tagged = [f"tagged {' or '.join(person['tags'])}"] if person["tags"] else []
    return " ".join(spoken + tagged)


@raters.command("figures")
def figures(
    project: ProjectName,
    criterion: Annotated[str | None, typer.Option("--criterion", help="Default: the first.")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """What leads may see of raters (quality.visibility): how figures are spread, and rows by pseudonym."""
    found = run(database, "rater_figures", project=project, criterion=criterion)
    if as_json:
        print_json(found)
        return
    say("Raters in each tenth from 0 to 100 %, from answers only. Low agreement may be a minority view.")
    for key, name in _FIGURES.items():
        tenths = found["tenths"][key]
        said = f"– ({found['notes'][key]})" if tenths is None else " ".join(f"{each:>3}" for each in tenths)
        say(f"  {name + ':':<34}{said}")
    band = found["alpha_without_any_one"]
    if band is not None:
        low, high = decimal(band["low"], 2), decimal(band["high"], 2)
        say(f"  Without any one rater, Krippendorff's alpha lies between {low} and {high}.")
    width = 2 + max((len(row["rater"]) for row in found["rows"]), default=0)
    for row in found["rows"]:
        say(f"  {row['rater']:<{width}}{_row(row)}")
    if found["visibility"] == "anonymous" and found["flagged"]:
        say(f"  Answers that show two signals: {plural(found['flagged'], 'rater')}. A person should look.")


def _row(row: dict[str, Any]) -> str:
    """A rater's figures in one line, with what stands out in words."""
    peers = row["peer_agreement"]
    same = "" if peers is None else f", same answer as others {decimal(100 * peers['value'], 0)} %"
    seen = f"; a person should look: {', '.join(row['signals'])}" if row["signals"] else ""
    alone = f"; no flag, and nothing follows from it: {row['alone'][0]}" if row["alone"] else ""
    return f"{plural(row['judgements'], 'judgement')}{same}{seen}{alone}"


@raters.command("list")
def list_raters(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """Who was invited, and what lets them in now."""
    known = run(database, "people", project=project)
    if as_json:
        print_json(known)
        return
    for each in known["people"]:
        held = [kind for kind in ("invitation", "key", "session") if each[kind]]
        say(
            f"{each['role']:<6} {each['name']:<30} {str(each['created_at'])[:10]}  {', '.join(held) or 'no way in'}"
            + (f"  {limits}" if (limits := _limits(each)) else "")
            + ("  decides contested comparisons" if each["decides"] else "")
        )
    if not known["people"]:
        say(f"Nobody yet. Invite somebody: rlhf-collect raters add {project} NAME")


@raters.command("remove")
def remove(
    project: ProjectName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the person is called in the project.")],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """End a person's link, key and sessions; what they did stays."""
    done = run(database, "remove", project=project, name=name)
    if as_json:
        print_json(done)
        return
    say(f"{plural(done['ended'], 'link, key or session', _ENDED)} of {name} ended. What they judged stays.")


@raters.command("erase")
def erase(
    project: ProjectName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the person is called in the project.")],
    judgements: Annotated[
        str,
        typer.Option(
            "--judgements",
            help="left_out: versions to come are made without them. kept: they stay, without a name.",
        ),
    ] = "left_out",
    removal: Annotated[
        bool, typer.Option("--removal", help="They also ask for removal from what is published.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: it cannot be undone.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Erase a person's data, as they asked; the same as they can do themselves on their page."""
    if not yes:
        raise BadCall(f"This cannot be undone. Nothing about {name} was erased; add --yes to do it.")
    done = run(database, "erase", project=project, name=name, judgements=judgements, removal=removal)
    if as_json:
        print_json(done)
        return
    say(f"{name} is erased; {_of_judgements(done)}.")
    _say_left(done, project, asked=removal)
    if not done["bytes_gone"]:
        say(
            "The database file still has the bytes: somebody reads, or the disk is full. The next start removes them."
        )
    say("Backups made before, and files that were imported, still hold it: delete it there too.")
    say("Importing such a file again would bring it back.")


@raters.command("erasures")
def list_of_erasures(project: ProjectName, database: Database = None, as_json: Json = False) -> None:
    """What people who had their data erased ask for; nothing says who they were."""
    found = run(database, "erasures", project=project)
    if as_json:
        print_json(found)
        return
    for each in found["erasures"]:
        asks = "; asks for removal from what is published" if each["removal_asked"] else ""
        say(f"{each['erased_on']}  {_of_judgements(each)}{asks}")
        _say_left(each, project, asked=each["removal_asked"])
    if not found["erasures"]:
        say("Nobody had their data erased.")


def _of_judgements(erased: dict[str, Any]) -> str:
    if erased["judgements"] == "kept":
        return "judgements stay, without a name"
    return f"{plural(erased['left_out'], 'judgement')} left out from now on"


def _say_left(erased: dict[str, Any], project: str, *, asked: bool) -> None:
    """What still holds something of theirs, and how it goes."""
    if not erased["versions"]:
        return
    say(f"  Sealed before, and hold what they judged: {', '.join(erased['versions'])}.")
    for target, versions in erased["standing"].items() if asked else ():
        command = f"rlhf-collect withdraw {project} --versions {','.join(versions)} --from {target}"
        say(f"  Freeze and publish a new version, then: {command}")


def _served_at(location: Location) -> str:
    """Address of the server that holds the database, else the usual one."""
    try:
        return str(json.loads(location.server.read_text(encoding="utf-8"))["url"])
    except (OSError, ValueError, KeyError):
        return "http://127.0.0.1:7860"
