// Beside the comparison, or in its place where there is no room: who is asking, the guidelines, asking the leads.

const PANELS = ["guidelines", "who", "messages"];
const PROMISES = ["know", "skip", "speed", "answers_", "words", "figures_", "data", "ask", "speak"].map((name) => "promise_" + name);

function togglePanel(name) {
  const opened = PANELS.find((each) => !byId("rp-" + each).hidden) ?? null;
  const next = name === opened ? null : name;
  const inside = !!document.activeElement?.closest(".rp-panel");
  if (!opened) Object.assign(togglePanel, { from: document.activeElement, scrolled: window.scrollY });
  for (const each of PANELS) {
    byId("rp-" + each).hidden = each !== next;
    byId("rp-" + each + "-button").setAttribute("aria-expanded", String(each === next));
  }
  root.toggleAttribute("data-panel", next !== null);
  if (next === "messages") openMessages();
  if (next) focusOn(byId("rp-" + next + "-title"));
  else if (inside) focusWhereOneWas(byId("rp-" + opened + "-button"));
  measurePanes();
  settleFrames();
  // Where there is no room beside the page it stands above it, or in its place: from its first line, then back.
  if (!isPanelBeside()) window.scrollTo(0, next ? 0 : togglePanel.scrolled);
}

function isPanelBeside() {
  return getComputedStyle(byId("rp-guidelines")).position === "sticky";
}

/** Back to what had the focus before a panel was opened; to its button where that is gone; a phone has closed its menu. */
function focusWhereOneWas(opener) {
  const { from } = togglePanel;
  if (from === document.body) document.activeElement.blur();
  else focusOn([from, opener].find((each) => each?.isConnected && each.checkVisibility()) ?? byId("rp-menu"));
}

function fillPanels() {
  if (!state.me) return;
  byId("rp-who-body").replaceChildren(
    el("p", { class: "rp-who-name" }, projectWords(state.me.title || state.me.project, "title")),
    whoFacts(state.me),
    promises(state.me),
    ...appealsNodes(state.me),
    el("p", { class: "rp-small" }, t("signed_in_as", { name: state.me.name })),
    el("p", {}, button(t("figures"), "rp-link", () => openFigures(), { id: "rp-figures-button" })),
    el("p", {}, el("a", { class: "rp-link", href: API + "/me/export", download: "my-data.json" }, t("my_data"))),
    el("p", {}, button(t("erase"), "rp-link", askToErase, { id: "rp-erase-button", "aria-haspopup": "dialog" })),
    button(t("sign_out"), "rp-button", signOut),
  );
  byId("rp-guidelines-body").replaceChildren(...guidelineNodes());
  drawMessages();
}

/** Out of this browser; what is not saved yet would be lost to its writer, so that is asked to wait. */
async function signOut() {
  if (readOutbox(whoAmI()).length > 0) {
    say(t("sign_out_waiting"));
    return;
  }
  const service = API.replace(/\/api\/v1$/, "");
  await fetch(service + "/sign-out", { method: "POST", credentials: "same-origin" });
  location.replace(service + "/signed-out");
}

function guidelineNodes() {
  const { html, texts, version } = state.me.guidelines ?? {};
  const guidelineHtml = texts?.[state.lang] ?? html;
  const again = state.me.practice?.total > 0 ? [el("p", {}, button(t("practise"), "rp-link", practise, { id: "rp-practise" }))] : [];
  if (!guidelineHtml) return [el("p", {}, t("guidelines_none")), ...again];
  const box = el("div", { class: "rp-prose", lang: texts?.[state.lang] ? state.lang : state.me.language });
  box.innerHTML = guidelineHtml; // rendered and sanitised by the service
  settleLinks(box);
  settleHeadings(box);
  return [box, ...(version ? [el("p", { class: "rp-small" }, t("guidelines_version", { version }))] : []), ...again];
}

/** Rendered headings are made for the inside of a response; below the panel's own they step by one. */
function settleHeadings(box) {
  const above = [];
  for (const heading of box.querySelectorAll("h4, h5, h6")) {
    const written = Number(heading.className.match(/rc-h(\d)/)[1]);
    while (above.length && above[above.length - 1] >= written) above.pop();
    above.push(written);
    const own = el("h" + Math.min(6, above.length + 2), { class: heading.className, dir: heading.dir });
    own.append(...heading.childNodes);
    heading.replaceWith(own);
  }
}

function listOfUses(uses) {
  const said = uses.map((use) => TEXTS[state.lang]["use_" + use] ?? use).join(t("list_comma"));
  return said.charAt(0).toLocaleUpperCase(state.lang) + said.slice(1);
}

/** The contact as a link a mail program or browser understands, where it is one. */
function contactNode(contact) {
  if (/^https?:\/\//i.test(contact)) {
    return el("a", { href: contact, target: "_blank", rel: "noopener noreferrer" }, contact);
  }
  if (/^[^\s@/]+@[^\s@/]+$/.test(contact)) return el("a", { href: "mailto:" + contact }, contact);
  return contact;
}

function whoFacts(me) {
  const facts = el("dl", { class: "rp-facts" });
  const add = (key, ...value) => facts.append(el("dt", {}, t(key)), el("dd", {}, ...value));
  if (me.purpose) add("purpose", projectWords(me.purpose, "purpose"));
  const { name, contact } = me.responsible ?? {};
  if (name) add("responsible", name, ...(contact ? [el("br"), contactNode(contact)] : []));
  if (me.use?.length) add("use", listOfUses(me.use));
  const { repository, access, licence } = me.publication ?? {};
  if (access) add("publication", t("access_" + access, { licence }), ...(repository ? [el("br"), repository] : []));
  if (me.engagement) add("engagement", t("engagement_" + me.engagement));
  const { languages = [], tags = [] } = me.limits ?? {};
  const asked = [];
  if (languages.length > 0) asked.push(t("limits_languages", { languages: languages.join(t("list_comma")) }));
  if (tags.length > 0) asked.push(t("limits_tags", { tags: tags.join(t("list_comma")) }));
  if (asked.length > 0) add("limits", asked[0], ...(asked[1] ? [el("br"), asked[1]] : []));
  return facts;
}

/** What holds for everybody, what comes among the comparisons without being marked, and what else is to be said. */
function promises(me, ...more) {
  const list = el("ul", { class: "rp-promises" });
  for (const key of PROMISES) {
    // What leads see of raters and beside their answers is the project's choice (quality.visibility).
    list.append(el("li", {}, t(key.endsWith("_") ? key + me.quality.visibility : key)));
  }
  for (const each of ["gold", "repeats"]) {
    if (me.announced?.[each]) list.append(el("li", {}, t("promise_" + each)));
  }
  if (me.deciding?.announced) list.append(el("li", {}, t("promise_deciders")));
  for (const said of more) list.append(el("li", {}, said));
  return list;
}

/** What may come of answers that stand out, and what can be done about it: read before it ever happens. */
function appealsNodes(me) {
  const said = ["figures", "notice", "contest", ...(me.announced?.gold ? ["known"] : [])];
  return [
    el("h3", {}, t("appeals")),
    el("ul", { class: "rp-promises", id: "rp-appeals" }, ...said.map((name) => el("li", {}, t("appeals_" + name, me.appeals)))),
  ];
}

// --- Guidelines that have changed ------------------------------------------------------------------

/** Whether the rater has yet to say that they know the guidelines as they are now. */
function guidelinesChanged() {
  const { confirmed, version } = state.me.guidelines ?? {};
  return !!confirmed && confirmed !== version;
}

async function confirmGuidelines() {
  const { confirmed, version } = state.me.guidelines ?? {};
  if (!version || confirmed === version) return;
  await service.confirmGuidelines(version);
  state.me.guidelines.confirmed = version;
}

function showGuidelinesChanged() {
  state.redraw = showGuidelinesChanged;
  const parts = [t("guidelines_changed_text")];
  const box = el("div", { class: "rp-changes" });
  for (const change of state.me.guidelines.changes ?? []) {
    const { kind } = change;
    const word = kind === "same" ? null : el("span", { class: "rp-change-word" }, t("change_" + kind));
    const text = el("div", { class: "rp-prose" });
    text.innerHTML = change.html; // rendered and sanitised by the service
    box.append(el(kind === "removed" ? "del" : kind === "added" ? "ins" : "div", { "data-kind": kind }, word, text));
  }
  settleLinks(box);
  settleHeadings(box);
  parts.push(box);
  const done = button(t("guidelines_read"), "rp-main-button", async () => {
    try {
      await confirmGuidelines();
      await begin();
    } catch (problem) {
      trouble(problem);
    }
  });
  showState("guidelines", t("guidelines_changed"), parts, [done]);
}
