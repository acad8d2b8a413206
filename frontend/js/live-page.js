/* After a hint: reactions, numbers of replies and what is unread, in place; and the numbers in the menu. Nothing moves that
   is being read, and what somebody is just using is left alone. */

const { liveMenu: menu, livePosts: standing } = document.body.dataset;
const MOST = 100;
/* What others write changes the menu's numbers at most this often. */
const MENU_EVERY = 3_000;

const parsed = async (url) => {
  const answer = await fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "hint" } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
};

/* --- Posts --- */
const own = (post, selector) => [...post.querySelectorAll(selector)].find((element) => element.closest("[id^='post-']") === post);
const looks = (form) => [...form.children].map((one) => `${one.textContent.trim()}${one.getAttribute("aria-pressed")}`).join("|");

const putReactions = (post, fresh) => {
  const old = own(post, ".reactions");
  if (!fresh && !old) return;
  if (!old) {
    own(post, ".post-foot")?.prepend(fresh);
  } else {
    if (old.matches(".htmx-request") || old.querySelector("details[open]") || (fresh && looks(old) === looks(fresh))) return;
    const inside = old.contains(document.activeElement) ? document.activeElement : null;
    if (!fresh) return void (inside || old.remove());
    old.replaceWith(fresh);
    if (inside) ([...fresh.querySelectorAll("button")].find((one) => one.value === inside.value) ?? fresh.querySelector("a"))?.focus();
  }
  window.htmx?.process(fresh);
};

const putPost = (part) => {
  const post = document.getElementById(`post-${part.dataset.post}`);
  if (!post) return;
  const talk = part.querySelector(":scope > a.button");
  const link = talk && own(post, `.post-foot > a.button[href="${talk.getAttribute("href")}"]`);
  if (link && link.textContent.trim() !== talk.textContent.trim()) link.replaceChildren(...talk.childNodes);
  putReactions(post, part.querySelector(".reactions"));
  if (part.dataset.unread === "0" && post.matches(".is-unread")) {
    post.classList.remove("is-unread");
    own(post, ".post-head .badge.lake")?.remove();
  }
};

const postsOf = (topics) => {
  const shown = [...document.querySelectorAll("[id^='post-']")].filter((post) => /^post-\d+$/.test(post.id));
  const everything = topics.has("*");
  const wanted = shown.filter((post) => {
    /* A thread's page shows one thread, whose first post all others stand in. */
    const first = post.closest("article.post");
    return everything || topics.has(`thread:${first?.id.slice(5)}`);
  });
  /* Those on the screen first. */
  const far = (post) => Math.abs(post.getBoundingClientRect().top);
  return wanted.sort((one, other) => far(one) - far(other)).slice(0, MOST).map((post) => post.id.slice(5));
};

/* --- The menu --- */
const swap = (old, fresh) => {
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  const href = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const { scrollTop } = old;
  old.replaceChildren(...fresh.childNodes);
  old.scrollTop = scrollTop;
  if (href) old.querySelector(`a[href="${CSS.escape(href)}"], a[href="${href}"]`)?.focus();
};

let menuAt = 0;
let menuDue = 0;
const putMenu = async () => {
  clearTimeout(menuDue);
  menuDue = 0;
  menuAt = Date.now();
  const fresh = await parsed(`${menu}?${new URLSearchParams({ at: location.pathname })}`).catch(() => null);
  if (!fresh) return;
  swap(document.querySelector(".rail .rail-scroll"), fresh.querySelector(".rail-scroll"));
  const bell = document.querySelector(".topbar .bell");
  const freshBell = fresh.querySelector(".topbar .bell");
  if (bell && freshBell && bell.outerHTML !== freshBell.outerHTML) bell.replaceWith(freshBell);
  const waiting = fresh.querySelector(".rail-scroll .rail-list a .count")?.firstChild?.textContent ?? "";
  const home = document.querySelector(".bottombar a[href='/'] .count");
  const isHome = fresh.querySelector(".rail-scroll .rail-list a[href='/'] .count");
  if (home && !isHome) home.remove();
  else if (home) home.textContent = waiting;
};

/** Bring what the page shows up to date with what the topics say has changed. */
export const bringUpToDate = (topics) => {
  const ids = standing ? postsOf(topics) : [];
  if (ids.length) {
    parsed(`${standing}?ids=${ids.join(",")}`).then((fresh) => fresh?.querySelectorAll("[data-post]").forEach(putPost)).catch(() => {});
  }
  if (!menu || !document.querySelector(".rail .rail-scroll")) return;
  const names = [...topics];
  if (names.some((topic) => topic === "*" || topic.startsWith("me:"))) putMenu();
  else if (!menuDue && names.some((topic) => topic.startsWith("community:"))) {
    menuDue = setTimeout(putMenu, Math.max(0, menuAt + MENU_EVERY - Date.now()) + Math.random() * 700);
  }
};
