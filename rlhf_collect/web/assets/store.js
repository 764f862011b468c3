// What this browser keeps: drafts, answers not yet acknowledged, and display choices.
// One key per draft and per answer, so that two tabs never overwrite each other's list.

const PREFIX = "rlhf-collect:";
const DAY = 24 * 60 * 60 * 1000;
const memory = new Map(); // used where the browser refuses storage (private windows, full disk)

function readStored(key) {
  if (memory.has(key)) return memory.get(key);
  try {
    const raw = localStorage.getItem(PREFIX + key);
    return raw === null ? null : JSON.parse(raw);
  } catch (error) {
    console.warn("Stored value unreadable:", key, error);
    return null;
  }
}

function writeStored(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
    memory.delete(key);
  } catch (error) {
    console.warn("This browser refuses to keep:", key, error);
    memory.set(key, value); // kept as long as the page is open
  }
}

function dropStored(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch (error) {
    console.warn("Could not remove:", key, error);
  }
}

function storedKeys(start) {
  const keys = new Set([...memory.keys()].filter((key) => key.startsWith(start)));
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX + start)) keys.add(key.slice(PREFIX.length));
    }
  } catch (error) {
    console.warn("Storage cannot be listed:", error);
  }
  return [...keys];
}

// --- Drafts: what was chosen and typed for one judgement, until the service has the judgement --
// Kept here with every key press, and at the service a moment later, for when this device dies.

const draftSending = { timer: 0, item: null };

/** The newer of the two drafts: this browser's, or the one the service kept from another device. */
function readDraft(item) {
  const here = readStored("draft:" + item.judgement);
  const there = item.draft && { ...item.draft, at: Date.parse(item.draft_saved_at) || 0 };
  const newer = here && (!there || here.at >= there.at) ? here : there;
  return newer ?? null;
}

function keepDraft() {
  if (state.mode === "practice") return;
  writeStored("draft:" + state.item.judgement, { ...draftNow(), at: Date.now() });
  if (state.mode !== "rate" && !isDecidingFirst()) return;
  draftSending.item = state.item;
  clearTimeout(draftSending.timer);
  draftSending.timer = setTimeout(() => sendDraft(), 1500);
}

/** The draft goes to the service too; if it does not arrive, this browser still has it. */
async function sendDraft(leaving = false) {
  clearTimeout(draftSending.timer);
  const item = draftSending.item;
  draftSending.item = null;
  const draft = item && readStored("draft:" + item.judgement);
  if (!draft || outboxEntry(item.judgement)) return;
  try {
    const send = item.decision ? service.decisionDraft : service.draft;
    await send(item.assignment, { answers: draft.answers, flags: draft.flags, edited: draft.edited }, leaving);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

function dropDraft(judgement) {
  if (draftSending.item?.judgement === judgement) draftSending.item = null;
  dropStored("draft:" + judgement);
}

function dropOldDrafts() {
  for (const key of ["draft:", "contest:", "going-on:"].flatMap(storedKeys)) {
    const draft = readStored(key);
    if (!draft || Date.now() - draft.at > 30 * DAY) dropStored(key);
  }
}

// --- Outbox: answers handed in here, which the server has not acknowledged yet -----------------

function readOutbox(who) {
  return storedKeys("outbox:")
    .map((key) => readStored(key))
    .filter((entry) => entry && entry.who === who)
    .sort((a, b) => a.at - b.at);
}

function outboxEntry(judgement) {
  return readStored("outbox:" + judgement);
}

function writeOutbox(entry) {
  writeStored("outbox:" + entry.judgement, entry);
}

function dropOutbox(judgement) {
  dropStored("outbox:" + judgement);
}
