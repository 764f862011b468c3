// Answering by points: every response gets a number of its own, by buttons or, from 0 to 100, typed.

function pointRowNode(criterion, completion, index) {
  const [lowest, highest] = pointRange(criterion);
  const label = labelOf(criterion) + " – " + t("points_of", { side: LETTERS[index], lowest, highest });
  if (highest > 9) return pointField(criterion, completion, label, [lowest, highest]);
  const row = el("div", { class: "rp-places rp-points", role: "radiogroup", "aria-label": label });
  for (let number = lowest; number <= highest; number += 1) {
    const node = button(String(number), "rp-place", () => givePoints(criterion, completion.id, number), {
      role: "radio",
      "aria-checked": "false",
      "aria-label": t("points_sentence", { side: LETTERS[index], number, highest }),
    });
    node.dataset.place = number;
    row.append(node);
  }
  row.append(el("span", { class: "rp-points-ends", "aria-hidden": "true" }, t("points_ends", { lowest, highest })));
  return identified(row, criterion, completion);
}

function identified(row, criterion, completion) {
  row.dataset.criterion = criterion.name;
  row.dataset.completion = completion.id;
  return row;
}

function pointField(criterion, completion, label, [lowest, highest]) {
  const id = "rp-wrong-" + state.item.criteria.indexOf(criterion) + "-" + state.item.comparison.completions.indexOf(completion);
  const wrong = el("span", { class: "rp-wrong", id, hidden: true }, t("points_wrong", { lowest, highest }));
  const input = el("input", {
    type: "text", inputmode: "numeric", class: "rp-number", maxlength: "3", autocomplete: "off", "aria-label": label, "aria-describedby": id,
  });
  input.addEventListener("input", () => {
    const number = /^\d+$/.test(input.value.trim()) ? Number(input.value) : null;
    const good = number !== null && number >= lowest && number <= highest;
    wrong.hidden = good || input.value.trim() === "";
    input.setAttribute("aria-invalid", String(!wrong.hidden));
    givePoints(criterion, completion.id, good ? number : null);
  });
  const row = el("div", { class: "rp-points" }, input, el("span", { "aria-hidden": "true" }, "/ " + highest), wrong);
  return identified(row, criterion, completion);
}

/** The field whose number cannot be taken comes into focus, and what it takes is said; false where there is none. */
function askForNumber(criterion) {
  const row = markRows(criterion.name).find((each) => each.querySelector("[aria-invalid=true]"));
  if (!row) return false;
  const { completions } = state.item.comparison;
  const side = LETTERS[completions.findIndex((each) => each.id === row.dataset.completion)];
  focusMark(criterion.name, row.dataset.completion);
  say(sayingOf(criterion, t("response", { side }) + " – " + row.querySelector(".rp-wrong").textContent));
  return true;
}

function givePoints(criterion, completion, number) {
  if (refuseWhileLocked()) return;
  const points = (answerOf(criterion).points ??= {});
  if (number === null || points[completion] === number) delete points[completion];
  if (number !== null) points[completion] = number;
  changed();
}

/** The bar says what each response has so far. */
function pointsNode(criterion, completions) {
  const list = el("ul", { class: "rp-order rp-given" });
  list.dataset.criterion = criterion.name;
  completions.forEach((completion, index) => {
    const letter = button(LETTERS[index], "rp-letter", () => focusMark(criterion.name, completion.id), {
      "aria-label": t("go_to_response", { side: LETTERS[index] }),
    });
    const item = el("li", { class: "rp-slot" }, letter, el("span", { class: "rp-given-number" }));
    item.dataset.completion = completion.id;
    list.append(item);
  });
  return [list];
}

function markPoints(criterion, answer, locked) {
  const points = answer?.points ?? {};
  for (const row of markRows(criterion.name)) {
    const given = points[row.dataset.completion];
    const field = row.querySelector("input");
    if (field) {
      field.readOnly = locked;
      if (given !== undefined && Number(field.value) !== given) field.value = String(given);
      continue;
    }
    const nodes = [...row.querySelectorAll(".rp-place")];
    for (const node of nodes) {
      const here = Number(node.dataset.place) === given;
      node.setAttribute("aria-checked", String(here));
      node.tabIndex = here ? 0 : -1;
      node.toggleAttribute("data-locked", locked);
    }
    if (given === undefined) nodes[0].tabIndex = 0;
  }
  for (const item of criterionBox(criterion.name).querySelectorAll(".rp-slot")) {
    const given = points[item.dataset.completion];
    item.querySelector(".rp-given-number").textContent = given === undefined ? "–" : String(given);
    item.classList.toggle("rp-filled", given !== undefined);
  }
}

function keyInPoints(criterion, { digit, letter }, target) {
  const { completions } = state.item.comparison;
  if (letter) return focusMark(criterion.name, completions[LETTERS.indexOf(letter)]?.id);
  const [lowest, highest] = pointRange(criterion);
  if (digit === null) return false;
  const points = state.answers[criterion.name]?.points ?? {};
  const here = target.closest(".rp-points");
  const id = here?.dataset.criterion === criterion.name ? here.dataset.completion : completions.find((each) => points[each.id] === undefined)?.id;
  if (!id) return false;
  if (highest > 9) {
    // The first digit goes on being typed in the field it belongs to.
    focusMark(criterion.name, id);
    return false;
  }
  const number = Number(digit);
  if (number < lowest || number > highest) return false;
  givePoints(criterion, id, number);
  const side = LETTERS[completions.findIndex((each) => each.id === id)];
  sayChosen(t("points_sentence", { side, number, highest }), answerOf(criterion).points[id] !== undefined, criterion);
  focusNextOpen(criterion);
  return true;
}
