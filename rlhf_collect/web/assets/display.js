// Choices about the page itself (language, colours, keys), remembered in this browser.

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const contrastSystem = matchMedia("(prefers-contrast: more)");

function applyTheme() {
  const system = contrastSystem.matches ? "contrast" : darkSystem.matches ? "dark" : "light";
  const theme = state.theme === "system" ? system : state.theme;
  const strong = darkSystem.matches ? "contrast-dark" : "contrast";
  document.documentElement.dataset.theme = theme === "contrast" ? strong : theme;
}

function applyTexts() {
  document.documentElement.lang = state.lang;
  root.lang = state.lang;
  root.dataset.lang = state.lang;
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
  }
}

function applyKeys() {
  root.dataset.keys = state.keys ? "on" : "off";
}

/** A row of radio buttons for one choice. */
function choiceRow(name, values, current, change) {
  const row = el("fieldset", { class: "rp-choices" }, el("legend", {}, t(name)));
  for (const value of values) {
    const input = el("input", { type: "radio", name: "rp-" + name, value, checked: value === current });
    input.addEventListener("change", () => change(value));
    row.append(el("label", {}, input, t(name + "_" + value)));
  }
  return row;
}

function keySheet() {
  const keys = [
    ["1 – 7", "key_steps"],
    ["0", "key_both_bad"],
    ["Enter", "key_submit"],
    ["R", "key_reason"],
    ["Ctrl + Enter", "key_reason_submit"],
    ["Esc", "key_reason_leave"],
    ["S S", "key_skip"],
    ["?", "key_sheet"],
  ];
  const list = el("dl", { class: "rp-keys" });
  for (const [key, meaning] of keys) {
    list.append(el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(meaning))));
  }
  return list;
}

function fillSettings() {
  const keys = el("input", { type: "checkbox", id: "rp-keys-on", checked: state.keys });
  keys.addEventListener("change", () => {
    state.keys = keys.checked;
    writeStored("keys", state.keys);
    applyKeys();
  });
  byId("rp-settings-body").replaceChildren(
    choiceRow("lang", Object.keys(TEXTS), state.lang, (value) => {
      state.lang = value;
      writeStored("lang", value);
      applyTexts();
      fillSettings();
      redraw();
    }),
    choiceRow("theme", ["system", "light", "dark", "contrast"], state.theme, (value) => {
      state.theme = value;
      writeStored("theme", value);
      applyTheme();
    }),
    el("h3", {}, t("keys")),
    el("label", { class: "rp-tick" }, keys, t("keys_on")),
    keySheet(),
  );
}

function openSettings() {
  fillSettings();
  byId("rp-settings").showModal();
}

// --- Who is asking ------------------------------------------------------------------------------

function listOfUses(uses) {
  return uses.map((use) => TEXTS[state.lang]["use_" + use] ?? use).join(t("list_comma"));
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
  if (me.purpose) add("purpose", me.purpose);
  const { name, contact } = me.responsible ?? {};
  if (name) add("responsible", name, ...(contact ? [el("br"), contactNode(contact)] : []));
  if (me.use?.length) add("use", listOfUses(me.use));
  const { repository, access, licence } = me.publication ?? {};
  if (access) add("publication", t("access_" + access, { licence }), ...(repository ? [el("br"), repository] : []));
  if (me.engagement) add("engagement", t("engagement_" + me.engagement));
  return facts;
}

function fillWho() {
  const me = state.me;
  if (!me) return;
  const parts = [el("p", { class: "rp-who-name" }, me.title || me.project), whoFacts(me), promises()];
  if (me.guidelines?.html) {
    const box = el("div", { class: "rp-prose" });
    box.innerHTML = me.guidelines.html; // rendered and sanitised by the service
    settleLinks(box);
    parts.push(el("h3", {}, t("guidelines")), box);
    if (me.guidelines.version) {
      parts.push(el("p", { class: "rp-small" }, t("guidelines_version", { version: me.guidelines.version })));
    }
  }
  parts.push(el("p", { class: "rp-small" }, t("signed_in_as", { name: me.name })));
  byId("rp-who-body").replaceChildren(...parts);
}

function promises() {
  const list = el("ul", { class: "rp-promises" });
  for (const key of ["promise_know", "promise_skip", "promise_speed", "promise_speak"]) {
    list.append(el("li", {}, t(key)));
  }
  return list;
}

function toggleWho(open = byId("rp-who").hidden) {
  byId("rp-who").hidden = !open;
  byId("rp-who-button").setAttribute("aria-expanded", String(open));
  root.dataset.who = open ? "open" : "closed";
  if (open) {
    byId("rp-who-title").focus();
  } else {
    byId("rp-who-button").focus();
  }
}
