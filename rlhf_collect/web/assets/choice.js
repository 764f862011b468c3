// Answering by a scale: one row of steps, as a group of radio buttons.

function choiceRowNode(criterion, completions, labelledBy) {
  const row = el("div", { class: "rp-scale", role: "radiogroup", "aria-labelledby": labelledBy });
  row.dataset.criterion = criterion.name;
  const steps = scaleSteps(criterion, completions);
  for (const step of steps) row.append(stepButton(criterion, step));
  row.style.setProperty("--rp-steps", steps.filter((step) => step.key !== "0").length);
  row.style.setProperty("--rp-all", steps.length);
  row.dataset.steps = steps.length;
  return row;
}

function stepButton(criterion, step) {
  const node = button(
    el("span", { class: "rp-side", "aria-hidden": "true" }, step.side || t("mark_" + step.word)),
    "rp-step",
    (event) => {
      choose(criterion, step);
      if (event.detail > 0) passOn(criterion, step); // a tap or click; arrow keys only move along the scale
    },
    { role: "radio", "aria-checked": "false", tabindex: "-1", "aria-label": stepSentence(step) },
  );
  node.dataset.word = step.word;
  node.dataset.key = step.key;
  node.step = step;
  node.append(
    el("span", { class: "rp-word rp-long", "aria-hidden": "true" }, t("step_" + step.word)),
    el("span", { class: "rp-word rp-short", "aria-hidden": "true" }, t("short_" + step.word)),
    keyHint(step.key),
  );
  return node;
}

function choose(criterion, step) {
  if (refuseWhileLocked()) return;
  const answer = answerOf(criterion);
  answer.strength = step.strength;
  answer.choice = step.choice;
  changed();
}

function markChoice(row, answer, locked) {
  const steps = [...row.querySelectorAll(".rp-step")];
  for (const node of steps) {
    const chosen = isChosen(node.step, answer);
    node.setAttribute("aria-checked", String(chosen));
    node.toggleAttribute("data-locked", locked);
    if (locked) node.setAttribute("aria-disabled", "true");
    else node.removeAttribute("aria-disabled");
    node.tabIndex = chosen ? 0 : -1;
  }
  if (!steps.some((node) => node.tabIndex === 0) && steps[0]) steps[0].tabIndex = 0;
}

/** A digit chooses the step it is printed on, a letter the next step of its side. */
function keyInChoice(criterion, { digit, letter, action }) {
  const row = criterionBox(criterion.name).querySelector(".rp-scale");
  const steps = [...row.querySelectorAll(".rp-step")].map((node) => node.step);
  const wanted = { tie: "tie", both_bad: "both_bad" }[action];
  let step = null;
  if (digit !== null) step = steps.find((each) => each.key === digit);
  else if (wanted) step = steps.find((each) => each.choice === wanted);
  else if (letter) step = stepOfSide(steps, letter, state.answers[criterion.name]);
  if (!step) return false;
  const before = isAnswered(criterion, state.answers[criterion.name], state.item.comparison.completions);
  choose(criterion, step);
  // An answer that is changed from outside of its row is shown to be, as the eye may be elsewhere.
  sayChosen(stepSentence(step), true, criterion, before && state.item.criteria.length > 1 && !row.contains(document.activeElement));
  return true;
}

/** What a key has chosen or taken back is said aloud, with its question: the focus may be anywhere. */
function sayChosen(what, chosen, criterion, shown = false) {
  if (!isLocked()) say(sayingOf(criterion, t(chosen ? "say_chosen" : "say_taken_back", { what })), !shown);
}
