// Where two responses differ, word by word, on demand. The page's text is not touched: the browser
// paints over ranges of it (CSS Custom Highlight API), so copying and screen readers meet the text as it is.

const MOST_WORDS = 12000; // per response, after what both begin and end with is set aside

function toggleDifferences() {
  if (!byId("rp-differ")) return;
  if (areDifferencesOn()) {
    clearDifferences();
    say(t("differences_off"));
    return;
  }
  if (!window.CSS?.highlights) {
    say(t("differences_unsupported"));
    return;
  }
  const [a, b] = [...byId("rp-panes").querySelectorAll(".rp-pane-body")].map(wordsIn);
  const found = differing(a.map((each) => each.word), b.map((each) => each.word));
  if (found === null) {
    say(t("differences_long"));
    return;
  }
  CSS.highlights.set("rp-only-a", new Highlight(...rangesOf(a, found.a)));
  CSS.highlights.set("rp-only-b", new Highlight(...rangesOf(b, found.b)));
  byId("rp-differ").setAttribute("aria-pressed", "true");
  const isWord = (words) => (place) => /[\p{L}\p{N}]/u.test(words[place].word);
  const count = { a: found.a.filter(isWord(a)).length, b: found.b.filter(isWord(b)).length };
  const signs = found.a.length + found.b.length > 0;
  say(count.a + count.b > 0 ? t("differences_count", count) : t(signs ? "differences_signs" : "differences_none"));
}

function areDifferencesOn() {
  return byId("rp-differ")?.getAttribute("aria-pressed") === "true";
}

function clearDifferences() {
  window.CSS?.highlights?.delete("rp-only-a");
  window.CSS?.highlights?.delete("rp-only-b");
  byId("rp-differ")?.setAttribute("aria-pressed", "false");
}

/** Every word of a response with the text node and the place it stands at. */
function wordsIn(box) {
  const words = [];
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("button, .rc-code-bar, annotation")) continue;
    for (const match of node.data.matchAll(/[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu)) {
      words.push({ node, word: match[0], start: match.index, end: match.index + match[0].length });
    }
  }
  return words;
}

/** Ranges to paint: neighbouring words of one text node become one. */
function rangesOf(words, places) {
  const ranges = [];
  let last = null;
  for (const place of places) {
    const { node, start, end } = words[place];
    if (last && last.place === place - 1 && last.node === node) {
      last.range.setEnd(node, end);
    } else {
      last = { node, range: new Range() };
      last.range.setStart(node, start);
      last.range.setEnd(node, end);
      ranges.push(last.range);
    }
    last.place = place;
  }
  return ranges;
}

/** The places of the words only one side has: `{a, b}`, or null when the texts are too long for it. */
function differing(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length > MOST_WORDS || right.length > MOST_WORDS) return null;
  const kept = longestCommon(left, right);
  const only = (words, side) => words.map((_, place) => place).filter((place) => !kept[side].has(place)).map((place) => place + start);
  return { a: only(left, "a"), b: only(right, "b") };
}

/** A longest common subsequence of two lists of words, as the places of its words in each. */
function longestCommon(a, b) {
  const ids = new Map();
  const idOf = (word) => ids.get(word) ?? (ids.set(word, ids.size), ids.size - 1);
  const [x, y] = [Int32Array.from(a, idOf), Int32Array.from(b, idOf)];
  // Lengths row by row; of the way taken only one bit a cell is kept: whether the row above was longer.
  const upward = new Uint8Array(((x.length + 1) * (y.length + 1) >> 3) + 1);
  let above = new Uint16Array(y.length + 1);
  let row = new Uint16Array(y.length + 1);
  for (let i = 1; i <= x.length; i += 1) {
    for (let j = 1; j <= y.length; j += 1) {
      if (x[i - 1] === y[j - 1]) {
        row[j] = above[j - 1] + 1;
      } else if (above[j] >= row[j - 1]) {
        row[j] = above[j];
        const cell = i * (y.length + 1) + j;
        upward[cell >> 3] |= 1 << (cell & 7);
      } else {
        row[j] = row[j - 1];
      }
    }
    [above, row] = [row, above];
  }
  const kept = { a: new Set(), b: new Set() };
  for (let i = x.length, j = y.length; i > 0 && j > 0;) {
    const cell = i * (y.length + 1) + j;
    if (x[i - 1] === y[j - 1]) {
      kept.a.add((i -= 1));
      kept.b.add((j -= 1));
    } else if (upward[cell >> 3] & (1 << (cell & 7))) {
      i -= 1;
    } else {
      j -= 1;
    }
  }
  return kept;
}
