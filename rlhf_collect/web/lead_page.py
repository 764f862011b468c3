"""The lead's page: progress and agreement at first sight, slices below, versions at the end with what makes the next.

Plain Gradio components. Nothing of a project is in the page's configuration: every event asks who is
looking, from the request's own cookie, and reads through the services that check their rights.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rlhf_collect.domain.actor import Actor
from rlhf_collect.errors import CollectError
from rlhf_collect.rendering import content_css
from rlhf_collect.services.context import Context
from rlhf_collect.services.projects import Project, project_of
from rlhf_collect.services.raters import who_is
from rlhf_collect.services.reports import project_agreement, project_progress
from rlhf_collect.web.lead_report import (
    agreement_html,
    header_html,
    notice_html,
    progress_html,
    slices_html,
)
from rlhf_collect.web.lead_versions import versions_box, versions_section
from rlhf_collect.web.quiet_gradio import gr

REFRESH_SECONDS = 30
_BLUE = gr.themes.Color(
    name="accent",
    c50="#eff5fa",
    c100="#dbe8f3",
    c200="#b9d3e9",
    c300="#92bce4",
    c400="#5f95c4",
    c500="#3d79ab",
    c600="#275d8c",
    c700="#204d74",
    c800="#1b405f",
    c900="#17344d",
    c950="#10202e",
)
"""The rater's page in lighter and darker: one house, one accent."""
_GREY = gr.themes.Color(
    name="paper",
    c50="#fafaf9",
    c100="#f4f4f2",
    c200="#e5e4e1",
    c300="#d3d2ce",
    c400="#a2a5a9",
    c500="#71767c",
    c600="#50565d",
    c700="#363c43",
    c800="#24282d",
    c900="#1b1e22",
    c950="#101214",
)
"""Paper, warm where it is light and cool where it is dark, as the page below it."""


def mount_options() -> dict[str, Any]:
    """Arguments of ``gr.mount_gradio_app``: local fonts, calm colours, no Gradio footer."""
    theme = gr.themes.Base(
        primary_hue=_BLUE,
        neutral_hue=_GREY,
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    ).set(body_background_fill="#fbfaf8", body_background_fill_dark="#16181b")
    return {
        "theme": theme,
        "css": content_css(),
        "css_paths": Path(__file__).parent / "assets" / "lead.css",
        "footer_links": [],
        "show_error": False,
        "run_history": False,
    }


def _boxes(ctx: Context, actor: Actor, project: Project, criterion: str | None) -> list[Any]:
    """What the boxes of the page show, from the top; the first criterion unless another is chosen."""
    names = [each.name for each in project.settings.criteria]
    chosen = criterion if criterion in names else names[0]
    report = project_agreement(ctx, actor, project.name, chosen)
    return [
        header_html(actor.name, actor.role, project.settings.shown_title, project.settings.purpose),
        gr.update(choices=names, value=chosen, visible=len(names) > 1),
        progress_html(project_progress(ctx, actor, project.name)),
        agreement_html(report),
        slices_html(
            "Models", report["by_model_pair"], "No comparison of two named models is judged twice yet."
        ),
        slices_html("Tag", report["by_tag"], "No comparison with a tag is judged twice yet."),
        slices_html("Week from", report["by_week"], "No comparison is judged twice yet."),
        versions_box(ctx, actor, project),
    ]


def lead_blocks(ctx: Context, cookie: str) -> gr.Blocks:
    """The page, the same for every lead; ``cookie`` names the session cookie of this audience."""

    def looking(request: gr.Request) -> tuple[Actor, Project]:
        actor = who_is(ctx, session=request.cookies.get(cookie))
        assert actor.project_id is not None
        return actor, project_of(ctx, actor.project_id)

    def show(criterion: str | None, request: gr.Request) -> list[Any]:
        try:
            actor, project = looking(request)
            return _boxes(ctx, actor, project, criterion)
        except CollectError as refused:
            # The page stays as it was; the first box says why.
            return [notice_html(refused.message), *[gr.skip()] * 7]

    blocks = gr.Blocks(title="rlhf_collect: lead", analytics_enabled=False)
    with blocks:
        header = gr.HTML(header_html("", "", "", ""), padding=False)
        criterion = gr.Dropdown([], label="Criterion", visible=False, elem_id="criterion")
        progress = gr.HTML(padding=False)
        agreement = gr.HTML(padding=False)
        gr.HTML("<h2>Where agreement differs</h2>", padding=False)
        with gr.Tabs():
            with gr.Tab("By model pair"):
                by_pair = gr.HTML(padding=False)
            with gr.Tab("By tag"):
                by_tag = gr.HTML(padding=False)
            with gr.Tab("By week"):
                by_week = gr.HTML(padding=False)
        versions, wire_versions = versions_section(ctx, looking, blocks)
        shown = [header, criterion, progress, agreement, by_pair, by_tag, by_week, versions]
        for event in (blocks.load, criterion.input, gr.Timer(REFRESH_SECONDS).tick):
            event(show, [criterion], shown, api_visibility="private", show_progress="hidden")
        wire_versions()
    return blocks
