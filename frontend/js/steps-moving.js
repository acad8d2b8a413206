/* Steps of a path find another place: dragged by their handle, or by Alt and the arrows. The server decides and is asked
   for the list again afterwards. Without this the arrows of each line are forms. */
import { post, words } from "./page.js";
import { toast } from "./toasts.js";

const listOf = (element) => element.closest?.(".step-list[data-steps]");
const rowOf = (element) => element.closest?.(".step-row[data-step]");
const titleOf = (row) => row.querySelector(".step-title").textContent.trim();
const placeOf = (row) => row.closest("[data-phase]");
const rowsOf = (list) => [...list.querySelectorAll(".step-row")];
const stands = (row) => `${placeOf(row).dataset.phase} ${row.previousElementSibling?.dataset.step ?? 0}`;

/** Give every line a handle: it is dragged by it, and read out as what can be moved. */
const dress = (list) => {
  for (const row of list.querySelectorAll(".step-row")) {
    const mark = row.querySelector(".step-mark");
    mark.draggable = true;
    mark.title = list.dataset.wordsGrip.replace("{title}", titleOf(row));
  }
};

/** Ask for the list as it is now, and go back to where the person was in it. */
const refresh = async (list, number, control) => {
  const answer = await fetch(list.dataset.steps, { credentials: "same-origin", headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const at = rowsOf(list).findIndex((row) => row.dataset.step === number);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const fresh = holder.content.querySelector(".step-list");
  list.replaceWith(fresh);
  dress(fresh);
  const row = fresh.querySelector(`[data-step="${number}"]`);
  // Of a step that somebody took off meanwhile, the one that stands in its place.
  const near = row ?? rowsOf(fresh)[Math.min(at, rowsOf(fresh).length - 1)];
  (near?.querySelector(control) ?? near?.querySelector(".step-title"))?.focus();
  near?.scrollIntoView({ block: "nearest" });
  return row;
};

const move = async (number, fields, control) => {
  const row = document.querySelector(`.step-list [data-step="${number}"]`);
  if (!row) return;
  const list = listOf(row);
  const title = titleOf(row);
  const stood = stands(row);
  try {
    const answer = await post(row.dataset.move, fields, { headers: { Accept: "application/json" } });
    if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(String(answer.status));
    const { error, text } = await answer.json();
    const moved = await refresh(list, row.dataset.step, control);
    if (error) toast({ text: error, level: "error" });
    else if (moved && stands(moved) === stood) toast({ text });
    else if (moved) {
      const place = moved.closest(".phase").querySelector("h2").textContent;
      toast({ text: list.dataset.wordsMoved.replace("{title}", title).replace("{place}", place), level: "success" });
    }
  } catch {
    toast({ text: words("offline"), level: "error" });
  }
};

/* One after the other: a key that is pressed twice moves twice, and the list is a new one after each. */
let last = Promise.resolve();
const send = (row, fields, control = ".step-title") => {
  last = last.then(() => move(row.dataset.step, fields, control));
};

/* --- Keys --- */

document.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  const direction = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!row || !listOf(row) || !direction || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  send(row, { direction });
}, true);

document.addEventListener("submit", (event) => {
  const row = rowOf(event.target);
  const direction = event.submitter?.value;
  if (!row || event.submitter?.name !== "direction") return;
  event.preventDefault();
  event.stopPropagation();
  send(row, { direction }, `[name=direction][value=${direction}]`);
}, true);

/* --- Pointer --- */

let dragged = null;
let over = null;
const unmark = () => {
  over?.classList.remove("drop-before", "drop-after", "drop-into");
  over = null;
};
const mark = (element, name) => {
  if (over === element && element.classList.contains(name)) return;
  unmark();
  over = element;
  element.classList.add(name);
};

document.addEventListener("dragstart", (event) => {
  const row = event.target.matches?.(".step-list .step-mark") ? rowOf(event.target) : null;
  if (!row) return;
  dragged = row;
  row.classList.add("is-picked");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", titleOf(row));
  event.dataTransfer.setDragImage(row, 16, 16);
});

document.addEventListener("dragover", (event) => {
  if (!dragged) return;
  const row = rowOf(event.target);
  const phase = event.target.closest?.(".step-list .phase");
  if (row === dragged || !phase) return unmark();
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  if (!row) return mark(phase, "drop-into");
  const { top, height } = row.getBoundingClientRect();
  mark(row, event.clientY < top + height / 2 ? "drop-before" : "drop-after");
});

document.addEventListener("drop", (event) => {
  if (!dragged || !over) return;
  event.preventDefault();
  const [row, target, isBefore] = [dragged, over, over.classList.contains("drop-before")];
  unmark();
  const place = target.matches(".phase") ? target.querySelector("[data-phase]") : placeOf(target);
  const others = [...place.querySelectorAll(".step-row")].filter((one) => one !== row);
  const at = target.matches(".phase") ? others.length : others.indexOf(target) + (isBefore ? 0 : 1);
  const after = others[at - 1]?.dataset.step ?? "0";
  if (`${place.dataset.phase} ${after}` !== stands(row)) send(row, { phase: place.dataset.phase, after });
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-picked");
  dragged = null;
  unmark();
});

document.querySelectorAll(".step-list[data-steps]").forEach(dress);
