// Runs before everything else on the rater's page. Gradio's gr.HTML compiles its template, its style and the
// page's own script from text, so the content policy has to allow that; this allows it for that long only.
// Once the page's script is compiled, no text becomes code any more. Browsers without Trusted Types go on
// without this wall: the policy of the page still refuses every script that Gradio did not send.
if (window.trustedTypes) {
  let sealed = false;
  window.trustedTypes.createPolicy("default", {
    createHTML: (text) => text, // inert: a script needs the hash of the page's policy to run
    createScript(text) {
      if (sealed) return null;
      sealed = text.includes("const TEXTS = "); // the page's own script is the last one
      return text;
    },
    createScriptURL(text) {
      const address = new URL(text, location.href);
      const ours = address.origin === location.origin && /^\/rate\/(assets|static)\//.test(address.pathname);
      return ours ? text : null;
    },
  });
}

// Gradio's loading sign counts the time in every frame, and goes on counting when it is gone: sixty times a second,
// as long as the page is open. It is not asked for the next frame any more once the page is there, so that a page
// at which nothing happens is at rest, and a battery lasts.
{
  const nextFrame = window.requestAnimationFrame.bind(window);
  const counts = (act) => String(act).includes("performance.now()-");
  window.requestAnimationFrame = (act) => (counts(act) && document.getElementById("rater") ? 0 : nextFrame(act));
}

// The colours chosen at the last visit, before anything is painted; the page's own script reads them again.
{
  const prefers = (what) => matchMedia(`(prefers-${what})`).matches;
  let chosen = null;
  try {
    chosen = JSON.parse(localStorage.getItem("rlhf-collect:display"))?.theme;
  } catch (error) {
    console.warn("This browser keeps no choices:", error);
  }
  const dark = prefers("color-scheme: dark");
  const system = prefers("contrast: more") ? "contrast" : dark ? "dark" : "light";
  const theme = ["light", "dark", "contrast"].includes(chosen) ? chosen : system;
  document.documentElement.dataset.theme = theme === "contrast" && dark ? "contrast-dark" : theme;
}
