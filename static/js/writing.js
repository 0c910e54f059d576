// While one writes, the preview follows; a button puts a name where the caret stands.
const PAUSE = 500;
const form = document.querySelector("[data-writing]");
const show = form.querySelector("[data-show]");
let frame = form.querySelector("iframe");
let waiting, field, drawn = 0;

// Each look is drawn in a frame of its own, so that the way back of the browser leads to the page before, not to it.
const draw = () => {
  const [shown, fresh] = [form.querySelector("iframe"), frame.cloneNode()];
  fresh.removeAttribute("src");
  fresh.name = show.formTarget = `preview-${++drawn}`;
  fresh.className = "writing__drawn";
  shown.parentElement.append(fresh);
  fresh.addEventListener("load", () => {
    if (fresh !== frame || !fresh.contentDocument || fresh.contentDocument.URL === "about:blank") return;
    fresh.contentDocument.scrollingElement.scrollTop = shown.contentDocument?.scrollingElement?.scrollTop ?? 0;
    fresh.className = "";
    for (const told of fresh.contentDocument.querySelectorAll("[data-figures]")) tell(told);
    // Moving a frame would empty it.
    for (const old of form.querySelectorAll("iframe")) if (old !== fresh) old.remove();
  });
  frame = fresh;
  form.requestSubmit(show);
};

// What a text message takes is counted where it is previewed; it is said beside the text only when it changes.
const tell = (told) => {
  const shown = form.querySelector(`[data-figures="${told.dataset.figures}"]`);
  if (shown && shown.textContent !== told.textContent) shown.replaceChildren(...document.importNode(told, true).childNodes);
};

// What was refused, or was put back by the browser, is not what the server has.
addEventListener("pageshow", () => {
  const texts = [...form.querySelectorAll("[data-text]")];
  if (form.dataset.unsaved === "typed" || texts.some((text) => text.value !== text.defaultValue)) draw();
});

form.addEventListener("input", (event) => {
  if (event.target.name === "dark" || event.target.name === "note") return;
  clearTimeout(waiting);
  waiting = setTimeout(draw, event.target.matches("textarea") ? PAUSE : 0);
});
form.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-text]")) field = event.target;
});
show.hidden = true;

const variables = form.querySelector("[data-variables]");
variables.hidden = false;
variables.addEventListener("click", ({ target }) => {
  if (!target.matches("[data-put]")) return;
  field ??= form.querySelector("[data-text]");
  const put = "around" in target.dataset ? `[[${chosen(field)}|]]` : target.dataset.put;
  field.focus();
  field.setRangeText(put, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

function chosen({ value, selectionStart, selectionEnd }) {
  return value.slice(selectionStart, selectionEnd);
}
