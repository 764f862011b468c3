// Handing in answers. An answer first goes into the outbox of this browser, then to the service;
// it leaves the outbox only when the service has acknowledged it. The judgement's id makes sending
// the same answer twice harmless.

const outbox = { busy: false, again: false, timer: 0, failures: 0 };

function whoAmI() {
  return state.me.project + "/" + state.me.name;
}

/** Whether the comparison on screen is handed in and not to be changed for the moment. */
function isLocked() {
  return state.busy || state.explained !== null || (state.item !== null && outboxEntry(state.item.judgement) !== null);
}

function submitThis() {
  if (!state.item || state.busy) return;
  if (outboxEntry(state.item.judgement)) {
    retryNow();
    return;
  }
  const missing = missingIn(state.item, state.answers);
  if (missing.length > 0) {
    askForMissing(missing[0]);
    return;
  }
  const unsure = state.item.criteria.find(
    (each) => isOrderShown(each, state.answers[each.name], state.item.comparison.completions) && !state.answers[each.name].order_asked,
  );
  if (unsure) askAboutOrder(unsure);
  else if (state.mode === "practice") checkPractice();
  else handIn();
}

function handIn() {
  const item = state.item;
  const body = bodyToSend(item, { ...draftNow(), edited: editedToSend(item, state.edited) });
  writeOutbox({
    judgement: item.judgement,
    assignment: item.assignment,
    body,
    revise: state.mode === "revise",
    decide: state.mode === "decide",
    who: whoAmI(),
    at: Date.now(),
    state: "waiting",
    tries: 0,
  });
  if (state.mode === "rate") remember(item);
  // The next comparison is here already: it is shown while the answer is on its way.
  const ahead = state.mode === "rate" ? state.ahead : null;
  state.ahead = null;
  if (ahead) {
    showItem(ahead);
  } else {
    markAnswers();
    showBusy();
  }
  flush();
}

/** The answer is on its way and nothing else can be shown yet: after a moment the button says so. */
function showBusy() {
  const submit = byId("rp-submit");
  submit.setAttribute("aria-busy", "true");
  setTimeout(() => {
    if (submit === byId("rp-submit") && submit.hasAttribute("aria-busy")) renameSubmit("saving");
  }, 400);
}

function askForMissing(criterion) {
  if (askForNumber(criterion)) return;
  const answered = isAnswered(criterion, state.answers[criterion.name], state.item.comparison.completions);
  if (answered) openReason(criterion.name);
  else focusCriterion(criterion.name);
  const words = { ranking: "rank_first", points: "points_first" }[kindOf(criterion)] ?? "choose_first";
  const reason = criterion.least ? "decide_reason_first" : "reason_first";
  say(sayingOf(criterion, t(answered ? reason : words, { n: criterion.least })));
}

/** The order is the order shown: meant, or left as it was? The asking is kept with the answer. */
function askAboutOrder(criterion) {
  const dialog = byId("rp-order");
  byId("rp-order-yes").onclick = () => {
    dialog.close();
    answerOf(criterion).order_asked = true;
    changed();
    submitThis();
  };
  byId("rp-order-no").onclick = () => {
    dialog.close();
    focusCriterion(criterion.name);
  };
  dialog.showModal();
}

/** Sends what is waiting, oldest first. Several calls at once become one. */
async function flush() {
  if (outbox.busy) {
    outbox.again = true;
    return;
  }
  outbox.busy = true;
  clearTimeout(outbox.timer);
  try {
    do {
      outbox.again = false;
      if (!(await sendWaiting())) break;
    } while (outbox.again);
  } finally {
    outbox.busy = false;
    showNotice();
    if (state.item) markAnswers();
  }
}

/** False when sending has to stop for now. */
async function sendWaiting() {
  for (const entry of readOutbox(whoAmI()).filter((each) => each.state === "waiting")) {
    try {
      const reply = await sendEntry(entry);
      outbox.failures = 0;
      acknowledged(entry, reply);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (!refused(entry, problem)) return false;
    }
  }
  return true;
}

function sendEntry(entry) {
  if (entry.skip) return service.skip(entry.assignment, entry.body.flags);
  if (entry.decide) return service.decide(entry);
  return entry.revise ? service.revise(entry) : service.submit(entry);
}

/** The service has the answer: only now it is called saved. */
function acknowledged(entry, reply) {
  const here = state.item?.judgement === entry.judgement;
  dropOutbox(entry.judgement);
  dropDraft(entry.judgement);
  writeStored("acknowledged", { judgement: entry.judgement, at: Date.now() });
  if (entry.decide) {
    afterDeciding(reply, here);
    return;
  }
  if (reply.status === 201) countOne();
  // The count at the top is the sign; said aloud it is for those who do not see it. A change moves no count.
  say(t(entry.skip ? "skipped" : "saved"), !entry.revise, true);
  if (here && state.mode === "revise") Object.assign(state.item, { flags: [], edited: null }, entry.body); // nothing is unsaved
  if (entry.revise) state.history = state.history.filter((each) => each.skipped || each.item.judgement !== entry.judgement);
  if (here && state.mode === "revise") goBack();
  else if (here) goOn(reply);
  else takeAhead(reply.data);
  if (entry.skip) refreshMe();
}

/** What to do with an answer the service did not take. False: stop sending for now. */
function refused(entry, problem) {
  byId("rp-submit")?.removeAttribute("aria-busy");
  if (problem.passing) {
    writeIfStillThere({ ...entry, tries: entry.tries + 1 });
    outbox.failures += 1;
    scheduleRetry();
    return false;
  }
  if (problem.status === 401) {
    writeIfStillThere({ ...entry, tries: entry.tries + 1 });
    showSignedOut();
    return false;
  }
  const here = state.item?.judgement === entry.judgement;
  if (problem.code === "already_judged" && !entry.skip) {
    writeIfStillThere({ ...entry, state: "conflict" });
  } else {
    dropOutbox(entry.judgement); // sending it again cannot help; the draft stays
    if (entry.decide) decidingTrouble(problem);
    else if ([403, 404, 410].includes(problem.status)) showForeign();
    else if (entry.skip) skipRefused(entry, here);
    else if (here) say(saidBy(problem) || t("refused"));
    else showError(saidBy(problem) || t("refused"));
  }
  return true;
}

/** It was judged in another tab before the skip arrived. */
function skipRefused({ judgement }, here) {
  forgetSkip(judgement);
  if (here) afterOtherTab();
}

function forgetSkip(judgement) {
  state.history = state.history.filter((each) => !each.skipped || each.item.judgement !== judgement);
}

function writeIfStillThere(entry) {
  if (outboxEntry(entry.judgement)) writeOutbox(entry);
}

/** Again after 1, 2, 4 … 30 seconds, a little spread so that not everybody comes back at once. */
function scheduleRetry() {
  clearTimeout(outbox.timer);
  const seconds = Math.min(30, 2 ** Math.min(outbox.failures - 1, 5));
  outbox.timer = setTimeout(retry, seconds * 1000 * (0.8 + 0.4 * Math.random()));
}

function retryNow() {
  outbox.failures = 0;
  retry();
}

/** Whatever waits for the service: the first call, the answers, the next comparison. */
async function retry() {
  clearTimeout(outbox.timer);
  if (!state.me) {
    await start();
    return;
  }
  await flush();
  if (["offline", "error"].includes(root.dataset.view)) await loadNext();
}

/** Takes a waiting answer or skip back, to change it before it is sent again. */
function withdrawAnswer() {
  if (!state.item || outbox.busy) return;
  if (outboxEntry(state.item.judgement)?.skip) forgetSkip(state.item.judgement);
  dropOutbox(state.item.judgement);
  showNotice();
  markAnswers();
  focusCriterion(state.item.criteria[0].name);
}

async function settleConflict(entry, replace) {
  if (replace) {
    writeOutbox({ ...entry, state: "waiting", revise: true, tries: 0 });
    showNotice();
    await flush();
    return;
  }
  const here = state.item?.judgement === entry.judgement;
  dropOutbox(entry.judgement);
  dropDraft(entry.judgement);
  showNotice();
  say(t("kept"), false, true);
  if (here) await loadNext();
}
