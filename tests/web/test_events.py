"""The lead's page sends Gradio words and nothing that could be taken for a file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rlhf_collect.services.context import Context
from rlhf_collect.web.events import MOST_CHARACTERS, MOST_FIELDS, plain_event
from rlhf_collect.web.lead_page import lead_blocks

WORDS = {"data": ["1.0.0", None], "fn_index": 3, "session_hash": "s", "trigger_id": 7, "event_data": None}
FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}


def sent(**changes: Any) -> bytes | None:
    return plain_event(json.dumps({**WORDS, **changes}).encode())


def test_no_form_of_the_page_sends_more_fields_than_go_through(ctx: Context) -> None:
    sent_by = [len(event.inputs) for event in lead_blocks(ctx, "cookie").fns.values()]
    assert len(sent_by) > 10
    assert max(sent_by) <= MOST_FIELDS


def test_what_is_ticked_of_a_list_goes_through() -> None:
    assert json.loads(sent(data=["a", ["b", "c"]]) or b"")["data"] == ["a", ["b", "c"]]


def test_words_go_through_and_whatever_is_beside_them_does_not() -> None:
    assert json.loads(sent(event_data=FILE, request={"a": 1}, simple_format=True) or b"") == WORDS


@pytest.mark.parametrize(
    "changes",
    [
        {"data": [FILE]},
        {"data": ["1.0.0", [FILE]]},
        {"data": FILE},
        {"data": [["a", None]]},
        {"data": [[["a"]]]},
        {"data": [["a"] * (MOST_FIELDS + 1)]},
        {"data": [{"path": "http://169.254.169.254/", "meta": {"_type": "gradio.FileData"}}]},
        {"data": [1]},
        {"data": ["a" * (MOST_CHARACTERS + 1)]},
        {"data": [None] * (MOST_FIELDS + 1)},
        {"fn_index": "0"},
        {"fn_index": True},
        {"session_hash": None},
        {"session_hash": ["s"]},
    ],
)
def test_anything_else_is_no_event(changes: dict[str, Any]) -> None:
    assert sent(**changes) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_no_event(body: bytes) -> None:
    assert plain_event(body) is None
