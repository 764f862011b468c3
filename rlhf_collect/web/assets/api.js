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
async function call(method, path, body) {
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
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
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

const service = {
  me: () => call("GET", "/me"),
  consent: (granted) => call("PUT", "/me/consents", { publish_rationale: granted }),
  next: (project) => call("POST", "/projects/" + encodeURIComponent(project) + "/next?render=html"),
  submit: ({ assignment, judgement, answers }) =>
    call("POST", "/judgements?render=html", { assignment, judgement, answers }),
  revise: ({ judgement, answers }) =>
    call("PUT", "/judgements/" + encodeURIComponent(judgement) + "?render=html", { answers }),
  skip: (assignment) =>
    call("POST", "/assignments/" + encodeURIComponent(assignment) + "/skip?render=html", { reason: "" }),
};
