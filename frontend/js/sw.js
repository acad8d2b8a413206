/* The service worker: keeps what was read last for times without network, shows messages, and forgets everything at
   sign-out. HOUSE is put before it by the server. Pages come from the network whenever there is one. */
/* global HOUSE, clients, registration, caches */

const STATIC = `static-${HOUSE.version}`;
const READ = "read";
const MOST = 40;
const LONGEST = 7 * 24 * 3600 * 1000;
/* What may be read again: talk and pages. Settings, lists of people, files and everything else are never kept. */
const READABLE = /^\/(?:$|threads\/\d+\/$|communities\/[^/]+\/$|wiki\/)/;
const HASHED = /\.[0-9a-f]{8,12}\.|-[A-Z0-9]{8}\./;
const OWNER = "/sw-owner";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(STATIC);
    await cache.addAll([...HOUSE.shell, HOUSE.offline]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== STATIC && name !== READ) await caches.delete(name);
    await registration.navigationPreload?.enable();
    await clients.claim();
  })());
});

/* --- Nothing stays of somebody who signed out, of another person, or from before rights changed --- */
let keeping = Promise.resolve();
const wipe = () => caches.delete(READ);
/* After what is being kept just now: it would come back otherwise. */
const forget = () => (keeping = keeping.then(wipe));
const end = async () => {
  await forget();
  await (await registration.pushManager?.getSubscription())?.unsubscribe();
};

const ownerOf = (html) => {
  const me = /<body[^>]*\sdata-me="([^"]+)"/.exec(html)?.[1];
  const rights = /<body[^>]*\sdata-rights="(\d+)"/.exec(html)?.[1];
  return me && rights ? `${me} ${rights}` : "";
};

const keep = (request, response) => {
  keeping = keeping.then(async () => {
    const html = await response.text();
    const owner = ownerOf(html);
    if (!owner) return;
    let cache = await caches.open(READ);
    const known = await cache.match(OWNER);
    if (!known || (await known.text()) !== owner) {
      await wipe();
      cache = await caches.open(READ);
      await cache.put(OWNER, new Response(owner));
    }
    const at = new Date().toISOString();
    const title = /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? "";
    const headers = { "content-type": "text/html; charset=utf-8", "x-kept-at": at, "x-title": encodeURIComponent(title) };
    for (const name of ["content-security-policy", "x-content-type-options", "referrer-policy"]) {
      if (response.headers.get(name)) headers[name] = response.headers.get(name);
    }
    const address = new URL(request.url);
    const kept = html.replace("<body", `<body data-kept-at="${at}"`);
    await cache.delete(address.pathname);
    await cache.put(address.pathname, new Response(kept, { headers }));
    const pages = (await cache.keys()).filter((one) => !one.url.endsWith(OWNER));
    for (const old of pages.slice(0, Math.max(0, pages.length - MOST))) await cache.delete(old);
  }).catch(() => {});
  return keeping;
};

const fromKept = async (address) => {
  const cache = await caches.open(READ);
  const found = await cache.match(address.pathname);
  if (found && Date.now() - Date.parse(found.headers.get("x-kept-at")) < LONGEST) return found;
  if (found) await cache.delete(address.pathname);
  return null;
};

const page = async (event, address) => {
  let response;
  try {
    response = (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await fromKept(address)) ?? (await caches.match(HOUSE.offline)) ?? Response.error();
  }
  const drop = () => event.waitUntil(keeping = keeping.then(async () => (await caches.open(READ)).delete(address.pathname)));
  /* A redirect is followed by the browser itself: where it leads comes here again. What was kept is not here any more. */
  if (response.type === "opaqueredirect") {
    drop();
    return response;
  }
  if (new URL(response.url || address, address).pathname === HOUSE.door) {
    event.waitUntil(end());
    return response;
  }
  /* Out of sight: 410 is a conversation that was moved. */
  if ([403, 404, 410].includes(response.status)) drop();
  const plain = response.ok && !response.redirected && !address.search;
  if (plain && READABLE.test(address.pathname) && response.headers.get("content-type")?.startsWith("text/html")) {
    event.waitUntil(keep(event.request, response.clone()));
  }
  return response;
};

const asset = async (event, address) => {
  const cache = await caches.open(STATIC);
  const kept = await cache.match(event.request);
  if (kept && HASHED.test(address.pathname)) return kept;
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(cache.put(event.request, response.clone()));
    return response;
  } catch {
    return kept ?? Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && HOUSE.ends.includes(address.pathname)) {
    /* The form goes its own way; what was kept goes first. */
    event.waitUntil(end());
    return;
  }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event, address));
  else if (address.pathname.startsWith("/static/loikka/")) event.respondWith(asset(event, address));
});

self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(forget());
});

/* --- Messages --- */
self.addEventListener("push", (event) => {
  let message = {};
  try {
    message = event.data?.json() ?? {};
  } catch {
    /* what cannot be read is told of without words: browsers want to see something for every message */
  }
  const count = Number(message.unread) || 0;
  if (count) self.navigator.setAppBadge?.(count).catch(() => {});
  event.waitUntil(registration.showNotification(message.title ?? "Loikka", {
    body: message.body ?? "",
    icon: HOUSE.icon,
    badge: HOUSE.badge,
    tag: message.urgent ? "urgent" : "news",
    renotify: true,
    requireInteraction: Boolean(message.urgent),
    data: { url: message.url ?? HOUSE.news },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? HOUSE.news, location.origin);
  const wanted = url.origin === location.origin ? url.href : location.origin;
  event.waitUntil((async () => {
    const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
    const window = open.find((one) => new URL(one.url).origin === location.origin);
    if (!window) return clients.openWindow(wanted);
    await window.focus();
    return window.navigate(wanted).catch(() => clients.openWindow(wanted));
  })());
});
