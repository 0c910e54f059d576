// Shows the page of the kiosk without a network. It answers for this page and its parts alone: a page of ours wins, and
// what is not ours, late or broken is replaced by the copy that was kept.

const CACHE = "kiosk", PAGE = "/k/", PATIENCE = 4_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function page(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.headers.has("X-Kiosk")) return answer;
  } catch {
    // Kept below.
  }
  return await caches.match(PAGE, { cacheName: CACHE }) ?? Response.error();
}

async function part(request) {
  return await caches.match(request, { cacheName: CACHE }) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request));
  else if (request.mode !== "navigate" && url.pathname !== PAGE) event.respondWith(part(request));
});
