// A sentence says what is ticked in its lists as it is ticked, and takes one name after the other from a long list.
const said = (list) => {
  const names = [...list.querySelectorAll("input:checked")].map((box) => box.closest("label").textContent.trim());
  const typed = list.querySelector("[list]")?.value.trim();
  return [...names, ...(typed ? [typed] : [])].join(", ") || list.dataset.everything || "–";
};

const add = (input, list) => {
  const name = input.value.trim();
  const known = [...input.list.options].find((option) => option.value.toLowerCase() === name.toLowerCase());
  if (!known) return;
  const [row, label, box] = ["div", "label", "input"].map((tag) => document.createElement(tag));
  Object.assign(box, { type: "checkbox", name: input.name, value: known.value, checked: true });
  label.append(box, ` ${known.value}`);
  row.append(label);
  list.querySelector(".narrowed-to").append(row);
  input.value = "";
};

// Rows are folded for the sake of phones.
if (matchMedia("(width >= 48em)").matches) {
  for (const row of document.querySelectorAll(".told__row")) row.open = true;
}

for (const choice of document.querySelectorAll(".told__choice")) {
  const list = choice.querySelector(".told__list");
  choice.addEventListener("change", (event) => {
    if (event.target.list) add(event.target, list);
    choice.querySelector("[data-chosen]").textContent = said(list);
  });
  choice.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && choice.open) {
      choice.open = false;
      choice.querySelector("summary").focus();
    }
    // Enter takes the name, and does not send the form.
    if (event.key === "Enter" && event.target.list && event.target.value.trim()) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
