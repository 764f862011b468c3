// Asking the leads: what the rater writes to them and what they reply, beside the comparison it may be about.

// What is kept by the service, what is typed, and whether a new reply is to be read before anything is written.
const asking = { threads: null, away: false, draft: null, readFirst: false };

/** What is being written, kept in this browser until it is sent: `{id, text, judgement, about, nameless}`. */
function messageDraft() {
  asking.draft ??= readStored("message:" + whoAmI()) ?? { id: crypto.randomUUID?.() ?? uuidOf(), text: "", judgement: null, about: "", nameless: readStored("nameless:" + whoAmI()) ?? false };
  return asking.draft;
}

/** Plain http has no randomUUID. */
function uuidOf() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function keepMessage(changes) {
  Object.assign(messageDraft(), changes);
  if (asking.draft.text) writeStored("message:" + whoAmI(), asking.draft);
  else dropStored("message:" + whoAmI());
}

/** Whether a reply came that was not read in this browser. */
function hasNewReply() {
  const last = state.me?.messages?.last_reply ?? null;
  return last !== null && readStored("replied:" + whoAmI()) !== last;
}

function drawMessagesButton() {
  const open = byId("rp-messages-button");
  open.hidden = !state.me.messages;
  open.textContent = t(hasNewReply() ? "ask_replied" : "ask");
  open.toggleAttribute("data-new", hasNewReply());
}

/** Looks for a reply now and then while one is awaited, never more than once a minute. */
async function lookForReply() {
  if (!state.me?.messages?.waiting || Date.now() - (lookForReply.at ?? 0) < 60_000) return;
  lookForReply.at = Date.now();
  const before = hasNewReply();
  await refreshMe();
  if (!before && hasNewReply()) say(t("reply_came"), false, true);
}

/** The panel is open: what was written and replied, from the service. */
async function openMessages() {
  asking.readFirst = hasNewReply();
  bindMessage();
  drawMessages();
  await loadMessages();
}

async function loadMessages() {
  try {
    const { data } = await service.messages();
    asking.threads = data;
    asking.away = false;
    const replies = data.flatMap((each) => each.messages).filter((each) => each.from === "lead");
    const last = replies.sort((a, b) => a.written_at.localeCompare(b.written_at)).at(-1)?.message ?? null;
    if (last) writeStored("replied:" + whoAmI(), last);
    if (state.me.messages) Object.assign(state.me.messages, { last_reply: last, waiting: data.filter((each) => each.state === "waiting").length });
    drawHead();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    asking.away = true;
  }
  drawMessages();
}

/** What is written is about the comparison that was on screen when it began, wherever the rater goes on to. */
function bindMessage() {
  if (messageDraft().text) return;
  const bound = ["rate", "revise", "decide"].includes(state.mode) ? state.item : null;
  const asked = bound?.comparison.prompt.at(-1)?.content ?? "";
  Object.assign(asking.draft, { judgement: bound?.judgement ?? null, about: beginningOf(asked) });
}

function beginningOf(text) {
  return text.length > 60 ? text.slice(0, 60) + "…" : text;
}

/** Draws the panel anew. */
function drawMessages() {
  if (byId("rp-messages").hidden || !state.me?.messages) return;
  const body = byId("rp-messages-body");
  const focused = body.contains(document.activeElement) ? document.activeElement.id : "";
  const writing = [el("p", {}, t("ask_text", { days: state.me.messages.alert_days })), ...askingNodes()];
  const written = threadNodes();
  body.replaceChildren(...(asking.readFirst ? [...written, ...writing] : [...writing, ...written]));
  if (focused) focusOn(body.querySelector("#" + CSS.escape(focused)));
}

function askingNodes() {
  const draft = messageDraft();
  const text = el("textarea", { class: "rp-message-text", id: "rp-message", rows: "4", maxlength: "10000", dir: "auto" });
  text.value = draft.text;
  text.addEventListener("input", () => {
    bindMessage(); // before the first character counts
    keepMessage({ text: text.value });
  });
  const parts = [el("label", { for: "rp-message" }, t("ask_label")), text];
  if (draft.judgement) {
    const tick = el("input", { type: "checkbox", id: "rp-message-about", checked: !draft.apart });
    tick.addEventListener("change", () => keepMessage({ apart: !tick.checked }));
    const said = el("span", {}, t("ask_about"), " ", el("bdi", { class: "rp-asked" }, draft.about));
    parts.push(el("label", { class: "rp-tick" }, tick, said));
    if (draft.text && draft.judgement !== state.item?.judgement) {
      parts.push(el("p", {}, button(t("ask_anew"), "rp-link", askAnew)));
    }
  }
  if (state.me.quality.visibility === "pseudonymous") {
    const tick = el("input", { type: "checkbox", id: "rp-message-nameless", checked: draft.nameless });
    tick.addEventListener("change", () => {
      writeStored("nameless:" + whoAmI(), tick.checked); // the next one begins as this one went
      keepMessage({ nameless: tick.checked });
    });
    parts.push(el("label", { class: "rp-tick" }, tick, el("span", {}, t("ask_nameless"))));
  }
  parts.push(el("p", { class: "rp-small" }, t("ask_seen_" + state.me.quality.visibility)));
  return [...parts, button(t("ask_send"), "rp-button", (event) => sendMessage(event.currentTarget), { id: "rp-message-send" })];
}

/** What was typed about another comparison goes, and the next is about what is on screen. */
function askAnew() {
  dropStored("message:" + whoAmI());
  asking.draft = null;
  bindMessage();
  drawMessages();
  focusOn(byId("rp-message"));
}

async function sendMessage(sender) {
  const { id, text, judgement, apart, nameless } = messageDraft();
  if (!text.trim()) {
    say(t("ask_empty"));
    focusOn(byId("rp-message"));
    return;
  }
  const about = judgement && !apart ? { judgement } : {};
  await handMessage(sender, { message: id, text, nameless, ...about }, () => {
    dropStored("message:" + whoAmI());
    asking.draft = null;
    bindMessage();
    byId("rp-message").value = "";
  });
}

/** Sends one; what was typed goes only once it is kept. Sent twice it is one: it has an id of its own. */
async function handMessage(sender, body, after) {
  sender.disabled = true;
  try {
    await service.write(body);
    after();
    say(t("ask_sent"), false, true);
    await loadMessages();
    if (!document.activeElement || document.activeElement === document.body) focusOn(byId("rp-message"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("ask_failed"));
  } finally {
    sender.disabled = false;
  }
}

function threadNodes() {
  if (asking.away) return [el("p", {}, t("ask_away"))];
  if (!asking.threads?.length) return [];
  const list = el("ul", { class: "rp-mine", id: "rp-threads" }, ...asking.threads.map((each) => threadNode(each)));
  return [el("h3", {}, t("ask_mine")), list];
}

function threadNode(thread) {
  const { state: stands, about, messages } = thread;
  const said = messages.flatMap(({ from, by, text, written_at: at }) => {
    const who = from === "rater" ? t("ask_you") : by || t("decided_a_lead");
    return [el("p", { class: "rp-small" }, t("ask_by", { who, date: dayOf(at) })), quoteNode(text)];
  });
  const acts = stands === "settled" ? [] : [goOnNode(thread)];
  if (stands === "settled") dropStored("going-on:" + thread.thread);
  if (stands === "waiting") acts.push(el("p", {}, button(t("ask_settle"), "rp-link", () => settleMessage(thread.thread))));
  return el(
    "li",
    { "data-state": stands },
    ...(about ? [el("p", { class: "rp-small", dir: "auto" }, t("ask_about"), " ", el("bdi", {}, beginningOf(about.prompt)))] : []),
    ...said,
    el("p", { class: "rp-small" }, t("ask_" + stands) + (thread.nameless ? " " + t("ask_was_nameless") : "")),
    ...acts,
  );
}

/** Going on with a thread, folded away until it is wanted; what is typed stays in this browser until it is sent. */
function goOnNode({ thread, messages }) {
  const name = "rp-go-on-" + thread;
  const text = el("textarea", { class: "rp-message-text", id: name, rows: "3", maxlength: "10000", dir: "auto" });
  const key = "going-on:" + thread;
  // What this tab has goes before what another one kept. Another text is another message, with an id of its own.
  const here = (asking.goingOn ??= new Map());
  if (!here.has(thread)) here.set(thread, readStored(key) ?? { text: "" });
  text.value = here.get(thread).text;
  text.addEventListener("input", () => {
    here.set(thread, { id: uuidOf(), text: text.value, at: Date.now() });
    if (text.value) writeStored(key, here.get(thread));
    else dropStored(key);
  });
  const send = button(t("ask_send"), "rp-button", async () => {
    if (!text.value.trim()) {
      say(t("ask_empty"));
      focusOn(text);
      return;
    }
    const { id } = here.get(thread);
    await handMessage(send, { message: id, text: text.value, thread }, () => {
      if (readStored(key)?.id === id) dropStored(key);
      here.set(thread, { text: "" });
      text.value = "";
    });
  });
  const words = messages.at(-1).from === "lead" ? "ask_answer" : "ask_more";
  return el("details", { class: "rp-contest", open: text.value !== "" }, el("summary", {}, t(words)), el("label", { for: name }, t("ask_label")), text, send);
}

async function settleMessage(thread) {
  try {
    await service.settleThread(thread);
    await loadMessages();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("ask_failed"));
  }
}

/** In a message two keys mean something else than text: Escape leaves it, Ctrl Enter sends it and answers nothing. */
function inMessage(event, text) {
  if (event.key === "Escape") {
    event.preventDefault();
    leavePlace(text);
  } else if (isSendingKey(event)) {
    event.preventDefault();
    text.parentElement.querySelector("button.rp-button").click();
  }
}
