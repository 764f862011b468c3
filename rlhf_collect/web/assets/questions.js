// Several questions on a narrow screen: the bar shows one at a time, and a row of numbers leads to the
// others, so that the responses keep most of the screen. On a wide one all stand there and the row is hidden.

function questionsNode(criteria) {
  const row = el("div", { class: "rp-questions", role: "group", "aria-label": t("questions") });
  criteria.forEach((criterion, index) => {
    const node = button(String(index + 1), "rp-question-dot", () => focusCriterion(criterion.name));
    node.dataset.for = criterion.name;
    row.append(node);
  });
  return row;
}

function questionDots() {
  return [...byId("rp-answer").querySelectorAll(".rp-question-dot")];
}

/** The name of the question the bar shows, where it shows one at a time. */
function questionInSight() {
  const row = byId("rp-answer").querySelector(".rp-questions");
  return row?.checkVisibility() ? criterionBoxInSight()?.dataset.criterion : undefined;
}

function criterionBoxInSight() {
  return byId("rp-answer").querySelector(".rp-criterion[data-in-sight]");
}

function showQuestion(name) {
  for (const box of byId("rp-answer").querySelectorAll(".rp-criterion")) box.toggleAttribute("data-in-sight", box.dataset.criterion === name);
  for (const dot of questionDots()) {
    if (dot.dataset.for === name) dot.setAttribute("aria-current", "step");
    else dot.removeAttribute("aria-current");
  }
}

/** Which questions are complete; and once the rows in the responses answered the one in sight, the next comes. */
function markQuestions() {
  const { criteria, comparison } = state.item;
  const isDone = (each) => isComplete(each, state.answers[each.name], comparison.completions);
  for (const dot of questionDots()) {
    const criterion = criteria.find((each) => each.name === dot.dataset.for);
    dot.toggleAttribute("data-done", isDone(criterion));
    dot.setAttribute("aria-label", t(isDone(criterion) ? "question_done" : "question_open", { question: labelOf(criterion) }));
  }
  const now = criteria.find((each) => each.name === criterionBoxInSight()?.dataset.criterion);
  const open = criteria.find((each) => !isDone(each));
  if (!now || (kindOf(now) !== "choice" && isDone(now) && open)) showQuestion((open ?? criteria[0]).name);
}

/** After a tap on a scale the next open question comes, a moment later so that the choice is seen. */
function passOn(criterion, step) {
  if (questionInSight() !== criterion.name) return;
  const shown = state.item;
  setTimeout(() => {
    const open = missingIn(shown, state.answers).find((each) => each.name !== criterion.name);
    if (state.item !== shown || questionInSight() !== criterion.name || !open) return;
    if (isWaitingForChips(criterion)) return; // its reasons have come up with the answer
    focusCriterion(open.name);
    // The question that was answered is out of sight: what was chosen is said with it.
    const chosen = sayingOf(criterion, t("say_chosen", { what: stepSentence(step) }));
    say(chosen + " " + t("say_next", { question: labelOf(open) }), true);
  }, 250);
}
