// The date fields matter only with own dates: show them then, and empty them when a preset is chosen.
for (const form of document.querySelectorAll("[data-own-dates]")) {
  const period = form.elements.namedItem("period");
  const fields = form.querySelectorAll("[data-own-date]");

  const show = () => {
    const own = period.value === "own";
    for (const field of fields) {
      const input = field.querySelector("input");
      field.hidden = !own && !input.matches("[aria-invalid]") && !input.value;
    }
  };

  period.addEventListener("change", () => {
    if (period.value !== "own") {
      for (const field of fields) field.querySelector("input").value = "";
    }
    show();
  });
  show();
}
