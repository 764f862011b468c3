// The scale of a `choice`: which steps a criterion offers, what each is called, and which key it has.

/** The word for a strength: with one degree "better", with two or three from "slightly", with four from "unsure" up. */
function strengthWord(strength, degrees) {
  if (degrees <= 1) return "better";
  const words = degrees === 4 ? ["unsure", "slightly", "better", "much"] : ["slightly", "better", "much"];
  return words[strength - 1];
}

/** How many degrees of "better" are asked for: between more than two responses only which is best. */
function degreesOf(criterion, completions) {
  return completions.length === 2 ? Math.max(0, Math.min(4, criterion.strengths ?? 3)) : 0;
}

/**
 * Steps of one criterion, in the order shown: `{choice, strength, side, word, key}`.
 * Two completions: mirrored, strongest at the ends, the tie in the middle. More: one step each.
 */
function scaleSteps(criterion, completions) {
  const degrees = degreesOf(criterion, completions);
  const steps = [];
  const side = (index, strength) => ({
    choice: completions[index].id,
    strength: degrees === 0 ? null : strength,
    side: LETTERS[index],
    word: strengthWord(strength, degrees),
  });
  const tie = { choice: "tie", strength: degrees === 0 ? null : 0, side: "", word: "tie" };
  if (completions.length === 2) {
    for (let strength = Math.max(1, degrees); strength >= 1; strength -= 1) steps.push(side(0, strength));
    if (criterion.tie) steps.push(tie);
    for (let strength = 1; strength <= Math.max(1, degrees); strength += 1) steps.push(side(1, strength));
  } else {
    completions.forEach((_, index) => steps.push({ ...side(index, 1), word: "best" }));
    if (criterion.tie) steps.push(tie);
  }
  steps.forEach((step, index) => (step.key = String(index + 1)));
  if (criterion.both_bad) {
    const word = completions.length === 2 ? "both_bad" : "all_bad";
    steps.push({ choice: "both_bad", strength: degrees === 0 ? null : 0, side: "", word, key: "0" });
  }
  return steps;
}

/** Whether `answer` is the one `step` stands for. */
function isChosen(step, answer) {
  return !!answer && answer.choice === step.choice && (answer.strength ?? null) === step.strength;
}

/** A full sentence for whoever hears the page, such as "Response A is much better". */
function stepSentence(step) {
  return step.side ? t("say_" + step.word, { side: step.side }) : t("say_" + step.word);
}

/**
 * The step a letter stands for: of its side, the mildest at first, and one step stronger each time it
 * is pressed again, up to the strongest.
 */
function stepOfSide(steps, side, answer) {
  const own = steps.filter((step) => step.side === side).sort((a, b) => (a.strength ?? 0) - (b.strength ?? 0));
  const now = own.findIndex((step) => isChosen(step, answer));
  return own[Math.min(now + 1, own.length - 1)];
}
