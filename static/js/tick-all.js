// One tick for all rows of a page: it ticks each of them, and is taken back as soon as one is not ticked any more.
// Without this script it names the same rows when the form is sent.
const rows = () => [...document.querySelectorAll(".worklist__tick")];

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-tick-all]")) {
    for (const row of rows()) row.checked = target.checked;
  } else if (target.matches(".worklist__tick")) {
    const all = document.querySelector("[data-tick-all]");
    if (all) all.checked = rows().every((row) => row.checked);
  }
});
