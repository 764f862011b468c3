// One's own earlier judgements: undo the last act, look through them, change one.

function remember(item, skipped = false) {
  state.history = [...state.history, { item, skipped }].slice(-MOST_HISTORY);
}

async function skipThis() {
  if (!state.item || state.busy || state.mode !== "rate") return;
  if (refuseWhileLocked()) return;
  const item = state.item;
  const epoch = state.epoch;
  state.busy = true;
  try {
    const { data } = await service.skip(item.assignment, state.flags);
    dropDraft(item.judgement);
    writeStored("acknowledged", { judgement: item.judgement, at: Date.now() });
    remember(item, true);
    state.busy = false;
    if (epoch !== state.epoch) return;
    say(t("skipped"));
    await goOn({ data });
    refreshMe();
  } catch (problem) {
    state.busy = false;
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else if ([403, 404, 410].includes(problem.status)) showForeign();
    else if (problem.code === "already_judged") await afterOtherTab();
    else say(problem.passing ? t("skip_failed") : saidBy(problem) || t("skip_failed"));
  }
}

/** Takes the last act back: a skip is not one any more, a judgement is open again to be changed. */
async function undoLast() {
  if (state.busy || state.mode === "practice") return;
  const last = state.history[state.history.length - 1];
  if (!last) {
    say(t("undo_none"));
    return;
  }
  if (outboxEntry(last.item.judgement)) {
    say(t("undo_waiting"));
    return;
  }
  state.history = state.history.slice(0, -1);
  if (!last.skipped) {
    await openJudgement(last.item.judgement);
    return;
  }
  try {
    const { data } = await service.takeBackSkip(last.item.assignment);
    showItem(data);
    state.ahead = usable(data.ahead);
    say(t("skip_taken_back"));
    refreshMe();
  } catch (problem) {
    state.history.push(last);
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("undo_failed"));
  }
}

/** An earlier judgement on the screen, as it is stored, to be changed or left as it is. */
async function openJudgement(judgement) {
  try {
    const { data } = await service.judgement(judgement);
    if (state.item && state.mode === "rate") state.parked = state.item;
    showItem(data, "revise");
    say(t("revising"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("open_failed"));
  }
}

/** Back to where the rater was before an earlier judgement was opened. */
function leaveRevision() {
  const parked = state.parked;
  state.parked = null;
  if (state.item && state.mode === "revise") dropDraft(state.item.judgement);
  if (parked && !outboxEntry(parked.judgement)) {
    showItem(parked);
  } else {
    state.item = null;
    loadNext();
  }
}

// --- My judgements ----------------------------------------------------------------------------------

const mine = { search: "", rows: [], before: null, turn: 0 };

async function showMine() {
  if (!state.me || state.mode === "practice") return;
  if (state.item && state.mode === "rate") state.parked = state.item;
  state.redraw = drawMine;
  drawMine();
  await loadMine();
}

function drawMine() {
  const search = el("input", { type: "search", class: "rp-search", "aria-label": t("mine_search"), placeholder: t("mine_search"), dir: "auto" });
  search.value = mine.search;
  search.addEventListener("input", () => {
    mine.search = search.value;
    clearTimeout(mine.timer);
    mine.timer = setTimeout(loadMine, 250);
  });
  const list = el("ul", { class: "rp-mine", id: "rp-mine-list" });
  const more = button(t("mine_more"), "rp-button", () => loadMine(true), { id: "rp-mine-more", hidden: true });
  const back = button(t("back"), "rp-main-button", leaveRevision);
  showState("mine", t("mine"), [t("mine_hint"), search, list, more], [back]);
  drawMineRows();
}

async function loadMine(further = false) {
  const turn = (mine.turn += 1);
  try {
    const { data } = await service.judgements(mine.search.trim(), further ? mine.before : null);
    if (turn !== mine.turn || root.dataset.view !== "mine") return;
    mine.rows = further ? [...mine.rows, ...data.judgements] : data.judgements;
    mine.before = data.before;
    drawMineRows();
  } catch (problem) {
    trouble(problem);
  }
}

function drawMineRows() {
  const list = byId("rp-mine-list");
  if (!list) return;
  list.replaceChildren(...mine.rows.map(mineRow));
  if (mine.rows.length === 0) list.append(el("li", { class: "rp-small" }, t(mine.search ? "mine_none" : "mine_empty")));
  byId("rp-mine-more").hidden = !mine.before;
}

function mineRow(row) {
  const open = button(row.prompt, "rp-mine-open", () => openJudgement(row.judgement), { dir: "auto" });
  const facts = [row.answers.map(answerWords).join(" · "), new Date(row.submitted_at).toLocaleDateString(state.lang, { dateStyle: "medium" })];
  if (row.revisions > 0) facts.push(t("mine_changed"));
  if (row.version) facts.push(t("mine_in_version", { version: row.version }));
  return el("li", {}, open, el("p", { class: "rp-small" }, facts.join(" · ")));
}

/** One answer in a few words, such as "B, better". */
function answerWords({ choice, side, strength }) {
  if (choice === "tie" || choice === "both_bad") return t("say_" + choice);
  if (!side) return t("mine_ranked");
  return strength ? t("say_" + strengthWord(strength, 3), { side }) : t("say_better", { side });
}
