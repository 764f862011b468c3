// Keyboard navigation. One listener for the whole page; nothing typed is recorded or measured.

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.matches(".rp-reason-text, .rp-edit")) {
    inText(event, target);
    return;
  }
  if (target.matches(".rp-message-text")) {
    inMessage(event, target);
    return;
  }
  if (target.matches(".rp-number") && !isSendingKey(event)) {
    inNumber(event, target);
    return;
  }
  // A tick or radio button keeps the keys it needs itself: Space and the arrows.
  const ticks = target.matches("input[type=checkbox], input[type=radio]") && event.key !== " " && !event.key.startsWith("Arrow");
  const leaving = event.key === "Escape" && root.dataset.view === "mine" && !target.value; // a search is cleared first
  if (!ticks && !leaving && !isSendingKey(event) && target.closest("input, textarea, select, [contenteditable]")) return;
  if (isSendingKey(event) && root.dataset.view === "compare" && !root.querySelector("dialog[open]")) {
    event.preventDefault();
    if (isBarThere()) submitThis();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (!root.querySelector("dialog[open]") && turnPage(event, target)) event.preventDefault();
  if (event.repeat) return;
  if (root.querySelector("dialog[open]")) return;
  if (arrow(event, target)) return;
  if (event.key === "Escape" && leavePlace(target)) {
    event.preventDefault();
    return;
  }
  if (isTypedReason(event, target) || !display.keys) return;
  const letter = root.dataset.view === "compare" ? letterOf(event) : null; // of a response: before any other meaning
  const action = letter ? null : actionFor(event.key);
  if (action === "sheet" || action === "guidelines") {
    event.preventDefault();
    if (action === "sheet") openKeys();
    else togglePanel("guidelines");
  } else if (root.dataset.view === "compare") {
    if (inComparison(event, target, { action, letter })) event.preventDefault();
  }
}

/**
 * Where each response scrolls on its own and the page has nothing to scroll, PageDown, PageUp and Space go on in the
 * response under the pointer, else in the first that has more, else the next; back the same way.
 */
function turnPage(event, target) {
  const down = { PageDown: true, PageUp: false, " ": !event.shiftKey }[event.key];
  if (down === undefined || display.scroll !== "apart" || root.dataset.view !== "compare") return false;
  if (target.closest(".rp-pane-inner, .rp-foot, .rp-panel, button, a, summary, [role=link]")) return false;
  const hasMore = (node) => (down ? node.scrollTop + node.clientHeight < node.scrollHeight - 1 : node.scrollTop > 0);
  if (hasMore(document.documentElement)) return false;
  const panes = [...root.querySelectorAll(".rp-pane-inner")].filter(hasMore);
  const pane = panes.find((each) => each.matches(":hover")) ?? (down ? panes[0] : panes.at(-1));
  pane?.scrollBy({ top: (down ? 0.9 : -0.9) * pane.clientHeight });
  return !!pane;
}

/** Inside a text only two keys mean something else than text. */
function inText(event, text) {
  if (event.key === "Escape") {
    event.preventDefault();
    leavePlace(text);
  } else if (isSendingKey(event)) {
    event.preventDefault();
    submitThis();
  }
}

/** Ctrl Enter hands in from anywhere on a comparison. */
function isSendingKey(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat;
}

/** Where there is no room beside it, a panel takes the place of the comparison and of the bar: nothing answers then. */
function isBarThere() {
  return byId("rp-bar").checkVisibility();
}

/** Letters among the reasons are the words of one, not keys: they go on in the field for them, if there is one. */
function isTypedReason(event, target) {
  const box = target.closest(".rp-reason-box");
  if (!box || event.key.length !== 1 || event.key === " " || digitOf(event) !== null) return false;
  box.querySelector(".rp-reason-text")?.focus();
  return true;
}

/** The question whose reasons are meant: the current one, or the first that has any. */
function reasonedCriterion(target) {
  const own = activeCriterion(target);
  const asks = ({ rationale, reasons }) => rationale !== "off" || (reasons ?? []).length > 0;
  return asks(own) ? own : (state.item.criteria.find(asks) ?? own);
}

/** In a number field Enter goes on to the next response, and at the end hands in. */
function inNumber(event, field) {
  if (event.key === "Escape") leavePlace(field);
  if (event.key !== "Enter" || event.repeat) return;
  event.preventDefault();
  const criterion = activeCriterion(field);
  if (field.getAttribute("aria-invalid") === "true") askForNumber(criterion);
  else if (openRow(criterion.name)) focusNextOpen(criterion);
  else if (missingIn(state.item, state.answers).length > 0) focusNextCriterion();
  else submitThis();
}

/** Escape leaves a text, the reasons, flags, a panel, My judgements, an earlier answer: back to where one was. */
function leavePlace(target) {
  const criterion = target.closest(".rp-criterion");
  if (criterion && target.closest(".rp-reason, .rp-reason-box")) {
    if (criterion.dataset.box === "above") closeReason(criterion.dataset.criterion);
    else focusCriterion(criterion.dataset.criterion);
    return true;
  }
  const editing = target.closest(".rp-editing");
  if (editing) {
    closeImproving(editing);
    return true;
  }
  if (target.closest(".rp-panel") || (state.item && !isBarThere())) {
    togglePanel(null);
    return true;
  }
  const flags = target.closest(".rp-flags");
  if (flags) closeFlags(flags);
  else if (root.hasAttribute("data-panel")) togglePanel(null);
  else if (root.dataset.view === "mine") byId("rp-state-actions").querySelector("button").click();
  else if (root.dataset.view === "compare" && state.mode === "revise") goBack();
  else return false;
  return true;
}

/** A focused link or button has its own Enter; on a scale Enter hands in, as in any form. */
function keepsEnter(target) {
  if (target.closest("a, summary, [role=link], .rp-prose [role=region], .rp-chip")) return true;
  if (target.matches(".rp-main-button")) return target.id !== "rp-submit";
  return !!target.closest("button") && !target.matches(".rp-step, .rp-place");
}

/** True when the key meant something here. */
function inComparison(event, target, { action, letter }) {
  if (!isBarThere()) return false;
  if (action === "submit") {
    if (keepsEnter(target)) return false;
    submitThis();
    return true;
  }
  const digit = digitOf(event);
  if (digit !== null || letter || action === "tie" || action === "both_bad") {
    if (target.closest(".rp-reason-box, .rp-flags, .rp-editing")) return false; // there they would answer behind one's back
    const criterion = activeCriterion(target);
    const act = { choice: keyInChoice, ranking: keyInRanking, points: keyInPoints }[kindOf(criterion)];
    const done = act(criterion, { digit, letter, action }, target);
    if (done && kindOf(criterion) === "choice" && !isLocked()) {
      if (!letter && state.item.criteria.length > 1) focusNextCriterion();
      else if (keepsEnter(target)) focusCriterion(criterion.name); // the Enter to come is meant for the answer
    }
    return done;
  }
  if (event.shiftKey) return false;
  const acts = { reason: () => openReason(reasonedCriterion(target).name), skip: skipThis, undo: undoLast, differences: toggleDifferences };
  // What is left to somebody else does not come back: the key leads to its button, and Enter presses it.
  if (isDecidingFirst()) Object.assign(acts, { skip: () => focusOn(byId("rp-decline")), undo: () => say(t("decide_no_undo")) });
  if (!acts[action]) return false;
  acts[action]();
  return true;
}

/** The digit meant, also on keyboards whose top row needs Shift for digits. */
function digitOf(event) {
  if (/^[0-9]$/.test(event.key)) return event.key;
  const found = event.shiftKey ? null : /^Digit([0-9])$/.exec(event.code);
  return found ? found[1] : null;
}

/** The response a letter stands for, where there is one. */
function letterOf(event) {
  const letter = event.key.length === 1 ? event.key.toUpperCase() : "";
  const index = letter ? LETTERS.indexOf(letter) : -1;
  return !event.shiftKey && index >= 0 && index < state.item.comparison.completions.length ? letter : null;
}

/** Arrow keys, Home and End move along a row and choose, as in every group of radio buttons. */
function arrow(event, node) {
  const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: 0, End: 0 }[event.key];
  if (move === undefined || event.shiftKey || !node.matches("[role=radio]")) return false;
  event.preventDefault();
  const all = [...node.parentElement.querySelectorAll("[role=radio]")];
  const place = { Home: 0, End: all.length - 1 }[event.key] ?? all.indexOf(node) + move;
  const next = all[(place + all.length) % all.length];
  if (next.getAttribute("aria-checked") !== "true") next.click();
  next.focus();
  return true;
}
