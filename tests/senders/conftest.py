"""A notice to send, and somebody to send it to."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from rlhf_collect.senders import Notice
from tests.making import START
from tests.senders.receiving import Post, Web, mail_server, web_server


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as started:
        yield started


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as started:
        yield started


@pytest.fixture
def notice() -> Notice:
    return Notice(
        alert_id=UUID(int=7),
        project="helpfulness",
        key="running_dry",
        kind="running_dry",
        since=START,
        sentence="Every judgement asked for is there — « tout ».",
        what_to_do="Import more.\r\nBcc: everybody@example.org\n.\nQUIT",
        figures={"judgements_left": 0},
    )
