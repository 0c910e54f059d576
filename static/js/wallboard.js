// Every five minutes the board is read anew in its place. While the network is away the last numbers stay, with the
// time at which they were read; a link that was revoked shows so.
const EVERY = 5 * 60 * 1000;

const refresh = async () => {
  let answer;
  try {
    answer = await fetch(location.href, { cache: "no-store", referrerPolicy: "no-referrer" });
  } catch {
    return;
  }
  if (!answer.ok && answer.status !== 404) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("main");
  if (fresh) document.querySelector("main").replaceWith(document.adoptNode(fresh));
};

setInterval(refresh, EVERY);
