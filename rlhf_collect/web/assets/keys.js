// Keyboard navigation. One listener for the whole page; nothing typed is recorded or measured.

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.matches(".rp-reason-text")) {
    inReason(event, target);
    return;
  }
  if (target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (root.querySelector("dialog[open]")) return;
  if (target.matches(".rp-step") && arrow(event, target)) return;
  if (!state.keys) return;
  if (event.key === "?") {
    event.preventDefault();
    openSettings();
    return;
  }
  if (root.dataset.view === "compare") inComparison(event, target);
}

/** Inside the reason box only two keys mean something else than text. */
function inReason(event, text) {
  if (event.key === "Escape") {
    event.preventDefault();
    const row = text.closest(".rp-criterion").querySelector(".rp-step[tabindex='0']");
    (row ?? byId("rp-prompt-title")).focus();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
    event.preventDefault();
    submitThis();
  }
}

function inComparison(event, target) {
  const digit = digitOf(event);
  if (digit !== null) {
    event.preventDefault();
    const row = criterionBox(activeCriterion().name);
    const node = [...row.querySelectorAll(".rp-step")].find((each) => each.dataset.key === digit);
    if (node) {
      choose(row.dataset.criterion, node.step);
      if (!isLocked()) focusNextCriterion(row);
    }
  } else if (event.key === "Enter") {
    // A focused link or button keeps its own Enter; on the scale Enter hands in, as in any form.
    if (target.closest("a, summary, button:not(.rp-step), [role=link], [role=region]")) return;
    event.preventDefault();
    submitThis();
  } else if (event.shiftKey) {
    return;
  } else if (event.key.toLowerCase() === "r") {
    event.preventDefault();
    openReason(activeCriterion().name);
  } else if (event.key.toLowerCase() === "s") {
    // A letter alone must not do something final: the first S goes to Skip, the second skips.
    event.preventDefault();
    const skip = byId("rp-skip");
    if (document.activeElement === skip) {
      skip.click();
    } else {
      skip.focus();
      say(t("skip_again"));
    }
  }
}

/** After a number key the next unanswered criterion comes into focus, so the next digit is for it. */
function focusNextCriterion(row) {
  if (state.item.criteria.length < 2) return;
  const open = state.item.criteria.find((each) => !state.answers[each.name]?.choice);
  const box = open ? criterionBox(open.name) : row;
  box.querySelector(".rp-step[tabindex='0']")?.focus();
}

/** The digit meant, also on keyboards whose top row needs Shift for digits. */
function digitOf(event) {
  if (/^[0-9]$/.test(event.key)) return event.key;
  const found = event.shiftKey ? null : /^Digit([0-9])$/.exec(event.code);
  return found ? found[1] : null;
}

/** Arrow keys move along the scale and choose, as in every group of radio buttons. */
function arrow(event, node) {
  const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const move = moves[event.key];
  if (!move || event.shiftKey) return false;
  event.preventDefault();
  const steps = [...node.closest(".rp-scale").querySelectorAll(".rp-step")];
  const next = steps[(steps.indexOf(node) + move + steps.length) % steps.length];
  if (next.step.word !== "best") choose(next.closest(".rp-scale").dataset.criterion, next.step);
  next.focus();
  return true;
}
