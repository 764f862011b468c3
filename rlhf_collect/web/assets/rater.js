// The rater's screen: what is on it, and what happens in which order.

const state = {
  lang: readStored("lang") ?? "en",
  theme: readStored("theme") ?? "system",
  keys: readStored("keys") ?? true,
  me: null,
  item: null, // the comparison on screen, as the service sent it
  answers: {}, // criterion → {choice, strength, rationale}
  starting: false, // the first call is on its way
  busy: false, // a skip is on its way
  epoch: 0, // rises with every screen, so that a late reply for an earlier one is ignored
  redraw: () => {},
};

/** The page from the start: who is here, then the welcome or the next comparison. */
async function start() {
  if (state.starting) return;
  state.starting = true;
  try {
    const { data } = await service.me();
    state.me = data;
  } catch (problem) {
    trouble(problem);
    return;
  } finally {
    state.starting = false;
  }
  outbox.failures = 0;
  drawHead();
  fillWho();
  if (state.me.progress?.judged > 0 || readStored("welcomed:" + whoAmI())) await begin();
  else showWelcome();
}

async function begin() {
  showLoading();
  await flush();
  if (root.dataset.view === "loading") await loadNext();
}

async function loadNext() {
  if (!state.item) showLoading();
  const epoch = (state.epoch += 1);
  try {
    const reply = await service.next(state.me.project);
    if (epoch !== state.epoch) return;
    outbox.failures = 0;
    if (reply.status === 204) showEmpty(reply.reason);
    else showItem(reply.data);
  } catch (problem) {
    if (epoch === state.epoch) trouble(problem);
  }
}

/** A call that brings something to the screen has failed: the screen that says so. */
function trouble(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401) {
    showSignedOut();
  } else if (problem.status === 0) {
    showOffline();
    outbox.failures += 1;
    scheduleRetry();
  } else {
    showError(problem.detail);
    if (problem.passing) {
      outbox.failures += 1;
      scheduleRetry();
    }
  }
}

// --- The comparison ------------------------------------------------------------------------------

function showItem(item) {
  state.epoch += 1;
  state.item = item;
  state.answers = readDraft(item.judgement);
  const waiting = outboxEntry(item.judgement);
  for (const answer of waiting?.answers ?? []) {
    const { choice, strength, rationale } = answer;
    state.answers[answer.criterion] = { choice, strength, rationale: rationale ?? "" };
  }
  drawItem();
  root.dataset.view = "compare";
  window.scrollTo(0, 0);
  focusOn(byId("rp-prompt-title"));
  showNotice();
}

function drawItem() {
  state.redraw = drawItem;
  const { prompt, completions } = state.item.comparison;
  byId("rp-state").hidden = true;
  byId("rp-compare").hidden = false;
  byId("rp-bar").hidden = false;
  messagesInto(byId("rp-prompt-body"), prompt);
  foldPrompt(false);
  const panes = byId("rp-panes");
  panes.replaceChildren(...completions.map(paneNode));
  panes.dataset.count = completions.length;
  fillAnswer();
  requestAnimationFrame(() => {
    const tall = byId("rp-prompt-body").scrollHeight > Math.min(420, window.innerHeight * 0.5);
    byId("rp-prompt-fold").hidden = !tall;
  });
}

/** One response: heading, the switch to its raw text, and the text, never cut. */
function paneNode(completion, index) {
  const id = "rp-response-" + index;
  const body = el("div", { class: "rp-pane-body" });
  const messages = completion.content.map((message, place) => ({
    ...message,
    html: message.html ?? (place === 0 && completion.content.length === 1 ? completion.html : undefined),
  }));
  const raw = button(t("raw"), "rp-quiet rp-raw-button", () => {
    const on = raw.getAttribute("aria-pressed") !== "true";
    raw.setAttribute("aria-pressed", String(on));
    messagesInto(body, messages, on);
  }, { "aria-pressed": "false" });
  raw.setAttribute("aria-label", t("raw_of", { side: LETTERS[index] }));
  messagesInto(body, messages);
  const title = el("h2", { id }, t("response", { side: LETTERS[index] }));
  const top = el("div", { class: "rp-section-top" }, title, raw);
  const pane = el("section", { class: "rp-pane", "aria-labelledby": id }, top, body);
  pane.dataset.completion = completion.id;
  return pane;
}

function foldPrompt(folded) {
  byId("rp-prompt-body").hidden = folded;
  const fold = byId("rp-prompt-fold");
  fold.textContent = t(folded ? "prompt_show" : "prompt_hide");
  fold.setAttribute("aria-expanded", String(!folded));
}

async function skipThis() {
  if (!state.item || state.busy) return;
  if (isLocked()) {
    say(t("locked"));
    return;
  }
  const { assignment, judgement } = state.item;
  const epoch = state.epoch;
  state.busy = true;
  try {
    const { data } = await service.skip(assignment);
    dropStored("draft:" + judgement);
    writeStored("acknowledged", { judgement, at: Date.now() });
    state.busy = false;
    if (epoch !== state.epoch) return;
    say(t("skipped"));
    if (data.next) showItem(data.next);
    else if (data.next === null) showEmpty(data.reason ?? "");
    else await loadNext();
    refreshMe();
  } catch (problem) {
    state.busy = false;
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else if ([403, 404, 410].includes(problem.status)) showForeign();
    else if (problem.code === "already_judged") await afterOtherTab();
    else say(problem.passing ? t("skip_failed") : problem.detail || t("skip_failed"));
  }
}

// --- The head of the page -------------------------------------------------------------------------

function drawHead() {
  const { title, project, progress } = state.me;
  byId("rp-title").textContent = title || project;
  document.title = title || project;
  byId("rp-progress").textContent = progress ? t("progress", progress) : "";
}

function countOne() {
  const { progress } = state.me;
  if (!progress) return;
  state.me.progress = { judged: progress.judged + 1, left: Math.max(0, progress.left - 1) };
  drawHead();
}

/** Reads the figures again, where this page cannot count them itself. */
async function refreshMe() {
  try {
    const { data } = await service.me();
    state.me = { ...data, consents: data.consents ?? state.me.consents };
    drawHead();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // else: the figures of a moment ago stay
  }
}

function redraw() {
  if (state.me) drawHead();
  fillWho();
  state.redraw();
  showNotice();
}

/** Another tab has handed this comparison in: go on to the next one. */
function onOtherTab(event) {
  if (event.key !== PREFIX + "acknowledged" || !event.newValue || !state.item || state.busy) return;
  const { judgement } = JSON.parse(event.newValue);
  if (judgement !== state.item.judgement || outbox.busy) return;
  afterOtherTab();
}

async function afterOtherTab() {
  say(t("other_tab"));
  await loadNext();
}

/** The answer bar must not hide what has the focus: scrolling leaves it this much room. */
function keepRoomForBar() {
  root.style.setProperty("--rp-foot", byId("rp-foot").offsetHeight + "px");
}

function listen() {
  // Gradio may draw the page again after a reconnection: the listeners of the earlier one go first.
  window.rlhfCollectStop?.();
  const stopper = new AbortController();
  const until = { signal: stopper.signal };
  window.rlhfCollectStop = () => {
    stopper.abort();
    clearTimeout(outbox.timer);
  };
  document.addEventListener("keydown", onKey, until);
  window.addEventListener("online", retryNow, until);
  window.addEventListener("storage", onOtherTab, until);
  // Only to send waiting answers when the page is seen again, as timers sleep in the background.
  document.addEventListener("visibilitychange", () => {
    const waits = !state.me || readOutbox(whoAmI()).length > 0 || root.dataset.view === "offline";
    if (!document.hidden && waits) retryNow();
  }, until);
  darkSystem.addEventListener("change", applyTheme, until);
  contrastSystem.addEventListener("change", applyTheme, until);
  const onClick = (id, act) => byId(id).addEventListener("click", act, until);
  onClick("rp-skiplink", () => focusOn(byId(state.item ? "rp-prompt-title" : "rp-state-title")));
  onClick("rp-who-button", () => toggleWho());
  onClick("rp-who-close", () => toggleWho(false));
  onClick("rp-settings-button", openSettings);
  onClick("rp-settings-close", () => byId("rp-settings").close());
  onClick("rp-leave-stay", () => byId("rp-leave").close());
  onClick("rp-prompt-fold", () => foldPrompt(!byId("rp-prompt-body").hidden));
  // Gradio wraps every page in a <main> of its own: there is one, and it is ours.
  root.closest("main")?.setAttribute("role", "presentation");
  new ResizeObserver(keepRoomForBar).observe(byId("rp-foot"));
}

listen();
dropOldDrafts();
applyTheme();
applyTexts();
applyKeys();
showLoading();
start();
