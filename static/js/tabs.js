// Bring the tab of this page into sight where a bar is wider than the screen; the page itself stays where it is.
for (const tab of document.querySelectorAll("[data-tabs] [aria-current]")) {
  const bar = tab.closest("[data-tabs]");
  const [here, seen] = [tab.getBoundingClientRect(), bar.getBoundingClientRect()];
  bar.scrollLeft += here.left + here.width / 2 - (seen.left + seen.width / 2);
}
