// Moves between the steps without a reload. Nothing is ever sent but by the person's own act:
// this file only notes whether there was one, and carries what they send.

const GESTURES = { pointerdown: "pointer", touchstart: "touch", keydown: "key", click: "click", change: "change" };

function note(event) {
  if (!event.isTrusted) return;
  for (const field of document.querySelectorAll("[name=gesture]")) field.value ||= GESTURES[event.type];
}

function prepare() {
  for (const field of document.querySelectorAll("[name=scripted]")) field.value = "1";
  nameScore();
}

function nameScore() {
  const button = document.querySelector("[data-send]");
  const chosen = document.querySelector("[name=score]:checked");
  if (!button || !chosen) return;
  button.textContent = button.dataset.send.replace("{score}", chosen.value).replace("{answer}", chosen.ariaLabel);
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) throw new Error("That is no page of ours");
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  prepare();
  const target = document.querySelector("#missing:not([hidden])") ?? document.querySelector("h1");
  target.focus();
  scrollTo(0, 0);
}

async function send(event) {
  const form = event.target.closest("[data-answer]");
  if (!form) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  const fields = new URLSearchParams(new FormData(form));
  if (event.submitter?.name) fields.append(event.submitter.name, event.submitter.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields });
    // What broke on the way, or on our side, takes nothing from the page that was typed on.
    if (answer.status >= 500) throw new Error(answer.statusText);
    show(await answer.text());
  } catch {
    form.ariaBusy = null;
    form.querySelector("[data-offline]").hidden = false;
  }
}

// Whoever takes the tick away wants no call any more, whatever phone stands there.
function untick({ target }) {
  const line = target.closest(".further")?.querySelector(".line");
  if (line && target.type === "checkbox" && !target.checked) line.value = "";
}

for (const type of Object.keys(GESTURES)) addEventListener(type, note, { capture: true, passive: true });
addEventListener("change", nameScore);
addEventListener("change", untick);
addEventListener("submit", send);
prepare();
