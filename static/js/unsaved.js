// Whoever leaves a page by anything but a button of its form is asked first where that loses what they wrote.
const form = document.querySelector("[data-unsaved]");
let isSent = false;

const isSaved = () =>
  !form.querySelector(".errornote") &&
  [...form.querySelectorAll("textarea")].every(({ value, defaultValue }) => value === defaultValue);

form.addEventListener("submit", ({ submitter }) => {
  isSent = !submitter?.formTarget;
});
addEventListener("pageshow", () => {
  isSent = false;
});
addEventListener("beforeunload", (event) => {
  if (!isSent && !isSaved()) event.preventDefault();
});
