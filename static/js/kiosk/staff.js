// The way out for staff: five taps in the corner, or the key on it, then the PIN. It is checked here, for there may be
// no network; wrong ones are counted across reloads and wait longer each time.

const TAPS = 5, WITHIN = 3_000, FREE = 3, FIRST_WAIT = 30, LONGEST_WAIT = 900, LEFT_ALONE = 120_000, PAD_LEFT_ALONE = 30_000;
const html = document.documentElement;
const [corner, pad, staff, sign] = ["corner", "pad", "staff", "sign"].map((name) => document.querySelector(`[data-${name}]`));
const inPad = (name) => pad.querySelector(`[data-${name}]`), inStaff = (name) => staff.querySelector(`[data-${name}]`);
const typed = inPad("typed"), trouble = inPad("trouble");
let taps = [], state = { waiting: 0, refused: 0, network: "yes" }, pin = "", isSure = false, asked = false, alone = 0, checked = Promise.resolve();

const tries = () => JSON.parse(localStorage.getItem("kiosk-pin") ?? '{"wrong":0,"until":0}');
const fill = (part, name, n = "") => part.dataset[name].replace("{n}", n);

function complain(name, n) {
  trouble.textContent = fill(trouble, name, n);
  trouble.hidden = false;
}

async function isRight(given) {
  const [, rounds, salt, hash] = html.dataset.pin.split("$");
  const bytes = (text) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey("raw", bytes(given), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: Number(rounds) }, key, 256);
  return btoa(String.fromCharCode(...new Uint8Array(bits))) === hash;
}

// One after the other, so that each wrong one is counted before the next is tried.
function enter(event) {
  event.preventDefault();
  const given = typed.value, next = () => html.dataset.staff || check(given);
  typed.value = "";
  trouble.hidden = true;
  checked = checked.then(next, next);
}

async function check(given) {
  const { wrong, until } = tries(), left = Math.ceil((until - Date.now()) / 1000);
  if (left > 0 && left <= LONGEST_WAIT) return complain("wait", left);
  if (!crypto.subtle) return complain("insecure");
  if (await isRight(given)) {
    localStorage.removeItem("kiosk-pin");
    pin = given;
    return enterStaff();
  }
  const pause = wrong + 1 < FREE ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (wrong + 1 - FREE));
  localStorage.setItem("kiosk-pin", JSON.stringify({ wrong: wrong + 1, until: Date.now() + pause * 1000 }));
  complain("wrong");
}

function enterStaff() {
  pad.close();
  if (document.fullscreenElement) document.exitFullscreen();
  html.dataset.staff = "1";
  staff.hidden = false;
  staff.querySelector("h1").focus();
  stay();
}

function resume() {
  pin = "";
  isSure = false;
  inStaff("said").hidden = true;
  staff.hidden = true;
  delete html.dataset.staff;
  document.querySelector("[data-stage] h1:not([hidden])")?.focus();
}

function stay() {
  clearTimeout(alone);
  if (!staff.hidden) alone = setTimeout(resume, LEFT_ALONE);
  else if (pad.open) alone = setTimeout(() => pad.close(), PAD_LEFT_ALONE);
}

function say(name, n) {
  inStaff("said").textContent = fill(inStaff("said"), name, n);
  inStaff("said").hidden = false;
}

async function forget() {
  if (state.waiting && !isSure) {
    isSure = true;
    return say("sure", state.waiting);
  }
  const answer = await fetch("/k/leaving/", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ pin }),
  }).catch(() => null);
  if (!answer || !(answer.ok || answer.status === 401)) return say("kept");
  document.dispatchEvent(new CustomEvent("kiosk:clear"));
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  location.replace("/k/");
}

function tapped(event) {
  taps = [...taps.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
  // A key, or a screen reader, presses once.
  if (event.detail !== 0 && taps.length < TAPS) return;
  taps = [];
  typed.value = "";
  trouble.hidden = true;
  pad.showModal();
  typed.focus();
  stay();
}

function press(event) {
  const is = (name) => event.target.closest(`[data-${name}]`);
  if (is("digit")) typed.value = (typed.value + is("digit").dataset.digit).slice(0, 12);
  else if (is("erase")) typed.value = typed.value.slice(0, -1);
  else if (is("close")) pad.close();
  else if (is("resume")) resume();
  else if (is("forget")) forget();
  else if (is("send-now")) {
    asked = true;
    document.dispatchEvent(new CustomEvent("kiosk:send"));
  }
  stay();
}

function showState({ detail }) {
  state = detail;
  inStaff("waiting").textContent = state.waiting;
  inStaff("refused").textContent = state.refused;
  inStaff("network").textContent = inStaff("network").dataset[state.network];
  const parts = [state.network === "no" && sign.dataset.offline, state.network === "unpaired" && sign.dataset.unpaired, state.waiting && fill(sign, "waits", state.waiting)];
  sign.textContent = parts.filter(Boolean).join(" · ");
  sign.hidden = !sign.textContent;
  if (asked) say(state.waiting ? "unsent" : "sent");
  asked = false;
}

corner.hidden = false;
corner.addEventListener("click", tapped);
inPad("pad-form").addEventListener("submit", enter);
pad.addEventListener("click", press);
staff.addEventListener("click", press);
document.addEventListener("kiosk:state", showState);
