"""What `serve` and `demo` do before the server runs and once it listens."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib.resources import as_file
from pathlib import Path

from rlhf_collect.bootstrap import Location, locate
from rlhf_collect.cli.show import say, warn
from rlhf_collect.config import Project as Settings
from rlhf_collect.config import load_projects
from rlhf_collect.demo import demo_files
from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.importers import open_judgements, open_source
from rlhf_collect.server import serve
from rlhf_collect.services.context import Context
from rlhf_collect.services.imports import import_comparisons, import_judgements
from rlhf_collect.services.projects import apply_project
from rlhf_collect.services.raters import add_rater

DEMO = "demo"
DEMO_PEOPLE = (("Ada", "rater"), ("Bilal", "rater"), ("Chloé", "rater"), ("Demo lead", "lead"))


def serve_projects(location: Location, projects: Sequence[Settings], *, host: str, port: int) -> None:
    """Apply the project files, then serve until stopped. The demo project brings its data and people along."""

    def prepare(ctx: Context, url: str) -> Callable[[], None]:
        lines: list[str] = []
        for settings in projects:
            for warning in apply_project(ctx, OPERATOR, settings)["warnings"]:
                warn(warning)
            if settings.name == DEMO:
                _import_demo(ctx)
                lines += _demo_links(ctx, url)

        def ready() -> None:
            for line in lines:
                say(line)
            say(f"Ready: {url}")

        return ready

    serve(location, host=host, port=port, prepare=prepare)


def serve_folder(folder: Path) -> None:
    """Serve every project file of a folder, as ``app.py`` does; on a Space, to every network."""
    projects = load_projects(sorted(folder.glob("*.yaml")))
    host = "0.0.0.0" if "SPACE_ID" in os.environ else "127.0.0.1"  # noqa: S104 - a Space is reached from outside
    serve_projects(locate(), projects, host=host, port=int(os.environ.get("PORT", "7860")))


def _demo_links(ctx: Context, url: str) -> list[str]:
    """Fresh invitations, since only hashes of the last ones are kept; older links go on working."""
    lines = ["Open a link in a browser; each is one person's own way in:"]
    for name, role in DEMO_PEOPLE:
        made = add_rater(ctx, OPERATOR, DEMO, name, role, keep_older=True)
        lines.append(f"  {role:<6} {name:<10} {url}/i/{made.invitation}")
    return lines


def _import_demo(ctx: Context) -> None:
    files = demo_files()
    for name in ("showcase", "comparisons", "practice"):
        with as_file(getattr(files, name)) as path:
            source = open_source(str(path))
            import_comparisons(
                ctx,
                OPERATOR,
                DEMO,
                source.items(),
                source=source.name,
                form=source.format,
                licence="Apache-2.0",
            )
    with as_file(files.judgements) as path:
        import_judgements(ctx, OPERATOR, DEMO, open_judgements(path), source="PandaLM testset-v1")
