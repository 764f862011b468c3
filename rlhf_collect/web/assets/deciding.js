// Deciding, as a second rater, what raters differ on: with what they answered beside it, and nothing of who.

/** How many comparisons wait for the rater's decision; null for who does not decide. */
function leftToDecide() {
  return state.me?.deciding?.left ?? null;
}

function drawDecideButton() {
  const left = leftToDecide();
  const open = byId("rp-decide-button");
  open.hidden = left === null;
  open.textContent = t("decide_open", { n: left });
}

/** What deciding means comes first, once; then what waits. */
async function openDeciding() {
  if (leftToDecide() === null || root.dataset.view === "deciding" || isDecidingFirst()) return;
  goAway();
  state.fromList = false;
  if (readStored("decides:" + whoAmI())) await nextToDecide();
  else showDeciding();
}

/** Whether what is on screen is to be decided for the first time. */
function isDecidingFirst() {
  return state.item !== null && state.mode === "decide" && !state.item.answers;
}

function showDeciding() {
  state.redraw = showDeciding;
  const begin = button(t("decide_begin"), "rp-main-button", async () => {
    writeStored("decides:" + whoAmI(), true);
    await nextToDecide();
  });
  const said = ["what", "holds", "published", "free"].map((each) => el("li", {}, t("decide_means_" + each)));
  const back = button(t("decide_stop"), "rp-button", goBack);
  showState("deciding", t("decide_title"), [el("ul", { class: "rp-promises" }, ...said)], [begin, back]);
}

async function nextToDecide() {
  try {
    const { status, data, reason } = await service.nextToDecide(state.me.project);
    await goOnDeciding(status === 204 ? { next: null, reason } : { next: data });
  } catch (problem) {
    decidingTrouble(problem);
  }
}

/** From a receipt to the next one, or to the screen that says that there is none. */
async function goOnDeciding({ next, reason }) {
  if (next) {
    showItem(itemToDecide(next), "decide");
  } else if (reason === "nothing_to_decide") {
    showNoneToDecide();
  } else {
    state.mode = "rate";
    await showEmpty(reason); // guidelines or practice come first
  }
  refreshMe();
}

/** What the service sent, under the names the page has for what is answered. */
function itemToDecide(sent) {
  const criteria = sent.criteria.map((each) => ({ ...each, least: sent.least_reason }));
  return { ...sent, criteria, judgement: sent.decision, assignment: sent.decision };
}

function showNoneToDecide(text = "decide_none") {
  state.redraw = () => showNoneToDecide(text);
  state.mode = "rate";
  showState("deciding", t("decide_none_title"), [t(text)], [button(t("decide_stop"), "rp-main-button", goBack)]);
}

async function declineThis() {
  if (!isDecidingFirst() || state.busy || refuseWhileLocked()) return;
  const { decision } = state.item;
  const epoch = state.epoch;
  state.busy = true;
  try {
    const { data } = await service.decline(decision);
    dropDraft(decision);
    state.busy = false;
    if (epoch !== state.epoch) return;
    say(t("declined"), false, true);
    await goOnDeciding(data);
  } catch (problem) {
    state.busy = false;
    decidingTrouble(problem);
  }
}

/** The service has the decision: on to the next one, or back to the list it was opened from. */
async function afterDeciding({ data }, here) {
  say(t("saved"), false, true);
  if (here && state.fromList) goBack();
  else if (here) await goOnDeciding(data);
  else refreshMe();
}

/** What the service says to who decides: they may not any more, or this went wrong; what was written stays here. */
function decidingTrouble(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if ([403, 404].includes(problem.status)) {
    showNoneToDecide("decide_over");
    refreshMe();
  } else if (problem.status === 401 || (problem.passing && !state.item)) trouble(problem);
  else say(saidBy(problem) || t("decide_failed"));
}

// --- One's own decisions --------------------------------------------------------------------------------

/** A decision of one's own on the screen, to be changed or left as it is. */
async function openDecision(decision) {
  try {
    const { data } = await service.decision(decision);
    state.fromList = root.dataset.view === "mine";
    goAway();
    showItem(itemToDecide(data), "decide");
  } catch (problem) {
    decidingTrouble(problem);
  }
}

async function takeBackDecision() {
  if (refuseWhileLocked()) return;
  const { decision } = state.item;
  try {
    await service.takeBackDecision(decision);
    dropDraft(decision);
    goBack();
    say(t("decision_taken_back"), false, true);
    refreshMe();
  } catch (problem) {
    decidingTrouble(problem);
  }
}

/** The list of them, below the judgements. */
function decisionRows(rows) {
  return rows.map((row) => {
    const open = button(row.prompt, "rp-mine-open", () => openDecision(row.decision), { dir: "auto", lang: languageOf(row.prompt), "data-decision": row.decision });
    const facts = [answerWords(row.answer), whenOf(row.decided_at)];
    if (row.withdrawn) facts.unshift(t("mine_taken_back"));
    if (row.revisions > 0) facts.push(t("mine_changed"));
    return el("li", {}, open, el("p", { class: "rp-small" }, facts.join(" · ")));
  });
}

// --- What is said above the prompt, and below the responses ---------------------------------------------

/** Words and buttons above the prompt. */
function decideMode() {
  const { answers, withdrawn, version } = state.item;
  if (!answers) {
    const see = button(t("decide_see"), "rp-link", () => goToSaid(), { id: "rp-see-answers" });
    return [t("decide_mode"), see, button(t("decide_stop"), "rp-link", goBack, { id: "rp-stop-deciding" })];
  }
  const standing = withdrawn ? "decide_mode_taken_back" : version ? "decide_mode_version" : "decide_mode_own";
  const words = t(isOther(state.item, draftNow()) ? "revise_mode_unsaved" : standing, { version });
  return [words, withdrawn ? null : button(t("decide_take_back"), "rp-link", takeBackDecision, { id: "rp-take-back-decision" })];
}

function goToSaid() {
  const title = byId("rp-raters-title");
  title.scrollIntoView({ block: "start" });
  focusOn(title);
}

/** What raters answered, below the response they chose; those who chose none beneath. */
function drawSaid() {
  const box = byId("rp-raters");
  const { said = [], comparison } = state.item;
  box.hidden = state.mode !== "decide" || said.length === 0; // none is told to who does not decide any more
  box.replaceChildren();
  if (box.hidden) return;
  const columns = comparison.completions.map((_, index) => saidColumn(LETTERS[index], said.filter(({ side }) => side === LETTERS[index])));
  const neither = said.filter(({ side }) => !side);
  const rest = neither.length > 0 ? [el("h3", {}, t("raters_said_neither", { n: neither.length })), el("ul", { class: "rp-said-list" }, ...neither.map(saidNode))] : [];
  box.append(
    el("h2", { id: "rp-raters-title", tabindex: "-1" }, t("raters_said", { n: said.length })),
    el("div", { class: "rp-said-columns", "data-count": comparison.completions.length }, ...columns),
    ...rest,
  );
}

function saidColumn(side, answers) {
  const list = answers.length > 0 ? el("ul", { class: "rp-said-list" }, ...answers.map(saidNode)) : el("p", { class: "rp-small" }, t("raters_said_nobody"));
  return el("div", {}, el("h3", {}, t("raters_said_of", { side, n: answers.length })), list);
}

/** What the letters of who wrote mean here, where the responses stood otherwise before them. */
function otherLetters(seen) {
  const others = seen.map((here, place) => ({ there: LETTERS[place], here })).filter(({ there, here }) => here && here !== there);
  return t("said_order", { pairs: others.map((pair) => t("said_letter", pair)).join(", ") });
}

/** One answer: how much, the reasons chosen, and the words that may be read. */
function saidNode(answer) {
  const { completions } = state.item.comparison;
  const reasons = answer.reasons.map(({ completion, reason }) => {
    const side = LETTERS[completions.findIndex(({ id }) => id === completion)];
    const own = state.item.reasons.find((each) => each.name === reason) ?? { name: reason };
    return el("li", {}, t("said_reason_of", { side, reason: reasonText(own) }));
  });
  const words = answer.html ? el("blockquote", { class: "rp-quote", dir: "auto" }) : null;
  if (words) words.innerHTML = answer.html; // the source, escaped by the service
  return el(
    "li",
    {},
    el("p", {}, answerWords(answer)),
    reasons.length > 0 ? el("ul", { class: "rp-said-reasons" }, ...reasons) : null,
    words && answer.seen ? el("p", { class: "rp-small" }, otherLetters(answer.seen)) : null,
    words,
    answer.withheld ? el("p", { class: "rp-small" }, t("said_withheld")) : null,
  );
}
