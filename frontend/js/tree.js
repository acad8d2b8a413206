/* The tree of pages: what lies below a page is fetched when it is opened; arrows walk through it (WAI-ARIA tree pattern).
   The server sends plain lists with links, which work without this. Dragging and the keys that move pages: tree-moving.js */
import { later, words } from "./page.js";
import { toast } from "./toasts.js";

const lineOf = (item) => item.querySelector(":scope > .tree-item");
const nameOf = (item) => item.querySelector(":scope > .tree-item > .tree-name");
const groupOf = (item) => item.querySelector(":scope > ul");
const parentOf = (item) => item.parentElement.closest("li[data-page]");
const opens = (item) => Boolean(item.querySelector(":scope > .tree-item > a.tree-toggle"));

export const treeOf = (element) => element?.closest?.(".page-tree[data-tree]");
export const isOpen = (item) => item.classList.contains("is-open");
export const titleOf = (item) => nameOf(item)?.textContent.trim() ?? "";
export { groupOf, parentOf };

/** What stands in the tree as it is now, from top to bottom. */
const visible = (tree) => [...tree.querySelectorAll("li[data-page], li.tree-more, li.tree-top")].filter((item) => item.checkVisibility());

const focusable = (item) => (item.matches("[role=treeitem]") ? item : item.querySelector("a, input"));

/** Make one line the one that Tab comes to, and go there. */
export const goTo = (item) => {
  const tree = treeOf(item);
  for (const other of tree.querySelectorAll("[role=treeitem][tabindex='0']")) other.tabIndex = -1;
  const target = focusable(item);
  if (target.matches("[role=treeitem]")) target.tabIndex = 0;
  target.focus();
  lineOf(item)?.scrollIntoView({ block: "nearest" });
};

/** Say to assistive technology what the lines are; called again for lines that came later. */
export const dress = (tree) => {
  const isChoosing = "choose" in tree.dataset;
  if (isChoosing) return; // radio buttons have a keyboard of their own
  tree.setAttribute("role", "tree");
  for (const item of tree.querySelectorAll("li[data-page]")) {
    item.setAttribute("role", "treeitem");
    const count = lineOf(item).querySelector(".tree-count");
    if (count) count.id = `${nameOf(item).id}-count`;
    item.setAttribute("aria-labelledby", count ? `${nameOf(item).id} ${count.id}` : nameOf(item).id);
    if (opens(item)) item.setAttribute("aria-expanded", String(isOpen(item)));
    else item.removeAttribute("aria-expanded");
    if (!item.hasAttribute("tabindex")) item.tabIndex = -1;
    for (const inner of lineOf(item).querySelectorAll("a")) {
      inner.tabIndex = -1;
      inner.draggable = false; // the line is dragged, not its address
    }
    groupOf(item)?.setAttribute("role", "group");
    if ("place" in tree.dataset) lineOf(item).draggable = true;
  }
  for (const item of tree.querySelectorAll("li.tree-more, li.tree-top")) item.setAttribute("role", "none");
  const current = tree.querySelector("[aria-current]")?.closest("li") ?? tree.querySelector("[role=treeitem]");
  if (current && !tree.querySelector("[role=treeitem][tabindex='0']")) current.tabIndex = 0;
};

const fetchLines = async (url) => {
  const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const lines = document.createElement("template");
  lines.innerHTML = await answer.text();
  return lines.content;
};

const under = (tree, item) => {
  const query = new URLSearchParams({ under: item.dataset.page });
  if ("choose" in tree.dataset) {
    query.set("mode", "choose");
    query.set("name", tree.dataset.choose);
    query.set("moving", tree.dataset.moving);
    const chosen = tree.querySelector("input:checked");
    if (chosen) query.set("chosen", chosen.value);
  }
  return `${tree.dataset.tree}?${query}`;
};

/** Open a line; resolves when what is below it is there. */
export const open = async (item, refresh = false) => {
  const tree = treeOf(item);
  if (!groupOf(item) || refresh) {
    item.setAttribute("aria-busy", "true");
    try {
      const group = document.createElement("ul");
      group.append(await fetchLines(under(tree, item)));
      groupOf(item)?.remove();
      if (group.children.length) item.append(group);
    } catch {
      toast({ text: words("offline"), level: "error" });
      return;
    } finally {
      item.removeAttribute("aria-busy");
    }
  }
  item.classList.toggle("is-open", Boolean(groupOf(item)));
  dress(tree);
};

export const close = (item) => {
  item.classList.remove("is-open");
  dress(treeOf(item));
};

const showMore = async (link) => {
  const line = link.closest("li");
  const tree = treeOf(line);
  const hadFocus = line.contains(document.activeElement);
  try {
    const lines = await fetchLines(link.href);
    const first = lines.firstElementChild;
    /* a line that stood apart because the way led through it is not shown twice */
    for (const item of [...lines.querySelectorAll("li[data-page]")]) {
      const known = line.parentElement.querySelector(`:scope > li[data-page="${item.dataset.page}"]`);
      if (known) item.replaceWith(known);
    }
    line.replaceWith(lines);
    dress(tree);
    if (hadFocus && first?.isConnected) goTo(first);
  } catch {
    toast({ text: words("offline"), level: "error" });
  }
};

document.addEventListener("click", (event) => {
  const tree = treeOf(event.target);
  if (!tree || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const toggle = event.target.closest("a.tree-toggle");
  const more = event.target.closest(".tree-more a");
  if (more) {
    event.preventDefault();
    showMore(more);
  } else if (toggle) {
    event.preventDefault();
    const item = toggle.closest("li");
    if (isOpen(item)) close(item);
    else open(item);
    if (item.matches("[role=treeitem]")) goTo(item);
  }
});

/* --- Keys --- */

let typed = "";
const forget = later(() => { typed = ""; }, 700);
const startsWith = (item, text) => titleOf(item).toLocaleLowerCase().startsWith(text);

const typeAhead = (tree, item, key) => {
  typed += key.toLocaleLowerCase();
  forget();
  const lines = visible(tree).filter((line) => line.matches("[role=treeitem]"));
  const from = lines.indexOf(item) + (typed.length === 1 ? 1 : 0);
  const found = [...lines.slice(from), ...lines.slice(0, from)].find((line) => startsWith(line, typed));
  if (found) goTo(found);
};

const keys = {
  ArrowDown: (lines, at) => lines[at + 1] && goTo(lines[at + 1]),
  ArrowUp: (lines, at) => lines[at - 1] && goTo(lines[at - 1]),
  Home: (lines) => goTo(lines[0]),
  End: (lines) => goTo(lines.at(-1)),
  ArrowRight: (lines, at) => {
    const item = lines[at];
    if (!opens(item)) return;
    if (!isOpen(item)) open(item);
    else if (lines[at + 1] && parentOf(lines[at + 1]) === item) goTo(lines[at + 1]);
  },
  ArrowLeft: (lines, at) => {
    const item = lines[at];
    if (isOpen(item)) close(item);
    else if (parentOf(item)) goTo(parentOf(item));
  },
  Enter: (lines, at) => nameOf(lines[at])?.click(),
};

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.("[role=tree] :is([role=treeitem], .tree-more)");
  if (!item || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (item !== event.target && event.target.closest("a, button, input") && ["Enter", " "].includes(event.key)) return;
  const tree = treeOf(item);
  if (keys[event.key]) {
    event.preventDefault();
    event.stopPropagation();
    typed = "";
    const lines = visible(tree);
    keys[event.key](lines, lines.indexOf(item));
  } else if (/^[\p{L}\p{N}]$/u.test(event.key) && item.matches("[role=treeitem]")) {
    /* letters find a title here: the page's own one-letter keys would take the reader away */
    event.preventDefault();
    event.stopPropagation();
    typeAhead(tree, item, event.key);
  }
}, true);

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.("[role=treeitem]");
  if (item === event.target && item.tabIndex !== 0) goTo(item);
});

/** Ask the server for the tree again, as open as it is, looking at one page. */
export const refresh = async (tree, page) => {
  const ways = [...tree.querySelectorAll("li.is-open")].map((item) => item.dataset.page);
  const query = new URLSearchParams({ open: ways.join(","), at: page });
  const found = await fetchLines(`${tree.dataset.tree}?${query}`);
  const fresh = found.querySelector(".page-tree");
  if (fresh?.dataset.root !== tree.dataset.root) return location.reload(); // only a part of the tree was shown
  tree.replaceWith(fresh);
  dress(fresh);
  const item = fresh.querySelector(`li[data-page="${page}"]`);
  if (item) goTo(item);
};

/* --- Filter --- */

let latest = 0;
const filter = async (form) => {
  const number = ++latest;
  const query = new URLSearchParams(new FormData(form));
  const url = `${form.getAttribute("action")}?${query}`;
  try {
    const found = await fetchLines(url);
    if (number !== latest) return;
    document.querySelector("[data-tree-found]")?.replaceWith(found);
    history.replaceState(history.state, "", query.get("q") ? url : form.getAttribute("action"));
    document.querySelectorAll(".page-tree").forEach(dress);
  } catch {
    if (number === latest) toast({ text: words("offline"), level: "error" });
  }
};
const typing = new WeakMap();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-tree-filter]");
  if (!form || !document.querySelector("[data-tree-found]")) return;
  if (!typing.has(form)) typing.set(form, later(() => filter(form), 200));
  typing.get(form)();
});

document.querySelectorAll(".page-tree").forEach(dress);
