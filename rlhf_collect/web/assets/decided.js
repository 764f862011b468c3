// What was decided about the rater, comparisons with a known answer, and contesting either.

/** What the rater has not read yet of decisions about them: a decision is news again whenever it stands elsewhere. */
function newsOfDecisions() {
  return (state.me.decisions ?? []).filter((each) => readStored("decided:" + each.decision) !== standing(each));
}

function standing({ state: stands, appeal }) {
  return [stands, appeal?.state ?? ""].join(" ");
}

/** Before anything else: decisions with news, in full. */
function showDecisions() {
  state.redraw = showDecisions;
  const on = button(t("decided_on"), "rp-main-button", async () => {
    for (const each of newsOfDecisions()) writeStored("decided:" + each.decision, standing(each));
    await comeIn();
  });
  const news = newsOfDecisions();
  const calm = news.some((each) => each.may_contest) ? [t("decided_calm")] : [];
  showState("decided", t("decided_title"), [...calm, ...news.map(decisionNode)], [on]);
}

/** A lifted one begins with that and what an appeal achieved; what was said before is folded away. */
function decisionNode(decision) {
  const { appeal, may_contest: open, state: stands } = decision;
  const said = saidNodes(decision);
  const standing = el("p", {}, standingWords(decision));
  if (stands !== "lifted") {
    const contesting = open ? [contestNode({ decision: decision.decision })] : [];
    return el("section", { class: "rp-decision" }, ...said, standing, ...appealNodes(appeal), ...contesting);
  }
  const achieved = ["upheld", "timed_out_upheld"].includes(appeal?.state);
  const before = achieved ? said : [...said, ...appealNodes(appeal)];
  const folded = el("details", {}, el("summary", {}, t("decided_was")), ...before);
  return el("section", { class: "rp-decision" }, standing, ...(achieved ? appealNodes(appeal) : []), folded);
}

/** What was decided, why, and on what. */
function saidNodes({ by, judgements, reasons, evidence }) {
  const cited = evidence.figures.map((name) => t("figure_" + name));
  if (evidence.judgements.length > 0) cited.push(t("decided_controls", { n: evidence.judgements.length }));
  return [
    el("p", {}, t("decided_by", { by: by || t("decided_a_lead"), n: judgements })),
    quoteNode(reasons),
    el("p", { class: "rp-small" }, t("decided_evidence", { evidence: cited.join(t("list_comma")) })),
  ];
}

function quoteNode(text) {
  return el("blockquote", { class: "rp-quote", dir: "auto" }, text);
}

function standingWords({ state: stands, effective_at: effective, contest_until: until, may_contest: open, since, returned }) {
  const said = [t("decided_" + stands, { date: dayOf(since ?? effective) })];
  if (returned > 0 && stands === "in_effect") said.push(t("decided_returned", { n: returned }));
  if (open) said.push(t("decided_until", { until: dayOf(until) }));
  return said.join(" ");
}

/** What the rater wrote, where an appeal stands, what the second person said, and a way back while nobody has. */
function appealNodes(appeal) {
  if (!appeal) return [];
  const mine = appeal.reasons ? [el("p", { class: "rp-small" }, t("appeal_mine")), quoteNode(appeal.reasons)] : [];
  if (appeal.state === "open") {
    const back = button(t("appeal_back"), "rp-link", () => act(() => service.withdrawAppeal(appeal.appeal), "appeal_gone"));
    return [...mine, el("p", {}, t("contest_sent", { date: dayOf(appeal.due_at) })), el("p", {}, back)];
  }
  const said = el("p", {}, t("appeal_" + appeal.state, { by: appeal.by }));
  return [...mine, said, ...(appeal.answer ? [quoteNode(appeal.answer)] : [])];
}

function contestNode(subject) {
  const key = "contest:" + (subject.decision ?? subject.judgement);
  const reasons = el("textarea", { class: "rp-contest-text", rows: "3", maxlength: "10000", dir: "auto" });
  reasons.value = readStored(key)?.text ?? "";
  reasons.addEventListener("input", () => (reasons.value ? writeStored(key, { text: reasons.value, at: Date.now() }) : dropStored(key)));
  const send = button(t("contest_send"), "rp-button", async () => {
    send.disabled = true;
    await act(async () => {
      await service.contest({ ...subject, reasons: reasons.value });
      dropStored(key);
    }, "contest_done");
    send.disabled = false;
  });
  return el("details", { class: "rp-contest", open: reasons.value !== "" }, el("summary", {}, t("contest")), el("label", {}, t("contest_why"), reasons), send);
}

/** Does it, says so, and shows what holds now. */
async function act(doing, done) {
  const view = root.dataset.view;
  try {
    await doing();
    await refreshMe();
    if (root.dataset.view !== view) return;
    if (view === "figures") await openFigures(figuresShown.criterion);
    else showDecisions();
    say(t(done), false, true);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("contest_failed"));
  }
}

/** Below the figures: decisions about the rater, then each known answer they met. */
function decidedNodes(controls) {
  const decisions = state.me.decisions ?? [];
  const about = decisions.length > 0 ? [el("h3", {}, t("decided_title")), ...decisions.map(decisionNode)] : [];
  if (controls.length === 0) return about;
  const list = el("ul", { class: "rp-mine", id: "rp-controls" }, ...controls.map(controlNode));
  return [...about, el("h3", {}, t("controls")), el("p", { class: "rp-small" }, t("controls_hint")), list];
}

function controlNode({ judgement, prompt, request, responses, answer, expected, reason, removed, appeal }) {
  const words = (given) => (given.side ? t("control_response", given) : t(given.choice === "tie" ? "say_tie" : "say_both_bad"));
  const contestable = !removed && !appeal;
  return el(
    "li",
    {},
    el("p", { dir: "auto", lang: languageOf(prompt) }, prompt),
    el(
      "details",
      {},
      el("summary", {}, t("control_texts")),
      quoteNode(request),
      ...responses.flatMap(({ side, text }) => [el("p", { class: "rp-small" }, t("control_said", { side })), quoteNode(text)]),
    ),
    el("p", {}, t("control_answers", { answer: words(answer), expected: words(expected) })),
    quoteNode(reason),
    ...(removed ? [el("p", {}, t("control_removed"))] : []),
    ...appealNodes(appeal),
    ...(contestable ? [contestNode({ judgement })] : []),
  );
}

function dayOf(moment) {
  return new Date(moment).toLocaleDateString(state.lang === "en" ? "en-GB" : state.lang, { dateStyle: "long" });
}
