// Beside the answer: flags on the prompt or a response, and a response the rater has improved.

/** The button that opens the flags of a part, and the row of them below the heading. */
function flagNodes(target, name) {
  if (!flagsOffered().length) return { open: null, row: null };
  const row = el("div", { class: "rp-chips rp-flags", role: "group", "aria-label": t("flag_of", { name }), hidden: true });
  const open = button(t("flag"), "rp-quiet rp-flag-open", () => {
    row.hidden = !row.hidden;
    open.setAttribute("aria-expanded", String(!row.hidden));
    if (row.hidden) return;
    row.querySelector("button").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" }); // all of them, above the bar
  }, { "aria-expanded": "false" });
  for (const node of [open, row]) Object.assign(node.dataset, { target, name });
  for (const flag of flagsOffered()) {
    const node = button(t("flag_" + flag), "rp-chip", () => toggleFlag(target, flag, name), { "aria-pressed": "false" });
    node.dataset.flag = flag;
    row.append(node);
  }
  return { open, row };
}

function flagsOffered() {
  return ["practice", "decide"].includes(state.mode) ? [] : (state.me.flags ?? []);
}

function toggleFlag(target, flag, name) {
  if (refuseWhileLocked()) return;
  const same = (each) => each.target === target && each.flag === flag;
  const off = state.flags.some(same);
  state.flags = off ? state.flags.filter((each) => !same(each)) : [...state.flags, { target, flag }];
  changed();
  say(t(off ? "flag_taken_off" : "flag_set", { name, flag: t("flag_" + flag) }), true);
}

/** Escape leaves the flags of a part: back to the button that opened them. */
function closeFlags(row) {
  row.hidden = true;
  const open = row.parentElement.closest(".rp-prompt, .rp-pane").querySelector(".rp-flag-open");
  open.setAttribute("aria-expanded", "false");
  open.focus();
}

function markFlags(locked) {
  for (const row of root.querySelectorAll(".rp-flags")) {
    const own = state.flags.filter((each) => each.target === row.dataset.target).map((each) => each.flag);
    for (const node of row.querySelectorAll(".rp-chip")) {
      node.setAttribute("aria-pressed", String(own.includes(node.dataset.flag)));
      node.toggleAttribute("data-locked", locked);
    }
    const open = [...root.querySelectorAll(".rp-flag-open")].find((node) => node.dataset.target === row.dataset.target);
    const { name } = row.dataset;
    open.textContent = own.length > 0 ? t("flagged", { count: own.length }) : t("flag");
    open.setAttribute("aria-label", own.length > 0 ? open.textContent + " – " + name : t("flag_of", { name }));
    open.toggleAttribute("data-on", own.length > 0);
  }
}

// --- An improved response -------------------------------------------------------------------------

function rawText(completion) {
  return completion.content.map((message) => message.content).join("\n\n");
}

/** Only a single reply can be rewritten: in a conversation it would be unclear which turn is meant. */
function mayImprove(completion) {
  return state.me.edits === "optional" && !["practice", "decide"].includes(state.mode) && completion.content.length === 1;
}

/** The button that opens and closes the text being improved, and its box above the response, which stays to be read. */
function improveNodes(completion, index) {
  if (!mayImprove(completion)) return { open: null, box: null };
  const box = el("div", { class: "rp-editing", hidden: true });
  const open = button(t("improve"), "rp-quiet rp-improve", () => {
    if (box.hidden) openImproving(completion, index, box);
    else closeImproving(box);
  }, { "aria-expanded": "false" });
  return { open, box };
}

function openImproving(completion, index, box) {
  if (refuseWhileLocked()) return;
  if (state.edited && state.edited.completion !== completion.id) {
    if (editedToSend(state.item, state.edited)) {
      say(t("improve_one"));
      return;
    }
    closeImproving(paneOf(state.edited.completion).querySelector(".rp-editing"));
  }
  state.edited ??= { completion: completion.id, content: rawText(completion) };
  box.replaceChildren(...editNodes(completion, index, box));
  box.hidden = false;
  markImproved();
  const text = box.querySelector(".rp-edit");
  text.focus();
  requestAnimationFrame(() => text.scrollIntoView({ block: "nearest" })); // once it has its height: above the bar
}

/** The text is kept, and said on the button; one that was left as it is counts as none. */
function closeImproving(box) {
  box.hidden = true;
  const kept = editedToSend(state.item, state.edited);
  if (kept === state.edited) {
    markImproved();
  } else {
    state.edited = kept;
    changed();
  }
  box.closest(".rp-pane").querySelector(".rp-improve").focus();
}

function editNodes(completion, index, box) {
  const text = el("textarea", { class: "rp-edit", dir: "auto", maxlength: "100000", "aria-label": t("improve_of", { side: LETTERS[index] }) });
  text.value = state.edited.content;
  text.addEventListener("input", () => {
    state.edited = { completion: completion.id, content: text.value };
    growText(text);
    changed();
  });
  requestAnimationFrame(() => growText(text));
  const drop = button(t("improve_drop"), "rp-quiet", () => {
    if (refuseWhileLocked()) return;
    state.edited = null;
    changed();
    closeImproving(box);
  });
  const keep = button(t("improve_keep"), "rp-quiet", () => closeImproving(box));
  const ends = el("span", { class: "rp-editing-ways" }, keep, drop);
  return [el("p", { class: "rp-small" }, t("improve_hint")), text, el("div", { class: "rp-editing-end" }, consentTick(), ends),
    el("p", { class: "rp-small rp-original" }, t("improve_original"))];
}

/** Which response has a better version, and whether its text is open. */
function markImproved() {
  for (const open of byId("rp-panes").querySelectorAll(".rp-improve")) {
    const pane = open.closest(".rp-pane");
    const side = LETTERS[[...byId("rp-panes").children].indexOf(pane)];
    const own = state.edited?.completion === pane.dataset.completion && editedToSend(state.item, state.edited) !== null;
    open.textContent = t(own ? "improved" : "improve");
    open.setAttribute("aria-label", t(own ? "improved_of" : "improve_of", { side }));
    open.setAttribute("aria-expanded", String(!pane.querySelector(".rp-editing").hidden));
    open.toggleAttribute("data-on", own);
  }
}

/** An improved response as it is sent: none when nothing was changed. */
function editedToSend(item, edited) {
  if (!edited) return null;
  const original = item.comparison.completions.find((each) => each.id === edited.completion);
  const same = !original || !edited.content.trim() || edited.content === rawText(original);
  return same ? null : edited;
}
