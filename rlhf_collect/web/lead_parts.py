"""The components of the lead's page: what events read, what they change, and the tabs all of it stands in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from rlhf_collect.services.context import Context
from rlhf_collect.web.lead_about import AboutForm
from rlhf_collect.web.lead_alerts import AlertsPart, alerts_part
from rlhf_collect.web.lead_appeals import AppealsForm, appeals_form
from rlhf_collect.web.lead_decide import DecisionForm, decision_form
from rlhf_collect.web.lead_desk import Page
from rlhf_collect.web.lead_known import known_form
from rlhf_collect.web.lead_messages import messages_form
from rlhf_collect.web.lead_referrals import ReferralForm, referral_form
from rlhf_collect.web.lead_report import loading_html
from rlhf_collect.web.lead_tabs import TABS
from rlhf_collect.web.lead_versions import Section, versions_section
from rlhf_collect.web.lead_words import Words
from rlhf_collect.web.lead_write import GuidelinesForm, guidelines_form
from rlhf_collect.web.quiet_gradio import gr

Form = DecisionForm | ReferralForm | AppealsForm | AboutForm | AlertsPart | GuidelinesForm | Section


@dataclass(frozen=True, kw_only=True)
class Tabs:
    """The tabs and what is in them."""

    tabs: dict[str, gr.Tab]
    """By name."""
    boxes: dict[str, gr.HTML]
    """What each shows."""
    tag: gr.Dropdown
    """Narrows contested comparisons."""
    rater: gr.Dropdown
    """Narrows them to those somebody answered."""
    listed: gr.Dropdown
    """Whether decided ones are among them."""
    order: gr.Dropdown
    """Puts rows of raters in the order of a figure."""
    turning: list[gr.Button]
    """To those before and after."""
    decision: DecisionForm
    """Decides one of them."""
    referral: ReferralForm
    """Leaves them to a second rater."""
    alerts: AlertsPart
    """What to look at."""
    appeals: AppealsForm
    """Leaves out judgements of a rater, and answers appeals."""
    messages: AboutForm
    """Answers a rater."""
    known: AboutForm
    """Takes a known answer out of use."""
    writing: GuidelinesForm
    """Writes guidelines."""
    versions: Section
    """Freezing and publishing."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The components of the page that events read or change."""

    header: gr.HTML
    """Who looks at what."""
    language: gr.Radio
    """Of the page."""
    criterion: gr.Dropdown
    """Shown where there are several."""
    opened: gr.State
    """The open tab; states stay on the server."""
    seen: gr.State
    """What was drawn last."""
    after: gr.State
    """Contested comparisons passed over."""
    tabs: Tabs
    """What stands below."""

    @property
    def fields(self) -> list[Any]:
        """Inputs of every event, in the order of ``Fields``."""
        chosen = [self.criterion, self.tabs.tag, self.tabs.rater, self.tabs.listed, self.tabs.order]
        return [*chosen, self.opened, self.seen, self.after]

    @property
    def shown(self) -> list[Any]:
        """Outputs of every event, in the order of ``Page.draw``, then of ``labelled``."""
        form, referral, alerts = self.tabs.decision, self.tabs.referral, self.tabs.alerts
        above: list[Any] = [self.header, self.criterion, self.language, self.tabs.tag, self.tabs.rater]
        above.append(self.tabs.listed)
        above += [*self.tabs.turning, *form.shown, *referral.shown, *alerts.shown, self.tabs.order]
        below = [*self.tabs.appeals.offered, *self.tabs.messages.offered, *self.tabs.known.offered]
        below += [self.seen, *self.tabs.boxes.values()]
        return [*above, *below, *self.labelled]

    @property
    def labelled(self) -> list[Any]:
        """What has words on it that only another language changes."""
        return [*self.tabs.tabs.values(), *(each for form in self.forms for each in form.labelled)]

    @property
    def forms(self) -> tuple[Form, ...]:
        """What is pressed and filled in on the tabs."""
        tabs = self.tabs
        about = (tabs.decision, tabs.referral, tabs.appeals, tabs.messages, tabs.known)
        return *about, tabs.alerts, tabs.writing, tabs.versions


_FORMS: Final[dict[str, Callable[..., Any]]] = {
    "raters": appeals_form,
    "messages": messages_form,
    "known": known_form,
    "guidelines": guidelines_form,
}
"""Name of a tab to the form below what it shows."""


def tabs_of_page(ctx: Context, page: Page, blocks: gr.Blocks, words: Words) -> Tabs:
    """The tabs in their order, each with its box."""
    tabs: dict[str, gr.Tab] = {}
    boxes: dict[str, gr.HTML] = {}
    forms: dict[str, Any] = {}
    with gr.Tabs(elem_id="tabs"):
        for name in TABS:
            with gr.Tab(words(f"tab_{name}"), id=name) as tabs[name]:
                if name == "overview":
                    alerts = alerts_part(ctx, page.looking, page.speaking)
                if name == "contested":
                    tag, rater, listed = _narrowing()
                if name == "raters":
                    order = gr.Dropdown([], visible=False, elem_id="order")
                if name == "versions":
                    versions = versions_section(ctx, page.looking, page.speaking, blocks)
                boxes[name] = (
                    versions.listed if name == "versions" else gr.HTML(loading_html(), padding=False)
                )
                if name == "contested":
                    with gr.Row(elem_classes="rc-form"):
                        turning = [gr.Button(visible=False, scale=0, min_width=160) for _ in range(2)]
                    decision = decision_form(ctx, page.looking, page.speaking)
                    referral = referral_form(ctx, page.looking, page.speaking)
                if name in _FORMS:
                    forms[name] = _FORMS[name](ctx, page.looking, page.speaking)
    return Tabs(
        tabs=tabs,
        boxes=boxes,
        tag=tag,
        rater=rater,
        listed=listed,
        order=order,
        turning=turning,
        decision=decision,
        referral=referral,
        alerts=alerts,
        appeals=forms["raters"],
        messages=forms["messages"],
        known=forms["known"],
        writing=forms["guidelines"],
        versions=versions,
    )


def _narrowing() -> list[gr.Dropdown]:
    """What contested comparisons are narrowed by: a tag, who answered, whether they are decided."""
    with gr.Row(elem_classes="rc-form"):
        return [
            gr.Dropdown([], visible=False, elem_id=name, min_width=width)
            for name, width in (("tag", 230), ("answered-by", 230), ("listed", 290))
        ]
