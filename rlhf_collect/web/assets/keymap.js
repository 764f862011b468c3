// Which key does what. Digits and the letters of the responses are fixed, as they are printed on what
// they choose; every other key can be changed, and all of them switched off (WCAG 2.1.4).

const DEFAULT_KEYS = {
  tie: "t",
  both_bad: "x",
  submit: "Enter",
  skip: "s",
  undo: "u",
  reason: "r",
  differences: "d",
  guidelines: "g",
  sheet: "?",
};

function keyFor(action) {
  return display.keymap?.[action] ?? DEFAULT_KEYS[action];
}

function actionFor(key) {
  const same = key.length === 1 ? key.toLowerCase() : key;
  return Object.keys(DEFAULT_KEYS).find((action) => keyFor(action) === same) ?? null;
}

/** How a key is printed: `s` → "S", `Enter` → "↵". */
function keyName(key) {
  return { Enter: "↵", " ": "␣", ArrowUp: "↑", ArrowDown: "↓" }[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** The key printed on a button; screen readers get the key sheet instead. */
function keyHint(key) {
  return el("kbd", { "aria-hidden": "true" }, keyName(key));
}

/** Keys that mean something to the page, the browser or whoever edits text: not to be given away. */
function isFreeKey(key) {
  const letter = key.length === 1 && LETTERS.includes(key.toUpperCase());
  if (/^[0-9]$/.test(key) || (letter && !Object.values(DEFAULT_KEYS).includes(key))) return false;
  return key.length === 1 ? key.trim() !== "" : key === "Enter";
}

/** The list of keys, each with a button that changes it. */
function keySheet() {
  const list = el("dl", { class: "rp-keys" });
  const add = (key, meaning, change = null) =>
    list.append(el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(meaning), ...(change ? [change] : []))));
  add("1 – 8", "key_steps");
  add("A, B …", "key_letters");
  add("0", "key_both_bad");
  for (const action of Object.keys(DEFAULT_KEYS)) add(keyName(keyFor(action)), "key_" + action, changeButton(action));
  add("Ctrl ↵", "key_reason_submit");
  add(t("key_escape"), "key_reason_leave");
  return list;
}

function changeButton(action) {
  const node = button(t("key_change"), "rp-quiet", () => {
    const asked = t("key_press_for", { action: t("key_" + action) });
    node.textContent = t("key_press");
    node.setAttribute("aria-label", asked);
    say(asked);
    const listen = (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      document.removeEventListener("keydown", listen, true);
      if (event.key === "Escape") say("");
      else changeKey(action, event.key.length === 1 ? event.key.toLowerCase() : event.key);
      fillSettings();
      byId("rp-settings-body").querySelector(`[data-action="${action}"]`).focus();
    };
    document.addEventListener("keydown", listen, true);
  }, { "aria-label": t("key_change_of", { action: t("key_" + action) }) });
  node.dataset.action = action;
  return node;
}

function changeKey(action, key) {
  const taken = actionFor(key);
  const used = taken ?? (/^[1-8]$/.test(key) ? "steps" : key === "0" ? "both_bad" : LETTERS.includes(key.toUpperCase()) ? "letters" : null);
  if (used ? used !== action : !isFreeKey(key)) {
    say(t(used ? "key_used" : "key_taken", { key: keyName(key), action: t("key_" + used) }));
    return;
  }
  takeKeys({ ...display.keymap, [action]: key });
  say(t("key_changed", { key: keyName(key), action: t("key_" + action) }));
}

function takeKeys(keymap) {
  chooseDisplay("keymap", keymap);
  if (!state.item) return;
  byId("rp-differ")?.querySelector("kbd").replaceWith(keyHint(keyFor("differences")));
  fillAnswer();
}

function defaultKeysButton() {
  return button(t("keys_default"), "rp-button", () => {
    takeKeys({});
    fillSettings();
    byId("rp-keys-default").focus();
    say(t("keys_reset"));
  }, { id: "rp-keys-default" });
}
