// What a browser shows of the rater's page, looked at from outside the page's own script.
// `window.inspect.outside()` describes everything that model text must not touch;
// `window.inspect.wrong(before, tags)` lists what is wrong now, in words.
(() => {
  const BODIES = "#rp-prompt-body, .rp-pane-body";
  const WATCHED = ["html", "body", ".rp", ".rp-head", ".rp-title", ".rp-tools button", ".rp-section-top", ".rp-raw-button",
    "#rp-foot", "#rp-bar", ".rp-question", ".rp-step", "#rp-skip", "#rp-submit", ".rp-reason-open"];
  const STYLES = ["color", "backgroundColor", "backgroundImage", "font", "position", "display", "visibility", "opacity",
    "transform", "filter", "zIndex", "animationName", "pointerEvents", "cursor", "overflow", "padding", "borderTop",
    "content", "direction", "textAlign", "textDecoration", "userSelect"];
  const HIT = ".rp-tools button, .rp-raw-button, .rp-step, #rp-skip, #rp-submit";
  const PLACED = ".rp-head, .rp-title, .rp-tools button, #rp-foot, #rp-bar, .rp-step, #rp-skip, #rp-submit";
  const place = (node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return [x, y, width, height].map(Math.round).join(" ");
  };

  function outside() {
    window.scrollTo(0, 0);
    const own = [...document.body.querySelectorAll("*")].filter((node) => !node.parentElement.closest(BODIES));
    return {
      title: document.title,
      address: location.href,
      entries: history.length,
      base: document.baseURI,
      head: document.head.querySelectorAll("script, base, meta, style").length,
      names: Object.getOwnPropertyNames(window).filter((name) => name !== "refused").sort().join(" "),
      nodes: own.map((node) => `${node.tagName}#${node.id}.${node.getAttribute("class")}`.replace(/html-\w+/, "")).join("\n"),
      styles: WATCHED.map((chosen) => {
        const style = getComputedStyle(document.querySelector(chosen));
        return chosen + ": " + STYLES.map((name) => style[name]).join(" | ");
      }).join("\n"),
      places: [...document.querySelectorAll(PLACED)].map(place).join("\n"),
    };
  }

  function* changes(before) {
    const now = outside();
    for (const name of Object.keys(before)) {
      if (before[name] === now[name]) continue;
      const [old, fresh] = [before[name], now[name]].map((text) => String(text).split("\n"));
      const at = fresh.findIndex((line, index) => line !== old[index]);
      yield `${name} changed: ${old[at]} -> ${fresh[at]}`;
    }
  }

  function* strangers(tags) {
    const known = new Set(tags);
    for (const node of document.querySelectorAll(`:is(${BODIES}) *`)) {
      const tag = node.localName;
      const ours = ["rp-turn", "rp-role", "rp-prose", "rp-raw", "rp-copy", "rp-copy-bar"].some((name) => node.classList.contains(name));
      if (!ours && !known.has(tag)) yield `element ${tag}`;
      for (const { name, value } of node.attributes) {
        if (/^(id|name|style|href|src|srcset|action|formaction|for|accesskey|autofocus|contenteditable|is|slot|on.*)$/.test(name))
          yield `attribute ${name}=${value} on ${tag}`;
      }
      if (node.shadowRoot) yield `shadow root on ${tag}`;
    }
  }

  /**
   * Elements that reach out of their pane; what scrolls inside a frame of its own does not count. Nor is it measured:
   * to ask for a box in what the browser leaves undrawn until it is in sight lays that out anew for each question.
   */
  function* escapes() {
    if (document.documentElement.scrollWidth > innerWidth + 1) yield "the page scrolls sideways";
    for (const body of document.querySelectorAll(BODIES)) {
      const frame = body.getBoundingClientRect();
      const clipped = new Set(clips(body) ? [body] : []);
      for (const node of body.querySelectorAll("*")) {
        if (clipped.has(node.parentElement)) {
          clipped.add(node);
          continue;
        }
        const box = node.getBoundingClientRect();
        const inside = box.left >= frame.left - 40 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
        if (!inside && box.width && box.height) {
          yield `${node.localName}.${node.className} at ${place(node)} leaves ${place(body)}: ${node.textContent.slice(0, 60)}`;
          break;
        }
        if (clips(node)) clipped.add(node);
      }
    }
  }

  /** Elements that take their place from the window. All are drawn meanwhile, or each would be styled on its own. */
  function fixed() {
    const drawn = new CSSStyleSheet();
    drawn.replaceSync(`:is(${BODIES}) * { content-visibility: visible !important; }`);
    document.adoptedStyleSheets.push(drawn);
    const found = [...document.querySelectorAll(`:is(${BODIES}) *`)].filter((node) => getComputedStyle(node).position === "fixed");
    document.adoptedStyleSheets.pop();
    return found.map((node) => `${node.localName} is fixed`);
  }

  function clips(node) {
    const style = getComputedStyle(node);
    return style.overflowX !== "visible" || style.contentVisibility === "auto";
  }

  /** Whether each control is what a pointer meets at its place, with the page scrolled to `top`. */
  function* covered(top) {
    window.scrollTo(0, top);
    for (const node of document.querySelectorAll(HIT)) {
      const { left, top: upper, width, height } = node.getBoundingClientRect();
      const [x, y] = [left + width / 2, upper + height / 2];
      if (!width || y < 0 || y > innerHeight) continue;
      const met = document.elementFromPoint(x, y);
      const foot = met?.closest("#rp-foot");
      if (!node.contains(met) && !(foot && !node.closest("#rp-foot"))) yield `${node.className} is under ${met?.localName}.${met?.className}`;
    }
    window.scrollTo(0, 0);
  }

  /** Links, pressed: each must ask first, and name its true target. */
  function* links() {
    const dialog = document.getElementById("rp-leave");
    for (const link of [...document.querySelectorAll(`:is(${BODIES}) a`)].slice(0, 120)) {
      link.click();
      if (!dialog.open) yield `link ${link.dataset.href} did not ask`;
      if (document.getElementById("rp-leave-target").textContent !== link.dataset.href) yield `link ${link.dataset.href} names another target`;
      dialog.close();
    }
  }

  /** As raw text a pane holds its text and nothing else. */
  function* madeOfMore() {
    for (const node of document.querySelectorAll(".rp-pane-body *")) {
      if (!["rp-turn", "rp-role", "rp-raw", "rc-md", "rc-bidi", "rc-marks"].some((name) => node.classList.contains(name))) yield `raw text made ${node.localName}`;
    }
  }

  window.inspect = {
    outside,
    rawWrong: () => [...madeOfMore(), ...escapes(), ...fixed(), ...covered(0)],
    wrong: (before, tags) => [
      ...changes(before), ...strangers(tags), ...escapes(), ...fixed(), ...covered(0), ...covered(document.body.scrollHeight), ...links(),
      ...window.refused.map((directive) => `the policy had to refuse: ${directive}`),
    ],
  };
})();
