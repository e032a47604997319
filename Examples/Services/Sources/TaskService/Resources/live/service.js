// Requests to the service, with the token that it wants.
let token = sessionStorage.getItem("token") ?? "";

/// Takes a token; none forgets it.
export function enter(text) {
  token = text;
  if (text) sessionStorage.setItem("token", text);
  else sessionStorage.removeItem("token");
}
export const hasToken = () => token !== "";

// The token comes behind the #, which is sent nowhere, and does not stay in the address.
const given = location.hash.match(/^#token=([\x21-\x7e]{16,512})$/);
if (given) {
  enter(given[1]);
  history.replaceState(null, "", location.pathname);
}

/// An answer that is no success throws what the service says of it, with its status.
export async function ask(method, path, body, signal) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method, headers, signal, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401) dispatchEvent(new Event("refused"));
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    const words = [problem.detail ?? `The service answered ${answer.status}.`, problem.hint].filter(Boolean).join(" ");
    throw Object.assign(new Error(words), { status: answer.status });
  }
  return answer;
}

/// What is at an address. An answer that does not come is not waited for without end: it may be asked for again.
export async function get(path, signal) {
  const limit = AbortSignal.timeout(15000);
  return (await ask("GET", path, undefined, signal ? AbortSignal.any([signal, limit]) : limit)).json();
}
