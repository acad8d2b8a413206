/* Ctrl K: go anywhere by a few letters. The server makes the dialog and its options; keyboard and voice as a combobox. */
const PAUSE = 120;
const BUSY_AFTER = 300;
let dialog, input, list, waiting, asked, opening, chosen = -1;

const get = async (url, signal) => {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return answer.text();
};

const options = () => [...list.querySelectorAll("[role=option]")];

const choose = (place) => {
  const all = options();
  chosen = all.length && place >= 0 ? place % all.length : -1;
  all.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
  if (chosen < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
};

const ask = async () => {
  asked?.abort();
  asked = new AbortController();
  const busy = setTimeout(() => list.setAttribute("aria-busy", "true"), BUSY_AFTER);
  try {
    const html = await get(`${list.dataset.url}?q=${encodeURIComponent(input.value)}`, asked.signal);
    list.innerHTML = html;
    /* the first suggestion is what Enter opens, but with nothing found it is the search for everything */
    choose(input.value.trim() ? 0 : -1);
  } catch (error) {
    if (error.name === "AbortError") return;
    list.replaceChildren(); /* Enter still searches: the form is a plain one */
    choose(-1);
  } finally {
    clearTimeout(busy);
    list.removeAttribute("aria-busy");
  }
};

const typed = () => {
  clearTimeout(waiting);
  choose(-1); /* what is chosen belongs to the letters before: Enter now searches for these */
  waiting = setTimeout(ask, PAUSE);
};

const pressed = (event) => {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    return choose(step > 0 ? chosen + 1 : (chosen > 0 ? chosen : options().length) - 1);
  }
  if (event.key !== "Enter") return;
  const option = options()[chosen];
  if (!option) return; /* the form goes to the result page */
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) return window.open(option.href, "_blank", "noopener");
  dialog.close();
  location.assign(option.href);
};

const make = async (base) => {
  const holder = document.createElement("template");
  holder.innerHTML = await get(`${base}switcher/`);
  dialog = holder.content.querySelector("dialog");
  document.body.append(dialog);
  input = dialog.querySelector("input");
  list = dialog.querySelector(".switcher-list");
  input.addEventListener("input", typed);
  input.addEventListener("keydown", pressed);
  dialog.querySelector("[data-switcher-close]").addEventListener("click", () => dialog.close());
  list.addEventListener("pointermove", (event) => {
    const place = options().indexOf(event.target.closest("[role=option]"));
    if (place >= 0 && place !== chosen) choose(place);
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
  const early = dialog ? () => "" : catchLetters();
  let letters = "";
  try {
    if (!dialog) await make(base);
  } catch {
    return location.assign(base); /* the result page has the same box */
  } finally {
    letters = early();
    opening = false;
  }
  dialog.showModal();
  input.select();
  if (letters) input.setRangeText(letters, 0, input.value.length, "end");
  if (input.value) ask();
};

document.addEventListener("switcher:open", (event) => {
  if (!document.body.dataset.search) return;
  event.preventDefault();
  document.getElementById("rail")?.matches(":popover-open") && document.getElementById("rail").hidePopover();
  open();
});
