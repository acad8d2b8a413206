/* Hints of the server ("community 7 changed"); what changed is fetched by the elements that show it, as this reader may see it.

   Browsers allow six connections to one host over HTTP/1.1, so of all tabs one listens and tells the others. */
const url = document.body.dataset.live;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("loikka-live") : null;
const EVERYTHING = "*";

/* A hundred readers of one community must not come back in the same millisecond. */
const SPREAD = 400;
let waiting = new Set();
let timer = 0;

const refresh = (element) => {
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

const listen = (failures = 0) => {
  const source = new EventSource(url);
  const tell = (event) => {
    for (const topic of parse(event.data)) {
      hear(topic);
      channel?.postMessage(topic);
    }
  };
  source.addEventListener("message", tell);
  source.addEventListener("hint", tell);
  source.addEventListener("open", () => {
    if (failures) { hear(EVERYTHING); channel?.postMessage(EVERYTHING); } // something may have been missed
    failures = 0;
  });
  source.addEventListener("error", () => {
    source.close();
    const wait = Math.min(60_000, 1_000 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random());
    setTimeout(() => listen(failures + 1), wait);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
};

if (url && document.querySelector("[data-topic]")) {
  channel?.addEventListener("message", (event) => hear(event.data));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && waiting.size && !timer) timer = setTimeout(deliver, 20); });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (navigator.locks) navigator.locks.request("loikka-live", () => new Promise(() => listen()));
  else listen();
}
