"""The pages before the page speak the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rlhf_collect.api.identity import cookies_of
from rlhf_collect.config import LANGUAGES
from rlhf_collect.domain.actor import Role
from rlhf_collect.services.page_objects import save_display
from rlhf_collect.web.sign_in import RATER_PAGE, Doorstep, preferred_language, sign_in_routes
from rlhf_collect.web.texts import TEXTS
from tests.making import Person, invite, make_project, open_services


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[TestClient, Person]]:
    ctx = open_services(tmp_path / "x.duckdb")
    person = invite(ctx, make_project(ctx), "Ada")
    save_display(ctx, person.actor, {"language": "fr"})
    app = FastAPI()
    app.include_router(sign_in_routes(ctx, cookies_of(ctx)))
    app.add_middleware(Doorstep, ctx=ctx, pages={RATER_PAGE: cookies_of(ctx)[Role.RATER]})
    with TestClient(app, follow_redirects=False) as client:
        yield client, person
    ctx.store.close()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.5,en;q=0.3", "fr"),
        ("de", "en"),
        ("fr;q=0,en;q=0.1", "en"),
        ("fr;q=nonsense", "en"),
        ("*", "en"),
    ],
)
def test_the_browser_s_preference_decides_among_our_languages(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/i/unknown", 401), ("/rate/", 401)])
def test_every_page_before_the_page_speaks_french_to_who_prefers_it_and_offers_english(
    door: tuple[TestClient, Person], path: str, status: int
) -> None:
    client, _ = door
    french = client.get(path, headers={"Accept-Language": "fr-FR,fr;q=0.9"})
    assert french.status_code == status
    assert '<html lang="fr">' in french.text and "invitation" in french.text
    assert '<a href="?language=en" lang="en"' in french.text
    assert '<html lang="en">' in client.get(path, headers={"Accept-Language": "en"}).text


def test_a_language_chosen_by_the_link_is_remembered(door: tuple[TestClient, Person]) -> None:
    client, _ = door
    assert '<html lang="fr">' in client.get("/?language=fr", headers={"Accept-Language": "en"}).text
    assert '<html lang="fr">' in client.get("/rate/", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in client.get("/rate/?language=en").text
    assert (
        '<html lang="en">' in client.get("/rate/?language=<script>", headers={"Accept-Language": "fr"}).text
    )


def test_coming_in_brings_the_language_chosen_on_the_page_to_this_browser(
    door: tuple[TestClient, Person],
) -> None:
    client, person = door
    came = client.get(f"/i/{person.invitation}")
    assert came.status_code == 303
    (session,) = (name for name in came.cookies if name.startswith("rlhf_collect_rater"))
    client.cookies.delete(session)
    assert '<html lang="fr">' in client.get("/rate/", headers={"Accept-Language": "en"}).text


def test_the_page_speaks_the_languages_of_the_guidelines() -> None:
    assert tuple(TEXTS) == LANGUAGES


def test_going_out_is_told_in_words_on_the_page_s_own_paper(door: tuple[TestClient, Person]) -> None:
    client, _ = door
    out = client.get("/signed-out", headers={"Accept-Language": "en"})
    assert out.status_code == 200
    assert "<h1>You have signed out</h1>" in out.text
    assert "Vous avez quitté la session" in client.get("/signed-out?language=fr").text
    for page in (out.text, client.get("/rate/").text):
        for colour in (
            "--rp-paper: #fbfaf8",
            "--rp-paper: #16181b",
            "--rp-ink: #e4e2de",
            "--rp-accent: #92bce4",
        ):
            assert colour in page
        assert "project lead" not in page  # nobody here says who that is or where to write
