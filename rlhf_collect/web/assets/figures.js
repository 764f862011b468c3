// What one's own answers show: for the one who gave them, with how sure it is; no rank, nothing about time.

const FIGURES = ["peer_agreement", "first_shown", "tie_share", "self_consistency", "gold_accuracy"];

const figuresShown = { criterion: "", controls: [] };

async function openFigures(criterion = "") {
  if (root.dataset.view !== "figures") goAway();
  if (!byId("rp-who").hidden) togglePanel(null); // on a phone it would stand above them
  try {
    const [{ data }, { data: controls }] = await Promise.all([service.figures(criterion), service.controls()]);
    Object.assign(figuresShown, { criterion, controls });
    drawFigures(data);
  } catch (problem) {
    trouble(problem);
  }
}

function drawFigures(figures) {
  state.redraw = () => drawFigures(figures);
  const { criterion, criteria, judgements, lead_sees: seen } = figures;
  const facts = el("dl", { class: "rp-facts" });
  for (const name of FIGURES) {
    facts.append(el("dt", {}, t("figure_" + name)), el("dd", {}, ...figureNodes(name, figures)));
  }
  const besides = besidesNodes(figures.to_leads);
  const parts = [t("figures_text", { judgements }), t("figures_seen_" + seen), t("figures_contest", state.me.appeals), facts, ...besides, ...decidedNodes(figuresShown.controls)];
  if (criteria.length > 1) parts.unshift(choiceRow("figures_about", criteria, criterion, openFigures, (value) => value));
  showState("figures", t("figures"), parts, [button(t("back"), "rp-main-button", goBack)]);
}

function figureNodes(name, figures) {
  const figure = figures[name];
  const n = figures.counted[name];
  if (!figure) return [el("span", { class: "rp-small" }, t("figure_from", { from: figures.shown_from[name], n }))];
  const percent = new Intl.NumberFormat(state.lang, { style: "percent", maximumFractionDigits: 0 });
  const said = t("figure_value", { value: percent.format(figure.value), low: percent.format(figure.low), high: percent.format(figure.high), n });
  return [said, el("br"), el("span", { class: "rp-small" }, t("figure_" + name + "_text"))];
}

/** What leads see of the rater besides: the same figures and facts, in words of the rater's language. */
function besidesNodes(seen) {
  if (!seen) return [];
  const percent = new Intl.NumberFormat(state.lang, { style: "percent", maximumFractionDigits: 0 });
  const points = new Intl.NumberFormat(state.lang, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const told = el("dl", { class: "rp-facts" });
  const tell = (name, said, small = "") => {
    const more = small && [el("br"), el("span", { class: "rp-small" }, small)];
    told.append(el("dt", {}, t("besides_" + name)), el("dd", {}, said, ...(more || [])));
  };
  const { beside_others: beside, among_peers: among, alpha_without: alpha, drift, facts } = seen;
  if (beside) tell("beside_others", t("besides_points", { points: points.format(100 * beside.value).replace("-", "−") }));
  if (among) tell("among_peers", t("besides_both", { mine: percent.format(among.value), others: percent.format(among.others) }));
  if (drift !== null) tell("drift", t(drift ? "besides_fell" : "besides_did_not_fall"));
  if (alpha !== null) tell("alpha_without", new Intl.NumberFormat(state.lang, { maximumFractionDigits: 2 }).format(alpha));
  const stands = facts.map((name) => t("stands_" + name)).join("; ");
  if (facts.length) tell("stands_out", stands, t(facts.length > 1 ? "besides_several" : "besides_one"));
  else tell("stands_out", t("besides_nothing"));
  return [el("h3", {}, t("besides")), told];
}
