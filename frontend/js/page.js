/* Small things that the other modules share. */

/** Words of the page in the reader's language, from `data-words-…` on <body>. */
export const words = (name) => document.body.dataset[`words${name[0].toUpperCase()}${name.slice(1)}`] ?? "";

/** The token that proves a POST is ours; it stands in the headers htmx sends. */
export const csrfToken = () => {
  const headers = document.body.getAttribute("hx-headers:inherited");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : (document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
};

/** POST form fields to an address of ours; rejects when nothing came back, otherwise answers whatever the status is. */
export const post = (url, fields, options = {}) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== "") body.append(name, value);
  const headers = { "X-CSRFToken": csrfToken(), ...options.headers };
  return fetch(url, { ...options, method: "POST", body, credentials: "same-origin", headers });
};

/** After signing in again elsewhere: take the new token from a fresh copy of this page. Says whether we are still the same person. */
export const renewToken = async () => {
  const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const headers = fresh.getAttribute("hx-headers:inherited");
  if (!headers || fresh.dataset.me !== document.body.dataset.me) return false;
  document.body.setAttribute("hx-headers:inherited", headers);
  const token = csrfToken();
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return true;
};

/** Run `go` once things have been quiet for `wait` milliseconds; `.flush()` runs it now if it is still due. */
export const later = (go, wait) => {
  let timer = 0;
  const run = () => { clearTimeout(timer); timer = 0; go(); };
  const schedule = () => { clearTimeout(timer); timer = setTimeout(run, wait); };
  schedule.flush = () => { if (timer) run(); };
  return schedule;
};

export const isPhone = () => matchMedia("(max-width: 720px)").matches;
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
