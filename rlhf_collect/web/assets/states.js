// The screens beside the comparison: welcome, loading, nothing to do, offline, signed out, and so on.

/** Shows one screen; `parts` are nodes below the heading, `actions` its buttons. */
function showState(name, title, parts = [], actions = []) {
  leaveEarlier();
  hush();
  state.epoch += 1;
  state.item = null;
  state.explained = null;
  root.dataset.view = name;
  byId("rp-compare").hidden = true;
  byId("rp-bar").hidden = true;
  const section = byId("rp-state");
  section.hidden = false;
  byId("rp-state-title").textContent = title;
  byId("rp-state-body").replaceChildren(
    ...parts.map((part) => (typeof part === "string" ? el("p", {}, part) : part)),
  );
  byId("rp-state-actions").replaceChildren(...actions);
  byId("rp-state-actions").hidden = actions.length === 0;
  showNotice();
  window.scrollTo(0, 0);
  if (name !== "loading") focusOn(byId("rp-state-title"));
}

function showLoading() {
  state.redraw = showLoading;
  showState("loading", t("loading_title"));
}

function showWelcome() {
  state.redraw = showWelcome;
  const begins = button(t("start"), "rp-main-button", async () => {
    writeStored("welcomed:" + whoAmI(), true);
    try {
      await confirmGuidelines();
      await begin();
    } catch (problem) {
      trouble(problem);
    }
  });
  const guidelines = button(t("guidelines_first"), "rp-button", () => togglePanel("guidelines"));
  showState("welcome", t("welcome_title"), [languageRow(), whoFacts(state.me), promises(state.me, t("promise_contest", state.me.appeals)), t("welcome_return")], [begins, guidelines]);
}

/** Nothing to judge: finished, or nothing now. `reason` is the service's word for why. */
async function showEmpty(reason) {
  if (reason === "guidelines_changed" || reason === "practice_required") {
    showLoading();
    await refreshMe();
    if (reason === "guidelines_changed") showGuidelinesChanged();
    else showPractice();
    return;
  }
  showLoading();
  await refreshMe(); // what is left decides whether this is the end
  if (root.dataset.view === "loading") drawEmpty(reason);
}

function drawEmpty(reason) {
  state.redraw = () => drawEmpty(reason);
  const { judged = 0, left = 0 } = state.me.progress ?? {};
  const finished = ["", "no_eligible", "finished"].includes(reason) && left === 0;
  const key = finished ? (judged > 0 ? "finished" : "finished_none") : TEXTS.en["empty_" + reason] ? "empty_" + reason : "empty";
  const actions = [button(t("look_again"), "rp-button", lookAgain)];
  if (mayUndo()) actions.push(button(t("undo"), "rp-button", undoLast));
  const parts = [leftToDecide() > 0 ? t("empty_to_decide", { n: leftToDecide() }) : t(key, { judged })];
  if (leftToDecide() > 0) {
    actions.unshift(button(t("decide_open", { n: leftToDecide() }), "rp-main-button", openDeciding));
  }
  showState("empty", t(finished && mayUndo() && !leftToDecide() ? "finished_title" : "empty_title"), parts, actions);
}

async function lookAgain() {
  await loadNext();
  if (root.dataset.view === "empty") say(t("nothing_new"));
}

function showOffline() {
  state.redraw = showOffline;
  const again = button(t("try_now"), "rp-main-button", retryNow);
  showState("offline", t("offline_title"), [t("offline_text")], [again]);
}

function showError(detail) {
  state.redraw = () => showError(detail);
  const said = detail ? [el("p", { class: "rp-detail" }, detail)] : [];
  const again = button(t("try_again"), "rp-main-button", retryNow);
  showState("error", t("error_title"), [t("error_text"), ...said], [again]);
}

function showSignedOut() {
  state.redraw = showSignedOut;
  const reload = button(t("reload"), "rp-main-button", () => location.reload());
  showState("signed-out", t("signed_out_title"), [t("signed_out_text"), t("signed_out_kept")], [reload]);
  showNotice();
}

/** The assignment belongs to somebody else: another person has signed in in this browser. */
function showForeign() {
  state.redraw = showForeign;
  const reload = button(t("reload"), "rp-main-button", () => location.reload());
  showState("foreign", t("foreign_title"), [t("foreign_text")], [reload]);
}

// --- The notice above the answer bar: answers on their way, and answers given twice -------------

/** One notice at a time: a conflict first, as it asks something; then what is not saved yet. */
function showNotice() {
  const box = byId("rp-notice");
  const entries = state.me ? readOutbox(whoAmI()) : [];
  const conflict = entries.find((entry) => entry.state === "conflict");
  const unsent = entries.filter((entry) => entry.state !== "conflict");
  const waiting = unsent.some((entry) => entry.tries > 0) ? unsent : [];
  const signedOut = root.dataset.view === "signed-out";
  let kind = "";
  let content = [];
  if (state.explained && state.mode === "practice") {
    kind = state.explained.as_expected ? "right" : "other";
    content = explanationNodes(state.explained);
  } else if (conflict && !signedOut) {
    kind = "conflict";
    content = [
      el("p", {}, t("conflict")),
      button(t("conflict_replace"), "rp-main-button", () => settleConflict(conflict, true), { id: "rp-replace" }),
      button(t("conflict_keep"), "rp-button", () => settleConflict(conflict, false), { id: "rp-keep" }),
    ];
  } else if (waiting.length > 0) {
    kind = "waiting";
    const here = waiting.find((entry) => entry.judgement === state.item?.judgement);
    const skips = waiting.some((entry) => entry.skip) ? "_skips" : "";
    const text = waiting.length === 1 ? t(skips ? "waiting_skip" : "waiting") : t("waiting_many" + skips, { count: waiting.length });
    content = [el("p", {}, signedOut ? t("waiting_signed_out") : text)];
    if (!signedOut) content.push(button(t("try_now"), "rp-button", retryNow, { id: "rp-retry" }));
    if (here) content.push(button(t(here.skip ? "skip_not" : "change_answer"), "rp-button", withdrawAnswer, { id: "rp-change" }));
  } else if (state.unsaved.length > 0 && !signedOut) {
    kind = "unsaved";
    const judgement = state.unsaved.at(-1);
    content = [
      el("p", {}, t("change_unsaved")),
      button(t("change_go_on"), "rp-button", () => openJudgement(judgement), { id: "rp-go-on" }),
      button(t("change_drop"), "rp-button", () => dropChange(judgement), { id: "rp-drop" }),
    ];
  }
  // Redrawing under a pressed button would take the focus away: only when the words change.
  const stamp = kind + state.lang + content.map((node) => node.textContent).join("|") + (conflict?.judgement ?? "");
  if (box.dataset.stamp === stamp) return;
  box.dataset.stamp = stamp;
  box.dataset.kind = kind;
  box.replaceChildren(...content);
  box.hidden = kind === "";
  if (kind) say(content[0].textContent, true);
}
