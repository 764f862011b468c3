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
  writeStored("outbox:" + entry.judgement, entry);
}

function dropOutbox(judgement) {
  dropStored("outbox:" + judgement);
}
