"""What the pages' content policies stop, asked of a real browser on the real server."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import begin
from tests.flows.running import Server, answer_here
from tests.web.browser import visit

PROJECT = "guarded"
REFUSED = (
    "document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective))"
)
WATCH = f"window.refused = []; {REFUSED}"
INJECTIONS = {
    "an inline script parsed with the page": (
        "document.body.append(document.createRange().createContextualFragment('<script>ran = 1</script>'))",
        {"script-src-elem", "require-trusted-types-for"},
    ),
    "a script made by a script": (
        "const made = document.createElement('script'); made.text = 'ran = 1'; document.body.append(made)",
        {"script-src-elem", "require-trusted-types-for"},
    ),
    "an event handler": (
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"ran = 1\">')",
        {"script-src-attr"},
    ),
    "a javascript: link": (
        "const link = document.createElement('a'); link.href = 'javascript:ran=1'; document.body.append(link);"
        "link.click()",
        {"script-src-elem", "require-trusted-types-for"},
    ),
    "a frame of our own": (
        "document.body.insertAdjacentHTML('beforeend', '<iframe src=/api/v1/me></iframe>')",
        {"frame-src"},
    ),
    "another base": (
        "const base = document.createElement('base'); base.href = '/elsewhere/'; document.head.append(base)",
        {"base-uri"},
    ),
    "a form": (
        "const form = document.createElement('form'); form.action = '/sign-out'; form.method = 'post';"
        "document.body.append(form); form.submit()",
        {"form-action"},
    ),
}
"""What a hole somewhere else might put into a page, and the directive that stops it."""
ON_THE_RATERS_PAGE_TOO = {
    "a style attribute": (
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"position: fixed\">x</p>')",
        {"style-src-attr"},
    ),
    "text compiled as code": ("new Function('ran = 1')()", {"require-trusted-types-for"}),
    "a worker": ("new Worker('/rate/assets/x.js')", {"worker-src", "require-trusted-types-for"}),
    "an answer of ours as a script": (
        "const script = document.createElement('script'); script.src = '/api/v1/me'; document.body.append(script)",
        {"require-trusted-types-for"},
    ),
}


@pytest.fixture(scope="module")
def server(house: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    begin(tmp_path_factory.mktemp("policy"), PROJECT, 3, house.database)
    return house


def invited(server: Server, name: str, role: str) -> dict[str, Any]:
    made: dict[str, Any] = answer_here(
        "raters", "add", PROJECT, name, "--role", role, database=server.database
    )
    return made


def directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: values for name, _, values in parts}


def refused_by(page: Page, script: str) -> set[str]:
    """Run ``script`` as the page would, not as the debugger, whom policies do not bind; what refused it."""
    run = f"() => new Promise((done) => setTimeout(() => {{ try {{ {script} }} catch {{ }} setTimeout(done, 150) }}))"
    page.evaluate("() => { window.refused.length = 0; delete window.ran }")
    page.evaluate(run)
    assert page.evaluate("() => 'ran' in window") is False
    return set(page.evaluate("() => window.refused"))


@pytest.mark.parametrize(
    ("chosen", "system", "colour"),
    [
        ("dark", "light", "rgb(22, 24, 27)"),
        ("light", "dark", "rgb(251, 250, 248)"),
        ("system", "dark", "rgb(22, 24, 27)"),
    ],
)
def test_the_chosen_colours_are_there_before_any_file_of_the_page(
    server: Server, browser: Browser, chosen: str, system: Any, colour: str
) -> None:
    with visit(browser, color_scheme=system) as came:
        page = came.page
        page.goto(server.url)
        page.evaluate(f"""() => localStorage.setItem('rlhf-collect:display', '{{"theme": "{chosen}"}}')""")
        page.route("**/*.js", lambda route: route.abort())
        page.goto(invited(server, f"early {chosen} {system}", "rater")["invite_url"])
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == colour


@pytest.mark.parametrize(("role", "more"), [("rater", ON_THE_RATERS_PAGE_TOO), ("lead", {})])
def test_what_is_injected_into_a_page_is_refused_and_the_page_itself_is_not(
    server: Server, browser: Browser, role: str, more: dict[str, Any]
) -> None:
    shown = {"rater": "role=heading[name='Before you start']", "lead": "text=judgements asked for"}[role]
    with visit(browser) as came:
        came.context.add_init_script(WATCH)
        came.page.goto(invited(server, f"{role} one", role)["invite_url"])
        came.page.locator(shown).first.wait_for()
        page_alone = came.page.evaluate("() => window.refused")
        assert page_alone == []
        for script, expected in {**INJECTIONS, **more}.values():
            found = refused_by(came.page, script)
            assert found, script
            assert found <= expected, script
        assert came.outside == []


def test_each_kind_of_answer_carries_its_policy(server: Server) -> None:
    rater, lead = invited(server, "Ada", "rater"), invited(server, "Lea", "lead")
    for person, page in ((rater, "/rate/"), (lead, "/lead/")):
        with httpx.Client(base_url=server.url, follow_redirects=True) as client:
            client.get(person["invite_url"])
            policy = directives(client.get(page).headers["content-security-policy"])
            assert policy["default-src"] == "'none'"
            assert "'unsafe-inline'" not in policy["script-src"]
            assert policy["script-src"].count("'sha256-") >= 5
            assert policy["script-src-attr"] == policy["base-uri"] == policy["form-action"] == "'none'"
            assert policy["connect-src"] == "'self'"
            assert ("require-trusted-types-for" in policy) == (page == "/rate/")
            assert policy.get("font-src") == ("'self'" if page == "/rate/" else None)
            for sealed in (
                "/api/v1/me",
                f"{page}config",
                f"{page}theme.css",
                "/healthz",
                "/nothing",
                "/favicon.ico",
            ):
                answered = client.get(sealed)
                found = directives(answered.headers["content-security-policy"])
                assert found["default-src"] == "'none'", sealed
                assert "sandbox" in found, sealed
                assert answered.headers["x-content-type-options"] == "nosniff"


def test_a_policy_names_the_scripts_that_are_sent_and_no_others(server: Server) -> None:
    rater = invited(server, "Ada", "rater")
    with httpx.Client(base_url=server.url, follow_redirects=True) as client:
        client.get(rater["invite_url"])
        plain = client.get("/rate/")
        odd = client.get(
            "/rate/?x=%3Cscript%3Ealert(1)%3C/script%3E", headers={"Host": "<script>alert(1)</script>"}
        )
    hashes = [
        directives(each.headers["content-security-policy"])["script-src"].count("'sha256-")
        for each in (plain, odd)
    ]
    assert hashes == [plain.text.count("<script") - plain.text.count('<script type="module"')] * 2
    assert "alert(1)</script>" not in odd.text
    assert "<base" not in plain.text
