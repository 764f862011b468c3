// Answering by a ranking: every response has a row of places; the bar shows the order as it stands.
// Pressing a number is enough; dragging a letter to a place does the same and is never needed.

function placeRowNode(criterion, completion, index, count) {
  const label = labelOf(criterion) + " – " + t("place_of", { side: LETTERS[index] });
  const row = el("div", { class: "rp-places", role: "radiogroup", "aria-label": label });
  row.dataset.criterion = criterion.name;
  row.dataset.completion = completion.id;
  for (let place = 1; place <= count; place += 1) {
    const node = button(String(place), "rp-place", () => togglePlace(criterion, completion.id, place), {
      role: "radio",
      "aria-checked": "false",
      "aria-label": t("place_sentence", { side: LETTERS[index], place: ordinal(place) }),
    });
    node.dataset.place = place;
    row.append(node);
  }
  return row;
}

function ordinal(place) {
  return TEXTS[state.lang]["ordinal_" + place] ?? String(place);
}

/** Gives a place; pressing the same again takes it back. Without ties a place has room for one. */
function togglePlace(criterion, completion, place, { keep = false } = {}) {
  if (refuseWhileLocked()) return;
  const answer = answerOf(criterion);
  const places = (answer.places ??= {});
  answer.order_asked = false;
  if (places[completion] === place && !keep) {
    delete places[completion];
  } else {
    if (!criterion.tie) {
      for (const id of Object.keys(places)) if (places[id] === place) delete places[id];
    }
    places[completion] = place;
  }
  changed();
}

function toggleAllBad(criterion) {
  if (refuseWhileLocked()) return;
  const answer = answerOf(criterion);
  answer.bad = !answer.bad;
  changed();
}

// --- The bar: places as slots, letters in them ----------------------------------------------------

function orderNode(criterion, completions, labelledBy) {
  const strip = el("ol", { class: "rp-order", "aria-labelledby": labelledBy });
  strip.dataset.criterion = criterion.name;
  strip.style.setProperty("--rp-count", completions.length);
  completions.forEach((_, index) => strip.append(slotNode(criterion, index + 1)));
  const rest = slotNode(criterion, 0);
  strip.append(rest);
  const rules = [t(criterion.tie ? "places_shared" : "places_own"), ...(criterion.both_bad ? [t("all_bad_rule")] : [])];
  const hint = el("p", { class: "rp-hint" }, ...rules.map((each) => el("span", {}, each + " ")));
  if (!criterion.both_bad) return [hint, strip];
  const bad = button(t("all_bad_too"), "rp-button rp-all-bad", () => toggleAllBad(criterion), { "aria-pressed": "false" });
  bad.append(keyHint("0"));
  return [hint, strip, bad];
}

function slotNode(criterion, place) {
  const slot = el("li", { class: "rp-slot" }, el("span", { class: "rp-slot-name" }, place ? ordinal(place) : t("unplaced")));
  slot.dataset.place = place;
  slot.append(el("span", { class: "rp-slot-letters" }));
  slot.addEventListener("dragover", (event) => event.preventDefault());
  slot.addEventListener("drop", (event) => {
    event.preventDefault();
    const id = event.dataTransfer.getData("text/plain");
    if (!state.item.comparison.completions.some((each) => each.id === id)) return;
    if (place) togglePlace(criterion, id, place, { keep: true });
    else if (answerOf(criterion).places?.[id]) togglePlace(criterion, id, answerOf(criterion).places[id]);
  });
  return slot;
}

function letterNode(criterion, completion, index) {
  const node = button(LETTERS[index], "rp-letter", () => focusMark(criterion.name, completion.id), {
    draggable: "true",
    "aria-label": t("go_to_response", { side: LETTERS[index] }),
  });
  node.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", completion.id));
  return node;
}

function markRanking(criterion, answer, completions, locked) {
  const places = answer?.places ?? {};
  for (const row of markRows(criterion.name)) {
    const chosen = places[row.dataset.completion];
    for (const node of row.children) {
      const here = Number(node.dataset.place) === chosen;
      node.setAttribute("aria-checked", String(here));
      node.tabIndex = here || (!chosen && node.dataset.place === "1") ? 0 : -1;
      node.toggleAttribute("data-locked", locked);
    }
  }
  const box = criterionBox(criterion.name);
  for (const slot of box.querySelectorAll(".rp-slot")) {
    const place = Number(slot.dataset.place);
    const here = completions.filter(({ id }) => (places[id] ?? 0) === place);
    const letters = here.map((each) => letterNode(criterion, each, completions.indexOf(each)));
    slot.querySelector(".rp-slot-letters").replaceChildren(...letters);
    slot.toggleAttribute("data-empty", here.length === 0);
    slot.classList.toggle("rp-filled", here.length > 0 && place > 0);
  }
  box.querySelector(".rp-all-bad")?.setAttribute("aria-pressed", String(!!answer?.bad));
}

function keyInRanking(criterion, { digit, letter, action }, target) {
  const { completions } = state.item.comparison;
  if (digit === "0" || action === "both_bad") {
    if (!criterion.both_bad) return false;
    toggleAllBad(criterion);
    sayChosen(t("all_bad_too"), answerOf(criterion).bad, criterion);
    return true;
  }
  if (letter) return focusMark(criterion.name, completions[LETTERS.indexOf(letter)]?.id);
  if (digit === null || Number(digit) > completions.length) return false;
  const places = state.answers[criterion.name]?.places ?? {};
  const here = target.closest(".rp-places");
  const id = here?.dataset.criterion === criterion.name ? here.dataset.completion : completions.find((each) => !places[each.id])?.id;
  if (!id) return false;
  togglePlace(criterion, id, Number(digit));
  const side = LETTERS[completions.findIndex((each) => each.id === id)];
  sayChosen(t("place_sentence", { side, place: ordinal(digit) }), answerOf(criterion).places[id] !== undefined, criterion);
  focusNextOpen(criterion);
  return true;
}
