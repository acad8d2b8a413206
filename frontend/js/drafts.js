/* Unsent text, kept in this browser until the server has it. Keyed by person, so that a shared computer mixes nobody up. */
const PREFIX = "loikka:draft:";
const MONTH = 30 * 24 * 3600 * 1000;
const fullKey = (key) => `${PREFIX}${document.body.dataset.me ?? ""}:${key}`;

const read = (key) => {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
};
/* Storage may be full or forbidden; the text is still on the page then. */
const write = (key, draft) => {
  try { localStorage.setItem(key, JSON.stringify(draft)); return true; } catch { return false; }
};
const all = () => {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; }
};

/** Keep `text`, typed over `base` (what the server gave); the same as the server's is no draft. Says whether it is kept. */
export const keepDraft = (key, text, base) => {
  if (!key) return false;
  if (text !== base && text.trim()) return write(fullKey(key), { text, base, at: Date.now() });
  localStorage.removeItem(fullKey(key));
  return false;
};

/** Return the text kept for `key` if it was typed over the same `base`, or after the server's own draft (`since`, milliseconds). */
export const findDraft = (key, base, since = Infinity) => {
  const draft = key && read(fullKey(key));
  return draft && !draft.sent && (draft.base === base || draft.at > since) ? draft.text : null;
};

/** Remember that a draft is on its way; it is dropped only when the next page shows that it arrived. */
export const markSent = (key, base, text) => key && write(fullKey(key), { text, base, at: Date.now(), sent: true });

/** Drop a draft that the server has taken. */
export const dropDraft = (key) => key && localStorage.removeItem(fullKey(key));

/** Drop everything on signing out. */
export const forgetDrafts = () => all().forEach((key) => localStorage.removeItem(key));

/** On every page: what was sent and led to a normal page has arrived; after an error, or going back, it is unsent again. */
export const settleSentDrafts = () => {
  const how = performance.getEntriesByType("navigation")[0]?.type;
  const arrived = how === "navigate" && document.body.dataset.live && !document.querySelector(".has-error, .form-errors, .errorlist");
  for (const key of all()) {
    const draft = read(key);
    if (!draft || Date.now() - draft.at > MONTH || (draft.sent && arrived)) localStorage.removeItem(key);
    else if (draft.sent) write(key, { ...draft, sent: false });
  }
};
