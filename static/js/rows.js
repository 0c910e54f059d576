// Walk through a list by keyboard: j and k to the next and the previous row, o opens it, / goes to the search.
const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
const search = document.querySelector("[data-search]");

const go = (step) => {
  const place = rows.indexOf(document.activeElement);
  const next = place < 0 ? 0 : Math.min(Math.max(place + step, 0), rows.length - 1);
  rows[next]?.focus();
};

const deeds = { j: () => go(1), k: () => go(-1), o: () => document.activeElement.matches("[data-row]") && document.activeElement.click(), "/": () => search?.focus() };

// By the place of the key where the letters on it are not Latin ones.
const keyOf = (event) => (/^Key[A-Z]$/.test(event.code) && !/^[a-z]$/i.test(event.key) ? event.code[3].toLowerCase() : event.key);

document.addEventListener("keydown", (event) => {
  const key = keyOf(event);
  const typing = event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(key in deeds)) return;
  event.preventDefault();
  deeds[key]();
});
