// Stands between the pages and the network. It keeps one page, which says that there is no connection and takes what is
// typed meanwhile, with the files it is made of. Nothing else is stored: pages hold what is between people.
// The server puts MARK, the mark of all static files, before this.
const CACHE = `offline ${MARK}`;
const PAGE = "/offline";

async function prepare() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { cache: "reload" });
  if (!page.ok) throw new Error("the page for without a connection is not there");
  const files = (await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g);
  await cache.put(PAGE, page);
  // The signs of the window are not part of the page.
  await cache.addAll([...new Set([...files].map(([, path]) => path))].filter((path) => !path.endsWith(".png")));
}

async function takeOver() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function orOffline(request) {
  try {
    return await fetch(request);
  } catch {
    const page = await caches.match(PAGE, { cacheName: CACHE });
    return page ?? Response.error();
  }
}

async function orKept(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: CACHE })) ?? Response.error();
  }
}

self.addEventListener("install", (event) => event.waitUntil(prepare().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(orOffline(request));
  else if (request.method === "GET" && new URL(request.url).pathname.startsWith("/static/")) event.respondWith(orKept(request));
});
