// The one script that a site names: it waits until the rules of its widget hold, asks the server whether the question
// may be shown, and fetches the script that shows it. Nothing is loaded from anywhere else, and nothing
// is kept but what stands in the storage of the page.
(() => {
  const script = document.currentScript ?? document.querySelector("script[src*='/w/plumb.js'][data-key]");
  const { key, memory } = script.dataset;
  const root = new URL(".", script.src);
  const kept = storage(memory === "session" ? "sessionStorage" : "localStorage", `plumb.${key}`);
  const said = new Set();
  const begun = Date.now();
  let token = script.dataset.token ?? "";
  let language = script.dataset.language ?? "";
  let rules, view, isBusy, page;

  const deeds = {
    identify(proof) {
      token = proof || "";
      consider();
    },
    event(name) {
      said.add(name);
      consider();
    },
    language(code) {
      language = code || "";
    },
    open: () => ask(true),
    close: () => view?.close(),
  };

  function storage(kind, name) {
    let text = "{}";
    try {
      text = window[kind].getItem(name) ?? text;
    } catch {
      // A browser that keeps nothing: this page alone remembers.
    }
    let known = {};
    try {
      known = JSON.parse(text) ?? {};
    } catch {
      // Somebody else wrote there.
    }
    known.device ??= [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    known.quiet ??= {};
    const keep = () => {
      try {
        window[kind].setItem(name, JSON.stringify(known));
      } catch {
        // As above.
      }
    };
    return { known, keep };
  }

  // Whom a rest is for: the person whom the site signed in, or this device. The server alone checks the proof.
  function who() {
    try {
      return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub;
    } catch {
      return "";
    }
  }

  function rest(seconds) {
    const now = Date.now();
    const quiet = kept.known.quiet;
    for (const name in quiet) if (quiet[name] < now) delete quiet[name];
    quiet[who()] = now + seconds * 1000;
    kept.keep();
  }

  // "/orders/*" with * for anything; what has ! in front shuts out.
  function isHere(patterns) {
    const fits = (pattern) =>
      new RegExp(`^${pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*")}$`).test(location.pathname);
    const wanted = patterns.filter((pattern) => pattern[0] !== "!");
    return (!wanted.length || wanted.some(fits)) && !patterns.some((pattern) => pattern[0] === "!" && fits(pattern.slice(1)));
  }

  function isRead() {
    const { scrollHeight, clientHeight } = document.documentElement;
    return scrollY + clientHeight >= (scrollHeight * rules.scroll) / 100;
  }

  function isInShare() {
    return !!token || (parseInt(kept.known.device.slice(0, 8), 16) / 2 ** 32) * 100 < rules.share;
  }

  function consider() {
    if (!rules || rules.closed || view || isBusy) return;
    if (!isHere(rules.paths) || (rules.signedIn && !token)) return;
    if (rules.shape === "button") return void offer();
    if (rules.shape === "inline" && !place()) return;
    if (rules.events.length && !rules.events.some((name) => said.has(name))) return;
    const wait = rules.delay * 1000 - (Date.now() - begun);
    if (wait > 0) return void setTimeout(consider, wait);
    if (isInShare() && isRead() && !(kept.known.quiet[who()] > Date.now())) ask(false);
  }

  const place = () => document.querySelector(`[data-plumb="${key}"],[data-plumb=""]`);
  const post = (door, body) =>
    fetch(`${root}${key}/${door}/`, { method: "POST", body: JSON.stringify(body), credentials: "omit", keepalive: true });
  const load = () => import(new URL(rules.module, root));

  function get(door, proof) {
    const query = new URLSearchParams({ device: kept.known.device, ...(language && { language }) });
    const headers = proof ? { Authorization: `Bearer ${proof}` } : {};
    return fetch(`${root}${key}/${door}/?${door === "rules" ? (language ? `language=${language}` : "") : query}`, { headers, credentials: "omit" });
  }

  async function offer() {
    if (page) return;
    page = true;
    page = (await load()).button(rules, script.dataset.scheme, () => ask(true));
  }

  async function ask(isWanted) {
    if (!rules || rules.closed || view || isBusy) return;
    isBusy = true;
    try {
      const answer = await get("may-show", token);
      if (answer.status === 204) return rest(parseInt(answer.headers.get("Cache-Control")?.split("max-age=")[1]) || 60);
      if (!answer.ok) return console.warn("plumb:", (await answer.json()).error.code);
      const [question, shower] = await Promise.all([answer.json(), load()]);
      const shown = await post("shown", { ticket: question.ticket });
      const told = await shown.json();
      if (!shown.ok) return rest(60);
      if (rules.shape !== "button") rest(token ? 86400 : told.rest);
      view = shower.show({ ...question, ...told }, {
        isWanted,
        post,
        place: rules.shape === "inline" ? place() : null,
        scheme: script.dataset.scheme,
        closed: () => (view = null),
      });
    } catch (error) {
      console.warn("plumb:", error.message);
    } finally {
      isBusy = false;
    }
  }

  const waiting = window.plumb?.q ?? [];
  window.plumb = (deed, value) => deeds[deed]?.(value);
  for (const [deed, value] of waiting) window.plumb(deed, value);
  for (const type of ["popstate", "hashchange"]) addEventListener(type, consider);
  window.navigation?.addEventListener("navigatesuccess", consider);
  addEventListener("scroll", () => rules?.scroll && consider(), { passive: true });
  get("rules").then(async (answer) => {
    if (!answer.ok) return console.warn("plumb:", (await answer.json()).error.code);
    rules = await answer.json();
    consider();
  }, () => {});
})();
