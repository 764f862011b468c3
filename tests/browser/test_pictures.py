"""A picture from the import's folder to a rater's eyes, on a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

from tests.browser.conftest import Told
from tests.browser.rating import Rating
from tests.flows.running import answer_here
from tests.importers.writing import sky, write_lines
from tests.pictures import picture, put

WIDE = picture(size=(3000, 200))


def test_a_rater_sees_the_picture_and_another_person_does_not_get_it(
    story: Callable[..., Told], come_in: Callable[..., Rating], tmp_path: Path
) -> None:
    source = tmp_path / "source"
    put(source, "images/wide.png", WIDE)
    text = "Look: ![a wide band](images/wide.png)\n\n![](images/wide.png)\n\n![elsewhere](https://evil.example/x.png)"
    write_lines(source / "rows.jsonl", [sky(completions=[text, "No picture."])])
    server = story(source)
    screen = come_in(server, width=700)
    image = screen.page.locator(".rc-picture").first
    image.wait_for()
    screen.page.wait_for_function("() => document.querySelector('.rc-picture').naturalWidth === 3000")
    assert image.get_attribute("alt") == "a wide band"
    nameless = screen.page.locator(".rc-picture").nth(1)
    assert nameless.get_attribute("alt") == "picture without description"
    assert image.bounding_box()["width"] <= screen.page.locator(".rp-pane-body").first.bounding_box()["width"]
    assert screen.page.get_by_text("https://evil.example/x.png").count() == 1

    address = image.evaluate("(each) => each.src")
    served = screen.context.request.get(address)
    assert (served.status, served.body()) == (200, WIDE)
    said = served.headers
    assert said["content-type"] == "image/png"
    assert said["x-content-type-options"] == "nosniff"
    assert said["content-disposition"] == "inline"
    assert said["cache-control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in said["content-security-policy"]

    stranger = answer_here("raters", "add", server.project, "Bilal", database=server.database)
    for headers, status in (({}, 401), ({"Authorization": f"Bearer {stranger['api_key']}"}, 404)):
        assert httpx.get(address, headers=headers).status_code == status

    screen.page.locator(".rp-pane:has(.rc-picture) .rp-raw-button").click()
    assert screen.page.locator(".rc-picture").count() == 0
    assert screen.page.get_by_text("![a wide band](images/wide.png)").count() == 1
