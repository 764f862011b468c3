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
  const at = state.history.findIndex((each) => isOnScreen(each.item.judgement));
  const last = state.history.at(at < 0 ? -1 : at - state.history.length - 1);
  if (!last) {
    say(t("undo_none"));
    return;
  }
  if (outboxEntry(last.item.judgement)) {
    say(t("undo_waiting"));
    return;
  }
  if (last.skipped) await takeBack(last.item.assignment);
  else await openJudgement(last.item.judgement);
}

/** Whether this earlier judgement is on screen: undoing again goes to the one before it. */
function isOnScreen(judgement) {
  return state.item !== null && state.mode === "revise" && state.item.judgement === judgement;
}

/** A skip is not one any more: its comparison is next. */
async function takeBack(assignment) {
  try {
    const { data } = await service.takeBackSkip(assignment);
    state.history = state.history.filter((each) => !each.skipped || each.item.assignment !== assignment);
    if (history.state?.away) history.back();
    state.comeBack = null;
    showItem(data);
    state.ahead = usable(data.ahead);
    say(t("skip_taken_back"));
    refreshMe();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("undo_failed"));
  }
}

// --- There and back -----------------------------------------------------------------------------------

/** On to earlier judgements. The browser's own Back leads back as the page's buttons do, not out of the service. */
function goAway() {
  if (state.comeBack === null) {
    const { item, mode } = state;
    if (item === null) state.comeBack = comeIn;
    else if (mode === "practice") state.comeBack = nextPractice;
    else state.comeBack = () => (outboxEntry(item.judgement) ? loadNext() : showItem(item));
  }
  history.pushState({ away: true }, "");
}

function goBack() {
  if (history.state?.away) history.back(); // comes to stepBack
  else stepBack();
}

/** From an earlier judgement to the list it was opened from, from there to where the rater was. */
async function stepBack() {
  const revising = state.item !== null && state.mode === "revise";
  if (!revising && !["mine", "figures"].includes(root.dataset.view)) return;
  if (revising) dropDraft(state.item.judgement);
  if (revising && state.fromList) {
    state.fromList = false;
    await showMine();
    return;
  }
  const comeBack = state.comeBack ?? comeIn;
  state.comeBack = null;
  state.item = null;
  state.mode = "rate";
  await comeBack();
}

/** An earlier judgement on the screen, as it is stored, to be changed or left as it is. */
async function openJudgement(judgement) {
  try {
    const { data } = await service.judgement(judgement);
    if (state.item === null || state.mode !== "revise") {
      state.fromList = root.dataset.view === "mine";
      goAway();
    }
    showItem(data, "revise");
    say(t(data.withdrawn ? "revise_mode_taken_back" : "revising"), data.withdrawn); // above the prompt it is written too
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("open_failed"));
  }
}

/** Asks whether the earlier judgement on screen is to be taken back, and says what that means. */
function askToWithdraw() {
  if (refuseWhileLocked()) return;
  const { judgement, version } = state.item;
  const dialog = byId("rp-withdraw");
  const kept = byId("rp-withdraw-kept");
  kept.hidden = !version;
  kept.textContent = version ? t("take_back_kept", { version }) : "";
  byId("rp-withdraw-no").onclick = () => dialog.close();
  byId("rp-withdraw-yes").onclick = () => {
    dialog.close();
    withdraw(judgement);
  };
  dialog.showModal();
}

/** A judgement does not count any more: back to where the rater was. */
async function withdraw(judgement) {
  try {
    const { data } = await service.withdraw(judgement);
    dropDraft(judgement);
    state.history = state.history.filter((each) => each.skipped || each.item.judgement !== judgement);
    const versions = data.versions.join(t("list_comma"));
    say(versions ? t("taken_back_kept", { versions }) : t("taken_back"));
    if (isOnScreen(judgement)) goBack();
    refreshMe();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("take_back_failed"));
  }
}

// --- My judgements ----------------------------------------------------------------------------------

const mine = { search: "", rows: [], skips: [], before: null, turn: 0 };

async function openMine() {
  if (!state.me || root.dataset.view === "mine") return;
  goAway();
  await showMine();
}

async function showMine() {
  state.redraw = drawMine;
  drawMine();
  await loadMine();
}

function drawMine() {
  const search = el("input", { type: "search", class: "rp-search", dir: "auto" });
  search.value = mine.search;
  search.addEventListener("input", () => {
    mine.search = search.value;
    clearTimeout(mine.timer);
    mine.timer = setTimeout(loadMine, 250);
  });
  const list = el("ul", { class: "rp-mine", id: "rp-mine-list" });
  const skips = el("div", { id: "rp-mine-skips" });
  const more = button(t("mine_more"), "rp-button", () => loadMine(true), { id: "rp-mine-more", hidden: true });
  const back = button(t("back"), "rp-main-button", goBack);
  showState("mine", t("mine"), [t("mine_hint"), el("label", { class: "rp-search-label" }, t("mine_search"), search), list, more, skips], [back]);
  drawMineRows();
}

async function loadMine(further = false) {
  const turn = (mine.turn += 1);
  try {
    const [{ data }, { data: skipped }] = await Promise.all([
      service.judgements(mine.search.trim(), further ? mine.before : null),
      service.skips(),
    ]);
    if (turn !== mine.turn || root.dataset.view !== "mine") return;
    mine.rows = further ? [...mine.rows, ...data.judgements] : data.judgements;
    mine.before = data.before;
    mine.skips = skipped.skips;
    drawMineRows();
    if (mine.search.trim()) say(mine.rows.length > 0 ? t("mine_found", { count: mine.rows.length + (mine.before ? "+" : "") }) : t("mine_none"), true);
  } catch (problem) {
    // Without a line the list stays as it is: what was on screen before is still in this browser.
    if (problem.status !== 0) trouble(problem);
    else if (turn === mine.turn && root.dataset.view === "mine") say(t("offline_title"));
  }
}

function drawMineRows() {
  const list = byId("rp-mine-list");
  if (!list) return;
  list.replaceChildren(...mine.rows.map(mineRow));
  if (mine.rows.length === 0) list.append(el("li", { class: "rp-small" }, t(mine.search ? "mine_none" : "mine_empty")));
  byId("rp-mine-more").hidden = !mine.before;
  const skips = byId("rp-mine-skips");
  skips.hidden = mine.skips.length === 0;
  skips.replaceChildren(el("h3", {}, t("mine_skips")), el("p", { class: "rp-small" }, t("mine_skips_hint")), el("ul", { class: "rp-mine" }, ...mine.skips.map(skipRow)));
}

function skipRow(row) {
  const back = button(t("mine_take_back"), "rp-button", () => takeBack(row.assignment));
  const day = new Date(row.skipped_at).toLocaleDateString(state.lang, { dateStyle: "medium" });
  return el("li", { class: "rp-skipped" }, el("p", { class: "rp-skipped-prompt", dir: "auto" }, row.prompt), el("p", { class: "rp-small" }, day), back);
}

function mineRow(row) {
  const open = button(row.prompt, "rp-mine-open", () => openJudgement(row.judgement), { dir: "auto" });
  const facts = [row.answers.map(answerWords).join(" · "), new Date(row.submitted_at).toLocaleDateString(state.lang, { dateStyle: "medium" })];
  if (row.withdrawn) facts.unshift(t("mine_taken_back"));
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
