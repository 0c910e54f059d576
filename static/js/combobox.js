// A field that finds its values while one types, by the pattern “combobox with list autocomplete” of ARIA.
let number = 0;

const equip = (input) => {
  const list = document.createElement("ul");
  let asked = 0;
  Object.assign(list, { id: `combobox-${number++}`, className: "combobox__list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);

  const at = () => [...list.children].findIndex((option) => option.ariaSelected === "true");
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (option) => {
    input.value = option.textContent;
    close();
  };
  const mark = (place) => {
    const options = [...list.children];
    const wanted = options[(place + options.length) % options.length];
    for (const option of options) option.setAttribute("aria-selected", String(option === wanted));
    input.setAttribute("aria-activedescendant", wanted.id);
    wanted.scrollIntoView({ block: "nearest" });
  };
  const offer = (names) => {
    list.replaceChildren(...names.map((name, place) => {
      const option = document.createElement("li");
      Object.assign(option, { id: `${list.id}-${place}`, textContent: name });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
      return option;
    }));
    list.hidden = !names.length;
    input.setAttribute("aria-expanded", String(Boolean(names.length)));
    input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const mine = ++asked;
    if (!input.value.trim()) return close();
    const answer = await fetch(`${input.dataset.combobox}?q=${encodeURIComponent(input.value)}`);
    if (answer.ok && mine === asked) offer((await answer.json()).names);
  };
  const keys = { ArrowDown: () => mark(at() + 1), ArrowUp: () => mark(at() < 0 ? -1 : at() - 1), Escape: close, Enter: () => take(list.children[at()]) };

  input.addEventListener("input", () => { clearTimeout(input.waiting); input.waiting = setTimeout(ask, 150); });
  input.addEventListener("blur", () => { ++asked; close(); });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || !(event.key in keys) || (event.key === "Enter" && at() < 0)) return;
    event.preventDefault();
    keys[event.key]();
  });
};

const equipAll = () => document.querySelectorAll("[data-combobox]:not([role])").forEach(equip);
equipAll();
// Pages of follow-ups come one after the other without a new document.
for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, equipAll);
