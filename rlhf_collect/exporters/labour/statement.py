"""``labour_statement.json`` of a version, schema ``labour_statement/1.0``. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rlhf_collect.exporters.inputs import Previous, VersionInputs
from rlhf_collect.exporters.labour.blocks import work_blocks
from rlhf_collect.exporters.labour.facts import K_RATERS, WorkFacts
from rlhf_collect.exporters.labour.gaps import Gaps
from rlhf_collect.exporters.manifest import Manifest
from rlhf_collect.ids import content_hash

STATEMENT = "labour_statement.json"
SHELF = "labour"
"""Folder with one statement for each version so far."""
SCHEMA = "labour_statement/1.0"
_REPOSITORY = ("/dataset/repo_id", "/responsible/publication/repo_id")
_UNNAMED = "no repository was named at the freeze"
_NOT_IN_THE_FILE = "the project file does not ask"

Statement = dict[str, Any]


def write_statement(
    inputs: VersionInputs, manifest: Manifest, hashes: Mapping[str, str], folder: Path
) -> Statement:
    """Write the statement and its copy beside those of earlier versions; ``hashes`` are of the Parquet files."""
    statement = make_statement(inputs, manifest, hashes)
    text = statement_text(statement)
    (folder / STATEMENT).write_text(text, encoding="utf-8")
    (folder / SHELF).mkdir()
    _bring_earlier(inputs.previous, folder)
    (folder / SHELF / f"v{inputs.version}.json").write_text(text, encoding="utf-8")
    return statement


def statement_text(statement: Mapping[str, Any]) -> str:
    """The statement as it is written."""
    return json.dumps(statement, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def naming_repository(statement: Statement, repo: str) -> Statement:
    """The statement of a version that goes to a repository nobody had named yet; unchanged if one was named."""
    if statement["dataset"]["repo_id"] is not None:
        return statement
    return {
        **statement,
        "dataset": {**statement["dataset"], "repo_id": repo},
        "responsible": {
            **statement["responsible"],
            "publication": {**statement["responsible"]["publication"], "repo_id": repo},
        },
        "not_measured": [each for each in statement["not_measured"] if each["pointer"] not in _REPOSITORY],
    }


def make_statement(inputs: VersionInputs, manifest: Manifest, hashes: Mapping[str, str]) -> Statement:
    """The statement of a version whose manifest lacks no more than its list of files."""
    gaps, work, facts = Gaps(), inputs.work, inputs.project_facts
    told = {**manifest, "engagement": facts.engagement, "withdrawn_versions": inputs.withdrawn_versions}
    first = inputs.previous is None
    lines = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(hashes.items()))
    statement = {
        "schema": SCHEMA,
        "dataset": {
            "repo_id": facts.repo or gaps.unknown(_REPOSITORY[0], _UNNAMED),
            "version": inputs.version,
            "rows": manifest["counts"]["judgements"],
            "content_sha256": hashlib.sha256(lines.encode()).hexdigest(),
            "built_at": manifest["frozen_on"],
        },
        "period": _period(work, gaps),
        "engagement": _engagement(facts.engagement, gaps),
        "responsible": _responsible(inputs, gaps),
        "content": {
            "screening": work.screening,
            "declared_by": work.declared_by or gaps.hidden("/content/declared_by", "not_applicable"),
            "declared_at": work.declared_on or gaps.hidden("/content/declared_at", "not_applicable"),
            "contradicted_n": gaps.unknown(
                "/content/contradicted_n", "reports of content are not counted against it"
            ),
        },
        "guidelines": _guidelines(work, manifest),
        "accessibility": gaps.unknown("/accessibility", "no audit is on record"),
        "support": gaps.unknown("/support", "support offered to raters is not kept by the service"),
        "this_version": work_blocks(
            "/this_version", work.since_previous, {**told, "withdrawn_versions": inputs.withdrawn_since}, gaps
        ),
        "cumulative": gaps.hidden("/cumulative", "first_version")
        if first
        else work_blocks(
            "/cumulative",
            work.since_beginning,
            told,
            gaps,
            told=may_total(inputs),
        ),
        "overrides": [],
        "integrity": _integrity(facts.engagement, manifest, gaps),
    }
    return {**statement, "suppressions": gaps.suppressions, "not_measured": gaps.not_measured}


def may_total(inputs: VersionInputs) -> bool:
    """Whether totals since the beginning may be told: less what the versions tell, they are what one of them hides."""
    work, previous = inputs.work, inputs.previous
    if work.since_previous.few or work.since_beginning.few:
        return False
    # What earlier totals had more of is what the few did who are erased since.
    few_erased = 0 < work.since_beginning.erasure_requests < K_RATERS
    return previous is None or not (few_erased or _hid(previous))


def _hid(previous: Previous) -> bool:
    """Whether a version before hid what its few raters did, or may have: its folder is not at hand."""
    if previous.folder is None:
        return True
    told = [json.loads(path.read_bytes()) for path in (previous.folder / SHELF).glob("v*.json")]
    return any(each["period"] and each["this_version"]["skips"]["n"] is None for each in told)


def _period(work: WorkFacts, gaps: Gaps) -> dict[str, str] | None:
    done = work.since_previous
    if done.first_day is None or done.last_day is None:
        gaps.hidden("/period", "not_applicable")
        return None
    return {"start": done.first_day, "end": done.last_day}


def _engagement(kind: str, gaps: Gaps) -> dict[str, Any]:
    if kind == "paid":
        gaps.unknown("/engagement/legal_status", _NOT_IN_THE_FILE)
    else:
        gaps.hidden("/engagement/legal_status", "not_applicable")
    asked = ("nda", "age_assurance", "min_age", "contract_languages")
    return {"kind": kind, "legal_status": None, **gaps.all_unknown("/engagement", asked, _NOT_IN_THE_FILE)}


def _responsible(inputs: VersionInputs, gaps: Gaps) -> dict[str, Any]:
    facts, work, base = inputs.project_facts, inputs.work, "/responsible"
    return {
        "name": facts.responsible,
        "contact": facts.contact or gaps.unknown(f"{base}/contact", "no public address was given"),
        **gaps.all_unknown(
            base, ("client", "client_withheld_reason", "funder", "intermediaries"), _NOT_IN_THE_FILE
        ),
        "second_contact_exists": work.second_contact_exists,
        "admin_is_lead": gaps.unknown(f"{base}/admin_is_lead", "who runs the computer is not known"),
        "purpose": facts.purpose,
        "use": list(facts.use),
        "trains_automatic_judge": gaps.unknown(f"{base}/trains_automatic_judge", _NOT_IN_THE_FILE),
        "models_disclosed": gaps.unknown(f"{base}/models_disclosed", _NOT_IN_THE_FILE),
        "source": work.prompts_source or gaps.unknown(f"{base}/source", _NOT_IN_THE_FILE),
        "source_licence": work.prompts_licence or gaps.unknown(f"{base}/source_licence", _NOT_IN_THE_FILE),
        "publication": {
            "repo_id": facts.repo or gaps.unknown(_REPOSITORY[1], _UNNAMED),
            "licence": facts.licence or gaps.unknown(f"{base}/publication/licence", "no licence was given"),
            "access": work.access,
        },
    }


def _guidelines(work: WorkFacts, manifest: Manifest) -> list[dict[str, Any]]:
    """The guidelines raters of this version worked with; words are those of the English or the first text."""
    found = []
    for version in manifest["guideline_versions"]:
        texts = work.guideline_texts.get(version)
        if texts:
            text = texts.get("en") or texts[min(texts)]
            found.append(
                {
                    "version": version,
                    "words": len(text.split()),
                    "languages": sorted(each for each in texts if each),
                    "sha256": content_hash(text),
                }
            )
    return found


def _integrity(engagement: str, manifest: Manifest, gaps: Gaps) -> dict[str, Any]:
    if engagement == "paid":
        gaps.unknown("/integrity/ledger_head_sha256", "this release keeps no account of pay")
    else:
        gaps.hidden("/integrity/ledger_head_sha256", "not_applicable")
    return {
        "ledger_head_sha256": None,
        **gaps.all_unknown("/integrity", ("receipts_root", "receipts_n"), "receipts are not in use"),
        "code_version": manifest["builder"]["rlhf_collect"],
        "config_sha256": manifest["config_sha256"],
    }


def _bring_earlier(previous: Previous | None, folder: Path) -> None:
    """Copies of the statements of earlier versions, as they stand in the version before."""
    if previous is not None and previous.folder is not None:
        for path in sorted((previous.folder / SHELF).glob("v*.json")):
            shutil.copyfile(path, folder / SHELF / path.name)
