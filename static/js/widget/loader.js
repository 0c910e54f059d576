// The one script that a site names: it waits for the rules of its widget, asks the server whether the question may be
// shown, and fetches the script that shows it.
(() => {
  const script = document.currentScript ?? document.querySelector("script[src*='/w/plumb.js'][data-key]");
  const { key, memory } = script.dataset;
  // What the widgets of a page share: what was said to them, and whose turn it is in the corner.
  const shared = window.plumb?.shared ?? { said: window.plumb?.q ?? [], widgets: {}, turn: "" };
  if (shared.widgets[key]) return;
  const root = new URL(".", script.src);
  const kept = storage(memory === "session" ? "sessionStorage" : "localStorage", `plumb.${key}`);
  const said = new Set();
  const begun = Date.now();
  let token = script.dataset.token ?? "";
  let language = script.dataset.language ?? "";
  let calm = 0;
  let rules, view, isBusy, isWanted, page, timer;

  const deeds = {
    identify(proof) {
      const before = who();
      token = proof || "";
      calm = 0;
      if (who() !== before) view?.close();
      consider();
    },
    event(name) {
      said.add(name);
      consider();
    },
    language(code) {
      language = code || "";
    },
    open() {
      isWanted = !rules;
      ask(true);
    },
    close: () => view?.close(),
    look: () => consider(),
  };
  const tell = (deed, value, to) => (to ?? key) === key && deeds[deed]?.(value);

  function storage(kind, name) {
    let text = "{}";
    try {
      text = window[kind].getItem(name) ?? text;
    } catch {
      // This page alone remembers.
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
      } catch {}
    };
    return { known, keep };
  }

  // Whom a rest is for: a number for who is signed in, or this device. The server alone checks the proof.
  function who() {
    try {
      const { sub } = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
      return [...sub].reduce((number, letter) => Math.imul(number ^ letter.codePointAt(), 16777619), 1) >>> 0;
    } catch {
      return "";
    }
  }

  function rest(name, seconds) {
    const now = Date.now();
    const quiet = kept.known.quiet;
    for (const each in quiet) if (quiet[each] < now) delete quiet[each];
    quiet[name] = now + seconds * 1000;
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
    if (!rules || rules.closed) return;
    const isWelcome = isHere(rules.paths) && (!rules.signedIn || !!token);
    if (rules.shape === "button") return void offer(isWelcome);
    if (!isWelcome || view || isBusy || document.hidden || calm > Date.now()) return;
    if (rules.shape === "inline" && !isInSight()) return;
    if (rules.events.length && !rules.events.some((name) => said.has(name))) return;
    const wait = rules.delay * 1000 - (Date.now() - begun);
    clearTimeout(timer);
    if (wait > 0) return void (timer = setTimeout(consider, wait));
    if (isInShare() && isRead() && !(kept.known.quiet[who()] > Date.now())) ask(false);
  }

  function isInSight() {
    const box = place()?.getClientRects()[0];
    return box && box.top < innerHeight && box.bottom >= 0;
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

  async function offer(isWelcome) {
    if (isWelcome) page ??= load().then((shower) => shower.button(rules, script.dataset.scheme, () => ask(true)));
    try {
      const root = await page;
      if (root) root.host.hidden = !isWelcome || !!shared.turn;
    } catch (error) {
      page = null;
      warn(error.message);
    }
  }

  // What went wrong is not tried again at once.
  function warn(what) {
    calm = Date.now() + 60000;
    console.warn("plumb:", what);
  }

  function leave() {
    if (shared.turn === key) shared.turn = "";
    for (const each of Object.values(shared.widgets)) each("look");
  }

  async function ask(isAsked) {
    if (!rules || rules.closed || view || isBusy) return;
    const isInline = rules.shape === "inline";
    if (!isInline && shared.turn) return;
    shared.turn ||= isInline ? "" : key;
    isBusy = true;
    const person = who();
    try {
      const answer = await get("may-show", token);
      if (answer.status === 204) return rest(person, parseInt(answer.headers.get("Cache-Control")?.split("max-age=")[1]) || 60);
      if (!answer.ok) return warn((await answer.json()).error.code);
      const [question, shower] = await Promise.all([answer.json(), load()]);
      // Somebody else signed in meanwhile.
      if (who() !== person) return;
      const shown = await post("shown", { ticket: question.ticket });
      const told = await shown.json();
      if (!shown.ok) return rest(person, 60);
      if (rules.shape !== "button") rest(person, token ? 86400 : told.rest);
      const opener = (await page)?.host;
      if (who() !== person) return;
      view = shower.show({ ...question, ...told }, {
        isWanted: isAsked,
        post,
        opener,
        place: isInline ? place() : null,
        scheme: script.dataset.scheme,
        closed() {
          view = null;
          leave();
        },
      });
    } catch (error) {
      warn(error.message);
    } finally {
      isBusy = false;
      if (!view) leave();
    }
  }

  shared.widgets[key] = tell;
  window.plumb = Object.assign((...words) => {
    shared.said.push(words);
    for (const each of Object.values(shared.widgets)) each(...words);
  }, { shared });
  for (const words of shared.said) tell(...words);
  for (const type of ["popstate", "hashchange", "visibilitychange"]) addEventListener(type, consider);
  window.navigation?.addEventListener("navigatesuccess", consider);
  addEventListener("scroll", () => rules && (rules.scroll || rules.shape === "inline") && consider(), { passive: true, capture: true });
  get("rules").then(async (answer) => {
    if (!answer.ok) return warn((await answer.json()).error.code);
    rules = await answer.json();
    if (isWanted) ask(true);
    consider();
  }, () => {});
})();
