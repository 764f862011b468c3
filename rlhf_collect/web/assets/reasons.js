// Why: chips to press for each response, then words of one's own.

/**
 * What opens the reasons, and their box. It takes rows of its own above the question, so that nothing in the bar moves
 * when it opens. Words alone stand beside the answer where several questions are listed, and where one decides, who
 * says why after choosing. The order of the page is the one seen, for whoever goes by Tab.
 */
function addReasons(node, criterion, completions) {
  const required = criterion.rationale === "required";
  const words = criterion.least ? t("decide_why", { n: criterion.least }) : t(required ? "why_required" : "why");
  const label = state.item.criteria.length > 1 ? words + " – " + labelOf(criterion) : words;
  const chips = criterion.reasons ?? [];
  const isAbove = chips.length > 0 || (state.item.criteria.length === 1 && state.mode !== "decide");
  const isOpen = (required && !isAbove) || !!state.answers[criterion.name]?.rationale;
  node.dataset.chips = chips.length > 0 ? "some" : "none";
  node.dataset.box = isAbove ? "above" : "beside";
  node.classList.toggle("rp-open", isOpen);
  const toggle = () => (node.classList.contains("rp-open") ? closeReason : openReason)(criterion.name);
  const open = button(el("span", { class: "rp-long" }, words), "rp-button rp-reason-open", toggle, {
    "aria-label": label,
    "aria-expanded": String(isOpen),
  });
  open.append(el("span", { class: "rp-short" }, t("short_why")), el("b", { class: "rp-count" }), keyHint(keyFor("reason")));
  const rows = chips.length > 0 ? completions.map((each, index) => chipRow(criterion, each, index, chips)) : [];
  const box = el("div", { class: "rp-reason-box" }, ...(rows.length > 0 ? [el("div", { class: "rp-chips-all" }, ...rows)] : []));
  if (criterion.rationale !== "off") box.append(...wordsNodes(criterion, label, words, node));
  if (chips.length > 0) {
    const done = button(t("close_reasons"), "rp-quiet rp-reason-close", () => closeReason(criterion.name));
    box.append(done);
  }
  if (isAbove) node.prepend(box);
  node.append(el("div", { class: "rp-reason" }, open, ...(isAbove ? [] : [box])));
}

function chipRow(criterion, completion, index, chips) {
  const title = t("response", { side: LETTERS[index] });
  const row = el("div", { class: "rp-chips", role: "group", "aria-label": title });
  const all = el("div", { class: "rp-chips-row" });
  row.append(el("span", { class: "rp-chips-name", "aria-hidden": "true" }, title), all);
  for (const chip of chips) {
    const node = button(reasonText(chip), "rp-chip", () => toggleReason(criterion, completion.id, chip.name), {
      "aria-pressed": "false",
    });
    node.dataset.completion = completion.id;
    node.dataset.reason = chip.name;
    all.append(node);
  }
  return row;
}

/** A reason's words: the project's own where it has some in this language, else the catalogue's. */
function reasonText(chip) {
  return chip[state.lang] || TEXTS[state.lang]["reason_" + chip.name] || chip.en || chip.name;
}

function toggleReason(criterion, completion, reason) {
  if (refuseWhileLocked()) return;
  const answer = answerOf(criterion);
  const same = (each) => each.completion === completion && each.reason === reason;
  const reasons = answer.reasons ?? [];
  answer.reasons = reasons.some(same) ? reasons.filter((each) => !same(each)) : [...reasons, { completion, reason }];
  changed();
}

function wordsNodes(criterion, label, words, node) {
  const text = el("textarea", { class: "rp-reason-text", rows: "1", maxlength: "10000", dir: "auto" });
  text.setAttribute("aria-label", label);
  text.placeholder = words;
  text.value = state.answers[criterion.name]?.rationale ?? "";
  text.addEventListener("input", () => {
    answerOf(criterion).rationale = text.value;
    growText(text);
    changed();
  });
  text.addEventListener("focus", () => node.classList.add("rp-open"));
  requestAnimationFrame(() => growText(text));
  if (state.mode === "decide") return [text, el("p", { class: "rp-tick" }, t("decide_published"))];
  if (state.mode === "practice") return [text];
  return [text, el("div", { class: "rp-said-of-words" }, el("p", { class: "rp-leads-read" }, t("leads_read")), consentTick())];
}

/** The one consent for all a rater writes; every tick on the page shows the same choice. */
function consentTick() {
  const tick = el("input", { type: "checkbox", class: "rp-consent", checked: !!state.me.consents?.publish_rationale });
  tick.addEventListener("change", () => giveConsent(tick.checked));
  return el("label", { class: "rp-tick" }, tick, t("publish_writing"));
}

function growText(text) {
  text.style.height = "auto";
  const room = window.innerHeight - (text.closest(".rp-foot") ? 0 : byId("rp-foot").offsetHeight);
  if (text.scrollHeight) text.style.height = Math.min(text.scrollHeight + 2, room * 0.5) + "px";
}

function openReason(name) {
  const node = criterionBox(name);
  if (!node?.dataset.chips || state.explained) return; // what practice has explained is over
  showQuestion(name);
  unfoldReasons(node, true);
  (node.querySelector(".rp-chip") ?? node.querySelector("textarea")).focus();
}

/** Back to the answer; or, where questions come one at a time and this one is complete, on to the next. */
function closeReason(name) {
  unfoldReasons(criterionBox(name), false);
  const missing = missingIn(state.item, state.answers).map((each) => each.name);
  const goesOn = questionInSight() === name && !missing.includes(name) && !isLocked();
  focusCriterion(goesOn && missing.length > 0 ? missing[0] : name);
}

function unfoldReasons(node, isOpen) {
  node.classList.toggle("rp-open", isOpen);
  node.querySelector(".rp-reason-open").setAttribute("aria-expanded", String(isOpen));
}

/** Whether a question that has just been answered shows the chips of the reason it asks for still. */
function isWaitingForChips(criterion) {
  return criterion.rationale === "required" && criterionBox(criterion.name).matches('[data-chips="some"].rp-open') && !hasReason(state.answers[criterion.name]);
}

/** Reasons that are asked for take no room from reading: they come, once, with the answer they explain. */
function offerReasons(box, criterion, answer) {
  const isWanted = criterion.rationale === "required" && box.dataset.box === "above";
  if (!isWanted || box.wasOffered || !isAnswered(criterion, answer, state.item.comparison.completions)) return;
  box.wasOffered = true;
  unfoldReasons(box, true);
}

function markReasons(box, criterion, answer, locked) {
  offerReasons(box, criterion, answer);
  const reasons = answer?.reasons ?? [];
  for (const node of box.querySelectorAll(".rp-chip")) {
    const on = reasons.some((each) => each.completion === node.dataset.completion && each.reason === node.dataset.reason);
    node.setAttribute("aria-pressed", String(on));
  }
  const count = reasons.length + (answer?.rationale?.trim() ? 1 : 0);
  const shown = box.querySelector(".rp-count");
  if (shown) shown.textContent = count > 0 ? String(count) : "";
  for (const text of box.querySelectorAll("textarea")) text.readOnly = locked;
  if (box.dataset.box === "above" && box.dataset.chips === "none") showBeginning(box, answer?.rationale?.trim());
}

/** What is written shows by its beginning on the button of its box, as it did when the box was closed. */
function showBeginning(box, written) {
  const open = box.querySelector(".rp-reason-open");
  const { placeholder, ariaLabel } = box.querySelector("textarea");
  open.querySelector(".rp-long").textContent = written || placeholder;
  open.setAttribute("aria-label", written ? ariaLabel + " – " + written.slice(0, 80) : ariaLabel);
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
