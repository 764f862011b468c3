"""The whole attack corpus, through the real import, server and page, in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from rlhf_collect.importers.parts import MAX_CHARACTERS
from tests.depth import further
from tests.flows.running import Server, answer_here, write_project
from tests.rendering.attacks import ATTACKS
from tests.rendering.long_texts import LONG_TEXTS
from tests.rendering.reading import MATH_TAGS, TEXT_TAGS
from tests.web.browser import Visit, visit

INSPECT = (Path(__file__).parent / "inspect_page.js").read_text(encoding="utf-8")
WATCH = """window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(event.effectiveDirective + " " + event.blockedURI));"""
TITLE = "<img src=x onerror=alert(1)> ${alert(1)} {{1}}"
PERSON = "<svg onload=alert(1)> Ada \" ' ${x}"
ROUTES = re.compile(
    r"/i/[^/]+|/(rate|lead)/((assets|static/js)/.+|theme\.css|gradio_api/(queue/(join|data)|heartbeat/.+))?"
    r"|/api/v1/(me|me/guidelines|judgements|assignments/[^/]+/draft|projects/[a-z]+/next)|/favicon\.ico|/fonts/maths-\w+\.woff2"
)
OURS = set(
    re.findall(
        r"\w+",
        "h1 h2 h3 h4 p b i u a button div span small code ul li table thead tbody tr th td section article figure "
        "figcaption blockquote svg text title line rect circle polyline polygon",
    )
)
"""Elements of the lead's page."""
OUR_ATTRIBUTES = set(
    re.findall(
        r"[\w-]+",
        "class style type role aria-label aria-hidden scope tabindex lang href download data-plot data-unread "
        "data-undrawn data-choose xmlns viewBox font-family font-size x y x1 x2 y1 y2 cx cy r rx width height fill "
        "fill-opacity stroke stroke-width points text-anchor",
    )
)
ON_THE_LEADS_PAGE = """() => {
  const nodes = [...document.querySelectorAll(".rc-head *, .rc-section *")].filter((node) => !node.closest(".rc-md"));
  return [nodes.map((node) => node.localName), nodes.flatMap((node) => node.getAttributeNames())];
}"""
"""Names of elements and attributes, but for what models wrote, which is looked at on the rater's page."""
TABS = {
    "Where agreement differs": "Over time",
    "Models": "Models",
    "Contested": "Contested comparisons",
    "Raters": "Raters",
    "Versions": "Versions",
    "Overview": "Progress",
}
"""Tabs of the lead's page, each with a heading of it."""
NAME = """() => document.querySelector(".rp[data-view='compare'] .rp-turn[data-role='system'] .rp-prose")
  ?.textContent.trim().replace("This is comparison ", "")"""
LARGE = 20_000
"""Characters of a text that has a comparison to itself."""
CALLED = "This is comparison "
"""Before each comparison's id in its own text: the page is told no id."""
TURNS = 24
"""Texts of one multi-turn prompt or completion."""


def _turns(texts: list[str], first: str) -> list[dict[str, str]]:
    roles = ("assistant", "user") if first == "assistant" else ("user", "assistant")
    turns = [{"role": roles[place % 2], "content": text} for place, text in enumerate(texts)]
    if first == "user" and len(turns) % 2 == 0:
        turns.append({"role": "user", "content": "And then?"})
    return turns


def _comparison(name: str, prompt: list[str], first: list[str], second: list[str]) -> dict[str, Any]:
    return {
        "id": name,
        "prompt": [{"role": "system", "content": f"{CALLED}{name}"}, *_turns(prompt, "user")],
        "completions": [
            {"id": f"{name}-{letter}", "model": text[:150], "content": _turns([text, *more], "assistant")}
            for letter, (text, *more) in (("a", first), ("b", second))
        ],
        "tags": [first[0][:150]],
    }


def _texts() -> tuple[list[str], list[str]]:
    """The corpus as an import takes it, with neither lone surrogates nor NUL: small texts, and large ones."""
    texts = [
        text.encode("utf-8", "replace").decode().replace("\0", "\x01")[:MAX_CHARACTERS] for _, text in ATTACKS
    ]
    return [text for text in texts if len(text) <= LARGE], [text for text in texts if len(text) > LARGE]


def hostile_comparisons() -> list[dict[str, Any]]:
    """Every small text as prompt, as one completion and as the other."""
    small, _ = _texts()
    groups = [small[start : start + TURNS] for start in range(0, len(small), TURNS)]
    return [
        _comparison(f"small-{place}", group, groups[place - 1], groups[place - 2])
        for place, group in enumerate(groups)
    ]


def large_comparisons() -> list[dict[str, Any]]:
    """Every large text as a completion, and a part of what is long without malice."""
    _, large = _texts()
    large = [*(text[:LARGE] for text in LONG_TEXTS.values()), *large]
    return [
        _comparison(f"large-{place}", ["Which is better?"], [one], [other])
        for place, (one, other) in enumerate(zip(large, large[1:] + large[:1], strict=True))
        if place % 2 == 0
    ]


PROJECTS = {"hostile": hostile_comparisons, "large": large_comparisons}


def hostile_judgements(path: Path) -> Path:
    """Two raters with hostile names who judged the same comparisons, and wrote hostile reasons."""
    items = hostile_comparisons()[:20]
    rows = [
        {"comparison": each["id"], "rater": name, "criterion": "overall", "choice": f"{each['id']}-a", "strength": 1,
         "rationale": each["prompt"][1]["content"]}
        for each in items for name in (f"{PERSON} one", f"{PERSON} two")
    ]  # fmt: skip
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return path


def brought(house: Server, folder: Path, project: str, items: list[dict[str, Any]]) -> str:
    """A project with these comparisons; all of them look the same."""
    criterion = {"name": "overall", "question": "Which is better?", "strengths": 3}
    config = write_project(folder, project, title=TITLE, overlap=2, criteria=[criterion])
    source = folder / f"{project}.jsonl"
    source.write_text("".join(json.dumps(each) + "\n" for each in items), encoding="utf-8")
    answer_here("apply", config, database=house.database)
    answer_here("import", project, source, database=house.database)
    return project


@pytest.fixture(scope="module")
def calm(house: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One harmless comparison."""
    item = _comparison("calm", ["Why?"] * TURNS, ["Because."] * TURNS, ["For that reason."] * TURNS)
    return brought(house, tmp_path_factory.mktemp("calm"), "calm", [item])


@pytest.fixture(scope="module")
def hostile(house: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The small texts, some of them judged."""
    folder = tmp_path_factory.mktemp("hostile")
    name = brought(house, folder, "hostile", hostile_comparisons())
    judged = hostile_judgements(folder / "judged.jsonl")
    answer_here("import-judgements", name, judged, database=house.database)
    return name


@pytest.fixture(scope="module")
def large(house: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The large texts."""
    return brought(house, tmp_path_factory.mktemp("large"), "large", large_comparisons())


def come_in(
    server: Server, came: Visit, project: str, name: str, role: str = "rater"
) -> tuple[Page, list[str]]:
    """Open the person's link in a tab whose every misstep is written down in the list given back."""
    made = answer_here("raters", "add", project, name, "--role", role, database=server.database)
    page, missteps = came.page, []
    came.context.add_init_script(WATCH + INSPECT)
    page.on("dialog", lambda dialog: (missteps.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on(
        "console", lambda said: missteps.append(f"console: {said.text}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: missteps.append(f"script error: {error}"))
    page.on("request", lambda asked: missteps.extend(_strange(server, asked.url)))
    page.on("framenavigated", lambda frame: missteps.extend(_strange(server, frame.url)))
    came.context.on("page", lambda opened: missteps.append(f"window {opened.url}"))
    page.goto(made["invite_url"])
    return page, missteps


def _strange(server: Server, url: str) -> list[str]:
    parts = urlsplit(url)
    known = url.startswith(server.url) and ROUTES.fullmatch(parts.path)
    return [] if known or url == "about:blank" else [f"went to {url[:200]}"]


def begin(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".rp[data-view='compare'] .rp-pane").first.wait_for()


def looks_untouched(server: Server, browser: Browser, calm: str) -> dict[str, str]:
    """What the page is like around a harmless comparison."""
    with visit(browser) as came:
        page, missteps = come_in(server, came, calm, PERSON)
        begin(page)
        untouched: dict[str, str] = page.evaluate("() => inspect.outside()")
        assert missteps == []
        return untouched


@pytest.mark.parametrize("project", ["hostile", *further("large")])
def test_no_attack_touches_anything_outside_its_pane_and_every_comparison_can_be_judged(
    house: Server, browser: Browser, calm: str, project: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(project)
    before, tags = looks_untouched(house, browser, calm), sorted(TEXT_TAGS | MATH_TAGS)
    wrong: list[str] = []
    expected = {each["id"] for each in PROJECTS[project]()}
    seen: set[str] = set()
    with visit(browser) as came:
        page, missteps = come_in(house, came, project, PERSON)
        begin(page)
        while page.locator(".rp").get_attribute("data-view") == "compare":
            name = page.evaluate(NAME)
            seen.add(name)
            wrong += _wrong_here(page, name, before, tags)
            with page.expect_response("**/judgements?render=html&ahead=1"):
                page.get_by_role("radio", name="Response A is slightly better", exact=True).click()
                page.locator("#rp-submit").click()
            page.mouse.move(2, 450)  # off the button, which would look hovered
            page.wait_for_function(f"(name) => ({NAME})() !== name", arg=name)
        page.locator(".rp[data-view='empty']").wait_for()
    assert seen == expected
    assert missteps == []
    assert wrong == []


def _wrong_here(page: Page, name: str, before: dict[str, str], tags: list[str]) -> list[str]:
    """What is wrong with one comparison, laid out and as raw text."""
    look = "([before, tags]) => inspect.wrong(before, tags)"
    found = [f"{name}: {each}" for each in page.evaluate(look, [before, tags])]
    turn = "() => document.querySelectorAll('.rp-raw-button').forEach((each) => each.click())"
    page.evaluate(turn)
    assert page.locator(".rp-raw-button").first.get_attribute("aria-pressed") == "true"
    found += [f"{name}, raw: {each}" for each in page.evaluate("() => inspect.rawWrong()")]
    page.evaluate(turn)
    return found


PLANTED = {
    "an id": ("<b id='me'>x</b>", "attribute id=me on b"),
    "a picture": ("<img alt=''>", "element img"),
    "something over the controls": (
        "<style>.planted { position: fixed; inset: 0; z-index: 9 }</style><div class='planted'>x</div>",
        "is under div.planted",
    ),
    "a wide line": (
        "<style>.planted { position: absolute; width: 4000px }</style><p class='planted'>x</p>",
        "scrolls sideways",
    ),
    "something fixed in what is not drawn until it is in sight": (
        "<style>.planted { content-visibility: auto } .planted p { position: fixed }</style>"
        "<div class='planted'><p>x</p></div>",
        "p is fixed",
    ),
    "a style for everything": ("<style>.rp-step { color: red !important }</style>", "styles changed"),
    "a link that asks nobody": ("<a data-href='https://a.example'>x</a>", "did not ask"),
}


def test_the_inspection_used_here_sees_what_is_planted_and_only_while_it_is_there(
    house: Server, browser: Browser, calm: str
) -> None:
    with visit(browser) as came:
        page, _ = come_in(house, came, calm, "Planter")
        page.wait_for_selector(".rp[data-view='welcome'], .rp[data-view='compare']")
        begin(page)
        before = page.evaluate("() => inspect.outside()")
        look = "([before, tags]) => inspect.wrong(before, tags)"
        body = page.locator(".rp-pane-body").first
        clean = body.evaluate("pane => pane.childElementCount")
        for name, (html, complaint) in PLANTED.items():
            body.evaluate("(pane, html) => pane.insertAdjacentHTML('beforeend', html)", html)
            wrong = page.evaluate(look, [before, ["b"]])
            assert any(complaint in each for each in wrong), (
                name,
                [each for each in wrong if "element" not in each],
            )
            body.evaluate(
                "(pane, clean) => { while (pane.childElementCount > clean) pane.lastElementChild.remove(); }",
                clean,
            )
            wrong = page.evaluate(look, [before, ["b"]])
            assert not any(complaint in each for each in wrong), name


def test_the_leads_page_shows_hostile_names_as_the_letters_they_are(
    house: Server, browser: Browser, hostile: str
) -> None:
    with visit(browser) as came:
        page, missteps = come_in(house, came, hostile, f"{PERSON} the lead", "lead")
        page.get_by_text(f"Signed in as {PERSON} the lead").wait_for()
        assert page.get_by_role("heading", name=TITLE).count() == 1
        seen = 0
        for tab, heading in TABS.items():
            page.get_by_role("tab", name=tab, exact=True).click()
            page.get_by_role("heading", name=heading, exact=True).wait_for()
            made, attributes = page.evaluate(ON_THE_LEADS_PAGE)
            assert set(made) <= OURS, tab
            assert set(attributes) <= OUR_ATTRIBUTES, tab
            seen += page.locator(".rc-table").get_by_text("<script>alert(1)</script>").count()
        assert seen > 0
        assert page.evaluate("() => window.refused") == []
        assert page.title() == "rlhf_collect: lead"
        assert missteps == []
