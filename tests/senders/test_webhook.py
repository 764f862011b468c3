"""Webhooks as Standard Webhooks has them: signed, with an id that stays, and told apart by what comes back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from contextlib import suppress
from datetime import timedelta

import pytest

from rlhf_collect.config import Webhook
from rlhf_collect.domain.sending import Fate
from rlhf_collect.senders import Hook, Notice
from tests.house.source import ROOT, snippets
from tests.making import START
from tests.senders.receiving import Web, free_port

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


def hook(url: str) -> Hook:
    return Hook(Webhook(url=url, secret_env="HOOK_SECRET"))


def test_what_is_sent_is_signed_over_its_id_its_time_and_its_bytes(web: Web, notice: Notice):
    assert hook(web.url).send(notice, START).fate is Fate.DELIVERED
    (came,) = web.received
    assert came.path == "/hook"
    assert came.headers["webhook-id"] == f"alert_{notice.alert_id.hex}"
    assert came.headers["webhook-timestamp"] == str(int(START.timestamp()))
    signed = f"{came.headers['webhook-id']}.{came.headers['webhook-timestamp']}.".encode() + came.body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert came.headers["webhook-signature"] == f"v1,{expected}"
    document = json.loads(came.body)
    assert document["type"] == "alert.raised"
    assert document["data"]["sentence"] == notice.sentence
    assert document["data"].keys() == {
        "project", "key", "kind", "since", "sentence", "what_to_do", "figures",
    }  # fmt: skip


def test_a_second_try_has_the_same_id_and_bytes_and_a_time_and_signature_of_its_own(web: Web, notice: Notice):
    for minutes in (0, 5):
        hook(web.url).send(notice, START + timedelta(minutes=minutes))
    first, second = web.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    for name in ("webhook-timestamp", "webhook-signature"):
        assert first.headers[name] != second.headers[name]


def test_the_program_of_the_documents_takes_what_we_send_and_nothing_that_was_changed(
    web: Web, notice: Notice
):
    hook(web.url).send(notice, START)
    (came,) = web.received
    (program,) = (each for each in snippets(ROOT / "docs" / "running.md", "python") if "webhook-id" in each)
    given: dict = {}
    exec(program, given)

    def takes(headers: dict[str, str], body: bytes, *, later: float = 0) -> bool:
        return given["is_ours"](SECRET, headers, body, START.timestamp() + later)

    assert takes(came.headers, came.body)
    assert takes(
        {**came.headers, "webhook-signature": f"v1,AAAA {came.headers['webhook-signature']}"}, came.body
    )
    assert not takes(came.headers, came.body + b" ")
    assert not takes({**came.headers, "webhook-id": "another"}, came.body)
    assert not takes({**came.headers, "webhook-timestamp": "1"}, came.body)
    assert not takes(came.headers, came.body, later=3600), "an old one that somebody sends again"


@pytest.mark.parametrize(
    ("status", "headers", "fate", "wait"),
    [
        (200, {}, Fate.DELIVERED, None),
        (500, {}, Fate.FAILED, None),
        (503, {"retry-after": "90"}, Fate.FAILED, timedelta(seconds=90)),
        (429, {"retry-after": "Mon, 02 Mar 2026 10:00:00 GMT"}, Fate.FAILED, timedelta(hours=1)),
        (429, {"retry-after": "soon"}, Fate.FAILED, None),
        (404, {"retry-after": "90"}, Fate.GIVEN_UP, None),
        (410, {}, Fate.GIVEN_UP, None),
    ],
)
def test_what_comes_back_decides(
    web: Web, notice: Notice, status: int, headers: dict[str, str], fate: Fate, wait: timedelta | None
):
    web.replies = [(status, headers)]
    reply = hook(web.url).send(notice, START)
    assert (reply.fate, reply.wait) == (fate, wait)
    assert reply.said == ("" if status == 200 else f"It answered {status}.")


def test_a_redirect_is_not_followed(web: Web, notice: Notice):
    web.replies = [(307, {"location": web.url})]
    reply = hook(web.url).send(notice, START)
    assert reply.fate is Fate.GIVEN_UP
    assert "Redirects are not followed" in reply.said
    assert len(web.received) == 1


def test_no_proxy_of_the_environment_is_used(web: Web, notice: Notice, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert hook(web.url).send(notice, START).fate is Fate.DELIVERED


def test_a_server_that_is_not_there_is_tried_again(notice: Notice):
    reply = hook(f"http://127.0.0.1:{free_port()}/").send(notice, START)
    assert reply.fate is Fate.FAILED
    assert reply.said.startswith("ConnectError")


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", "-.invalid", "xn--.invalid"])
def test_a_name_no_computer_can_have_is_told_as_well(notice: Notice, host: str):
    reply = hook(f"https://{host}/").send(notice, START)
    assert reply.fate is Fate.FAILED
    assert reply.said


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (None, "Not set where this runs: HOOK_SECRET"),
        ("", "Not set where this runs: HOOK_SECRET"),
        ("a word", "holds no secret"),
        (base64.b64encode(KEY).decode(), "holds no secret"),
        ("whsec_" + base64.b64encode(KEY[:23]).decode(), "holds no secret"),
    ],
)
def test_without_a_secret_worth_the_name_nothing_can_be_sent(
    held: str | None, said: str, monkeypatch: pytest.MonkeyPatch
):
    if held is None:
        monkeypatch.delenv("HOOK_SECRET")
    else:
        monkeypatch.setenv("HOOK_SECRET", held)
    assert said in str(hook("https://hooks.example.org").problem())


def test_with_a_secret_it_can():
    assert hook("https://hooks.example.org").problem() is None


def test_a_wait_asked_for_until_no_day_there_is_is_none(web: Web, notice: Notice):
    for until in ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 99 Jan 2026", "-1", "soon"):
        web.replies = [(503, {"Retry-After": until})]
        reply = hook(web.url).send(notice, START)
        assert (reply.fate, reply.wait) == (Fate.FAILED, None)


def test_whoever_answers_drop_by_drop_is_left(notice: Notice):
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            came, _ = server.accept()
            with came, suppress(OSError):
                while not ended.wait(0.05):
                    came.sendall(b"H")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        there = Webhook(url=f"http://127.0.0.1:{server.getsockname()[1]}/hook", secret_env="HOOK_SECRET")
        reply = Hook(there, whole_seconds=0.3).send(notice, START)
        ended.set()
        thread.join(5)
    assert reply.fate is Fate.FAILED
