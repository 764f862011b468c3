from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from rlhf_collect.importers.picture_kinds import picture_kind
from rlhf_collect.importers.pictures import MAX_BYTES, MAX_PICTURES
from tests.importers.writing import only, read_all, read_rows, sky, write_lines
from tests.pictures import picture, put

KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def with_text(text, **more):
    return sky(completions=[text, "Because of the sea."], **more)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_known_by_its_bytes_whatever_it_is_called(tmp_path, kind):
    content = picture(kind)
    put(tmp_path, "images/chart.txt", content)
    good, bad = read_rows(tmp_path, [with_text("See ![a chart](images/chart.txt).")])
    image = only(only(good).images)
    assert bad == []
    assert (image.path, image.media_type, image.content) == ("images/chart.txt", KINDS[kind], content)
    assert image.sha256 == hashlib.sha256(content).hexdigest()
    assert good[0].comparison.images == {"images/chart.txt": image.sha256}


@pytest.mark.parametrize("options", [{"format": "WEBP", "quality": 80}, {"format": "WEBP", "exif": b"Exif\0\0x"},
                                     {"format": "JPEG", "progressive": True, "comment": b"x" * 9000}])  # fmt: skip
def test_the_size_is_found_in_every_dialect(options):
    out = BytesIO()
    Image.new("RGB", (301, 7), "red").save(out, **options)
    kind = picture_kind(out.getvalue())
    assert (kind.width, kind.height) == (301, 7)


def test_every_prefix_of_a_picture_is_read_without_an_error():
    for kind in KINDS:
        content = picture(kind)
        assert all(picture_kind(content[:length]) is None or length > 9 for length in range(200))


def test_a_folder_holds_pictures_for_all_its_files_and_prompts_may_name_them(tmp_path):
    put(tmp_path, "images/a b/ü.png", picture())
    write_lines(tmp_path / "one.jsonl", [sky(1, prompt="What is ![this](images/a%20b/ü.png)?")])
    write_lines(tmp_path / "two.jsonl", [sky(2, prompt='And ![that][p]?\n\n[p]: <./images/a b/ü.png> "t"')])
    good, bad = read_all(tmp_path)
    assert bad == []
    assert [list(each.comparison.images) for each in good] == [["images/a b/ü.png"]] * 2


def test_without_an_images_folder_a_reference_stays_words(tmp_path):
    good, bad = read_rows(tmp_path, [with_text("![x](images/none.png)")])
    assert (only(good).images, bad) == ((), [])


@pytest.mark.parametrize(
    "text",
    ["![x](https://a.example/images/c.png)", "![x](pictures/c.png)", "`![x](images/none.png)`",
     "[x](images/none.png)", "    ![x](images/none.png)", "![x](/images/none.png)", "![x](../images/none.png)"],
)  # fmt: skip
def test_what_is_no_reference_to_a_shipped_picture_is_left_alone(tmp_path, text):
    put(tmp_path, "images/c.png", picture())
    good, bad = read_rows(tmp_path, [with_text(text)])
    assert (only(good).images, bad) == ((), [])


def secret_outside(folder):
    put(folder.parent, f"{folder.name}-outside/secret.png", picture())
    return folder.parent / f"{folder.name}-outside"


@pytest.mark.parametrize(
    "path", ["images/../../{outside}/secret.png", "images/%2e%2e/%2e%2e/{outside}/secret.png", "images/link.png",
             "images/way/secret.png"]
)  # fmt: skip
def test_a_picture_outside_the_folder_is_a_bad_line(tmp_path, path):
    outside = secret_outside(tmp_path)
    put(tmp_path, "images/c.png", picture())
    (tmp_path / "images/link.png").symlink_to(outside / "secret.png")
    (tmp_path / "images/way").symlink_to(outside)
    good, bad = read_rows(tmp_path, [with_text(f"![x]({path.format(outside=outside.name)})")])
    assert good == []
    assert "outside" in only(bad).what
    assert only(bad).field == "completions[0]"


def test_a_link_that_stays_inside_is_followed(tmp_path):
    put(tmp_path, "images/c.png", picture())
    (tmp_path / "images/same.png").symlink_to(tmp_path / "images/c.png")
    good, _ = read_rows(tmp_path, [with_text("![x](images/same.png)")])
    assert only(only(good).images).content == picture()


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "no picture"), (b"", "no PNG"), (b"<svg onload=alert(1)>", "no PNG"),
     (lambda: picture("BMP"), "no PNG"), (b"\x89PNG\r\n\x1a\n<script>", "no PNG"),
     (lambda: picture() + bytes(MAX_BYTES), "over"), (lambda: picture("GIF", size=(9000, 9000)), "pixels")],
)  # fmt: skip
def test_a_picture_that_is_missing_or_wrong_is_a_bad_line_with_field_and_remedy(tmp_path, content, words):
    put(tmp_path, "images/other.png", picture())
    if content is not None:
        put(tmp_path, "images/c.png", content() if callable(content) else content)
    good, bad = read_rows(tmp_path, [sky(1), with_text("![x](images/c.png)", id="c2")])
    problem = only(bad)
    assert len(good) == 1
    assert (problem.where, problem.field) == ("rows.jsonl:2", "completions[0]")
    assert words in problem.what
    assert problem.mend


def test_a_comparison_may_name_twenty_pictures_and_one_of_them_often(tmp_path):
    for number in range(MAX_PICTURES + 1):
        put(tmp_path, f"images/{number}.png", picture(colour=f"rgb({number},0,0)"))
    named = [f"![x](images/{number}.png)" for number in range(MAX_PICTURES + 1)]
    good, bad = read_rows(
        tmp_path, [with_text(" ".join(named[:-1] * 2)), with_text(" ".join(named), id="c2")]
    )
    assert len(only(good).images) == MAX_PICTURES
    assert str(MAX_PICTURES) in only(bad).what
