// Shows one view after the other, and begins anew when nobody touches it any more. It asks for nothing: all views in
// all languages stand in the page. A score that was tapped counts, whatever is or is not said after it.

const IDLE = 15_000, LAST = 5_000, THANKED = 5_000, MORE = 60_000, CALM = 400, LONGEST = 5_000;
const GESTURES = { pointerdown: "pointer", touchstart: "touch", keydown: "key" };
const html = document.documentElement;
const form = document.querySelector("[data-stage]");
const countdown = document.querySelector("[data-countdown]");
const told = document.querySelector("[data-told]");
const start = html.dataset.language;
const first = html.dataset.version ? "score" : "closed";
let view = "", language = start, answer = null, tier = "", shownAt = 0, until = 0, gesture = "";

const mark = (part, name, isOn) => (isOn ? part.setAttribute(name, "true") : part.removeAttribute(name));
const now = () => performance.now();
const slot = () => form.querySelector("[data-view]");
const template = (name) => document.querySelector(`template[data-name="${name}"][data-in="${language}"]`);
const isFurther = () => view.startsWith("q-");
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`kiosk:${name}`, { detail }));

function drawId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What follows one after the other: as far as the language says it, and the score asks it.
function views() {
  const asksWhy = template("why")?.content.querySelector("[name=topic], [name=comment]");
  const further = document.querySelectorAll(`template[data-tiers][data-in="${language}"]`);
  const asked = Array.from(further, (part) => part.dataset).filter(({ tiers }) => !tiers || tiers.split(" ").includes(tier));
  return ["score", ...(asksWhy ? ["why"] : []), ...asked.map(({ name }) => name), "thanks"];
}

function go(name) {
  if (name === "thanks" && answer) finish();
  else show(name);
}

const goBy = (count) => go(views()[views().indexOf(view) + count]);

function show(name) {
  const found = template(name);
  view = name;
  html.lang = language;
  html.dir = found.dataset.direction;
  html.dataset.busy = answer || language !== start ? "1" : "";
  slot().replaceChildren(found.content.cloneNode(true));
  slot().dataset.view = name;
  for (const part of slot().querySelectorAll("h1[data-tier]")) part.hidden = part.dataset.tier !== tier;
  for (const part of slot().querySelectorAll("[data-back]")) part.hidden = false;
  for (const button of document.querySelectorAll("[name=switch]")) mark(button, "aria-current", button.value === language);
  refill();
  slot().querySelector("h1:not([hidden])").focus();
  scrollTo(0, 0);
  shownAt = now();
  until = now() + (name === "thanks" ? THANKED : IDLE);
  calm();
}

// In another language, or on the way back, everything is as it was left.
function refill() {
  if (!answer) return;
  for (const button of slot().querySelectorAll("[name=score]")) mark(button, "aria-pressed", Number(button.value) === answer.said.score);
  for (const box of slot().querySelectorAll("[name=topic]")) box.checked = answer.said.topics.includes(Number(box.value));
  for (const field of slot().querySelectorAll("[name=comment]")) field.value = answer.said.comment;
  const chosen = answer.said.further[view.slice(2)] ?? [];
  for (const button of slot().querySelectorAll("[data-choice]")) mark(button, "aria-pressed", chosen.includes(button.value));
  for (const box of slot().querySelectorAll("[type=checkbox][name^=q-]")) box.checked = chosen.includes(box.value);
  for (const field of slot().querySelectorAll("textarea[name^=q-]")) field.value = chosen[0] ?? "";
}

function say(changes) {
  Object.assign(answer.said, changes, { language });
  tell("said", { ...answer.said });
}

function tap(button) {
  answer ??= { said: { id: drawId(), version: Number(html.dataset.version), topics: [], comment: "", further: {}, at: Date.now(), gesture } };
  tier = button.dataset.tier;
  say({ score: Number(button.value) });
  goBy(1);
}

function choose(button) {
  say({ further: { ...answer.said.further, [view.slice(2)]: [button.value] } });
  goBy(1);
}

function collectFurther() {
  const boxes = slot().querySelectorAll("[type=checkbox]:checked"), field = slot().querySelector("textarea");
  if (!field && !slot().querySelector("[type=checkbox]")) return;
  const said = field ? [field.value.slice(0, LONGEST)] : Array.from(boxes, (box) => box.value);
  say({ further: { ...answer.said.further, [view.slice(2)]: said } });
}

// Where the language says a question not at all, what follows it is shown.
function speak(code) {
  collect();
  const rest = views().slice(Math.max(0, views().indexOf(view)));
  language = code;
  go(view === first || view === "thanks" ? view : rest.find((name) => views().includes(name)));
}

function collect() {
  if (answer && isFurther()) collectFurther();
  if (!answer || view !== "why") return;
  const topics = Array.from(slot().querySelectorAll("[name=topic]:checked"), (box) => Number(box.value));
  say({ topics, comment: (slot().querySelector("[name=comment]")?.value ?? "").slice(0, LONGEST) });
}

function finish() {
  tell("done", { ...answer.said });
  show("thanks");
  answer = null;
}

function again() {
  if (answer) tell("done", { ...answer.said });
  answer = null;
  language = start;
  show(first);
}

function calm() {
  countdown.hidden = true;
  countdown.replaceChildren();
  told.textContent = "";
}

function touched() {
  if (!view || view === "thanks") return;
  until = Math.max(until, now() + IDLE);
  if (!countdown.hidden && until - now() > LAST) calm();
}

// Each second of the last ones is seen; a screen reader is told once, and of the way out of it.
function count(left) {
  if (countdown.hidden) {
    countdown.replaceChildren(template("countdown").content.cloneNode(true));
    countdown.hidden = false;
    told.textContent = countdown.querySelector("p").dataset.starts.replace("{n}", left);
  }
  countdown.querySelector("p").textContent = countdown.querySelector("p").dataset.starts.replace("{n}", left);
}

function tick() {
  if (!view || html.dataset.staff) return;
  const left = until - now(), isResting = view === first && !answer;
  if (left <= 0) isResting ? language !== start && again() : again();
  else if (left <= LAST && !isResting && view !== "thanks") count(Math.ceil(left / 1000));
}

function press(event) {
  const found = (what) => event.target.closest(what);
  if (found("[data-more]")) { until = now() + MORE; calm(); return; }
  const control = found("[name=score], [name=switch], [data-again], [data-back], [data-choice], .send");
  if (!control || !view || html.dataset.staff) return;
  event.preventDefault();
  // The second tap of a hand that drums is meant for the view before.
  if (now() - shownAt < CALM) return;
  if (control.name === "score") tap(control);
  else if (control.name === "switch") speak(control.value);
  else if (control.matches("[data-again]")) again();
  else if (control.matches("[data-back]")) { collect(); goBy(-1); }
  else if (control.matches("[data-choice]")) choose(control);
  else if ((view === "why" || isFurther()) && form.contains(control)) { collect(); goBy(1); }
}

function note(event) {
  if (event.isTrusted) gesture = event.pointerType === "touch" ? "touch" : GESTURES[event.type];
  // Whoever presses “more time” is asked once more: the button must stand until it is pressed.
  if (!countdown.contains(event.target)) touched();
}

for (const type of Object.keys(GESTURES)) addEventListener(type, note, { capture: true, passive: true });
addEventListener("click", press);
addEventListener("submit", (event) => { if (event.target === form) event.preventDefault(); });
addEventListener("input", () => { touched(); collect(); });
addEventListener("contextmenu", (event) => { if (!event.target.closest("textarea")) event.preventDefault(); });
document.addEventListener("kiosk:begin", () => {
  document.body.inert = false;
  document.querySelector("[data-elsewhere]").hidden = true;
  again();
  setInterval(tick, 250);
});
document.body.inert = true;
setTimeout(() => { document.querySelector("[data-elsewhere]").hidden = !document.body.inert; }, 1_000);
