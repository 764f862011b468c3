"""What the labour statement of a version says about the work behind it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from rlhf_collect.config import Guidelines
from rlhf_collect.exporters.labour.facts import Correspondence, Decided, WorkDone, WorkFacts
from rlhf_collect.services.projects import Project
from rlhf_collect.storage.port import Reader, Row

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def work_facts(reader: Reader, project: Project, previous: Row | None, now: datetime) -> WorkFacts:
    """The work ``reader`` sees ``now``, in all and since the version before, and what raters were told."""
    settings = project.settings
    everything = _work_done(reader, project, None, now)
    declared = settings.content.declared_on
    return WorkFacts(
        since_beginning=everything,
        since_previous=everything if previous is None else _work_done(reader, project, previous, now),
        second_contact_exists=settings.second_contact is not None,
        prompts_source=settings.prompts.source,
        prompts_licence=settings.prompts.licence,
        access=settings.publication.access,
        screening=settings.content.screening,
        declared_by=settings.content.declared_by,
        declared_on=None if declared is None else str(declared),
        guideline_texts={
            each.version: each.texts or {"": each.text_in("en")}
            for row in reader.read("all_settings", project_id=project.project_id)
            for each in [Guidelines(**json.loads(row["settings"])["guidelines"])]
        },
    )


def _work_done(reader: Reader, project: Project, since: Row | None, now: datetime) -> WorkDone:
    since_rank = 0 if since is None else since["last_sequence"]
    moment = _BEGINNING if since is None else since["snapshot_at"] or since["frozen_at"]
    (row,) = reader.read(
        "work_done",
        project_id=project.project_id,
        last_sequence=since_rank,
        moment=moment,
    )
    first, last = row["first_day"], row["last_day"]
    asked = {"project_id": project.project_id, "last_sequence": since_rank}
    (made,), (contested,) = reader.read("decisions_made", **asked), reader.read("appeals_made", **asked)
    days = [contested.pop(name) for name in ("median_days", "max_days")]
    median_days, max_days = (None if each is None else round(float(each), 1) for each in days)
    (erased,) = reader.read("erased_count", project_id=project.project_id, last_sequence=since_rank)
    (sent,) = reader.read("messages_written", project_id=project.project_id, moment=moment, now=now)
    hours = sent.pop("reply_hours")
    return WorkDone(
        raters=int(row["raters"]),
        new_raters=int(row["new_raters"]),
        judgements=int(row["judgements"]),
        skips=int(row["skips"]),
        skips_overruled=int(row["skips_overruled"]),
        first_day=None if first is None else first.isoformat(),
        last_day=None if last is None else last.isoformat(),
        erasure_requests=int(erased["people"]),
        rows_removed=int(erased["judgements"]),
        decided=Decided(
            **{name: int(value) for name, value in (made | contested).items()},
            median_days=median_days,
            max_days=max_days,
        ),
        written=Correspondence(
            **{name: int(value) for name, value in sent.items()},
            reply_hours=None if hours is None else round(float(hours), 1),
        ),
    )


def without_messages(work: WorkFacts) -> WorkFacts:
    """The same as it was told before raters could write to the leads."""
    return replace(
        work,
        since_previous=replace(work.since_previous, written=None),
        since_beginning=replace(work.since_beginning, written=None),
    )
