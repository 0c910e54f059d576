// Fields that find their values while one types, by the pattern “combobox with list autocomplete” of ARIA: an input
// that asks the server for names, and a long list of a form, which stays in it, is sent, and serves without a script.
let number = 0;

// The list below an input. `take` gets the option that was chosen; `left` is called whenever the list is closed.
const listbox = (input, label, take, left) => {
  const list = document.createElement("ul");
  Object.assign(list, { id: `combobox-${number++}`, className: "combobox__list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);

  const at = () => [...list.children].findIndex((option) => option.ariaSelected === "true");
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    left();
  };
  const choose = (option) => {
    take(option);
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
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    list.hidden = !names.length;
    input.setAttribute("aria-expanded", String(Boolean(names.length)));
    input.removeAttribute("aria-activedescendant");
  };
  const keys = { ArrowDown: () => mark(at() + 1), ArrowUp: () => mark(at() < 0 ? -1 : at() - 1), Escape: close, Enter: () => choose(list.children[at()]) };
  input.addEventListener("keydown", (event) => {
    if (list.hidden || !(event.key in keys) || (event.key === "Enter" && at() < 0)) return;
    event.preventDefault();
    keys[event.key]();
  });
  return { list, offer, close, mark };
};

const askServer = (input) => {
  let asked = 0;
  const { offer, close } = listbox(input, input.labels[0]?.textContent ?? "", (option) => { input.value = option.textContent; }, () => {});
  const ask = async () => {
    const mine = ++asked;
    if (!input.value.trim()) return close();
    const answer = await fetch(`${input.dataset.combobox}?q=${encodeURIComponent(input.value)}`);
    if (answer.ok && mine === asked) offer((await answer.json()).names);
  };
  input.addEventListener("input", () => { clearTimeout(input.waiting); input.waiting = setTimeout(ask, 150); });
  input.addEventListener("blur", () => { ++asked; close(); });
};

const searchSelect = (select) => {
  const input = document.createElement("input");
  const box = document.createElement("span");
  const [label] = select.labels;
  const chosen = () => select.selectedOptions[0]?.textContent ?? "";
  let found = [];
  box.className = "combobox import-search";
  Object.assign(input, { id: `${select.id}-search`, value: chosen(), autocomplete: "off" });
  box.append(input);
  select.after(box);
  select.hidden = true;
  label.htmlFor = input.id;

  const { list, offer, close, mark } = listbox(input, label.textContent, (option) => {
    select.selectedIndex = found[[...list.children].indexOf(option)].index;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }, () => { input.value = chosen(); });
  const search = (text) => {
    found = [...select.options].filter((one) => one.textContent.toLowerCase().includes(text.trim().toLowerCase()));
    offer(found.map((one) => one.textContent));
  };
  input.addEventListener("focus", () => { input.select(); search(""); });
  input.addEventListener("input", () => { search(input.value); if (found.length) mark(0); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) search("");
    // What was typed and not chosen sends nothing.
    if (event.key === "Enter" && (!list.hidden || input.value !== chosen())) event.preventDefault();
  });
};

const equipAll = () => {
  document.querySelectorAll("[data-combobox]:not([role])").forEach(askServer);
  document.querySelectorAll("select[data-search]:not([hidden])").forEach(searchSelect);
};
equipAll();
// Pages of follow-ups come one after the other without a new document.
for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, equipAll);
