// What a rater has said so far, per criterion, and how it is written for the service.
//
// An answer holds what its kind needs: `choice` and `strength`; `places` ({completion: place}) and `bad`
// for a ranking; `points` ({completion: number}); and beside any of them `reasons` and `rationale`.

const KNOWN_KINDS = ["choice", "ranking", "points"];

function kindOf(criterion) {
  return KNOWN_KINDS.includes(criterion.answer) ? criterion.answer : "choice";
}

function answerOf(criterion) {
  return (state.answers[criterion.name] ??= {});
}

/** The lowest and highest number of a criterion that takes points: `"0-100"` → `[0, 100]`. */
function pointRange(criterion) {
  return (criterion.points || "1-5").split("-").map(Number);
}

/** The groups of a ranking, best first; null while a completion has no place. */
function rankingOf(answer, completions) {
  const places = answer?.places ?? {};
  if (completions.some(({ id }) => !places[id])) return null;
  const used = [...new Set(Object.values(places))].sort((a, b) => a - b);
  return used.map((place) => completions.filter(({ id }) => places[id] === place).map(({ id }) => id));
}

/** Whether the question itself is answered, reasons apart. */
function isAnswered(criterion, answer, completions) {
  if (!answer) return false;
  if (kindOf(criterion) === "ranking") return !!answer.bad || rankingOf(answer, completions) !== null;
  if (kindOf(criterion) === "points") return completions.every(({ id }) => Number.isInteger(answer.points?.[id]));
  return !!answer.choice;
}

/** Whether a reason is there where one is asked for: a chip or words, at least so many characters of them. */
function hasReason(answer, least = 1) {
  return (answer?.rationale ?? "").trim().length >= least || (answer?.reasons ?? []).length > 0;
}

/** Whether a question is answered with the reason it asks for, if it does. */
function isComplete(criterion, answer, completions) {
  return isAnswered(criterion, answer, completions) && (criterion.rationale !== "required" || hasReason(answer, criterion.least));
}

/** The criteria still without an answer, or without a reason they ask for. */
function missingIn(item, answers) {
  return item.criteria.filter((each) => !isComplete(each, answers[each.name], item.comparison.completions));
}

/** One answer as the service expects it; keys that do not apply are left out. */
function answerToSend(criterion, answer, completions) {
  const sent = { criterion: criterion.name, choice: null, strength: null };
  const kind = kindOf(criterion);
  if (kind === "choice") {
    sent.choice = answer.choice;
    sent.strength = answer.strength;
  } else if (kind === "ranking") {
    if (answer.bad) sent.choice = "both_bad";
    sent.ranking = rankingOf(answer, completions);
    if (answer.order_asked) sent.order_asked = true;
  } else {
    sent.points = answer.points;
  }
  const reasons = answer.reasons ?? [];
  if (reasons.length > 0) sent.reasons = reasons;
  const words = criterion.rationale === "off" ? "" : (answer.rationale ?? "").trim();
  sent.rationale = words || null;
  return sent;
}

/** The body of a judgement: answers, and flags and an improved response where there are any. */
function bodyToSend(item, draft) {
  const { criteria, comparison } = item;
  const body = {
    answers: criteria.map((each) => answerToSend(each, draft.answers[each.name], comparison.completions)),
  };
  if (draft.flags.length > 0) body.flags = draft.flags;
  if (draft.edited) body.edited = draft.edited;
  return body;
}

/** A stored or waiting answer as this page keeps it. */
function answerFromSent(sent) {
  const answer = { choice: sent.choice, strength: sent.degree ?? sent.strength, rationale: sent.rationale ?? "" };
  if (sent.ranking) {
    answer.places = {};
    let place = 1;
    for (const group of sent.ranking) {
      for (const id of group) answer.places[id] = place;
      place += group.length;
    }
  }
  if (sent.choice === "both_bad") answer.bad = true;
  if (sent.points) answer.points = { ...sent.points };
  if (sent.reasons) answer.reasons = [...sent.reasons];
  if (sent.order_asked) answer.order_asked = true;
  return answer;
}

/** Everything said about a comparison, from a body that was sent or from the store. */
function draftFromBody(body) {
  return {
    answers: Object.fromEntries((body.answers ?? []).map((each) => [each.criterion, answerFromSent(each)])),
    flags: body.flags ?? [],
    edited: body.edited ?? null,
  };
}

/** Whether a complete ranking is the order shown, place by place: easily a thing nobody meant to say. */
function isOrderShown(criterion, answer, completions) {
  if (kindOf(criterion) !== "ranking" || answer?.bad) return false;
  const groups = rankingOf(answer, completions);
  return groups !== null && groups.length === completions.length && groups.every(([id], index) => id === completions[index].id);
}

/** What is on screen now, to be kept: answers, flags, the improved response. */
function draftNow() {
  return { answers: state.answers, flags: state.flags, edited: state.edited };
}

/** The same, where anything was said at all. */
function draftToKeep() {
  const draft = draftNow();
  return Object.keys(draft.answers).length + draft.flags.length > 0 || draft.edited ? draft : null;
}

/** Puts a draft on screen. */
function takeDraft(draft) {
  state.answers = draft?.answers ?? {};
  state.flags = draft?.flags ?? [];
  state.edited = draft?.edited ?? null;
}

/** Something was said: kept in this browser at once, at the service soon, and shown. */
function changed() {
  hush(); // what was missing may be there now
  keepDraft();
  markAnswers();
}
