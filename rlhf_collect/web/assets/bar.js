// The answer bar: one box per criterion, then Undo, Skip and Submit.

/** Builds the bar for the comparison on screen, and the rows of places or points in the responses. */
function fillAnswer() {
  const { criteria, comparison } = state.item;
  const box = byId("rp-answer");
  box.dataset.criteria = criteria.length > 1 ? "many" : "one";
  const nodes = criteria.map((criterion) => criterionNode(criterion, comparison.completions));
  const submit = submitNode();
  // With one question Submit stands next to its scale: the way from answer to answer is short. Who decides says why first.
  if (state.mode === "decide") nodes[0].append(submit);
  else if (nodes.length === 1) nodes[0].insertBefore(submit, nodes[0].querySelector(".rp-reason"));
  const others = state.mode === "practice" ? [] : [otherActions()];
  const several = () => [questionsNode(criteria), el("div", { class: "rp-several" }, ...nodes), submit];
  box.replaceChildren(...(nodes.length === 1 ? nodes : several()), ...others);
  fillMarks();
  markAnswers();
}

/** What a criterion asks, with the turn it asks about where turns are judged one by one. */
function labelOf({ name, question, turn }) {
  const own = projectText(question, "questions", bareName(name));
  return turn ? t("turn_question", { turn, question: own }) : own;
}

/** A criterion's name in the project file, without the turn: "honest@2" is "honest". */
function bareName(name) {
  return name.split("@")[0];
}

/** The same for the page: the question's own words are marked as what they are, for whoever hears it in another. */
function labelNodes({ name, question, turn }) {
  const words = projectWords(question, "questions", bareName(name));
  if (!turn) return [words];
  const [before, after] = t("turn_question", { turn, question: "\n" }).split("\n");
  return [before, words, after].filter(Boolean);
}

/** What is said of one question, with the question where there are several. */
function sayingOf(criterion, text) {
  return state.item.criteria.length > 1 ? labelOf(criterion) + " – " + text : text;
}

function criterionNode(criterion, completions) {
  const id = "rp-q-" + state.item.criteria.indexOf(criterion);
  const node = el(
    "div",
    { class: "rp-criterion", "data-criterion": criterion.name, "data-kind": kindOf(criterion) },
    el("p", { class: "rp-question", id }, ...labelNodes(criterion)),
  );
  const kind = kindOf(criterion);
  if (kind === "ranking") node.append(...orderNode(criterion, completions, id));
  else if (kind === "points") node.append(...pointsNode(criterion, completions));
  else node.append(choiceRowNode(criterion, completions, id));
  if (criterion.rationale !== "off" || criterion.reasons?.length) addReasons(node, criterion, completions);
  return node;
}

function submitWord() {
  const decide = state.item.answers ? "save_change" : "decide_submit";
  return { rate: "submit", revise: "save_change", practice: state.explained ? "practice_next" : "check_answer", decide }[state.mode];
}

/** A new word on the button; it keeps its room, so that nothing moves under a thumb or a pointer. */
function renameSubmit(word) {
  const submit = byId("rp-submit");
  if (submit.firstChild.textContent === t(word)) return;
  submit.style.minInlineSize = submit.offsetWidth + "px";
  submit.firstChild.textContent = t(word);
}

function submitNode() {
  const submit = button(t(submitWord()), "rp-main-button", submitThis, { id: "rp-submit" });
  // Above a phone's keyboard the bar is another one while a reason is written: it must not change under the thumb.
  submit.addEventListener("mousedown", (event) => document.activeElement.matches(".rp-reason-text") && event.preventDefault());
  submit.append(keyHint("↵"));
  return submit;
}

function otherActions() {
  const row = el("div", { class: "rp-actions rp-others" });
  if (state.mode === "rate") {
    const skip = button(t("skip"), "rp-button", skipThis, { id: "rp-skip", title: t("skip_hint") });
    skip.append(keyHint(keyFor("skip")));
    row.append(skip, undoButton(mayUndo()));
  } else if (state.mode === "revise") {
    row.append(button(t("back"), "rp-button", goBack, { id: "rp-go-back" }), undoButton(true));
  } else if (isDecidingFirst()) {
    row.append(button(t("decline"), "rp-button", declineThis, { id: "rp-decline", title: t("skip_hint") }));
  } else {
    row.append(button(t("back"), "rp-button", goBack, { id: "rp-go-back" }));
  }
  return row;
}

/** It is always the last one and in its place, so that pressing it twice never meets another button. */
function undoButton(alive) {
  const undo = button("↶", "rp-button rp-undo", undoLast, { id: "rp-undo", "aria-label": t("undo"), title: t("undo") });
  undo.append(el("span", { class: "rp-undo-word" }, t("undo_short")), keyHint(keyFor("undo")));
  if (!alive) undo.setAttribute("aria-disabled", "true");
  return undo;
}

/** Rows of places or points stand in the response they are about, under its heading. */
function fillMarks() {
  const { criteria, comparison } = state.item;
  const marked = criteria.filter((each) => kindOf(each) !== "choice");
  comparison.completions.forEach((completion, index) => {
    const box = paneOf(completion.id).querySelector(".rp-marks");
    box.replaceChildren(
      ...marked.map((criterion) => {
        const row = kindOf(criterion) === "ranking"
          ? placeRowNode(criterion, completion, index, comparison.completions.length)
          : pointRowNode(criterion, completion, index);
        const name = marked.length > 1 ? el("span", { class: "rp-mark-name" }, ...labelNodes(criterion)) : null;
        return el("div", { class: "rp-mark" }, ...(name ? [name, row] : [row]));
      }),
    );
    box.hidden = marked.length === 0;
  });
}

function criterionBox(name) {
  return [...byId("rp-answer").querySelectorAll(".rp-criterion")].find((node) => node.dataset.criterion === name);
}

/** The rows of one criterion that stand in the responses. */
function markRows(name) {
  return [...byId("rp-panes").querySelectorAll(".rp-mark > [data-criterion]")].filter((row) => row.dataset.criterion === name);
}

function paneOf(completion) {
  return [...byId("rp-panes").children].find((pane) => pane.dataset.completion === completion);
}

/** Puts the focus on the row of a response; true when there is one. */
function focusMark(name, completion) {
  const row = markRows(name).find((each) => each.dataset.completion === completion);
  const target = row?.querySelector("input, [tabindex='0']");
  if (!target) return false;
  target.focus();
  target.closest(".rp-pane").scrollIntoView({ block: "nearest" });
  return true;
}

/** The place where a criterion is answered: its scale, or the first response still without a mark. */
function focusCriterion(name) {
  showQuestion(name);
  const open = openRow(name) ?? markRows(name)[0];
  if (open) return focusMark(name, open.dataset.completion);
  const step = criterionBox(name)?.querySelector(".rp-step[tabindex='0']");
  step?.focus();
  return !!step;
}

function openRow(name) {
  const answer = state.answers[name];
  const given = answer?.places ?? answer?.points ?? {};
  return markRows(name).find((row) => given[row.dataset.completion] === undefined);
}

/** After a mark by key: the next response without one, else the next criterion without an answer. */
function focusNextOpen(criterion) {
  const row = openRow(criterion.name);
  if (row) focusMark(criterion.name, row.dataset.completion);
  else focusNextCriterion();
}

/** Once a criterion is answered by key the next unanswered one comes into focus, so the next key is for it. */
function focusNextCriterion() {
  const { criteria, comparison } = state.item;
  const open = criteria.find((each) => !isAnswered(each, state.answers[each.name], comparison.completions));
  if (open) focusCriterion(open.name);
  else byId("rp-submit").focus({ preventScroll: true });
}

/** The criterion the keys answer: the one in focus, else the first without an answer, else the last. */
function activeCriterion(target = document.activeElement) {
  const { criteria, comparison } = state.item;
  const name = target?.closest?.("[data-criterion]")?.dataset.criterion;
  const open = criteria.find((each) => !isAnswered(each, state.answers[each.name], comparison.completions));
  return criteria.find((each) => each.name === name) ?? open ?? criteria[criteria.length - 1];
}

/** Shows everything said so far, and marks the chosen response. */
function markAnswers() {
  const { criteria, comparison } = state.item;
  const locked = isLocked();
  for (const criterion of criteria) {
    const answer = state.answers[criterion.name];
    const box = criterionBox(criterion.name);
    const kind = kindOf(criterion);
    if (kind === "ranking") markRanking(criterion, answer, comparison.completions, locked);
    else if (kind === "points") markPoints(criterion, answer, locked);
    else markChoice(box.querySelector(".rp-scale"), answer, locked);
    markReasons(box, criterion, answer, locked);
  }
  markQuestions();
  markFlags(locked);
  markImproved();
  const chosen = criteria.length === 1 ? state.answers[criteria[0].name]?.choice : null;
  for (const pane of byId("rp-panes").children) pane.classList.toggle("rp-chosen", pane.dataset.completion === chosen);
  byId("rp-answer").toggleAttribute("data-explained", state.explained !== null);
  const submit = byId("rp-submit");
  const waits = outboxEntry(state.item.judgement)?.tries > 0;
  for (const node of [submit, byId("rp-skip")]) node?.toggleAttribute("data-locked", waits);
  submit.classList.toggle("rp-ready", missingIn(state.item, state.answers).length === 0);
  if (!locked) submit.removeAttribute("aria-busy");
  if (!submit.hasAttribute("aria-busy")) renameSubmit(submitWord());
  markTurns();
}

/** The row the next digit goes to, where there are several; and the turn asked about, in every response. */
function markTurns() {
  markNext();
  const inSight = questionInSight();
  const turn = (state.item.criteria.find((each) => each.name === inSight) ?? activeCriterion()).turn;
  for (const pane of byId("rp-panes").children) {
    const replies = [...pane.querySelectorAll('.rp-turn[data-role="assistant"]')];
    replies.forEach((node, index) => node.toggleAttribute("data-asked", index + 1 === turn));
  }
}

function markNext() {
  const active = activeCriterion();
  const open = openRow(active.name);
  const here = document.activeElement?.closest?.(".rp-mark > [data-criterion]") ?? open;
  for (const box of byId("rp-answer").querySelectorAll(".rp-criterion")) box.toggleAttribute("data-next", box.dataset.criterion === active.name);
  for (const row of byId("rp-panes").querySelectorAll(".rp-mark > [data-criterion]")) row.toggleAttribute("data-next", row === here);
}

function refuseWhileLocked() {
  if (!isLocked()) return false;
  if (!state.explained) say(t("locked"));
  return true;
}
