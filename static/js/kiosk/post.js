// Keeps every answer on the tablet from its first tap, and sends it until the server has said that it is kept there.
// An answer has an id that was drawn here, so one that is sent twice is one answer. Only one window does this at once.
// What a device keeps of another kiosk, which it showed before, names the tablet that it was then.

const PATIENCE = 5_000;
const MOST = 50, BYTES = 90_000, EVERY = 60_000, SLOWEST = 60_000, KEPT_REFUSALS = 200;
const tablet = Number(document.documentElement.dataset.tablet);
const memory = { answers: new Map(), refused: new Map() };
let db = null, wait = 0, timer = 0, network = "yes", stamp = "", most = MOST, sending = null, pinned = Promise.resolve();

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`kiosk:${name}`, { detail }));

function open() {
  return new Promise((resolve) => {
    const request = indexedDB.open("kiosk", 1);
    request.onupgradeneeded = () => {
      for (const store of ["answers", "refused"]) request.result.createObjectStore(store, { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
    // Some browsers never answer.
    setTimeout(() => resolve(null), PATIENCE);
    // Where a browser keeps nothing at all, asking for it fails at once.
  }).catch(() => null);
}

function write(store, act) {
  return new Promise((resolve, reject) => {
    const change = db.transaction(store, "readwrite", { durability: "strict" });
    act(change.objectStore(store));
    // Without waiting for its own requests to be answered: the page may go away by then.
    change.commit?.();
    change.oncomplete = () => resolve();
    change.onerror = change.onabort = () => reject(change.error);
  });
}

const memoryOf = (store) => ({ put: (row) => memory[store].set(row.id, row), delete: (id) => memory[store].delete(id) });

// Resolves once it is on the disk. Where the browser closed its database it is opened anew; where it keeps nothing, or
// is full, an answer is kept as long as the page stands.
async function change(store, act) {
  try {
    await write(store, act);
  } catch {
    db = await open();
    await (db ? write(store, act) : Promise.reject()).catch(() => act(memoryOf(store)));
    return;
  }
  memory[store].size && act({ put: () => {}, delete: (id) => memory[store].delete(id) });
}

async function all(store) {
  const kept = await new Promise((resolve) => {
    if (!db) return resolve([]);
    const request = db.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve([]);
  }).catch(() => []);
  return [...kept, ...memory[store].values()];
}

const hasMore = async () => network === "yes" && (await waiting()).some((row) => row.tries === 0);
const waiting = async () => (await all("answers")).filter((row) => row.done);

async function state() {
  tell("state", { waiting: (await waiting()).length, refused: (await all("refused")).length, network, stamp, unsaved: memory.answers.size });
}

// In order; what could not be taken yet stands behind what was never tried.
async function batch() {
  const rows = (await waiting()).sort((a, b) => a.tries - b.tries || a.at - b.at).slice(0, most);
  const size = (row) => new TextEncoder().encode(JSON.stringify(row)).length;
  let bytes = 0;
  return rows.filter((row, place) => (bytes += size(row)) <= BYTES || place === 0);
}

async function settle(row, { fate, code }) {
  if (fate === "refused") {
    await change("refused", (store) => store.put({ ...row, code }));
    for (const old of (await all("refused")).sort((a, b) => b.at - a.at).slice(KEPT_REFUSALS)) {
      await change("refused", (store) => store.delete(old.id));
    }
  }
  if (fate === "later") await change("answers", (store) => store.put({ ...row, tries: row.tries + 1 }));
  else await change("answers", (store) => store.delete(row.id));
}

async function post(rows) {
  const counts = { waiting: (await waiting()).length, refused: (await all("refused")).length };
  const answers = rows.map(({ tablet: given, done: _done, tries: _tries, ...said }) => ({ ...said, tablet: Number(given) }));
  return fetch("/k/answers/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sent: Date.now(), ...counts, waiting: counts.waiting - rows.length, answers }),
    signal: AbortSignal.timeout(20_000),
  });
}

// Returns whether there is more to send at once. Whatever does not come from us, such as the login page of a network, is no network.
async function sendOnce() {
  const rows = await batch();
  const answer = await post(rows);
  if (answer.status === 401) return void (network = "unpaired");
  if (answer.status === 413 && rows.length > 1) return void (most = Math.ceil(rows.length / 2));
  if (answer.status === 413 && rows.length) return settle(rows[0], { fate: "refused", code: "too_large" });
  if (!answer.ok) throw new Error(answer.status);
  const told = await answer.json();
  if (told.answers?.length !== rows.length) throw new Error("no answer of ours");
  network = "yes";
  stamp = told.stamp;
  most = MOST;
  for (const [place, row] of rows.entries()) await settle(row, told.answers[place]);
  return hasMore();
}

async function send() {
  try {
    while (await sendOnce());
    wait = 0;
  } catch {
    network = "no";
    wait = Math.min(SLOWEST, Math.max(2_000, wait * 2));
  }
  await state();
}

function soon(delay) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    sending ??= send().finally(() => (sending = null));
    await sending;
    soon(!wait && (await hasMore()) ? 0 : wait ? wait * (0.75 + Math.random() / 2) : EVERY);
  }, delay);
}

// What was said when the page went away in the middle of it was said all the same.
async function finishOthers() {
  for (const row of await all("answers")) if (!row.done) await change("answers", (store) => store.put({ ...row, done: true }));
}

async function begin() {
  db = await open();
  await finishOthers();
  await state();
  tell("begin");
  soon(0);
}

// One change after the other, so that the last word stands.
const keep = (act) => (pinned = pinned.then(act, act));
document.addEventListener("kiosk:said", ({ detail }) => keep(() => change("answers", (store) => store.put({ ...detail, tablet, tries: 0, done: false }))));
document.addEventListener("kiosk:done", ({ detail }) => keep(async () => {
  await change("answers", (store) => store.put({ ...detail, tablet, tries: 0, done: true }));
  await state();
  if (!wait) soon(0);
}));
document.addEventListener("kiosk:send", () => soon((wait = 0)));
document.addEventListener("kiosk:clear", () => keep(async () => {
  for (const store of ["answers", "refused"]) for (const row of await all(store)) await change(store, (rows) => rows.delete(row.id));
}));
addEventListener("online", () => soon((wait = 0)));
addEventListener("offline", () => { network = "no"; state(); });

if (navigator.locks) navigator.locks.request("kiosk", async () => { await begin(); return new Promise(() => {}); });
else begin();
