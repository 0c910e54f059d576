// Files may be dropped on the field for them; without this script they are chosen in it.
for (const input of document.querySelectorAll("input[type=file][multiple]")) {
  const place = input.closest(".form-row") ?? input.parentElement;
  place.classList.add("file-drop");
  const shine = (isOver) => place.classList.toggle("file-drop--over", isOver);
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    shine(true);
  });
  place.addEventListener("dragleave", () => shine(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    shine(false);
    const files = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) files.items.add(file);
    input.files = files.files;
  });
}
