/* Ctrl K: go anywhere by a few letters. The server makes the dialog and its options; keyboard and voice as a combobox. */
import { lately } from "./lately.js";

const PAUSE = 120;
const BUSY_AFTER = 300;
const PAGE = 5;
let dialog, input, list, said, waiting, asked, opening, chosen = -1, moved = false;

const get = async (url, signal) => {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin", cache: "no-store", signal });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return answer.text();
};

const options = () => [...list.querySelectorAll("[role=option]")];

const choose = (place) => {
  const all = options();
  chosen = all.length && place >= 0 ? Math.min(place, all.length - 1) : -1;
  all.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
  if (chosen < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", all[chosen].id);
  /* with its heading, when it is the first under it */
  const heading = all[chosen].previousElementSibling;
  (heading?.matches(".switcher-group") ? heading : all[chosen]).scrollIntoView({ block: "nearest" });
  all[chosen].scrollIntoView({ block: "nearest" });
};

const show = (html) => {
  list.innerHTML = html;
  moved = false;
  /* the first suggestion is what Enter opens; before a letter is typed, nothing is */
  choose(input.value.trim() ? 0 : -1);
  said.textContent = list.firstElementChild?.dataset.said ?? "";
};

const ask = async () => {
  asked?.abort();
  const mine = (asked = new AbortController());
  const busy = setTimeout(() => list.setAttribute("aria-busy", "true"), BUSY_AFTER);
  try {
    const query = new URLSearchParams({ q: input.value, lately: lately() });
    const html = await get(`${list.dataset.url}?${query}`, mine.signal);
    /* an answer to letters that have changed since is nobody's */
    if (mine === asked) show(html);
  } catch (error) {
    if (error.name === "AbortError" || mine !== asked) return;
    list.replaceChildren(); /* Enter still searches: the form is a plain one */
    choose(-1);
  } finally {
    clearTimeout(busy);
    if (mine === asked) list.removeAttribute("aria-busy");
  }
};

const typed = () => {
  clearTimeout(waiting);
  asked?.abort();
  asked = null;
  choose(-1); /* what is chosen belongs to the letters before: Enter now searches for these */
  waiting = setTimeout(ask, PAUSE);
};

/** Go to an option: a theme is put on where one is, everything else is an address. */
const go = (option, inNewTab) => {
  const theme = option.dataset.switcherTheme && document.querySelector(`[data-theme-value="${option.dataset.switcherTheme}"]`);
  if (theme) {
    dialog.close();
    return theme.click();
  }
  if (inNewTab) return window.open(option.href, "_blank", "noopener");
  dialog.close();
  location.assign(option.href);
};

const move = (key) => {
  const last = options().length - 1;
  if (last < 0) return false;
  const from = chosen < 0 ? (key === "ArrowUp" ? 0 : -1) : chosen;
  const places = {
    ArrowDown: from === last ? 0 : from + 1,
    ArrowUp: from === 0 ? last : from - 1,
    PageDown: Math.min(last, from + PAGE),
    PageUp: Math.max(0, from - PAGE),
    Home: 0,
    End: last,
  };
  /* Home and End belong to the words, until somebody walks in the list or has typed nothing */
  if (!(key in places) || (/^(Home|End)$/.test(key) && !moved && input.value)) return false;
  moved = true;
  choose(places[key]);
  return true;
};

const pressed = (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") {
    /* at once: left alone, a search field takes the first one to empty itself */
    event.preventDefault();
    return dialog.close();
  }
  if (!event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && move(event.key)) return event.preventDefault();
  if (/^Arrow(Left|Right)$/.test(event.key)) moved = false;
  if (event.key !== "Enter" || event.altKey) return;
  const option = options()[chosen];
  if (!option) return; /* the form goes to the result page */
  event.preventDefault();
  go(option, event.ctrlKey || event.metaKey);
};

const make = async (base) => {
  const holder = document.createElement("template");
  holder.innerHTML = await get(`${base}switcher/?${new URLSearchParams({ lately: lately() })}`);
  dialog = holder.content.querySelector("dialog");
  document.body.append(dialog);
  input = dialog.querySelector("input");
  list = dialog.querySelector(".switcher-list");
  said = dialog.querySelector("[data-switcher-said]");
  input.addEventListener("input", typed);
  input.addEventListener("keydown", pressed);
  dialog.querySelector("[data-switcher-close]").addEventListener("click", () => dialog.close());
  /* beside it */
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  list.addEventListener("pointermove", (event) => {
    const place = options().indexOf(event.target.closest("[role=option]"));
    if (place >= 0 && place !== chosen) choose(place);
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(option, false);
  });
};

/** Keep the letters that are typed while the dialog is on its way; the answer gives them back and stops. */
const catchLetters = () => {
  let caught = "";
  const take = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    event.preventDefault();
    event.stopPropagation();
    caught += event.key;
  };
  document.addEventListener("keydown", take, true);
  return () => {
    document.removeEventListener("keydown", take, true);
    return caught;
  };
};

const open = async () => {
  const base = document.body.dataset.search;
  if (dialog?.open) return input.select();
  if (opening) return;
  opening = true;
  const isNew = !dialog;
  const early = isNew ? catchLetters() : () => "";
  let letters = "";
  try {
    if (isNew) await make(base);
  } catch {
    return location.assign(base); /* the result page has the same box */
  } finally {
    letters = early();
    opening = false;
  }
  dialog.showModal();
  input.select();
  if (letters) input.setRangeText(letters, 0, input.value.length, "end");
  if (input.value || !isNew) ask();
};

document.addEventListener("switcher:open", (event) => {
  if (!document.body.dataset.search) return;
  event.preventDefault();
  document.getElementById("rail")?.matches(":popover-open") && document.getElementById("rail").hidePopover();
  open();
});
