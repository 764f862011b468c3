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
  const parts = [t("figures_text", { judgements }), t("figures_seen_" + seen), facts, ...decidedNodes(figuresShown.controls)];
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
