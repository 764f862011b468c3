// Practice: comparisons with a known answer and its reason. Nothing here is counted, timed or published.

/** Whether practice comes before the next comparison: required, or never declined, on whatever device. */
function practiceWaits() {
  const practice = state.me.practice;
  if (!practice || practice.total === 0) return false;
  if (practice.required) return !practice.done;
  return practice.answered === 0 && !state.me.display?.practice_declined;
}

/** Kept beside the display settings, at the service: nobody is asked twice. */
function declinePractice() {
  if (state.me.display?.practice_declined) return;
  state.me.display = { ...state.me.display, practice_declined: true };
  keepDisplay(state.me.display);
}

function showPractice() {
  state.redraw = showPractice;
  state.mode = "rate";
  const { required, total, pass, answered, expected, done } = state.me.practice;
  const free = !required || done;
  const parts = [t("practice_text", { total })];
  if (!free) parts.push(t("practice_required", { pass, total }));
  const over = answered >= total;
  if (over) parts.unshift(t("practice_result", { expected, total }));
  if (required && done) parts.unshift(t("practice_passed"));
  const actions = [];
  if (!over) actions.push(button(t("practice_start"), "rp-main-button", nextPractice));
  else if (free) actions.push(button(t("practice_over"), "rp-main-button", leavePractice));
  if (over) actions.push(button(t("practice_again"), free ? "rp-button" : "rp-main-button", againPractice));
  else if (free) actions.push(button(t("practice_decline"), "rp-button", leavePractice));
  showState("practice", t("practice"), parts, actions);
}

function leavePractice() {
  declinePractice();
  state.mode = "rate";
  state.item = null;
  loadNext();
}

async function nextPractice() {
  try {
    const { status, data } = await service.practiceNext(state.me.project);
    if (status === 204) {
      await refreshMe();
      showPractice();
      return;
    }
    showItem({ ...data, judgement: "practice:" + data.comparison.id, assignment: null }, "practice");
  } catch (problem) {
    trouble(problem);
  }
}

async function againPractice() {
  try {
    const { data } = await service.practiceAgain(state.me.project);
    state.me.practice = data ?? state.me.practice;
    await nextPractice();
  } catch (problem) {
    trouble(problem);
  }
}

/** The answer is checked; what was expected, and why, appears above the bar. */
async function checkPractice() {
  if (state.explained) {
    state.explained = null;
    say(""); // what was explained is not about the next one
    await nextPractice();
    return;
  }
  const { comparison } = state.item;
  const answers = bodyToSend(state.item, draftNow()).answers;
  state.busy = true;
  try {
    const { data } = await service.practice(state.me.project, comparison.id, answers);
    state.me.practice = data.practice;
    state.explained = data;
  } catch (problem) {
    trouble(problem);
  } finally {
    state.busy = false;
  }
  if (!state.explained) return;
  markAnswers();
  byId("rp-submit").focus({ preventScroll: true });
  showNotice();
}

/** What was chosen and what was expected, in words; part of the notice above the bar. */
function explanationNodes({ as_expected: asExpected, expected, reason }) {
  const choice = choiceSentence(expected.choice, expected.side);
  const said = asExpected ? t("practice_right") : t("practice_other", { choice, chosen: chosenSentence(expected.criterion) });
  return [el("p", {}, el("b", {}, said), ...(reason ? [" ", reason] : []))];
}

function choiceSentence(choice, side) {
  return side ? t("say_better", { side }) : t(choice === "both_bad" ? "say_both_bad" : "say_tie");
}

/** What the rater said to the question with a known answer: of a ranking or points, which response comes first. */
function chosenSentence(name) {
  const criterion = state.item.criteria.find((each) => each.name === name) ?? state.item.criteria[0];
  const { completions } = state.item.comparison;
  const answer = answerOf(criterion);
  if (kindOf(criterion) === "choice") return stepSentence(scaleSteps(criterion, completions).find((step) => isChosen(step, answer)));
  if (answer.bad) return choiceSentence("both_bad");
  const best = answer.points ? Math.max(...Object.values(answer.points)) : 0;
  const first = answer.points ? completions.filter(({ id }) => answer.points[id] === best).map(({ id }) => id) : rankingOf(answer, completions)[0];
  return choiceSentence("tie", first.length === 1 ? LETTERS[completions.findIndex(({ id }) => id === first[0])] : null);
}

/** Practice again, from the guidelines: what was on screen waits, as it does for whoever closes the page. */
async function practise() {
  togglePanel(null);
  if (state.mode === "practice") return;
  state.comeBack = null;
  const { answered, total } = state.me.practice;
  await (answered >= total ? againPractice() : nextPractice());
}
