// The rater's screen: what is on it, and what happens in which order.

const state = {
  lang: "en",
  me: null,
  item: null, // the comparison on screen, as the service sent it
  mode: "rate", // "rate", "revise", "practice" or "decide"
  ahead: null, // the comparison after it, already here
  answers: {}, // criterion → what was said, see answers.js
  flags: [], // [{target, flag}]
  edited: null, // {completion, content}: a response the rater improves
  history: [], // what was handed in or skipped on this page, the latest last
  explained: null, // what was expected, once a practice comparison is answered
  unsaved: [], // earlier judgements left with a change that was not saved, the latest last
  comeBack: null, // draws what was on screen when the rater went to earlier judgements
  fromList: false, // the earlier judgement on screen was opened from the list
  starting: false, // the first call is on its way
  busy: false, // a skip is on its way
  epoch: 0, // rises with every screen, so that a late reply for an earlier one is ignored
  redraw: () => {},
};
const MOST_HISTORY = 50;

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
  takeDisplayFromService(state.me.display);
  if (byId("rp-settings").open) fillSettings(); // opened before anything was known
  drawHead();
  fillPanels();
  await comeIn();
}

/** Nothing is shown to be judged before the rater has read what was decided about them, who asks, and pressed Start. */
async function comeIn() {
  if (newsOfDecisions().length > 0) showDecisions();
  else if (state.me.progress?.judged > 0 || readStored("welcomed:" + whoAmI())) await begin();
  else showWelcome();
}

async function begin() {
  showLoading();
  await flush();
  if (root.dataset.view !== "loading") return;
  if (guidelinesChanged()) showGuidelinesChanged();
  else if (practiceWaits()) showPractice();
  else await loadNext();
}

async function loadNext() {
  if (!state.item) showLoading();
  const epoch = (state.epoch += 1);
  try {
    const reply = await service.next(state.me.project);
    if (epoch !== state.epoch) return;
    outbox.failures = 0;
    if (reply.status === 204) {
      await showEmpty(reply.reason);
    } else {
      showItem(reply.data);
      state.ahead = usable(reply.data.ahead);
    }
  } catch (problem) {
    if (epoch === state.epoch) trouble(problem);
  }
}

/** A comparison that is not on its way to the service from this browser already. */
function usable(item) {
  return item && !outboxEntry(item.judgement) && item.judgement !== state.item?.judgement ? item : null;
}

/** From a reply to a submission or skip to the next comparison, or to the screen that says why not. */
async function goOn({ data }) {
  if (!data || data.next === undefined) {
    await loadNext();
  } else if (data.next === null) {
    showEmpty(data.reason ?? "");
  } else if (outboxEntry(data.next.judgement)) {
    state.ahead = usable(data.ahead);
    if (state.ahead) showItem(state.ahead);
    else await loadNext();
  } else {
    showItem(data.next);
    state.ahead = usable(data.ahead);
  }
}

/** While the next comparison is on screen, a reply brings the one after it. */
function takeAhead(data) {
  if (!data || state.mode !== "rate") return;
  state.ahead = [data.next, data.ahead].map(usable).find(Boolean) ?? state.ahead;
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
    showError(saidBy(problem));
    if (problem.passing) {
      outbox.failures += 1;
      scheduleRetry();
    }
  }
}

/**
 * What the service said, in the rater's language: its own words are English, so others go by its code; and what it
 * says of a body is for programs, with the names of fields and responses in it.
 */
function saidBy({ code, detail }) {
  const forPeople = state.lang === "en" && !["bad_answer", "bad_call"].includes(code);
  return (forPeople && detail) || (TEXTS[state.lang]["problem_" + code] ?? "");
}

// --- The head of the page -------------------------------------------------------------------------

function drawHead() {
  const { title, project, progress } = state.me;
  byId("rp-title").replaceChildren(projectWords(title || project, "title"));
  document.title = projectText(title || project, "title");
  byId("rp-progress").textContent = progress ? t("progress", progress) : "";
  drawDecideButton();
  drawMessagesButton();
  drawMenuButton();
}

/** On a phone what waits is behind the menu: its button says how many things do. */
function drawMenuButton() {
  const waiting = (leftToDecide() ?? 0) + (hasNewReply() ? 1 : 0);
  byId("rp-menu").textContent = waiting > 0 ? t("menu_waiting", { n: waiting }) : t("menu");
}

function countOne() {
  const { progress } = state.me;
  if (!progress) return;
  state.me.progress = { judged: progress.judged + 1, left: Math.max(0, progress.left - 1) };
  drawHead();
  lookForReply();
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
  fillPanels();
  state.redraw();
  showNotice();
}

/** Another tab has handed this comparison in: go on to the next one. */
function onOtherTab(event) {
  if (event.key !== PREFIX + "acknowledged" || !event.newValue || !state.item || state.busy) return;
  const { judgement } = JSON.parse(event.newValue);
  if (state.ahead?.judgement === judgement) state.ahead = null;
  if (judgement !== state.item.judgement || outbox.busy || state.mode !== "rate") return;
  afterOtherTab();
}

async function afterOtherTab() {
  const { item } = state;
  const begun = draftToKeep();
  const isWritten = begun && (begun.flags.length > 0 || begun.edited || Object.values(begun.answers).some(hasReason));
  let kept = false;
  try {
    kept = isWritten && item ? await keepAsChange(item.judgement, begun) : false;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
  if (!kept) say(t("other_tab"), false, true);
  await loadNext();
  if (kept) say(t("other_tab_begun"), false, true); // after the notice of an unsaved change, which it explains
  refreshMe();
}

function onHidden() {
  if (document.hidden) {
    sendDraft(true);
    sendDisplay(true);
    return;
  }
  lookForReply();
  // Only to send waiting answers when the page is seen again, as timers sleep in the background.
  if (!state.me || readOutbox(whoAmI()).length > 0 || root.dataset.view === "offline") retryNow();
}

/** The second half of a double click was meant for what the first half replaced. */
function dropStrayClick(event) {
  const stray = event.detail > 1 && dropStrayClick.epoch !== state.epoch;
  if (!stray) dropStrayClick.epoch = state.epoch;
  if (!stray) return;
  event.preventDefault();
  event.stopPropagation();
}

function toggleMenu() {
  const open = root.toggleAttribute("data-menu");
  byId("rp-menu").setAttribute("aria-expanded", String(open));
}

function listen() {
  // Gradio may draw the page again after a reconnection: the listeners of the earlier one go first.
  window.rlhfCollectStop?.();
  const stopper = new AbortController();
  const until = { signal: stopper.signal };
  window.rlhfCollectStop = () => {
    stopper.abort();
    clearTimeout(outbox.timer);
    clearTimeout(draftSending.timer);
    clearTimeout(displaySending.timer);
  };
  document.addEventListener("keydown", onKey, until);
  window.addEventListener("online", retryNow, until);
  window.addEventListener("online", onMineOnline, until);
  window.addEventListener("storage", onOtherTab, until);
  window.addEventListener("popstate", stepBack, until);
  document.addEventListener("visibilitychange", onHidden, until);
  darkSystem.addEventListener("change", applyDisplay, until);
  contrastSystem.addEventListener("change", applyDisplay, until);
  root.addEventListener("click", dropStrayClick, { ...until, capture: true });
  for (const moved of ["focusin", "focusout"]) root.addEventListener(moved, () => state.item && markTurns(), until);
  const onClick = (id, act) => byId(id).addEventListener("click", act, until);
  onClick("rp-skiplink", () => focusOn(byId("rp-prompt-title")));
  onClick("rp-menu", toggleMenu);
  root.querySelector("#rp-tools").addEventListener("click", () => root.hasAttribute("data-menu") && toggleMenu(), until);
  onClick("rp-mine-button", openMine);
  onClick("rp-decide-button", openDeciding);
  for (const name of PANELS) {
    onClick("rp-" + name + "-button", () => togglePanel(name));
    onClick("rp-" + name + "-close", () => togglePanel(null));
  }
  onClick("rp-settings-button", openSettings);
  onClick("rp-settings-close", () => byId("rp-settings").close());
  byId("rp-settings").addEventListener("close", afterSettings, until);
  onClick("rp-leave-stay", () => byId("rp-leave").close());
  onClick("rp-prompt-fold", () => foldPrompt(!byId("rp-prompt-body").hidden));
  // Gradio wraps every page in a <main> of its own: there is one, and it is ours.
  root.closest("main")?.setAttribute("role", "presentation");
  window.addEventListener("resize", measurePanes, until);
  document.fonts.addEventListener("loadingdone", measurePanes, until);
  const sizes = new ResizeObserver(measurePanes);
  for (const node of [byId("rp-foot"), byId("rp-prompt-body")]) sizes.observe(node);
}

listen();
dropOldDrafts();
applyDisplay();
showLoading();
start();
