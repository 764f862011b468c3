"""What leads call: reports, imports, judgements, versions."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from rlhf_collect.api.forms import DecisionForm, LookForm, PublishForm, VersionForm
from rlhf_collect.api.identity import as_lead, context_of
from rlhf_collect.domain.actor import Actor, Right
from rlhf_collect.errors import BadCall, BadSource
from rlhf_collect.importers import open_source
from rlhf_collect.services.adjudications import Adjudication, adjudicate, take_back_adjudication
from rlhf_collect.services.alerts import look_at_flags, project_alerts
from rlhf_collect.services.contested import MOST, contested_comparisons, which_of
from rlhf_collect.services.differences import compare_sealed
from rlhf_collect.services.exports import judgement_stream
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.leaderboard import project_leaderboard
from rlhf_collect.services.projects import find_own_project
from rlhf_collect.services.publishing import preview_publication, publish_version, reach_of, way_of
from rlhf_collect.services.rater_figures import figures_of_raters
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.services.versions import freeze_version, list_versions, version_file

router = APIRouter(tags=["lead"], prefix="/projects/{project}")
Lead = Annotated[Actor, Depends(as_lead)]
_LINES = {
    "required": True,
    "description": "One comparison on each line, in the form `docs/importing.md` describes.",
    "content": {
        "application/x-ndjson": {
            "schema": {
                "type": "object",
                "required": ["prompt", "completions"],
                "properties": {
                    "id": {"type": "string"},
                    "prompt": {"description": "Text, or a list of `{role, content}`."},
                    "completions": {
                        "type": "array",
                        "minItems": 2,
                        "maxItems": 8,
                        "items": {"type": "object"},
                    },
                },
            }
        }
    },
}
MOST_BODY = 512 * 1024 * 1024
"""Bytes of one import over HTTP; larger sources go through the command line."""


@router.get("/agreement")
def get_agreement(
    request: Request, project: str, actor: Lead, criterion: str | None = None
) -> dict[str, Any]:
    """The agreement report."""
    return project_agreement(context_of(request), actor, project, criterion)


@router.get("/leaderboard")
def get_leaderboard(
    request: Request, project: str, actor: Lead, criterion: str | None = None
) -> dict[str, Any]:
    """Strengths of the models with intervals, rank ranges and wins."""
    return project_leaderboard(context_of(request), actor, project, criterion)


@router.get("/raters")
def get_raters(request: Request, project: str, actor: Lead, criterion: str | None = None) -> dict[str, Any]:
    """How figures of raters are spread, from five on, and rows by pseudonym where the project allows them."""
    return figures_of_raters(context_of(request), actor, project, criterion)


@router.get("/contested")
def get_contested(
    request: Request,
    project: str,
    actor: Lead,
    criterion: str | None = None,
    tag: str = "",
    rater: str = "",
    undecided: bool = False,
    decided: bool = False,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 10,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> dict[str, Any]:
    """The comparisons raters differ on most, with all that was said; `after` leaves out so many from the top.

    Those that are decided come last, not at all with `undecided`, and alone with `decided`; `total` counts them either
    way.
    """
    which = which_of(undecided=undecided, decided=decided)
    return contested_comparisons(
        context_of(request),
        actor,
        project,
        criterion,
        tag=tag,
        rater=rater,
        which=which,
        limit=limit,
        after=after,
    )


@router.put("/decisions")
def put_decision(request: Request, project: str, form: DecisionForm, actor: Lead) -> dict[str, Any]:
    """Decide a comparison raters differ on: what raters said stays as it is; versions go by it and say so."""
    done = adjudicate(
        context_of(request),
        actor,
        project,
        form.comparison,
        choice=form.choice,
        reason=form.reason,
        criterion=form.criterion,
        strength=form.strength,
    )
    return _decided(form.comparison, done)


@router.delete("/decisions")
def delete_decision(
    request: Request, project: str, actor: Lead, comparison: str, criterion: str | None = None
) -> dict[str, Any]:
    """Take back one's own decision."""
    done = take_back_adjudication(context_of(request), actor, project, comparison, criterion=criterion)
    return _decided(comparison, done)


def _decided(comparison: str, done: Adjudication) -> dict[str, Any]:
    return {
        "comparison": comparison,
        "criterion": done.criterion,
        "adjudication": str(done.adjudication_id),
        "revision": done.revision_no,
    }


@router.get("/progress")
def get_progress(request: Request, project: str, actor: Lead) -> dict[str, Any]:
    """How far the project is."""
    return project_progress(context_of(request), actor, project)


@router.get("/alerts")
def get_alerts(request: Request, project: str, actor: Lead) -> dict[str, Any]:
    """What a lead should look at now, since when, what to do, and what was sent about it."""
    return project_alerts(context_of(request), actor, project)


@router.put("/flags/looked")
def put_flags_looked(request: Request, project: str, form: LookForm, actor: Lead) -> dict[str, Any]:
    """Note that what raters flagged up to a moment was looked at: `figures.before` of the alert about flags."""
    return look_at_flags(context_of(request), actor, project, form.before)


@router.post("/comparisons", status_code=201, openapi_extra={"requestBody": _LINES})
async def post_comparisons(
    request: Request, project: str, actor: Lead, skip_bad: bool = False
) -> dict[str, Any]:
    """Import comparisons from a JSON Lines body, all or nothing unless ``skip_bad``."""
    ctx = context_of(request)
    await run_in_threadpool(find_own_project, ctx, actor, project, Right.IMPORT)
    with tempfile.TemporaryDirectory(prefix="rlhf-collect-body-") as folder:
        body = Path(folder) / "body.jsonl"
        size = 0
        with body.open("wb") as out:
            async for chunk in request.stream():
                size += len(chunk)
                if size > MOST_BODY:
                    raise BadCall(
                        f"The body is over {MOST_BODY:,} bytes. Nothing was imported; use `rlhf-collect import`."
                    )
                out.write(chunk)
        if not size:
            raise BadSource("The body is empty: there is nothing to import. Send a comparison on each line.")

        def run() -> dict[str, Any]:
            source = open_source(str(body), format="rlhf_collect", name="api")
            report = import_comparisons(
                ctx,
                actor,
                project,
                source.items(),
                source=source.name,
                form=source.format,
                skip_bad=skip_bad,
                skip_with="?skip_bad=true",
            )
            return report.as_json()

        return await run_in_threadpool(run)


@router.get("/judgements", response_class=StreamingResponse)
def get_judgements(request: Request, project: str, actor: Lead) -> StreamingResponse:
    """Every judgement as JSON Lines, in the import form."""
    rows = judgement_stream(context_of(request), actor, project)

    def lines() -> Iterator[str]:
        for row in rows:
            yield json.dumps(row, ensure_ascii=False) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@router.get("/versions")
def get_versions(request: Request, project: str, actor: Lead) -> list[dict[str, Any]]:
    """Sealed versions and where they were published."""
    return [_for_clients(each) for each in list_versions(context_of(request), actor, project)]


@router.post("/versions", status_code=201)
def post_version(request: Request, project: str, form: VersionForm, actor: Lead) -> dict[str, Any]:
    """Freeze a version."""
    return _for_clients(freeze_version(context_of(request), actor, project, form.version))


def _for_clients(version: dict[str, Any]) -> dict[str, Any]:
    """A version without its folder, which only means something on the server."""
    return {name: value for name, value in version.items() if name != "path"}


@router.get("/versions/{version}/diff")
def get_diff(
    request: Request, project: str, version: str, actor: Lead, old: Annotated[str, Query(alias="from")]
) -> dict[str, Any]:
    """What changed since another sealed version: rows, agreement, outcomes, models and tags, then and now."""
    return compare_sealed(context_of(request), actor, project, old, version)


@router.get("/versions/{version}/files/{name:path}", response_class=FileResponse)
def get_version_file(request: Request, project: str, version: str, name: str, actor: Lead) -> FileResponse:
    """A file of a sealed version as its manifest lists it, whole or in part (`Range`)."""
    path, sha256 = version_file(context_of(request), actor, project, version, name)
    return FileResponse(path, media_type="application/octet-stream", headers={"ETag": f'"{sha256}"'})


@router.post("/versions/{version}/publish")
def post_publish(
    request: Request, project: str, version: str, form: PublishForm, actor: Lead
) -> dict[str, Any]:
    """Publish a sealed version to ``hub:org/name``, or say what that would do; folders are for the command line."""
    if not form.to.startswith("hub:"):
        raise BadCall("to: write hub:org/name. Only the command line may write to a folder of the server.")
    ctx, reach = context_of(request), reach_of(public=form.public, gated=form.gated)
    way = way_of(candidate=form.candidate, approve=form.approve, dry_run=form.dry_run)
    if form.dry_run:
        return preview_publication(ctx, actor, project, version, to=form.to, reach=reach)
    return publish_version(ctx, actor, project, version, to=form.to, reach=reach, way=way)
