// Beside the answer: flags on the prompt or a response, and a response the rater has improved.

/** The button that opens the flags of a part, and the row of them below the heading. */
function flagNodes(target, name) {
  if (!flagsOffered().length) return { open: null, row: null };
  const row = el("div", { class: "rp-chips rp-flags", role: "group", "aria-label": t("flag_of", { name }), hidden: true });
  const open = button(t("flag"), "rp-quiet rp-flag-open", () => {
    row.hidden = !row.hidden;
    open.setAttribute("aria-expanded", String(!row.hidden));
    if (!row.hidden) row.querySelector("button").focus();
  }, { "aria-expanded": "false", "aria-label": t("flag_of", { name }) });
  open.dataset.target = target;
  row.dataset.target = target;
  for (const flag of flagsOffered()) {
    const node = button(t("flag_" + flag), "rp-chip", () => toggleFlag(target, flag), { "aria-pressed": "false" });
    node.dataset.flag = flag;
    row.append(node);
  }
  return { open, row };
}

function flagsOffered() {
  return state.mode === "practice" ? [] : (state.me.flags ?? []);
}

function toggleFlag(target, flag) {
  if (refuseWhileLocked()) return;
  const same = (each) => each.target === target && each.flag === flag;
  state.flags = state.flags.some(same) ? state.flags.filter((each) => !same(each)) : [...state.flags, { target, flag }];
  changed();
}

function markFlags(locked) {
  for (const row of root.querySelectorAll(".rp-flags")) {
    const own = state.flags.filter((each) => each.target === row.dataset.target).map((each) => each.flag);
    for (const node of row.querySelectorAll(".rp-chip")) {
      node.setAttribute("aria-pressed", String(own.includes(node.dataset.flag)));
      node.toggleAttribute("data-locked", locked);
    }
    const open = [...root.querySelectorAll(".rp-flag-open")].find((node) => node.dataset.target === row.dataset.target);
    open.textContent = own.length > 0 ? t("flagged", { count: own.length }) : t("flag");
    open.toggleAttribute("data-on", own.length > 0);
  }
}

// --- An improved response -------------------------------------------------------------------------

function rawText(completion) {
  return completion.content.map((message) => message.content).join("\n\n");
}

/** Only a single reply can be rewritten: in a conversation it would be unclear which turn is meant. */
function mayImprove(completion) {
  return state.me.edits === "optional" && state.mode !== "practice" && completion.content.length === 1;
}

function improveButton(completion, index, draw) {
  if (!mayImprove(completion)) return null;
  return button(t("improve"), "rp-quiet rp-improve", () => {
    if (refuseWhileLocked()) return;
    if (state.edited && state.edited.completion !== completion.id) {
      say(t("improve_one"));
      return;
    }
    state.edited ??= { completion: completion.id, content: rawText(completion) };
    draw();
    paneOf(completion.id).querySelector(".rp-edit").focus();
  }, { "aria-label": t("improve_of", { side: LETTERS[index] }) });
}

/** The text being improved, in the place of the response; the original is one press away. */
function editNode(completion, index, draw) {
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
    draw();
    paneOf(completion.id).querySelector(".rp-improve").focus();
  });
  return el("div", { class: "rp-editing" }, el("p", { class: "rp-small" }, t("improve_hint")), text,
    el("div", { class: "rp-editing-end" }, consentTick(), drop));
}

/** An improved response as it is sent: none when nothing was changed. */
function editedToSend(item, edited) {
  if (!edited) return null;
  const original = item.comparison.completions.find((each) => each.id === edited.completion);
  const same = !original || !edited.content.trim() || edited.content === rawText(original);
  return same ? null : edited;
}
