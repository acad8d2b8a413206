/* Pages find another place: dragged, or by keys. The server decides and is asked for the tree again afterwards. */
import { post, words } from "./page.js";
import { toast } from "./toasts.js";
import { groupOf, isOpen, open, parentOf, refresh, titleOf, treeOf } from "./tree.js";

const OPEN_AFTER = 700; // held over a closed page
const MARKS = ["drop-before", "drop-into", "drop-after"];

const said = (name, title = "") => (document.querySelector(".tree-help")?.dataset[name] ?? "").replace("{title}", title);
const rootOf = (tree) => tree.dataset.root;
const placeOf = (item) => parentOf(item)?.dataset.page ?? rootOf(treeOf(item));
const isPage = (item) => item?.matches?.("li[data-page]");
const previousPage = (item) => (isPage(item.previousElementSibling) ? item.previousElementSibling.dataset.page : 0);

const send = async (tree, page, url, fields, takenBack) => {
  try {
    const answer = await post(url, fields, { headers: { Accept: "application/json" } });
    if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(String(answer.status));
    const { confirm, error, text, undo } = await answer.json();
    if (confirm) return location.assign(confirm);
    await refresh(tree, page);
    toast(error ? { text: error, level: "error" } : { text: takenBack ?? text, level: "success", undo: takenBack ? "" : undo });
  } catch {
    toast({ text: words("offline"), level: "error" });
  }
};

const put = (item, parent, after) => {
  const tree = treeOf(item);
  const url = tree.dataset.place.replace("/0/", `/${item.dataset.page}/`);
  return send(tree, item.dataset.page, url, { parent, after: after === undefined ? undefined : String(after) });
};

document.addEventListener("submit", (event) => {
  const url = event.target.getAttribute("action") ?? "";
  const page = url.match(/\/wiki\/id\/(\d+)\/place\//)?.[1];
  const tree = document.querySelector(".page-tree[data-place]");
  if (!page || !tree) return;
  event.preventDefault();
  event.target.closest(".toast")?.remove();
  send(tree, page, url, {}, said("wordsBack"));
});

/* --- Keys --- */

let picked = "";
const letGo = () => {
  picked = "";
  document.querySelectorAll(".is-picked").forEach((item) => item.classList.remove("is-picked"));
};

const steps = {
  ArrowUp: (item) => {
    const before = item.previousElementSibling;
    if (isPage(before)) return put(item, placeOf(item), previousPage(before));
  },
  ArrowDown: (item) => isPage(item.nextElementSibling) && put(item, placeOf(item), item.nextElementSibling.dataset.page),
  ArrowRight: (item) => isPage(item.previousElementSibling) && put(item, item.previousElementSibling.dataset.page),
  ArrowLeft: (item) => parentOf(item) && put(item, placeOf(parentOf(item)), parentOf(item).dataset.page),
};

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.(".page-tree[data-place] [role=treeitem]");
  if (!item) return;
  const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (event.altKey && !event.ctrlKey && !event.metaKey && steps[event.key]) {
    event.preventDefault();
    event.stopPropagation();
    steps[event.key](item);
  } else if (isCommand && event.key.toLowerCase() === "x") {
    event.preventDefault();
    letGo();
    picked = item.dataset.page;
    item.classList.add("is-picked");
    toast({ text: said("wordsPicked", titleOf(item)) });
  } else if (isCommand && event.key.toLowerCase() === "v" && picked) {
    event.preventDefault();
    const moving = treeOf(item).querySelector(`li[data-page="${picked}"]`);
    letGo();
    if (moving && !moving.contains(item)) put(moving, item.dataset.page);
    else toast({ text: said("wordsNotHere"), level: "error" });
  } else if (event.key === "Escape" && picked) {
    letGo();
    toast({ text: said("wordsLetGo") });
  }
}, true);

/* --- Pointer --- */

let dragged = null;
let waiting = 0;
let over = null;

const unmark = () => {
  clearTimeout(waiting);
  over?.classList.remove(...MARKS);
  over = null;
};

/** Where the pointer is on a line: its upper part is before the page, its lower part behind it, the middle below it. */
const zone = (line, y) => {
  const { top, height } = line.getBoundingClientRect();
  const part = (y - top) / height;
  return MARKS[part < 0.28 ? 0 : part > 0.72 ? 2 : 1];
};

document.addEventListener("dragstart", (event) => {
  const item = event.target.closest?.(".page-tree[data-place] .tree-item[draggable=true]")?.parentElement;
  if (!item) return;
  dragged = item;
  item.classList.add("is-picked");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", titleOf(item));
});

document.addEventListener("dragover", (event) => {
  const line = event.target.closest?.(".page-tree[data-place] .tree-item");
  if (!dragged || !line || dragged.contains(line) || treeOf(line) !== treeOf(dragged) || !isPage(line.parentElement)) return unmark();
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  const mark = zone(line, event.clientY);
  if (over === line && line.classList.contains(mark)) return;
  unmark();
  over = line;
  line.classList.add(mark);
  const item = line.parentElement;
  if (mark === "drop-into" && !isOpen(item)) waiting = setTimeout(() => item.querySelector(":scope > .tree-item > a.tree-toggle") && open(item), OPEN_AFTER);
});

document.addEventListener("drop", (event) => {
  if (!dragged || !over) return;
  event.preventDefault();
  const item = over.parentElement;
  const mark = MARKS.find((name) => over.classList.contains(name));
  const moving = dragged;
  unmark();
  const before = item.previousElementSibling;
  if (mark === "drop-into") put(moving, item.dataset.page);
  else if (mark === "drop-after" && isOpen(item) && groupOf(item)) put(moving, item.dataset.page, 0);
  else if (mark === "drop-before" && before && !isPage(before)) put(moving, placeOf(item), item.dataset.page); // below “show more”
  else if (mark === "drop-before") put(moving, placeOf(item), before === moving ? previousPage(moving) : (before?.dataset.page ?? 0));
  else put(moving, placeOf(item), item.dataset.page);
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-picked");
  dragged = null;
  unmark();
});
