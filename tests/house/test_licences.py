"""Nothing under the GPL runs in the service."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from tests.house.source import ROOT

COPYLEFT = re.compile(r"\b[AL]?GPL|General Public|\bMPL\b|MPL-|Mozilla|EUPL|\bCDDL\b|\bEPL\b", re.IGNORECASE)
MOZILLA = {
    "certifi": "MPL-2.0: a list of certificates, used as it is",
    "orjson": "MPL-2.0 with Apache-2.0 or MIT: comes with Gradio",
    "pathspec": "MPL-2.0: builds the package, does not run in the service",
    "tqdm": "MPL-2.0 with MIT: comes with datasets",
}
"""Under the Mozilla Public License, which binds changes to these files alone; we make none."""


def runtime() -> list[Distribution]:
    """What is locked for the service and installed here; the rest is for other systems."""
    locked = re.findall(
        r"^([a-z0-9._-]+)==", (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    found = []
    for name in locked:
        try:
            found.append(distribution(name))
        except PackageNotFoundError:
            continue
    return found


def licence(of: Distribution) -> str:
    """What a distribution says it is under; of a whole licence text, the first line."""
    told = [of.metadata.get("License-Expression") or ""]
    told += [each for each in of.metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    told += (of.metadata.get("License") or "").strip().splitlines()[:1]
    return "; ".join(each for each in told if each)


def test_what_runs_is_locked_and_installed():
    assert len(runtime()) > 50


def test_every_distribution_says_what_it_is_under():
    assert [each.name for each in runtime() if not licence(each)] == []


def test_none_is_under_the_gpl_and_those_under_the_mozilla_licence_are_known():
    bound = {each.name.lower(): licence(each) for each in runtime() if COPYLEFT.search(licence(each))}
    assert set(bound) == set(MOZILLA)
    assert {name for name, words in bound.items() if not re.search("MPL|Mozilla", words)} == set()
    assert [words for words in bound.values() if re.search("GPL", words)] == []
