"""Checks the YAML head of a dataset card the way the Hub does before a commit."""

from __future__ import annotations

from typing import Any

import yaml

_LICENSES = """
afl-3.0 agpl-3.0 apache-2.0 apple-amlr apple-ascl artistic-2.0 bigcode-openrail-m
bigscience-bloom-rail-1.0 bigscience-openrail-m bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear
bsl-1.0 c-uda cc cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0
cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0
cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0
creativeml-openrail-m deepfloyd-if-license ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2
fair-noncommercial-research-license gemma gfdl gpl gpl-2.0 gpl-3.0 grok2-community h-research
intel-research isc lgpl lgpl-2.1 lgpl-3.0 lgpl-lr llama2 llama3 llama3.1 llama3.2 llama3.3 llama4
lppl-1.3c mit mpl-2.0 ms-pl ncsa odbl odc-by ofl-1.1 open-mdw openmdw-1.0 openrail openrail++
osl-3.0 other pddl postgresql unknown unlicense wtfpl zlib
"""

LICENSES = frozenset(_LICENSES.split())

SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B")


def read_head(content: str) -> Any:
    """The YAML between the first two ``---`` lines, None without one; raises `yaml.YAMLError`."""
    lines = content.lstrip("\ufeff").splitlines()
    if not lines or lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        return None
    end = [line.strip() for line in lines[1:]].index("---") + 1
    return yaml.safe_load("\n".join(lines[1:end]))


def check_card(content: str) -> tuple[list[str], list[str]]:
    """Errors and warnings about the head of a card."""
    try:
        head = read_head(content)
    except yaml.YAMLError as broken:
        return [f"bad YAML in the head of the card: {broken}"], []
    if head is None:
        return [], ["empty or missing yaml metadata in repo card"]
    if not isinstance(head, dict):
        return ['"metadata" must be an object'], []
    return [*_check_words(head), *_check_configs(head.get("configs", []))], []


def _check_words(head: dict[str, Any]) -> list[str]:
    errors = []
    for number, licence in enumerate(_listed(head.get("license"))):
        if licence not in LICENSES:
            errors.append(f'"license[{number}]" must be one of the known licences, not {licence!r}')
    for number, size in enumerate(_listed(head.get("size_categories"))):
        if size not in SIZES and not str(size).startswith("n>"):
            errors.append(f'"size_categories[{number}]" must be one of {", ".join(SIZES)}')
    for name in ("tags", "language", "task_categories", "annotations_creators", "source_datasets"):
        if not all(isinstance(word, str) for word in _listed(head.get(name))):
            errors.append(f'"{name}" must be an array of strings')
    if "pretty_name" in head and not isinstance(head["pretty_name"], str):
        errors.append('"pretty_name" must be a string')
    return errors


def _check_configs(configs: Any) -> list[str]:
    if not isinstance(configs, list):
        return ['"configs" must be an array']
    errors, defaults = [], 0
    for number, config in enumerate(configs):
        if not isinstance(config, dict) or not isinstance(config.get("config_name"), str):
            errors.append(f'"configs[{number}].config_name" is required')
            continue
        defaults += bool(config.get("default"))
        files = config.get("data_files", "**")
        if isinstance(files, list) and not all(_is_data_file(item) for item in files):
            errors.append(f'"configs[{number}].data_files" must have "split" and "path" in each item')
    if defaults > 1:
        errors.append('only one of "configs" can be the default')
    return errors


def _is_data_file(item: Any) -> bool:
    return isinstance(item, str) or (isinstance(item, dict) and {"split", "path"} <= set(item))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
