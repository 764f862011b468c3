// What this browser keeps: drafts, answers not yet acknowledged, and display choices.
// One key per draft and per answer, so that two tabs never overwrite each other's list.

const PREFIX = "rlhf-collect:";
const DAY = 24 * 60 * 60 * 1000;
const memory = new Map(); // used where the browser refuses storage (private windows, full disk)

function readStored(key) {
  try {
    const raw = localStorage.getItem(PREFIX + key);
    if (raw !== null) return JSON.parse(raw);
  } catch (error) {
    console.warn("Stored value unreadable:", key, error);
  }
  return memory.get(key) ?? null;
}

function writeStored(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch (error) {
    console.warn("This browser refuses to keep:", key, error);
    return false;
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

// --- Drafts: what was chosen and typed for one judgement, until the server has it -------------

function readDraft(judgement) {
  return readStored("draft:" + judgement)?.answers ?? {};
}

function writeDraft(judgement, answers) {
  writeStored("draft:" + judgement, { answers, at: Date.now() });
}

function dropOldDrafts() {
  for (const key of storedKeys("draft:")) {
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
  return writeStored("outbox:" + entry.judgement, entry);
}

function dropOutbox(judgement) {
  dropStored("outbox:" + judgement);
}
