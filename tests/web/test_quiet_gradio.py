"""Gradio as the service loads it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Mount

from rlhf_collect.web.quiet_gradio import gr
from rlhf_collect.web.rater_page import mount_options, rater_blocks


def test_a_page_has_gradios_routes_once_where_it_is_mounted() -> None:
    page, app = rater_blocks(), FastAPI()
    gr.mount_gradio_app(app, page, path="/rate", **mount_options())
    (mounted,) = (each for each in app.routes if isinstance(each, Mount))
    assert len(mounted.routes) > 15
    assert len(page.app.routes) < 5
    assert page.app.get_blocks() is page
