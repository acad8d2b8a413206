/* The installed app: the service worker, what was read last when there is no network, and push that goes on after signing
   in again. */
import { post, words } from "./page.js";

const { me, pushRenew: renew, keptAt } = document.body.dataset;

/* Only for people who are signed in: a stranger's browser keeps nothing. */
if (me && "serviceWorker" in navigator && window.isSecureContext) {
  const start = async () => {
    const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const subscription = await registration.pushManager?.getSubscription();
    if (!subscription || sessionStorage.getItem("push-renewed") === me) return;
    const answer = await post(renew, { endpoint: subscription.endpoint });
    /* It was somebody else's, or was switched off elsewhere. */
    if (answer.status === 404) await subscription.unsubscribe();
    if (answer.ok) sessionStorage.setItem("push-renewed", me);
  };
  const idle = window.requestIdleCallback ?? ((go) => setTimeout(go, 1000));
  addEventListener("load", () => idle(() => start().catch(() => {}), { timeout: 4000 }));
}
if (me) navigator.clearAppBadge?.().catch(() => {});

/* A page that was kept says so. */
if (keptAt) {
  const notice = document.createElement("p");
  notice.className = "notice kept";
  notice.setAttribute("role", "status");
  const time = document.createElement("time");
  time.dateTime = keptAt;
  time.textContent = new Date(keptAt).toLocaleString(document.documentElement.lang);
  notice.append(`${words("kept")} `, time);
  document.querySelector(".content")?.prepend(notice);
  addEventListener("online", () => location.reload(), { once: true });
}

/* The page without network lists what this browser has kept. */
const section = document.querySelector("[data-last-read]");
if (section && "caches" in window) {
  const list = section.querySelector("ul");
  (async () => {
    const cache = await caches.open("read");
    const kept = [];
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      const at = response?.headers.get("x-kept-at");
      if (at) kept.push({ url: new URL(request.url).pathname, at, title: decodeURIComponent(response.headers.get("x-title") ?? "") });
    }
    const text = document.createElement("textarea");
    for (const { url, at, title } of kept.sort((one, other) => other.at.localeCompare(one.at))) {
      const item = document.createElement("li");
      item.className = "list-item";
      const link = document.createElement("a");
      link.className = "list-title";
      link.href = url;
      text.innerHTML = title; // a textarea reads "&amp;" and makes nothing of the rest
      link.textContent = text.value.replace(/ · Loikka$/, "");
      item.append(link);
      list.append(item);
    }
    section.hidden = !kept.length;
  })().catch(() => {});
  document.querySelector("[data-try-again]")?.addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
  addEventListener("online", () => location.reload(), { once: true });
}
