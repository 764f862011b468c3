// Talking to the service: JSON over the same origin, the session in a cookie.

const TIMEOUT = 15000; // milliseconds until a call counts as failed

// The page is served one folder below the service (".../rate"), whatever stands in front of it.
const API = location.pathname.replace(/\/+$/, "").replace(/\/[^/]*$/, "") + "/api/v1";

/** A call that did not succeed. `status` 0: nothing came back, or nothing this page understands. */
class Problem extends Error {
  constructor(status, code, detail) {
    super(detail || code || "status " + status);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** Whether the same call may succeed later without anybody doing anything. */
  get passing() {
    return [0, 408, 425, 429].includes(this.status) || this.status >= 500 || this.code === "conflict";
  }
}

/** One call: `{status, data, reason}`, or a Problem is thrown. */
async function call(method, path, body, { leaving = false } = {}) {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), TIMEOUT);
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Requested-With"] = "rlhf-collect";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  let text;
  try {
    response = await fetch(API + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body, wellFormed),
      credentials: "same-origin",
      cache: "no-store",
      keepalive: leaving, // the page may be gone before the answer
      signal: aborter.signal,
    });
    text = await response.text();
  } catch (error) {
    throw new Problem(0, "unreachable", "");
  } finally {
    clearTimeout(timer);
  }
  const data = asJson(text);
  if (!response.ok) throw new Problem(response.status, data?.code ?? "", data?.detail ?? "");
  // A proxy's login or waiting page also answers 200: only JSON counts as an answer.
  if (response.status !== 204 && data === null) throw new Problem(0, "not_json", "");
  return { status: response.status, data, reason: response.headers.get("X-Reason") ?? "" };
}

function asJson(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : null;
  } catch (error) {
    return null; // an empty body or a page of HTML: the caller decides what that means
  }
}

/** Half of a character of two, left by a cut in the middle of it, is no text that can be kept. */
function wellFormed(key, value) {
  return typeof value === "string" && value.toWellFormed ? value.toWellFormed() : value;
}

const segment = encodeURIComponent;
const SHOWN = "?render=html&ahead=1";

const service = {
  me: () => call("GET", "/me"),
  eraseMe: (judgements, removal) => call("DELETE", "/me?" + new URLSearchParams({ judgements, removal })),
  consent: (granted) => call("PUT", "/me/consents", { publish_rationale: granted }),
  display: (display, leaving) => call("PUT", "/me/display", { display }, { leaving }),
  confirmGuidelines: (version) => call("PUT", "/me/guidelines", { version }),
  next: (project) => call("POST", "/projects/" + segment(project) + "/next" + SHOWN),
  submit: ({ assignment, judgement, body }) =>
    call("POST", "/judgements" + SHOWN, { assignment, judgement, ...body }),
  revise: ({ judgement, body }) => call("PUT", "/judgements/" + segment(judgement) + SHOWN, body),
  withdraw: (judgement) => call("DELETE", "/judgements/" + segment(judgement)),
  skip: (assignment, flags) =>
    call("POST", "/assignments/" + segment(assignment) + "/skip" + SHOWN, flags.length ? { flags } : {}),
  takeBackSkip: (assignment) => call("DELETE", "/assignments/" + segment(assignment) + "/skip" + SHOWN),
  draft: (assignment, draft, leaving) =>
    call("PUT", "/assignments/" + segment(assignment) + "/draft", { draft }, { leaving }),
  judgements: (search, before) =>
    call("GET", "/me/judgements?" + new URLSearchParams({ render: "html", search, ...(before ? { before } : {}) })),
  figures: (criterion) => call("GET", "/me/figures" + (criterion ? "?" + new URLSearchParams({ criterion }) : "")),
  controls: () => call("GET", "/me/controls?render=html"),
  contest: (subject) => call("POST", "/me/appeals", subject),
  withdrawAppeal: (appeal) => call("DELETE", "/me/appeals/" + segment(appeal)),
  messages: () => call("GET", "/me/messages"),
  write: (body) => call("POST", "/me/messages", body),
  settleThread: (thread) => call("POST", "/me/messages/" + segment(thread) + "/settled"),
  skips: () => call("GET", "/me/skips?render=html"),
  judgement: (judgement) => call("GET", "/me/judgements/" + segment(judgement) + "?render=html"),
  nextToDecide: (project) => call("POST", "/projects/" + segment(project) + "/decisions/next?render=html"),
  decide: ({ judgement, body: { answers: [{ choice, strength, rationale }] } }) =>
    call("PUT", "/decisions/" + segment(judgement) + "?render=html", { choice, strength, reason: rationale ?? "" }),
  decline: (decision) => call("POST", "/decisions/" + segment(decision) + "/decline?render=html"),
  decisionDraft: (decision, draft, leaving) =>
    call("PUT", "/decisions/" + segment(decision) + "/draft", { draft }, { leaving }),
  decided: () => call("GET", "/me/decided?render=html"),
  decision: (decision) => call("GET", "/me/decided/" + segment(decision) + "?render=html"),
  takeBackDecision: (decision) => call("DELETE", "/me/decided/" + segment(decision)),
  practiceNext: (project) => call("POST", "/projects/" + segment(project) + "/practice/next?render=html"),
  practice: (project, comparison, answers) =>
    call("POST", "/projects/" + segment(project) + "/practice?render=html", { comparison, answers }),
  practiceAgain: (project) => call("POST", "/projects/" + segment(project) + "/practice/again"),
};
