// The answer bar: one row of steps per criterion, the reason, Skip and Submit.

/** Builds the bar for the comparison on screen. */
function fillAnswer() {
  const { criteria, comparison } = state.item;
  const box = byId("rp-answer");
  box.dataset.criteria = criteria.length > 1 ? "many" : "one";
  box.replaceChildren(...criteria.map((criterion) => criterionNode(criterion, comparison.completions)));
  const actions = el(
    "div",
    { class: "rp-actions rp-submit-row" },
    button(t("skip"), "rp-button", skipThis, { id: "rp-skip", title: t("skip_hint"), "data-key": "S" }),
    button(t("submit"), "rp-main-button", submitThis, { id: "rp-submit" }),
  );
  actions.querySelector("#rp-skip").append(el("kbd", { "aria-hidden": "true" }, "S"));
  actions.querySelector("#rp-submit").append(el("kbd", { "aria-hidden": "true" }, "↵"));
  box.append(actions);
  markAnswers();
}

function criterionNode(criterion, completions) {
  const id = "rp-q-" + state.item.criteria.indexOf(criterion);
  const row = el("div", { class: "rp-scale", role: "radiogroup", "aria-labelledby": id });
  row.dataset.criterion = criterion.name;
  const steps = scaleSteps(criterion, completions);
  for (const step of steps) row.append(stepButton(criterion, step));
  row.style.setProperty("--rp-steps", steps.filter((step) => step.key !== "0").length);
  const node = el(
    "div",
    { class: "rp-criterion", "data-criterion": criterion.name },
    el("p", { class: "rp-question", id }, criterion.question),
    row,
  );
  if (criterion.rationale !== "off") node.append(reasonNode(criterion));
  return node;
}

function stepButton(criterion, step) {
  const node = button(
    el("span", { class: "rp-side", "aria-hidden": "true" }, step.side || t("mark_" + step.word)),
    "rp-step",
    () => choose(criterion.name, step),
    { role: "radio", "aria-checked": "false", tabindex: "-1", "aria-label": stepSentence(step) },
  );
  node.dataset.word = step.word;
  node.dataset.key = step.key;
  node.step = step;
  node.append(
    el("span", { class: "rp-word rp-long", "aria-hidden": "true" }, t("step_" + step.word)),
    el("span", { class: "rp-word rp-short", "aria-hidden": "true" }, t("short_" + step.word)),
    el("kbd", { "aria-hidden": "true" }, step.key),
  );
  return node;
}

function reasonNode(criterion) {
  const required = criterion.rationale === "required";
  const label = t(required ? "why_required" : "why");
  const text = el("textarea", { class: "rp-reason-text", rows: "1", maxlength: "10000", dir: "auto" });
  text.setAttribute("aria-label", label);
  text.placeholder = label;
  text.value = state.answers[criterion.name]?.rationale ?? "";
  text.addEventListener("input", () => {
    const answer = (state.answers[criterion.name] ??= {});
    answer.rationale = text.value;
    writeDraft(state.item.judgement, state.answers);
    growReason(text);
  });
  text.addEventListener("focus", () => node.classList.add("rp-open"));
  const tick = el("input", { type: "checkbox", class: "rp-consent", checked: !!state.me.consents?.publish_rationale });
  tick.addEventListener("change", () => giveConsent(tick.checked));
  const open = button(el("span", { class: "rp-long" }, label), "rp-button rp-reason-open", () => {
    openReason(criterion.name);
  }, { "aria-label": label });
  open.append(el("span", { class: "rp-short" }, t("short_why")));
  open.append(el("kbd", { "aria-hidden": "true" }, "R"));
  const node = el(
    "div",
    { class: "rp-reason" },
    open,
    el("div", { class: "rp-reason-box" }, text, el("label", { class: "rp-tick" }, tick, t("publish_reasons"))),
  );
  if (required || text.value) node.classList.add("rp-open");
  requestAnimationFrame(() => growReason(text));
  return node;
}

function growReason(text) {
  text.style.height = "auto";
  if (text.scrollHeight) text.style.height = Math.min(text.scrollHeight + 2, 160) + "px";
}

function openReason(name) {
  const node = criterionBox(name)?.querySelector(".rp-reason");
  if (!node) return;
  node.classList.add("rp-open");
  node.querySelector("textarea").focus();
}

function criterionBox(name) {
  return [...byId("rp-answer").querySelectorAll(".rp-criterion")].find((node) => node.dataset.criterion === name);
}

/** The criterion the number keys answer: the one in focus, else the first without an answer. */
function activeCriterion() {
  const { criteria } = state.item;
  const focused = document.activeElement?.closest?.(".rp-criterion")?.dataset.criterion;
  const open = criteria.find((each) => !state.answers[each.name]?.choice);
  return criteria.find((each) => each.name === focused) ?? open ?? criteria[criteria.length - 1];
}

function choose(name, step) {
  if (isLocked()) {
    say(t("locked"));
    return;
  }
  const answer = (state.answers[name] ??= {});
  answer.strength = nextStrength(step, answer);
  answer.choice = step.choice;
  writeDraft(state.item.judgement, state.answers);
  markAnswers();
}

/** Shows the chosen steps, and marks the chosen response. */
function markAnswers() {
  const locked = isLocked();
  for (const row of byId("rp-answer").querySelectorAll(".rp-scale")) {
    const answer = state.answers[row.dataset.criterion];
    const steps = [...row.querySelectorAll(".rp-step")];
    for (const node of steps) {
      const chosen = isChosen(node.step, answer);
      node.setAttribute("aria-checked", String(chosen));
      if (locked) node.setAttribute("aria-disabled", "true");
      else node.removeAttribute("aria-disabled");
      node.tabIndex = chosen ? 0 : -1;
      if (node.step.word === "best") markDegree(node, chosen ? answer.strength : null);
    }
    if (!steps.some((node) => node.tabIndex === 0) && steps[0]) steps[0].tabIndex = 0;
  }
  for (const text of byId("rp-answer").querySelectorAll("textarea")) text.readOnly = locked;
  const first = state.item.criteria.length === 1 ? state.answers[state.item.criteria[0].name]?.choice : null;
  for (const pane of byId("rp-panes").children) {
    pane.classList.toggle("rp-chosen", !!first && pane.dataset.completion === first);
  }
  const ready = missingIn(state.item.criteria, state.answers).length === 0;
  byId("rp-submit")?.classList.toggle("rp-ready", ready);
}

/** With three and more responses one button stands for all strengths: it says the one chosen. */
function markDegree(node, strength) {
  const word = strength ? strengthWord(strength, node.step.degrees) : "best";
  for (const each of node.querySelectorAll(".rp-word")) each.textContent = t("best_" + word);
  const sentence = strength ? t("say_" + word, { side: node.step.side }) : stepSentence(node.step);
  node.setAttribute("aria-label", sentence);
}

async function giveConsent(granted) {
  const ticks = () => root.querySelectorAll(".rp-consent");
  for (const tick of ticks()) tick.checked = granted;
  const turn = (giveConsent.turn = (giveConsent.turn ?? 0) + 1);
  try {
    await service.consent(granted);
    if (turn !== giveConsent.turn) return;
    state.me.consents = { ...state.me.consents, publish_rationale: granted };
    say(t(granted ? "consent_given" : "consent_withdrawn"));
  } catch (problem) {
    if (turn !== giveConsent.turn) return;
    for (const tick of ticks()) tick.checked = !!state.me.consents?.publish_rationale;
    if (problem.status === 401) showSignedOut();
    else say(t("consent_failed"));
  }
}
