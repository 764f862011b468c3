// Choices about the page itself: language, colours, size, width, scrolling, keys. They belong to the
// rater: this browser keeps them for the next visit, the service for the next device.

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const contrastSystem = matchMedia("(prefers-contrast: more)");
const touchOnly = matchMedia("(hover: none) and (pointer: coarse)");

const DISPLAY_DEFAULTS = { language: "en", theme: "system", size: "medium", width: "medium", scroll: "together", keys: true, keymap: {} };
const DISPLAY_CHOICES = {
  theme: ["system", "light", "dark", "contrast"],
  size: ["small", "medium", "large", "larger"],
  width: ["narrow", "medium", "wide"],
  scroll: ["together", "apart"],
};
const display = { ...DISPLAY_DEFAULTS, language: document.documentElement.lang in TEXTS ? document.documentElement.lang : "en", ...readStored("display") };

function applyDisplay() {
  const system = contrastSystem.matches ? "contrast" : darkSystem.matches ? "dark" : "light";
  const theme = display.theme === "system" ? system : display.theme;
  const strong = darkSystem.matches ? "contrast-dark" : "contrast";
  document.documentElement.dataset.theme = theme === "contrast" ? strong : theme;
  state.lang = TEXTS[display.language] ? display.language : "en";
  document.documentElement.lang = state.lang;
  root.lang = state.lang;
  root.dataset.lang = state.lang;
  for (const node of [document.documentElement, root]) node.dataset.size = display.size; // every length is in rem
  root.dataset.width = display.width;
  root.dataset.scroll = display.scroll;
  root.dataset.keys = display.keys ? "on" : "off";
  const named = (key) => (key === "settings" && touchOnly.matches ? "settings_touch" : key); // there are no keys then
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(named(node.dataset.t));
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}

/** One choice changes: shown at once, kept here, and a moment later at the service. */
function chooseDisplay(name, value) {
  display[name] = value;
  writeStored("display", display);
  applyDisplay();
  clearTimeout(displaySending.timer);
  displaySending.waits = true;
  displaySending.timer = setTimeout(() => sendDisplay(), 600);
}

// A computer may change its colours at sunset, in the middle of a comparison.
for (const system of [darkSystem, contrastSystem]) system.addEventListener("change", applyDisplay);

const displaySending = { timer: 0, waits: false };

async function sendDisplay(leaving = false) {
  if (!state.me || !displaySending.waits) return;
  clearTimeout(displaySending.timer);
  displaySending.waits = false;
  const { practice_declined } = state.me.display ?? {};
  state.me.display = { ...display, practice_declined };
  await keepDisplay(state.me.display, leaving);
}

async function keepDisplay(kept, leaving = false) {
  try {
    await service.display(kept, leaving);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // it holds in this browser all the same
  }
}

/** On a device that has no choices of its own yet, those made on another one. */
function takeDisplayFromService(kept) {
  const { practice_declined, ...choices } = kept ?? {}; // the former is about practice, and not of whoever comes next here
  if (readStored("display") || Object.keys(choices).length === 0) return;
  Object.assign(display, choices);
  writeStored("display", display);
  applyDisplay();
}

/** A row of radio buttons for one choice. The welcome and the settings may show the same one: each is its own group. */
function choiceRow(name, values, current, change, nameOf = (value) => t(name + "_" + value)) {
  const row = el("fieldset", { class: "rp-choices", "data-choice": name }, el("legend", {}, t(name)));
  const group = "rp-" + name + (choiceRow.made = (choiceRow.made ?? 0) + 1);
  for (const value of values) {
    const input = el("input", { type: "radio", name: group, value, checked: value === current });
    input.addEventListener("change", () => change(value));
    row.append(el("label", {}, input, nameOf(value)));
  }
  return row;
}

/** The language is chosen in the middle of anything: all is drawn anew around the button that was pressed. */
function languageRow() {
  return choiceRow("lang", Object.keys(TEXTS), state.lang, (value) => {
    const place = document.activeElement.closest("dialog, .rp-state");
    chooseDisplay("language", value);
    if (byId("rp-settings").open) fillSettings();
    redraw();
    focusOn(place?.querySelector("[data-choice=lang] input:checked"));
  }, (value) => TEXTS[value].language);
}

function fillSettings() {
  const keys = el("input", { type: "checkbox", id: "rp-keys-on", checked: display.keys });
  keys.addEventListener("change", () => chooseDisplay("keys", keys.checked));
  const rows = Object.entries(DISPLAY_CHOICES).map(([name, values]) => {
    const row = choiceRow(name, values, display[name], (value) => {
      chooseDisplay(name, value);
      if (state.item) measurePanes();
    });
    row.classList.toggle("rp-wide", name === "width" || name === "scroll");
    return row;
  });
  byId("rp-settings-body").replaceChildren(
    languageRow(),
    ...rows,
    el("div", { class: "rp-with-keys" },
      el("h3", { id: "rp-keys-title", tabindex: "-1" }, t("keys")), el("label", { class: "rp-tick" }, keys, t("keys_on")), keySheet(), defaultKeysButton()),
  );
}

function openSettings() {
  fillSettings();
  byId("rp-settings-said").textContent = "";
  byId("rp-settings").showModal();
}

/** The same, at the list of keys. */
function openKeys() {
  openSettings();
  const title = byId("rp-keys-title");
  title.focus();
  title.scrollIntoView({ block: "start" });
}

/** A dialog gives the focus back to what opened it; on a phone that is in the menu, which is closed by then. */
function afterSettings() {
  const here = document.activeElement;
  if (here === document.body || !here.checkVisibility()) focusOn(byId("rp-menu"));
}
