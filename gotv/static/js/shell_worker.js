// The service worker of a phone's page: keeps the page and its parts, so that it opens without signal. What is keyed is
// not its work. PAGE, VERSION and SHELL stand above this text when the house serves it.
const NAME = `${PAGE.slice(1)}-`;
const CACHE = NAME + VERSION;

self.addEventListener("install", (event) => {
  const parts = [PAGE, ...SHELL].map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(parts)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(NAME) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// Never by itself: the page says when nothing waits to be sent.
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || (pathname !== PAGE && !SHELL.includes(pathname))) return;
  event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(pathname)) ?? fetch(event.request)));
});
