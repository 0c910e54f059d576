// Every half minute, while somebody looks at the page, ask what is new for them. Nothing is held open in between.
const EVERY = 30_000;
const link = document.querySelector("[data-news]");
const told = document.querySelector("[data-told]");
// What stands in the page itself may be another one by now: follow-ups come one after the other without a new document.
const fresh = () => document.querySelector("[data-fresh]");
const here = () => document.querySelector("[data-here]");
const shown = Number(link?.dataset.latest);
let [since, known, mark, asked] = [shown, shown, "", Date.now()];
let title = document.title;

const count = (unread) => {
  const number = link.querySelector("[data-unread]");
  number.textContent = unread;
  number.parentElement.hidden = !unread;
  document.title = unread ? `(${unread}) ${title}` : title;
};

const show = (news) => {
  count(news.unread);
  if (news.latest > known) told.textContent = news.said;
  known = Math.max(known, news.latest);
  const [others, offer] = [here(), fresh()];
  if (others && others.textContent !== news.here) others.textContent = news.here;
  if (others) others.hidden = !news.here;
  if (!offer) return;
  offer.hidden = !news.fresh;
  offer.querySelector("a").textContent = news.freshSaid;
};

const ask = async () => {
  asked = Date.now();
  const at = here()?.dataset.here;
  const query = new URLSearchParams(at ? { since, at } : { since });
  let answer;
  try {
    answer = await fetch(`${link.dataset.news}?${query}`, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store", redirect: "manual" });
  } catch {
    return;
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) clearInterval(beat);
  if (answer.status !== 200 || at !== here()?.dataset.here) return;
  mark = answer.headers.get("ETag");
  show(await answer.json());
};

const isSeen = () => document.visibilityState === "visible";
// Whoever looks at a follow-up has read what they were told of it.
const read = () => {
  for (const form of document.querySelectorAll("[data-reading]")) {
    delete form.dataset.reading;
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(ask, () => {});
  }
};
const look = () => {
  if (!isSeen()) return;
  read();
  if (Date.now() - asked >= EVERY - 1000) ask();
};

const beat = link && setInterval(look, EVERY);
if (link) {
  document.addEventListener("visibilitychange", look);
  count(Number(link.querySelector("[data-unread]").textContent));
  look();
  const turn = (event) => {
    if (!event.target.matches("body, #content")) return;
    [title, mark] = [document.title.replace(/^\(\d+\) /, ""), ""];
    count(Number(link.querySelector("[data-unread]").textContent));
    look();
  };
  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, turn);
}
// What was new is in the list now.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fresh]")) return;
  [since, mark] = [known, ""];
  fresh().hidden = true;
});
