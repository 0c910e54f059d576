// A long list to choose from is searched while one types, by the pattern “combobox with list autocomplete” of ARIA.
// The list itself stays in the form and is sent; without this script it is chosen from as it is.
const equip = (select, number) => {
  const [input, list] = [document.createElement("input"), document.createElement("ul")];
  const box = document.createElement("span");
  const name = select.labels[0].textContent;
  box.className = "combobox import-search";
  Object.assign(input, { id: `${select.id}-search`, value: select.selectedOptions[0]?.textContent ?? "", autocomplete: "off" });
  Object.assign(list, { id: `search-${number}`, className: "combobox__list", hidden: true });
  for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(key, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", name);
  select.labels[0].htmlFor = input.id;
  select.hidden = true;
  select.after(box);
  box.append(input, list);

  const at = () => [...list.children].findIndex((one) => one.ariaSelected === "true");
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = select.selectedOptions[0]?.textContent ?? "";
  };
  const take = (one) => {
    if (one) select.selectedIndex = Number(one.dataset.index);
    select.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  };
  const mark = (place) => {
    const all = [...list.children];
    const wanted = all[(place + all.length) % all.length];
    for (const one of all) one.setAttribute("aria-selected", String(one === wanted));
    if (wanted) input.setAttribute("aria-activedescendant", wanted.id);
    wanted?.scrollIntoView({ block: "nearest" });
  };
  const offer = (text) => {
    const found = [...select.options].filter((one) => one.textContent.toLowerCase().includes(text.trim().toLowerCase()));
    list.replaceChildren(...found.map((one) => {
      const item = document.createElement("li");
      Object.assign(item, { id: `${list.id}-${one.index}`, textContent: one.textContent });
      item.dataset.index = one.index;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
      return item;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
  };
  const keys = { ArrowDown: () => mark(at() + 1), ArrowUp: () => mark(at() < 0 ? -1 : at() - 1), Escape: close, Enter: () => take(list.children[Math.max(at(), 0)]) };
  input.addEventListener("focus", () => { input.select(); offer(""); });
  input.addEventListener("input", () => offer(input.value));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) offer("");
    if (list.hidden || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
};
document.querySelectorAll("select[data-search]").forEach(equip);
