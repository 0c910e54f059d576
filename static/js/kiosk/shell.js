// What makes a page a kiosk: it opens without a network, fills the screen, keeps it lit, and, while nobody is at
// it, takes a newer version of itself or says that it is none any more.

const html = document.documentElement;
const CACHE = "kiosk", QUIET = 20_000;
let touchedAt = performance.now();

const parts = (page) => Array.from(page.querySelectorAll("script[src], link[rel=stylesheet], link[rel=manifest], img[src]"),
  (part) => part.getAttribute("src") ?? part.getAttribute("href")).filter((url) => url.startsWith("/"));

// Keeps the page with everything it needs, or, where a part is missing, what was kept before.
async function pack() {
  const answer = await fetch("/k/", { cache: "no-store", headers: { Accept: "text/html" } });
  if (!answer.ok || !answer.headers.has("X-Kiosk")) return false;
  const page = new DOMParser().parseFromString(await answer.clone().text(), "text/html");
  const cache = await caches.open(CACHE), needed = parts(page);
  await cache.addAll(needed);
  await cache.put("/k/", answer);
  const kept = new Set([...needed, "/k/"].map((url) => new URL(url, location).href));
  for (const request of await cache.keys()) if (!kept.has(request.url)) await cache.delete(request);
  html.dataset.packed = "1";
  return true;
}

async function install() {
  await navigator.serviceWorker.register("/k/worker.js", { scope: "/k/" });
  await navigator.serviceWorker.ready;
  await pack();
}

async function renew({ detail }) {
  const isOff = detail.network === "unpaired", isOld = detail.stamp && detail.stamp !== html.dataset.stamp;
  if (!(isOff || isOld) || detail.unsaved || html.dataset.busy || html.dataset.staff) return;
  if (performance.now() - touchedAt < QUIET) return;
  if (isOff || !window.caches || await pack().catch(() => false)) location.reload();
}

function fill() {
  touchedAt = performance.now();
  if (html.dataset.staff || document.fullscreenElement || matchMedia("(display-mode: fullscreen)").matches) return;
  if (document.querySelector("dialog[open]")) return;
  html.requestFullscreen?.({ navigationUI: "hide" }).catch(() => {});
}

const light = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});

addEventListener("pointerup", fill);
addEventListener("keydown", () => { touchedAt = performance.now(); });
document.addEventListener("visibilitychange", light);
document.addEventListener("kiosk:state", renew);
if (navigator.serviceWorker) install().catch(() => {});
navigator.storage?.persist?.();
light();
