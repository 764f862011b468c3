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

/** The highest digit that answers anything on screen, and whether 0 does; all of them before the first comparison. */
function digitsUsed() {
  if (!state.item) return { steps: 8, bad: true };
  const { criteria, comparison: { completions } } = state.item;
  const highest = criteria.map((each) => {
    if (kindOf(each) === "ranking") return completions.length;
    if (kindOf(each) === "points") return pointRange(each)[1] > 9 ? 0 : pointRange(each)[1];
    return scaleSteps(each, completions).filter((step) => step.key !== "0").length;
  });
  return { steps: Math.max(...highest), bad: criteria.some((each) => each.both_bad && kindOf(each) !== "points") };
}

/** The list of keys, each with a button that changes it. */
function keySheet() {
  const list = el("dl", { class: "rp-keys" });
  const add = (key, meaning, change = null) =>
    list.append(el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(meaning), ...(change ? [change] : []))));
  const { steps, bad } = digitsUsed();
  if (steps > 0) add(steps > 1 ? "1 – " + steps : "1", "key_steps");
  add("A, B …", "key_letters");
  if (bad) add("0", "key_both_bad");
  for (const action of Object.keys(DEFAULT_KEYS)) add(keyName(keyFor(action)), "key_" + action, changeButton(action));
  add("Ctrl ↵", "key_reason_submit");
  add(t("key_escape"), "key_reason_leave");
  return list;
}

function changeButton(action) {
  const node = button(t("key_change"), "rp-quiet", () => {
    const asked = t("key_press_for", { action: t("key_" + action) });
    node.focus(); // not every browser does so by itself
    node.textContent = t("key_press");
    node.setAttribute("aria-label", asked);
    say(asked);
    const stopper = new AbortController();
    const listen = (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      if (event.key === "Escape") say("");
      else if (!changeKey(action, event.key.length === 1 ? event.key.toLowerCase() : event.key)) return; // another may do
      stopper.abort();
      fillSettings();
      byId("rp-settings-body").querySelector(`[data-action="${action}"]`).focus();
    };
    document.addEventListener("keydown", listen, { capture: true, signal: stopper.signal });
    node.addEventListener("blur", () => {
      stopper.abort();
      nameChange(node, action);
    }, { signal: stopper.signal });
  });
  node.dataset.action = action;
  nameChange(node, action);
  return node;
}

function nameChange(node, action) {
  node.textContent = t("key_change");
  node.setAttribute("aria-label", t("key_change_of", { action: t("key_" + action) }));
}

/** False where the key cannot be had; that is said. */
function changeKey(action, key) {
  const taken = actionFor(key);
  const used = taken ?? (/^[1-8]$/.test(key) ? "steps" : key === "0" ? "both_bad" : LETTERS.includes(key.toUpperCase()) ? "letters" : null);
  if (used ? used !== action : !isFreeKey(key)) {
    say(t(used ? "key_used" : "key_taken", { key: keyName(key), action: t("key_" + used) }));
    return false;
  }
  takeKeys({ ...display.keymap, [action]: key });
  say(t("key_changed", { key: keyName(key), action: t("key_" + action) }));
  return true;
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
