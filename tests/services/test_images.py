"""Pictures of comparisons: stored once, never changed, shown to those who may see them."""

from __future__ import annotations

import pytest

from rlhf_collect.domain.actor import OPERATOR
from rlhf_collect.errors import BadSource, NotFound
from rlhf_collect.exporters.verify import verify_folder
from rlhf_collect.importers import open_source
from rlhf_collect.services.checkup import examine_store
from rlhf_collect.services.images import find_image
from rlhf_collect.services.imports import import_comparisons
from rlhf_collect.services.serving import next_assignment, shown_comparison
from rlhf_collect.services.versions import freeze_version
from tests.importers.writing import sky, write_lines
from tests.making import ask_and_judge, invite, make_project
from tests.pictures import picture, put

FIRST, SECOND = picture(colour="navy"), picture("WEBP", colour="olive")


def pictured(folder, *, first=FIRST):
    """A folder with two comparisons, the first of which names two pictures, one of them twice."""
    put(folder, "images/first.png", first)
    put(folder, "images/again.png", first)
    put(folder, "images/second.webp", SECOND)
    named = sky(
        1,
        prompt="![x](images/first.png) ![y](images/again.png)",
        completions=["![](images/second.webp)", "b"],
    )
    write_lines(folder / "rows.jsonl", [named, sky(2)])
    return folder


def bring_folder(ctx, project, folder):
    source = open_source(str(folder))
    return import_comparisons(
        ctx, OPERATOR, project.name, source.items(), source=source.name, form=source.format
    )


def stored(ctx, project):
    return {row["sha256"] for row in ctx.store.read("known_images", project_id=project.project_id)}


def handed_pictures(ctx, rater, project):
    """The pictures of the comparison that names some, once it is handed to the rater."""
    for _ in range(2):
        assignment = next_assignment(ctx, rater, project.name)
        if images := shown_comparison(ctx, assignment).get("images"):
            return images
        ask_and_judge(ctx, rater, project)
    raise AssertionError("no comparison with pictures")


def test_the_same_bytes_are_stored_once_and_importing_again_adds_nothing(ctx, tmp_path):
    project, folder = make_project(ctx), pictured(tmp_path / "source")
    assert bring_folder(ctx, project, folder).comparisons == 2
    assert len(stored(ctx, project)) == 2
    again = bring_folder(ctx, project, folder)
    assert (again.comparisons, again.known, len(stored(ctx, project))) == (0, 2, 2)
    assert examine_store(ctx)["healthy"]


def test_another_picture_under_the_same_path_is_other_content_and_refused(ctx, tmp_path):
    project = make_project(ctx)
    bring_folder(ctx, project, pictured(tmp_path / "source"))
    before = stored(ctx, project)
    with pytest.raises(BadSource) as refused:
        bring_folder(ctx, project, pictured(tmp_path / "source", first=picture(colour="red")))
    assert "other content" in refused.value.problems[0].what
    assert stored(ctx, project) == before


def test_a_rater_sees_the_pictures_of_what_was_handed_to_them_and_no_others(ctx, tmp_path):
    project, other = make_project(ctx), make_project(ctx, "other")
    bring_folder(ctx, project, pictured(tmp_path / "source"))
    rater, idle = invite(ctx, project, "Ada").actor, invite(ctx, project, "Bilal").actor
    images = handed_pictures(ctx, rater, project)
    assert images["images/first.png"] == images["images/again.png"]
    found = find_image(ctx, rater, images["images/first.png"])
    assert (found.media_type, found.content) == ("image/png", FIRST)
    lead = invite(ctx, project, "Lea", "lead").actor
    assert find_image(ctx, lead, images["images/second.webp"]).content == SECOND
    strangers = [idle, invite(ctx, other, "Chloé").actor, invite(ctx, other, "Lou", "lead").actor, OPERATOR]
    for stranger in strangers:
        with pytest.raises(NotFound, match="or you may not see it"):
            find_image(ctx, stranger, images["images/first.png"])
    with pytest.raises(NotFound, match="or you may not see it"):
        find_image(ctx, rater, "0" * 64)


def test_a_version_holds_the_pictures_of_its_comparisons_and_can_be_imported_again(ctx, tmp_path):
    project = make_project(ctx)
    bring_folder(ctx, project, pictured(tmp_path / "source"))
    rater = invite(ctx, project, "Ada").actor
    for _ in range(2):
        ask_and_judge(ctx, rater, project)
    sealed = freeze_version(ctx, OPERATOR, project.name, "1.0.0")
    folder = ctx.versions / project.name / "1.0.0"
    assert verify_folder(folder).manifest_sha256 == sealed["manifest_sha256"]
    files = {path.name for path in (folder / "images").iterdir()}
    assert {name.split(".")[0] for name in files} == stored(ctx, project)
    assert {name.split(".")[1] for name in files} == {"png", "webp"}
    assert "2 files in `images/`" in (folder / "README.md").read_text(encoding="utf-8")
    again = make_project(ctx, "again")
    assert bring_folder(ctx, again, folder).comparisons == 2
    assert stored(ctx, again) == stored(ctx, project)
