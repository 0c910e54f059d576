// Work by keyboard: j and k walk through rows or follow-ups, o opens, other letters go where `data-key` says, ? tells all.
// They are off while somebody types, and wherever they were switched off (WCAG 2.1.4).
const OFF = "plumb-keys-off";
const one = (selector) => document.querySelector(selector);
const rows = () => [...document.querySelectorAll("[data-row]")];

const isOff = () => {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
};

const walk = (step) => {
  const all = rows();
  const here = all.indexOf(document.activeElement);
  all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)]?.focus();
};

const goTo = (place) => {
  if (place.matches("a, button")) return place.click();
  const field = place.matches("input") ? place : place.querySelector("select, textarea, input:not([type=hidden], [type=radio])");
  for (let around = field.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  field.scrollIntoView({ block: "center" });
  field.focus();
};

// By the place of the key where the letters on it are not Latin ones.
const keyOf = (event) => (/^Key[A-Z]$/.test(event.code) && !/^[a-z]$/i.test(event.key) ? event.code[3].toLowerCase() : event.key);

const press = (key) => {
  const list = rows().length > 0;
  if (key === "?") return one("[data-keys]")?.showModal() ?? true;
  if (list && (key === "j" || key === "k")) return walk(key === "j" ? 1 : -1) ?? true;
  if (list && key === "o") return document.activeElement.matches("[data-row]") && (document.activeElement.click(), true);
  const place = one(`[data-key="${CSS.escape(key)}"]`);
  return place && (goTo(place), true);
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]") || isOff()) return;
  const key = keyOf(event);
  if (key.length === 1 && press(key)) event.preventDefault();
});

const dress = () => {
  for (const button of document.querySelectorAll("[data-keys-open]")) button.hidden = false;
  for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = !isOff();
};

document.addEventListener("click", (event) => event.target.closest("[data-keys-open]") && one("[data-keys]").showModal());
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-switch]")) event.target.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1");
});
document.addEventListener("htmx:historyRestore", dress);
document.addEventListener("htmx:afterSettle", (event) => {
  dress();
  if (event.target.id === "content") event.target.focus({ preventScroll: true });
});
dress();
