/* The keyboard: / and Ctrl K search, g h home, g w wiki, c write, e edit, j k through the posts, ? the list. In the text of
   an editor Ctrl K makes a link, as everywhere; Escape leaves the text, and then it searches. */
import { calm } from "./page.js";

const TYPING = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], [role=combobox]";
let pending = 0; // when `g` was pressed

const go = (url) => url && location.assign(url);

const search = () => {
  const handled = !document.dispatchEvent(new CustomEvent("switcher:open", { cancelable: true }));
  if (!handled) go(document.body.dataset.search);
};

const stops = () => [...document.querySelectorAll(".feed > .post, article.post, .hits > .hit")].filter((stop) => stop.offsetParent);

const move = (step) => {
  const all = stops();
  if (!all.length) return;
  const here = all.findIndex((stop) => stop.contains(document.activeElement));
  /* from nowhere, start with what is on the screen */
  const start = here >= 0 ? here + step : all.findIndex((stop) => stop.getBoundingClientRect().top >= 0);
  const next = all[Math.max(0, Math.min(all.length - 1, start))];
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
};

const COMMANDS = {
  "/": search,
  "?": () => document.getElementById("shortcuts")?.showModal(),
  c: () => document.querySelector("[data-compose]")?.click(),
  e: () => document.querySelector("[data-edit]")?.click(),
  j: () => move(1),
  k: () => move(-1),
};
const AFTER_G = { h: () => go(document.body.dataset.home), w: () => go(document.body.dataset.wiki) };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return search();
  }
  if (event.key === "Escape" && event.target.matches?.("text-editor textarea") && !document.querySelector("dialog[open], .composer.is-sheet")) {
    return event.target.blur();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  const afterG = Date.now() - pending < 1200;
  pending = event.key === "g" && !afterG ? Date.now() : 0;
  const command = (afterG && AFTER_G[event.key]) || COMMANDS[event.key];
  if (!command) return;
  event.preventDefault();
  command();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-switcher-open]");
  if (!opener || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
  if (!document.dispatchEvent(new CustomEvent("switcher:open", { cancelable: true }))) event.preventDefault();
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  document.querySelectorAll("[data-shortcut-search]").forEach((key) => { key.textContent = "⌘ K"; });
}
