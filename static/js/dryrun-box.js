// What comes in place of the box below a form (the form with its errors, the way to log in) is shown as a page of its own.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 200 && !/^\s*<!doctype/i.test(xhr.responseText)) return;
  event.preventDefault();
  const button = requestConfig.elt;
  // once it may be pressed again
  setTimeout(() => button.form.requestSubmit(button));
});
