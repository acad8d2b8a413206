/* Native <details> menus and <dialog>s, with the manners people expect: one open, Escape and a click elsewhere close. */
const close = (menu, andFocus) => {
  menu.open = false;
  if (andFocus) menu.querySelector("summary")?.focus();
};

/* A list that would end below the window opens upwards, where there is room for it. */
const turn = (menu) => {
  if (!menu.open) return "turned" in menu.dataset && (menu.classList.remove("up"), delete menu.dataset.turned);
  const list = menu.querySelector(":scope > .menu-list");
  if (!list || menu.classList.contains("up")) return;
  const { bottom, height } = list.getBoundingClientRect();
  const foot = document.querySelector(".bottombar")?.offsetHeight ?? 0;
  const head = document.querySelector(".topbar")?.offsetHeight ?? 0;
  if (bottom <= innerHeight - foot || menu.getBoundingClientRect().top - head < height) return;
  menu.classList.add("up");
  menu.dataset.turned = "";
};
document.addEventListener("toggle", ({ target }) => target.matches?.("details.menu") && turn(target), true);

const openMenu = async (link) => {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const answer = await fetch(link.href, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text(); // made and escaped by the server
    const menu = holder.content.querySelector("details");
    link.replaceWith(menu);
    menu.open = true;
    turn(menu);
    menu.querySelector("summary").focus();
  } catch {
    location.assign(link.href);
  }
};

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) close(menu);
  }
  const react = event.target.closest("[data-react]");
  const kinds = document.getElementById("reaction-menu");
  /* One menu of reactions stands on the page and is put in where it is asked for; without a script the link leads to it. */
  if (react && kinds && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const menu = kinds.content.firstElementChild.cloneNode(true);
    react.replaceWith(menu);
    menu.open = true;
    menu.querySelector("summary").focus();
  }
  /* What one may do with a post is asked for when somebody wants to know; without a script the link leads to a page of it. */
  const asked = event.target.closest("[data-post-menu]");
  if (asked && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openMenu(asked);
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  /* the dialog fills its own box, so a click whose target is the dialog itself fell on the backdrop */
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

document.addEventListener("keydown", (event) => {
  const menu = document.activeElement?.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") return close(menu, true);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".menu-item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const start = items.indexOf(document.activeElement);
  items.at((start + step + items.length) % items.length)?.focus();
});

/* Side sections are open on a desktop, where the style sheet shows them anyway, and chips elsewhere. */
const wide = matchMedia("(min-width: 1100px)");
const arrange = () => {
  for (const section of document.querySelectorAll("details.side-section")) section.open = wide.matches;
  document.documentElement.dataset.scripted = "";
};
arrange();
wide.addEventListener("change", arrange);

/* A row of tabs that is wider than the window shows the one we are on. */
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const row = tab.parentElement, middle = (row.clientWidth - tab.offsetWidth) / 2;
  row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - middle;
}
