/* Hints of the server ("community 7 changed"); what changed is fetched by the elements that show it, as this reader may see it.

   Browsers allow six connections to one host over HTTP/1.1, so of all tabs one listens and tells the others. */
import { bringUpToDate } from "./live-page.js";
import { words } from "./page.js";
import { toast } from "./toasts.js";

const url = document.body.dataset.live;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("loikka-live") : null;
const EVERYTHING = "*";

/* A hundred readers of one community must not come back in the same millisecond. */
const SPREAD = 400;
let waiting = new Set();
let timer = 0;

/* Who has been signed out gets the page of the door for everything: no more is asked. */
let isOut = false;

const refresh = (element) => {
  if (isOut) return;
  if (!element.dispatchEvent(new CustomEvent("hint", { bubbles: true, cancelable: true }))) return;
  const { refreshUrl, refreshSwap = "outerMorph" } = element.dataset;
  if (refreshUrl && window.htmx) window.htmx.ajax("GET", refreshUrl, { source: element, target: element, swap: refreshSwap });
};

/* What is true for some seconds only is asked again without a hint. */
setInterval(() => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-refresh-after]")) {
    element.refreshedAt ??= Date.now();
    if (Date.now() - element.refreshedAt < Number(element.dataset.refreshAfter) * 1000) continue;
    element.refreshedAt = Date.now();
    refresh(element);
  }
}, 2_000);

const deliver = () => {
  timer = 0;
  if (document.hidden) return; // kept until somebody looks
  const topics = waiting;
  waiting = new Set();
  for (const element of document.querySelectorAll("[data-topic]")) {
    if (topics.has(EVERYTHING) || element.dataset.topic.split(/\s+/).some((topic) => topics.has(topic))) refresh(element);
  }
  bringUpToDate(topics);
};

const hear = (topic) => {
  waiting.add(topic);
  timer ||= setTimeout(deliver, 50 + Math.random() * SPREAD);
};

const parse = (data) => {
  try {
    const message = JSON.parse(data);
    return [message.topics ?? message.topic ?? message].flat().filter((topic) => typeof topic === "string");
  } catch {
    return [data];
  }
};

/* Where streams do not come through, the page asks by itself; the longer the wait, the fewer at once. */
const POLL = 30_000;
let polling = 0;
const poll = () => {
  if (isOut) return;
  hear(EVERYTHING);
  channel?.postMessage(EVERYTHING);
  polling = setTimeout(poll, POLL * (0.75 + Math.random() / 2));
};
const startPolling = () => { polling ||= setTimeout(poll, POLL * Math.random()); };
const stopPolling = () => { clearTimeout(polling); polling = 0; };

const lookWhetherOut = async () => {
  const answer = await fetch(document.body.dataset.liveMenu, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
  if (isOut || answer?.type !== "opaqueredirect") return;
  isOut = true;
  toast({ text: words("signedOut"), level: "warning" });
};

/* A proxy that holds a stream back opens it never: after this long it counts as failed. */
const OPENS_WITHIN = 10_000;

const listen = (failures = 0) => {
  const source = new EventSource(url);
  let isOver = false;
  const tell = (event) => {
    for (const topic of parse(event.data)) {
      hear(topic);
      channel?.postMessage(topic);
    }
  };
  const again = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(late);
    source.close();
    if (failures >= 1) lookWhetherOut().then(() => isOut || startPolling());
    /* A thousand browsers that lost the house in one moment come back spread over as long as they have waited. */
    const wait = Math.min(60_000, 1_000 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random());
    setTimeout(() => isOut || listen(failures + 1), wait);
  };
  const late = setTimeout(again, OPENS_WITHIN);
  source.addEventListener("message", tell);
  source.addEventListener("hint", tell);
  source.addEventListener("open", () => {
    clearTimeout(late);
    stopPolling();
    if (failures) { hear(EVERYTHING); channel?.postMessage(EVERYTHING); } // something may have been missed
    failures = 0;
  });
  source.addEventListener("error", again);
  addEventListener("pagehide", () => { isOver = true; source.close(); }, { once: true });
};

if (url && document.body.dataset.me) {
  channel?.addEventListener("message", (event) => hear(event.data));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && waiting.size && !timer) timer = setTimeout(deliver, 20); });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (navigator.locks) navigator.locks.request("loikka-live", () => new Promise(() => listen()));
  else listen();
}
