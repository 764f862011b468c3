// One's own earlier judgements: undo the last act, look through them, change one.

function remember(item, skipped = false, draft = null) {
  state.history = [...state.history, { item, skipped, draft }].slice(-MOST_HISTORY);
  writeStored("acted:" + whoAmI(), true);
}

/** Whether there is something to undo: on this page, or handed in before it was loaded. */
function mayUndo() {
  return state.history.length > 0 || state.me.progress?.judged > 0 || !!readStored("acted:" + whoAmI());
}

async function skipThis() {
  if (!state.item || state.busy || state.mode !== "rate") return;
  if (refuseWhileLocked()) return;
  const item = state.item;
  const epoch = state.epoch;
  const draft = draftToKeep();
  state.busy = true;
  try {
    const { data } = await service.skip(item.assignment, state.flags);
    dropDraft(item.judgement);
    writeStored("acknowledged", { judgement: item.judgement, at: Date.now() });
    remember(item, true, draft);
    state.busy = false;
    if (epoch !== state.epoch) return;
    say(t("skipped"), false, true);
    await goOn({ data });
    refreshMe();
  } catch (problem) {
    state.busy = false;
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else if ([403, 404, 410].includes(problem.status)) showForeign();
    else if (problem.code === "already_judged") await afterOtherTab();
    else if (problem.passing) keepSkip(item, draft, epoch);
    else say(saidBy(problem) || t("skip_failed"));
  }
}

/** The service cannot be reached: the skip waits in line with the answers, and the rater goes on if there is a next one. */
function keepSkip(item, draft, epoch) {
  const { judgement, assignment } = item;
  const body = { answers: [], flags: draft?.flags ?? [] };
  writeOutbox({ judgement, assignment, body, skip: true, who: whoAmI(), at: Date.now(), state: "waiting", tries: 1 });
  remember(item, true, draft);
  outbox.failures += 1;
  scheduleRetry();
  if (epoch !== state.epoch) return;
  const { ahead } = state;
  state.ahead = null;
  if (ahead) showItem(ahead);
  else markAnswers();
  showNotice();
}

/** Takes the last act back: a skip is not one any more, a judgement is open again to be changed. */
async function undoLast() {
  if (state.busy || ["practice", "decide"].includes(state.mode)) return;
  const at = state.history.findIndex((each) => isOnScreen(each.item.judgement));
  const last = state.history.at(at < 0 ? -1 : at - state.history.length - 1);
  if (state.mode === "revise" && state.item && (at < 0 || !last)) {
    await stepFurtherBack();
    return;
  }
  if (!last) {
    await undoBefore();
    return;
  }
  if (outboxEntry(last.item.judgement)) {
    say(t("undo_waiting"));
    return;
  }
  if (last.skipped) await takeBack(last.item.assignment);
  else await openJudgement(last.item.judgement);
}

/** The last act from before the page was loaded, as the service has it: what was skipped or judged last. */
async function undoBefore() {
  if (readOutbox(whoAmI()).length > 0) {
    say(t("undo_waiting"));
    return;
  }
  const epoch = state.epoch;
  state.busy = true;
  try {
    const [{ data: judged }, { data: skipped }] = await Promise.all([service.judgements("", null), service.skips()]);
    state.busy = false;
    if (epoch !== state.epoch) return;
    const judgement = judged.judgements.find((each) => !each.withdrawn);
    const [skip] = skipped.skips;
    if (skip && !(judgement && Date.parse(judgement.submitted_at) > Date.parse(skip.skipped_at))) await takeBack(skip.assignment);
    else if (judgement) await openJudgement(judgement.judgement);
    else say(t("undo_none"));
  } catch (problem) {
    state.busy = false;
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("undo_failed"));
  }
}

/** From an earlier judgement this page does not know of to the one before it, whenever that was. */
async function stepFurtherBack() {
  try {
    const { data } = await service.judgements("", state.item.judgement);
    if (data.judgements.length > 0) await openJudgement(data.judgements[0].judgement);
    else say(t("undo_first"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("undo_failed"));
  }
}

/** Whether this earlier judgement is on screen: undoing again goes to the one before it. */
function isOnScreen(judgement) {
  return state.item !== null && state.mode === "revise" && state.item.judgement === judgement;
}

/** A skip is not one any more: its comparison is next. */
async function takeBack(assignment) {
  try {
    const { data } = await service.takeBackSkip(assignment);
    const draft = state.history.find((each) => each.skipped && each.item.assignment === assignment)?.draft;
    if (draft && data.assignment === assignment) writeStored("draft:" + data.judgement, { ...draft, at: Date.now() });
    state.history = state.history.filter((each) => !each.skipped || each.item.assignment !== assignment);
    if (history.state?.away) history.back();
    state.comeBack = null;
    showItem(data);
    state.ahead = usable(data.ahead);
    if (draft) keepDraft();
    say(t("skip_taken_back"));
    refreshMe();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("undo_failed"));
  }
}

// --- There and back -----------------------------------------------------------------------------------

/** On to earlier judgements. The browser's own Back leads back as the page's buttons do, not out of the service. */
function goAway() {
  if (state.comeBack === null) {
    const { item, mode } = state;
    if (item === null) state.comeBack = comeIn;
    else if (mode === "practice") state.comeBack = nextPractice;
    else state.comeBack = () => (outboxEntry(item.judgement) ? loadNext() : showItem(item));
  } else if (isDecidingFirst()) {
    const { comeBack } = state;
    state.comeBack = () => {
      state.comeBack = comeBack;
      return nextToDecide();
    };
  }
  history.pushState({ away: true }, "");
}

function goBack() {
  if (history.state?.away) history.back(); // comes to stepBack
  else stepBack();
}

/** From an earlier judgement to the list it was opened from, from there to where the rater was. */
async function stepBack() {
  const revising = state.item !== null && ["revise", "decide"].includes(state.mode);
  if (!revising && !["mine", "figures", "deciding"].includes(root.dataset.view)) return;
  leaveEarlier();
  if (revising && state.fromList) {
    state.fromList = false;
    await showMine();
    return;
  }
  const comeBack = state.comeBack ?? comeIn;
  state.comeBack = null;
  state.item = null;
  state.mode = "rate";
  await comeBack();
}

// --- A change that was not saved ------------------------------------------------------------------------

/** Whether the earlier judgement on screen says something else than what is stored. */
function isChangedEarlier() {
  return state.item !== null && state.mode === "revise" && isOther(state.item, draftNow());
}

/** Whether a draft says something else about an earlier judgement than what is stored. */
function isOther(item, draft) {
  const empty = Object.fromEntries(item.criteria.map(({ name }) => [name, {}]));
  const body = (said) => JSON.stringify(bodyToSend(item, {
    ...said, answers: { ...empty, ...said.answers }, edited: editedToSend(item, said.edited),
  }));
  return body(draft) !== body(draftFromBody(item));
}

/** What was written here about a comparison that was answered in another tab stays, as a change to that answer. */
async function keepAsChange(judgement, begun) {
  const written = (each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value?.length !== 0 && value !== null));
  const { data } = await service.judgement(judgement);
  const stored = draftFromBody(data);
  const answers = { ...stored.answers };
  for (const [name, answer] of Object.entries(begun.answers)) answers[name] = { ...answers[name], ...written(answer) };
  const flags = [...stored.flags, ...begun.flags.filter(({ target, flag }) => !stored.flags.some((each) => each.target === target && each.flag === flag))];
  const draft = { answers, flags, edited: begun.edited ?? stored.edited };
  if (!isOther(data, draft)) return false;
  writeStored("draft:" + judgement, { ...draft, at: Date.now() });
  state.unsaved = [...state.unsaved.filter((each) => each !== judgement), judgement];
  return true;
}

/** However an earlier judgement is left, a change stays: it is there when the judgement is opened again. */
function leaveEarlier() {
  if (!state.item || state.mode !== "revise") return;
  const { judgement } = state.item;
  if (outboxEntry(judgement)) return; // it is on its way
  state.unsaved = state.unsaved.filter((each) => each !== judgement);
  if (isChangedEarlier()) state.unsaved.push(judgement);
  else dropDraft(judgement);
}

function dropChange(judgement) {
  state.unsaved = state.unsaved.filter((each) => each !== judgement);
  dropDraft(judgement);
  showNotice();
  focusOn(byId(state.item ? "rp-prompt-title" : "rp-state-title"));
}

/** An earlier judgement on the screen, as it is stored, to be changed or left as it is. */
async function openJudgement(judgement) {
  try {
    const { data } = await service.judgement(judgement);
    if (state.item === null || state.mode !== "revise") {
      state.fromList = root.dataset.view === "mine";
      goAway();
    }
    showItem(data, "revise");
    state.unsaved = state.unsaved.filter((each) => each !== judgement);
    showNotice();
    const words = isChangedEarlier() ? "revise_mode_unsaved" : data.withdrawn ? "revise_mode_taken_back" : "revising";
    say(t(words), words !== "revising"); // above the prompt it is written too
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("open_failed"));
  }
}

/** Asks whether the earlier judgement on screen is to be taken back, and says what that means. */
function askToWithdraw() {
  if (refuseWhileLocked()) return;
  const { judgement, version } = state.item;
  const dialog = byId("rp-withdraw");
  const kept = byId("rp-withdraw-kept");
  kept.hidden = !version;
  kept.textContent = version ? t("take_back_kept", { version }) : "";
  byId("rp-withdraw-no").onclick = () => dialog.close();
  byId("rp-withdraw-yes").onclick = () => {
    dialog.close();
    withdraw(judgement);
  };
  dialog.showModal();
}

/** A judgement does not count any more: back to where the rater was. */
async function withdraw(judgement) {
  try {
    const { data } = await service.withdraw(judgement);
    if (isOnScreen(judgement)) takeDraft(draftFromBody(state.item)); // a change to it goes too
    dropDraft(judgement);
    state.history = state.history.filter((each) => each.skipped || each.item.judgement !== judgement);
    const versions = data.versions.join(t("list_comma"));
    say(versions ? t("taken_back_kept", { versions }) : t("taken_back"), false, true);
    if (isOnScreen(judgement)) goBack();
    refreshMe();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) showSignedOut();
    else say(saidBy(problem) || t("take_back_failed"));
  }
}
