// The comparison on screen: the prompt, the responses, and how they are looked at.

/** Shows a comparison. `mode`: "rate", "revise" (one's own earlier judgement), "practice" or "decide". */
function showItem(item, mode = "rate") {
  leaveEarlier();
  hush();
  state.epoch += 1;
  state.item = item;
  state.mode = mode;
  state.explained = null;
  const waiting = outboxEntry(item.judgement);
  if (waiting && !waiting.skip) takeDraft(draftFromBody(waiting.body));
  else if (mode === "practice") takeDraft(null);
  else takeDraft(readDraft(item) ?? (item.answers ? draftFromBody(item) : null));
  drawItem();
  root.dataset.view = "compare";
  root.dataset.mode = mode;
  window.scrollTo(0, 0);
  focusOn(byId("rp-prompt-title"));
  showNotice();
}

/** What is said above the prompt, where this is not the next comparison to judge. */
function drawMode() {
  const { version, number, total, withdrawn } = state.item;
  const standing = withdrawn ? "revise_mode_taken_back" : version ? "revise_mode_version" : "revise_mode";
  const words = {
    rate: "",
    revise: t(isChangedEarlier() ? "revise_mode_unsaved" : standing, { version }),
    practice: t("practice_number", { number, total }),
  };
  const act = {
    revise: withdrawn ? null : button(t("take_back"), "rp-link", askToWithdraw, { id: "rp-take-back", "aria-haspopup": "dialog" }),
    practice: button(t("practice_leave"), "rp-link", showPractice, { id: "rp-leave-practice" }),
  }[state.mode];
  const [said, ...acts] = state.mode === "decide" ? decideMode() : [words[state.mode], act];
  byId("rp-mode").hidden = state.mode === "rate";
  const there = acts.filter(Boolean);
  byId("rp-mode").replaceChildren(el("span", {}, said), ...(there.length > 1 ? [el("span", { class: "rp-mode-acts" }, ...there)] : there));
}

function drawItem() {
  state.redraw = drawItem;
  const { prompt, completions } = state.item.comparison;
  byId("rp-state").hidden = true;
  byId("rp-compare").hidden = false;
  byId("rp-bar").hidden = false;
  drawMode();
  drawPrompt(prompt);
  clearDifferences();
  const panes = byId("rp-panes");
  panes.dataset.count = completions.length;
  panes.replaceChildren(...completions.map(paneNode));
  drawSaid();
  drawViewTools();
  fillAnswer();
  requestAnimationFrame(measurePanes);
}

function drawPrompt(prompt) {
  messagesInto(byId("rp-prompt-body"), prompt);
  const { open, row } = flagNodes("prompt", t("prompt"));
  byId("rp-prompt-tools").replaceChildren(...[open, byId("rp-prompt-fold")].filter(Boolean));
  byId("rp-prompt-flags").replaceChildren(...[row].filter(Boolean));
  foldPrompt(false);
}

/** One response: heading with its tools, the rows to mark it by, and the text, never cut. */
function paneNode(completion, index) {
  const id = "rp-response-" + index;
  const body = el("div", { class: "rp-pane-body" });
  const messages = completion.content.map((message, place) => ({
    ...message,
    html: message.html ?? (place === 0 && completion.content.length === 1 ? completion.html : undefined),
  }));
  const draw = () => {
    const on = raw.getAttribute("aria-pressed") === "true";
    messagesInto(body, messages, on);
    if (areDifferencesOn()) toggleDifferences(); // they were marked in the text that is gone
    settleFrames();
  };
  const raw = button(t("raw"), "rp-quiet rp-raw-button", () => {
    raw.setAttribute("aria-pressed", String(raw.getAttribute("aria-pressed") !== "true"));
    draw();
  }, { "aria-pressed": "false", "aria-label": t("raw_of", { side: LETTERS[index] }) });
  const flags = flagNodes(completion.id, t("response", { side: LETTERS[index] }));
  const improve = improveNodes(completion, index);
  const tools = [improve.open, flags.open, raw].filter(Boolean);
  const title = el("h2", { id, tabindex: "-1" }, t("response", { side: LETTERS[index] }));
  const top = el("div", { class: "rp-section-top" }, title, el("div", { class: "rp-section-tools" }, ...tools));
  const head = el("div", { class: "rp-pane-head" }, top, ...[flags.row].filter(Boolean), el("div", { class: "rp-marks", hidden: true }));
  const pane = el("section", { class: "rp-pane", "aria-labelledby": id }, el("div", { class: "rp-pane-inner" }, head, improve.box, body));
  pane.dataset.completion = completion.id;
  draw();
  return pane;
}

function foldPrompt(folded) {
  byId("rp-prompt-body").hidden = folded;
  const fold = byId("rp-prompt-fold");
  fold.textContent = t(folded ? "prompt_show" : "prompt_hide");
  fold.setAttribute("aria-expanded", String(!folded));
}

// --- How the responses are looked at ---------------------------------------------------------------

/** Differences on demand; and whether the responses scroll with the page or each on its own. */
function drawViewTools() {
  const tools = [];
  if (state.item.comparison.completions.length === 2) {
    const differ = button(t("differences"), "rp-quiet rp-key", toggleDifferences, { id: "rp-differ", "aria-pressed": "false" });
    differ.append(keyHint(keyFor("differences")));
    tools.push(differ);
  }
  const apart = button(t("scroll_each"), "rp-quiet rp-wide", () => {
    chooseDisplay("scroll", display.scroll === "apart" ? "together" : "apart");
    measurePanes();
  }, { id: "rp-apart", "aria-pressed": String(display.scroll === "apart") });
  byId("rp-view-tools").replaceChildren(...tools, apart);
}

/**
 * A response shorter than the window stays in sight while the page scrolls through the longer one. Where each scrolls
 * on its own it ends above the bar, if what stands above leaves it room enough to be read in.
 */
function measurePanes() {
  byId("rp-apart")?.setAttribute("aria-pressed", String(display.scroll === "apart"));
  const room = window.innerHeight - byId("rp-foot").offsetHeight;
  root.style.setProperty("--rp-foot", byId("rp-foot").offsetHeight + "px");
  if (!state.item) return;
  const left = room - (byId("rp-panes").getBoundingClientRect().top + window.scrollY);
  const apart = byId("rp-panes").childElementCount < 4 && left > room / 2 ? left : room;
  root.style.setProperty("--rp-room", apart + "px");
  settleFrames();
  for (const inner of root.querySelectorAll(".rp-pane-inner")) {
    inner.toggleAttribute("data-stays", display.scroll !== "apart" && inner.offsetHeight < room - 24);
  }
}
