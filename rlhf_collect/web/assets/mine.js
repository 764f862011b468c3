// My judgements: everything a rater has answered, to search and open again; and what they have skipped.

const mine = { search: "", rows: [], skips: [], decided: [], before: null, turn: 0, known: false, away: false, tries: 0, opened: null };

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
    mine.opened = null;
    mine.timer = setTimeout(() => loadMine({ searched: true }), 250);
  });
  const list = el("ul", { class: "rp-mine", id: "rp-mine-list" });
  const decided = el("div", { id: "rp-mine-decided" });
  const skips = el("div", { id: "rp-mine-skips" });
  const more = button(t("mine_more"), "rp-button", () => loadMine({ further: true }), { id: "rp-mine-more", hidden: true });
  const back = button(t("back"), "rp-main-button", goBack);
  showState("mine", t("mine"), [t("mine_hint"), el("label", { class: "rp-search-label" }, t("mine_search"), search), list, more, decided, skips], [back]);
  drawMineRows();
}

async function loadMine({ further = false, searched = false } = {}) {
  const turn = (mine.turn += 1);
  try {
    const [{ data }, { data: skipped }, { data: decisions }] = await Promise.all([
      service.judgements(mine.search.trim(), further ? mine.before : null),
      service.skips(),
      service.decided(),
    ]);
    if (turn !== mine.turn || root.dataset.view !== "mine") return;
    mine.rows = further ? [...mine.rows, ...data.judgements] : data.judgements;
    mine.before = data.before;
    mine.skips = skipped.skips;
    mine.decided = decisions.decided;
    Object.assign(mine, { known: true, away: false, tries: 0 });
    drawMineRows();
    mine.opened = null;
    if (searched && mine.search.trim()) say(mine.rows.length > 0 ? t("mine_found", { count: mine.rows.length + (mine.before ? "+" : "") }) : t("mine_none"), true);
  } catch (problem) {
    // Without a line the list stays as it is: what was on screen before is still in this browser.
    if (problem.status !== 0) trouble(problem);
    else if (turn === mine.turn && root.dataset.view === "mine") {
      if (!mine.away) {
        mine.away = true;
        drawMineRows();
        say(t("offline_title"));
      }
      clearTimeout(mine.again);
      mine.again = setTimeout(onMineOnline, Math.min(30_000, 1000 * 2 ** mine.tries++));
    }
  }
}

/** The line is back, or may be (a browser says so early, or never): what could not be read is read. */
function onMineOnline() {
  if (mine.away && root.dataset.view === "mine") loadMine();
}

function drawMineRows() {
  const list = byId("rp-mine-list");
  if (!list) return;
  const held = document.activeElement?.closest("[data-judgement]")?.dataset.judgement ?? mine.opened;
  list.replaceChildren(...mine.rows.map(mineRow));
  if (mine.away) list.prepend(el("li", { class: "rp-small" }, t("mine_away"), " ", button(t("try_now"), "rp-link", () => loadMine(), { id: "rp-mine-again" })));
  if (mine.known && mine.rows.length === 0) list.append(el("li", { class: "rp-small" }, t(mine.search ? "mine_none" : "mine_empty")));
  byId("rp-mine-more").hidden = !mine.before;
  const decided = byId("rp-mine-decided");
  decided.hidden = mine.decided.length === 0 || mine.search.trim() !== "";
  decided.replaceChildren(el("h3", {}, t("mine_decided")), el("p", { class: "rp-small" }, t("mine_decided_hint")), el("ul", { class: "rp-mine" }, ...decisionRows(mine.decided)));
  const skips = byId("rp-mine-skips");
  skips.hidden = mine.skips.length === 0 || mine.search.trim() !== ""; // a search looks through what was answered
  skips.replaceChildren(el("h3", {}, t("mine_skips")), el("p", { class: "rp-small" }, t("mine_skips_hint")), el("ul", { class: "rp-mine" }, ...mine.skips.map(skipRow)));
  const opened = held && list.querySelector(`[data-judgement="${CSS.escape(held)}"]`);
  opened?.focus();
}

function skipRow(row) {
  const back = button(t("mine_take_back"), "rp-button", () => takeBack(row.assignment), { "aria-label": t("mine_take_back_of", { prompt: row.prompt }) });
  const prompt = el("p", { class: "rp-skipped-prompt", dir: "auto", lang: languageOf(row.prompt) }, row.prompt);
  return el("li", { class: "rp-skipped" }, prompt, el("p", { class: "rp-small" }, whenOf(row.skipped_at)), back);
}

/** One's own day and time, shown to oneself: day, month, year in every language, as leads read them. */
function whenOf(moment) {
  return new Date(moment).toLocaleString(state.lang === "en" ? "en-GB" : state.lang, { dateStyle: "medium", timeStyle: "short" });
}

function mineRow(row) {
  const act = () => {
    mine.opened = row.judgement;
    openJudgement(row.judgement);
  };
  const open = button(row.prompt, "rp-mine-open", act, { dir: "auto", lang: languageOf(row.prompt), "data-judgement": row.judgement });
  const several = row.answers.length > 1;
  const facts = [...(several ? [] : [answerWords(row.answers[0])]), whenOf(row.submitted_at)];
  if (row.withdrawn) facts.unshift(t("mine_taken_back"));
  for (const beside of ["reason", "flagged", "improved"]) if (row[beside]) facts.push(t("mine_" + beside));
  if (row.revisions > 0) facts.push(t("mine_changed"));
  if (row.version) facts.push(t("mine_in_version", { version: row.version }));
  const answers = several ? row.answers.map((each) => el("p", { class: "rp-small rp-mine-answer" }, ...questionWords(each), answerWords(each))) : [];
  return el("li", {}, open, ...answers, el("p", { class: "rp-small" }, facts.join(" · ")));
}

/** The question of an answer, where it is asked still; a long one by its beginning. */
function questionWords({ criterion, question, turn }) {
  if (!question) return [];
  const own = projectText(question, "questions", bareName(criterion));
  const short = own.length > 80 ? own.slice(0, 79).trimEnd() + "…" : own;
  return [...labelNodes({ name: own === question ? "" : criterion, question: short, turn }), " – "];
}

/** One answer in a few words, such as "B, better". */
function answerWords({ choice, side, among, strength, degree, strengths, side_points: points, side_places: places }) {
  const bad = choice === "both_bad" ? t(among > 2 ? "say_all_bad" : "say_both_bad") : "";
  if (points) return t("mine_points", { points: Object.entries(points).map((each) => each.join(" ")).join(t("list_comma")) });
  if (places) return [bad, orderWords(places)].filter(Boolean).join(" · ");
  if (bad || choice === "tie") return bad || t("say_tie");
  if (among > 2) return t("say_best", { side });
  const word = degree ? strengthWord(degree, 4) : strength ? strengthWord(strength, Math.min(strengths ?? 3, 3)) : "better";
  return t("say_" + word, { side });
}

/** `{A: 1, B: 2, C: 2}` as "1st A, 2nd B = C". */
function orderWords(places) {
  const used = [...new Set(Object.values(places))].sort((a, b) => a - b);
  const at = (place) => Object.keys(places).filter((side) => places[side] === place).join(" = ");
  return used.map((place) => ordinal(place) + " " + at(place)).join(t("list_comma"));
}
