// What was typed before a login was lost goes back into its own form, if the page has it; else it stays where it is shown.
for (const kept of document.querySelectorAll("[data-unsent]")) {
  const shown = kept.querySelector("form");
  const own = [...document.forms].find((form) => !kept.contains(form) && samePlace(form.action, shown.action));
  if (!own) continue;

  const values = new FormData(shown);
  let first;
  for (const field of own.elements) {
    if (!field.name || field.name === "csrfmiddlewaretoken" || !values.has(field.name)) continue;
    fill(field, values.getAll(field.name));
    if (!first && field.type !== "hidden") first = field;
  }
  if (!first) continue;

  for (let around = own.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  shown.hidden = true;
  kept.querySelector("[data-filled]").hidden = false;
  own.addEventListener("submit", () => kept.remove());
  first.focus({ preventScroll: true });
  own.scrollIntoView({ block: "center" });
}

function samePlace(one, other) {
  return new URL(one).pathname === new URL(other).pathname;
}

function fill(field, values) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
  else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
  else if (field.type !== "file" && field.type !== "submit") field.value = values[0];
}
