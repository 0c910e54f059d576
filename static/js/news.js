// Every half minute, while somebody looks at the page, ask what is new for them. Nothing is held open in between.
const EVERY = 30_000;
const link = document.querySelector("[data-news]");
const told = document.querySelector("[data-told]");
const fresh = document.querySelector("[data-fresh]");
const here = document.querySelector("[data-here]");
const title = document.title;
const shown = Number(link?.dataset.latest);
let [since, known, mark, asked] = [shown, shown, "", Date.now()];

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
  if (here && here.textContent !== news.here) here.textContent = news.here;
  if (here) here.hidden = !news.here;
  if (!fresh) return;
  fresh.hidden = !news.fresh;
  fresh.querySelector("a").textContent = news.freshSaid;
};

const ask = async () => {
  asked = Date.now();
  const query = new URLSearchParams(here ? { since, at: here.dataset.here } : { since });
  let answer;
  try {
    answer = await fetch(`${link.dataset.news}?${query}`, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store", redirect: "manual" });
  } catch {
    return;
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) clearInterval(beat);
  if (answer.status !== 200) return;
  mark = answer.headers.get("ETag");
  show(await answer.json());
};

const isSeen = () => document.visibilityState === "visible";
// Whoever looks at a follow-up has read what they were told of it.
const untold = [...document.querySelectorAll("[data-reading]")];
const read = () => untold.splice(0).forEach((form) => fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(ask, () => {}));
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
}
// What was new is in the list now.
fresh?.addEventListener("click", () => { since = known; mark = ""; fresh.hidden = true; });
