// Whoever leaves a page by anything but a button of its form is asked first where that loses what they wrote.
const form = document.querySelector("[data-unsaved]");
let isSent = false;

const isSaved = () =>
  form.dataset.unsaved !== "typed" &&
  [...form.querySelectorAll("textarea, [name=note]")].every(({ value, defaultValue }) => value === defaultValue);

form.addEventListener("submit", ({ submitter }) => {
  isSent = !submitter?.formTarget;
});
// A button whose page never came has sent nothing.
form.addEventListener("input", () => {
  isSent = false;
});
addEventListener("pageshow", () => {
  isSent = false;
});
addEventListener("beforeunload", (event) => {
  if (!isSent && !isSaved()) event.preventDefault();
});
