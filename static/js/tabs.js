// Bring the tab of this page into sight where a bar is wider than the screen.
for (const tab of document.querySelectorAll("[data-tabs] [aria-current]")) tab.scrollIntoView({ block: "nearest", inline: "center" });
