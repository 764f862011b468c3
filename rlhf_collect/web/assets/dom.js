// Small tools for building the page. Text goes in as text; only the service's own HTML goes in as HTML.

const root = element.querySelector(".rp");
const byId = (id) => root.querySelector("#" + id);
const LETTERS = "ABCDEFGH"; // what the responses are called, in the order shown

/** The text `key` in the chosen language, `{name}` replaced from `values`. */
function t(key, values = {}) {
  const text = TEXTS[state.lang]?.[key] ?? TEXTS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** An element. `attributes`: strings are set as they are, `true` as empty, false and null left out. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function button(label, kind, act, attributes = {}) {
  return el("button", { type: "button", class: kind, onclick: act, ...attributes }, label);
}

function focusOn(node) {
  node?.focus({ preventScroll: true });
}

/**
 * Said aloud by screen readers and shown for a moment; `quiet`: only said, as it is shown elsewhere. What is said of
 * a screen goes with it, and with what was missing; `stays`: it is about what was just done, and holds on the next one.
 */
function say(text, quiet = false, stays = false) {
  // Outside an open dialog nothing is read aloud or seen; inside one it stays until the next thing is said.
  const inDialog = root.querySelector("dialog[open] [role=status]");
  const status = inDialog ?? byId("rp-status");
  status.toggleAttribute("data-quiet", quiet);
  status.textContent = text;
  say.stays = stays;
  clearTimeout(say.timer);
  if (!inDialog) say.timer = setTimeout(() => (status.textContent = ""), 4000);
}

/** What was said does not hold any more. */
function hush() {
  if (!say.stays) byId("rp-status").textContent = "";
}

// --- Text of prompts and completions ------------------------------------------------------------

/** One message: laid out by the service, or its source with hidden characters shown; plain where it sent none. */
function messageNode(message, role, raw, language) {
  const body = el("div", { class: raw ? "rp-raw" : "rp-prose", dir: "auto", lang: languageOf(message.content, language) });
  if (!raw && typeof message.html === "string") {
    body.innerHTML = message.html; // sanitised by the service; see rlhf_collect/rendering
    settleLinks(body);
    addCopyButtons(body);
    for (const picture of body.querySelectorAll('img[alt=""]')) picture.alt = t("picture_nameless"); // else nobody hears of it
  } else if (raw && typeof message.raw === "string") {
    body.innerHTML = message.raw; // the source, escaped by the service
  } else {
    body.classList.add("rp-raw");
    body.textContent = message.content;
  }
  if (!role) return body;
  return el("div", { class: "rp-turn", "data-role": message.role }, el("p", { class: "rp-role" }, role), body);
}

function messagesInto(box, messages, raw = false) {
  const { language } = state.item.comparison;
  const withRole = messages.length > 1 || messages[0]?.role === "system";
  // Turns that are asked about have the numbers they are asked about by.
  const numbered = box.matches(".rp-pane-body") && state.item.criteria.some((each) => each.turn);
  let turn = 0;
  const roleOf = (message) => {
    const role = t("role_" + message.role);
    if (!numbered || message.role !== "assistant") return role;
    return t("role_turn", { role, turn: (turn += 1) });
  };
  box.replaceChildren(...messages.map((message) => messageNode(message, withRole && roleOf(message), raw, language)));
}

/** What is too wide scrolls in a frame of its own; only then is the frame a stop for the keyboard. */
function settleFrames() {
  for (const frame of root.querySelectorAll(":is(.rc-formula, .rc-table, .rc-pre)")) {
    const name = (frame.dataset.name ??= frame.getAttribute("aria-label") ?? "");
    const wide = frame.scrollWidth > frame.clientWidth + 1;
    const now = wide ? { role: "region", tabindex: "0", "aria-label": name } : {};
    for (const attribute of ["role", "tabindex", "aria-label"]) {
      if (now[attribute]) frame.setAttribute(attribute, now[attribute]);
      else frame.removeAttribute(attribute);
    }
  }
}

/** Links of a completion go nowhere by themselves: they ask first, and work by keyboard. */
function settleLinks(box) {
  for (const link of box.querySelectorAll("a")) {
    const target = link.dataset.href ?? link.getAttribute("href") ?? "";
    if (target.startsWith("#")) continue;
    link.removeAttribute("href");
    link.dataset.href = target;
    link.classList.add("rc-link"); // the name it has in the service's style sheet
    link.setAttribute("role", "link");
    link.tabIndex = 0;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      askBeforeLeaving(target);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) {
        event.preventDefault();
        askBeforeLeaving(target);
      }
    });
  }
}

function askBeforeLeaving(target) {
  const safe = /^(https?:|mailto:)/i.test(target);
  byId("rp-leave-target").textContent = target;
  byId("rp-leave-open").hidden = !safe;
  byId("rp-leave-open").onclick = () => {
    byId("rp-leave").close();
    if (safe) window.open(target, "_blank", "noopener,noreferrer");
  };
  byId("rp-leave").showModal();
}

/** Every code block gets a button that copies it: in its bar, where the service gave it one. */
function addCopyButtons(box) {
  for (const block of box.querySelectorAll("pre")) {
    const copy = button(t("copy"), "rp-copy", async () => {
      const done = await copyText(block.textContent);
      const said = t(done ? "copied" : "copy_failed");
      copy.textContent = said;
      say(said, true);
      setTimeout(() => (copy.textContent = t("copy")), 2000);
    });
    const bar = block.parentElement.querySelector(".rc-code-bar");
    if (bar) bar.append(copy);
    else block.before(el("div", { class: "rp-copy-bar" }, copy));
  }
}

/** Writes to the clipboard, on the rater's click only; nothing is ever read from it. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    const box = el("textarea", { class: "rp-away" }); // plain http: browsers offer only the old way
    box.value = text;
    root.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}
