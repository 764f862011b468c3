"""``croissant.json`` of a version: the same facts in the form dataset searches read (Croissant 1.1), as plain JSON.

Like the card it holds counts and the names of columns, and never a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from rlhf_collect.exporters.card_facts import CardFacts
from rlhf_collect.exporters.columns import Column, Config
from rlhf_collect.exporters.configs import CONFIGS
from rlhf_collect.wording import decimal, number, plural

CROISSANT = "croissant.json"
"""The file."""
_HUB = "https://huggingface.co/datasets/"
# The context of the specification: other names of terms would make other terms of them.
_TERMS = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty fileSet format "
    "includes isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace "
    "samplingRate separator source subField transform"
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}
_USES = {
    "reward_model": "Training a reward model.",
    "policy_training": "Training a language model.",
    "evaluation": "Evaluating models.",
    "research": "Research.",
}


def croissant_text(facts: CardFacts, files: Mapping[str, Mapping[str, Any]]) -> str:
    """The file as it is written; ``files`` has ``sha256`` and ``bytes`` of each Parquet file."""
    return _text(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.1",
            **_about(facts),
            **_annotation(facts),
            "distribution": [_file(name, entry) for name, entry in sorted(files.items())],
            "recordSet": list(_records(facts)),
        }
    )


def naming_repository(text: str, repo: str) -> str:
    """The file with the address of ``repo``, if it has none yet."""
    found = json.loads(text)
    return text if "url" in found else _text({**found, "url": _HUB + repo})


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True) + "\n"


def _about(facts: CardFacts) -> dict[str, Any]:
    project, manifest = facts.project, facts.manifest
    cited = f"{project.responsible} ({manifest['frozen_on'][:4]}). {project.title}, version {manifest['version']}."
    return {
        "name": project.title,
        "description": f"Human preferences about responses of language models. {project.purpose}",
        "version": manifest["version"],
        "datePublished": manifest["frozen_on"],
        "license": project.licence or "unknown",
        "citeAs": cited,
        "creator": {"@type": "sc:Organization", "name": project.responsible},
        "keywords": ["human feedback", "preference", "RLHF"],
        **({"inLanguage": manifest["languages"]} if manifest["languages"] else {}),
        **({"url": _HUB + project.repo} if project.repo else {}),
    }


def _annotation(facts: CardFacts) -> dict[str, Any]:
    """How the judgements came about, in the words of the RAI vocabulary."""
    project, counts = facts.project, facts.counts
    questions = " ".join(f"{name}: {asked}" for name, asked in sorted(project.questions.items()))
    return {
        "rai:dataCollection": f"{plural(counts['judgements'], 'judgement')} by {facts.raters} on "
        f"{plural(counts['comparisons'], 'comparison')} of responses, "
        f"{number(counts['imported_judgements'])} of the judgements imported.",
        "rai:annotationsPerItem": f"{_per_comparison(counts)}.",
        "rai:dataAnnotationProtocol": " ".join([questions, *_protocol(counts)]),
        "rai:dataAnnotationPlatform": f"rlhf_collect {facts.manifest['builder']['rlhf_collect']}",
        "rai:dataAnnotationAnalysis": list(_analysis(facts)) or ["Agreement is not known."],
        "rai:annotatorDemographics": "Not asked and not published.",
        "rai:dataBiases": "Preferences of the people who were asked; responses that look better (longer, more fluent) "
        "are often preferred to responses that are better.",
        "rai:dataLimitations": "No measure of truth and no sample of humanity. The card names the known limits.",
        "rai:dataUseCases": [_USES.get(each, "Other uses.") for each in project.use] or ["Not stated."],
        "rai:personalSensitiveInformation": "Raters by pseudonym, and by none below five; days, and no times of day; "
        "written reasons with consent only. Prompts and responses are as their sources gave them.",
        "rai:dataReleaseMaintenancePlan": "Versions are never changed. What is withdrawn is left out of later ones, "
        "and versions that hold it are removed, which WITHDRAWN.md then says; "
        f"ask {project.contact or project.responsible}.",
    }


def _per_comparison(counts: Mapping[str, Any]) -> str:
    fewest, most = counts["fewest_raters"], counts["most_raters"]
    if fewest == most:
        return f"{plural(most, 'rater')} per comparison"
    return f"{number(fewest)} to {number(most)} raters per comparison, on average {counts['mean_raters']:g}"


def _protocol(counts: Mapping[str, Any]) -> Iterator[str]:
    """What holds of judgements given here; how imported ones were given, only their sources know."""
    if counts["judgements"] > counts["imported_judgements"]:
        yield (
            "Raters saw a prompt and its responses without model names, in an order drawn for each rater and published "
            "as `presentation`. A tie and both-bad could be answered where the question allows it; a skipped "
            "comparison leaves no row."
        )
    if counts["imported_judgements"]:
        yield (
            f"{plural(counts['imported_judgements'], 'judgement')} of the total were made elsewhere and imported; "
            "their sources tell how they were collected."
        )


def _analysis(facts: CardFacts) -> Iterator[str]:
    for criterion, report in sorted(facts.agreement.items()):
        found = report.get("percent_agreement")
        if found and found.get("value") is not None:
            told = f"{criterion}: two raters gave the same answer in {decimal(100 * found['value'], 0)} % of pairs"
            if found.get("low") is not None and found.get("high") is not None:
                told += (
                    f", 95 % interval {decimal(100 * found['low'], 0)} to {decimal(100 * found['high'], 0)} %"
                )
            yield f"{told}."


def _file(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{entry['bytes']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": entry["sha256"],
    }


def _records(facts: CardFacts) -> Iterator[dict[str, Any]]:
    """One set of records per config and split, and per file where a split has several."""
    for config in CONFIGS:
        entry = facts.manifest["configs"].get(config.name)
        if entry is None:
            continue
        for split, listed in entry["splits"].items():
            for place, file in enumerate(listed["files"]):
                name = f"{config.name}-{split}" + (f"-{place:05}" if len(listed["files"]) > 1 else "")
                yield _record_set(config, name, file, facts.counts)


def _record_set(config: Config, name: str, file: str, counts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": config.about,
        "key": {"@id": f"{name}/{config.key}"},
        "field": [
            _field(column, name, file) | {"description": column.meaning_in(counts)}
            for column in config.columns
            if _type_of(column) is not None
        ],
    }


def _field(column: Column, record_set: str, file: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{column.name}",
        "name": column.name,
        "dataType": _type_of(column),
        "source": {"fileObject": {"@id": file}, "extract": {"column": column.name}},
    }


def _type_of(column: Column) -> str | None:
    """The Croissant type of a flat column; lists stay out."""
    kind = column.kind
    if pa.types.is_string(kind):
        return "sc:Text"
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_date(kind):
        return "sc:Date"
    if pa.types.is_integer(kind):
        # A null among whole numbers is read as a float by those who read tables without types of nulls.
        return "sc:Float" if column.nullable else "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else None
