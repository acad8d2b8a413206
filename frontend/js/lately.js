/* Where this person was lately, for the switcher: numbers of places, no names, kept in this browser until she signs out.
   A page says which place it is with data-place on its <main>. */
const PREFIX = "loikka:lately:";
const MOST = 20;
const MONTH = 30 * 24 * 3600 * 1000;
/* whoever only passes by was not there */
const STAY = 1500;

const me = () => document.body.dataset.me ?? "";
const here = () => document.getElementById("main")?.dataset.place ?? "";
const keys = () => {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; }
};
const read = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + me()) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => one?.at > Date.now() - MONTH && typeof one.place === "string") : [];
  } catch { return []; }
};

/** Return the places, newest first, without the one on the screen, as the server wants them. */
export const lately = () => (me() ? read().map((one) => one.place).filter((place) => place !== here()).slice(0, 8).join(",") : "");

/** Forget all of it: on signing out, whoever's it is. */
export const forgetLately = () => keys().forEach((key) => localStorage.removeItem(key));

const keep = () => {
  const place = here();
  if (!place || !me()) return;
  const kept = [{ place, at: Date.now() }, ...read().filter((one) => one.place !== place)].slice(0, MOST);
  try { localStorage.setItem(PREFIX + me(), JSON.stringify(kept)); } catch { /* full or forbidden: then there is no list */ }
};

let waiting = 0;
const arrive = () => {
  clearTimeout(waiting);
  if (document.visibilityState === "visible" && here()) waiting = setTimeout(keep, STAY);
};
document.addEventListener("visibilitychange", arrive);
/* what another person left behind on this machine goes when somebody else is here */
if (me()) keys().filter((key) => key !== PREFIX + me()).forEach((key) => localStorage.removeItem(key));
arrive();
