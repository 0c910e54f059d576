// Shows the question of a widget in a shadow root of its own: nothing of the page styles it, and it styles nothing of
// the page. Nothing is ever sent but by the person's own act. No HTML is parsed and no style is written inline, so the
// strictest policies of a page hold.

const GESTURES = { pointerdown: "pointer", touchstart: "touch", keydown: "key" };
const STAR = "M16 3l4 8.7 9.3 1.1-6.9 6.4 1.9 9.3-8.3-4.7-8.3 4.7 1.9-9.3-6.9-6.4 9.3-1.1z";
const LIGHT = "--text:#17202a;--muted:#566573;--surface:#fff;--border:#ccd3da;--edge:#7b8794;--bad:#b3261e;--soft:#eef1f4;--ink:var(--light)";
const DARK = "--text:#e6eaee;--muted:#a3aeb9;--surface:#1a2128;--border:#3b4651;--edge:#8794a1;--bad:#ff9b8a;--soft:#242d36;--ink:var(--dark)";

const STYLE = `
:host { all: initial; ${LIGHT}; color-scheme: light; font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; color: var(--text); }
:host([data-scheme="dark"]) { ${DARK}; color-scheme: dark; }
@media (prefers-color-scheme: dark) { :host(:not([data-scheme="light"])) { ${DARK}; color-scheme: dark; } }
*, ::before, ::after { box-sizing: border-box; }
:host([hidden]), [hidden] { display: none !important; }
.box { position: relative; padding: 1.125rem; border: 1px solid var(--border); border-block-start: 4px solid var(--brand); border-radius: 14px; background: var(--surface); overflow-wrap: break-word; }
:host([data-floats]) { position: fixed; inset-block-end: max(16px, env(safe-area-inset-bottom)); inset-inline-end: 16px; z-index: 2147483000; inline-size: min(26rem, calc(100vw - 32px)); }
:host([data-floats]) .box { max-block-size: calc(100dvh - 32px); overflow-y: auto; box-shadow: 0 2px 6px rgb(0 0 0 / 12%), 0 12px 40px rgb(0 0 0 / 22%); }
:host([data-inline]) { display: block; max-inline-size: 40rem; }
h2 { margin: 0 0 0.875rem; padding-inline-end: 2.25rem; font-size: 1.0625rem; line-height: 1.35; font-weight: 650; }
h2:focus { outline: none; }
p { margin: 0 0 0.75rem; }
fieldset { min-inline-size: 0; margin: 0; padding: 0; border: 0; }
legend { padding: 0; }
.muted { color: var(--muted); font-size: 0.875rem; }
.error { color: var(--bad); font-weight: 600; font-size: 0.9375rem; }
button, .written { font: inherit; color: inherit; }
button { cursor: pointer; }
.close { position: absolute; inset-block-start: 0.375rem; inset-inline-end: 0.375rem; display: grid; place-items: center; inline-size: 2.75rem; block-size: 2.75rem; padding: 0; border: 0; border-radius: 50%; background: none; color: var(--muted); }
.close:hover { background: var(--soft); color: var(--text); }
svg { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.close svg { inline-size: 1.25rem; block-size: 1.25rem; }
.scores { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 0.375rem; }
.n11 { grid-auto-flow: row; grid-template-columns: repeat(30, 1fr); gap: 0.375rem 0.25rem; }
.n11 .score { grid-column: span 5; }
.n11 .score:nth-child(n + 7) { grid-column: span 6; }
.score, .topic { position: relative; }
.score input, .topic input { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; margin: 0; opacity: 0; cursor: pointer; }
.score span { display: grid; place-items: center; min-block-size: 2.75rem; border: 1px solid var(--edge); border-radius: 10px; font-weight: 600; font-variant-numeric: tabular-nums; }
.score svg { inline-size: min(2rem, 100%); block-size: 2rem; margin-block-start: 0.25rem; }
.topic span { display: grid; place-items: center; min-block-size: 2.5rem; padding: 0.25rem 0.875rem; border: 1px solid var(--edge); border-radius: 1.5rem; font-size: 0.9375rem; }
.topics { display: flex; flex-wrap: wrap; gap: 0.375rem; }
legend + div { margin-block-start: 0.5rem; }
.words, * + fieldset { display: block; margin-block-start: 1rem; }
input:hover + span { border-color: var(--ink); background: var(--soft); }
input:checked + span { background: var(--brand); border-color: var(--ink); box-shadow: inset 0 0 0 1px var(--ink); color: var(--on); }
.stars .score:has(~ .score input:checked) svg, .stars input:checked + span svg { fill: currentColor; }
input:focus-visible + span, :is(a, button, .written):focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.ends { display: flex; justify-content: space-between; gap: 1rem; margin-block: 0.5rem 0; color: var(--muted); font-size: 0.8125rem; }
.ends span + span { text-align: end; }
.send { display: block; inline-size: 100%; min-block-size: 2.75rem; margin-block-start: 0.875rem; border: 1px solid var(--ink); border-radius: 10px; background: var(--brand); color: var(--on); font-weight: 650; }
.send:hover { box-shadow: inset 0 0 0 2px var(--on); }
.quiet { display: block; min-block-size: 2.5rem; margin: 0.375rem auto 0; border: 0; background: none; color: var(--muted); text-decoration: underline; }
.words, legend { font-weight: 600; font-size: 0.9375rem; }
.written { display: block; inline-size: 100%; min-block-size: 2.75rem; margin-block-start: 0.375rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 10px; background: var(--surface); resize: vertical; }
textarea { min-block-size: 4.5rem; }
a { color: var(--ink); }
.reviews { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.reviews a { display: grid; place-items: center; min-block-size: 2.75rem; padding: 0.25rem 1rem; border: 1px solid var(--ink); border-radius: 10px; font-weight: 600; text-decoration: none; }
.legal { margin: 0.75rem 0 0; font-size: 0.8125rem; }
.legal a { color: var(--muted); }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.opener { min-block-size: 2.75rem; padding: 0.375rem 1.125rem; border: 1px solid var(--ink); border-radius: 1.5rem; background: var(--brand); color: var(--on); font-weight: 650; box-shadow: 0 2px 8px rgb(0 0 0 / 22%); }
:host([data-opens]) { inline-size: auto; margin-block-end: calc(var(--nth) * 3.25rem); }
@media (forced-colors: active) { input:checked + span { background: Highlight; color: HighlightText; forced-color-adjust: none; } }
@media (prefers-reduced-motion: no-preference) {
  :host([data-floats]) .box { animation: arrive 0.2s ease-out; }
  @keyframes arrive { from { opacity: 0; transform: translateY(8px); } }
}`;

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function draw(...paths) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

function host(colours, scheme, state, place) {
  const element = make("div");
  element.setAttribute(state, "");
  if (state === "data-opens") element.setAttribute("data-floats", "");
  if (scheme) element.dataset.scheme = scheme;
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const own = Object.entries(colours).map(([name, value]) => `--${name}:${value}`).join(";");
  sheet.replaceSync(`${STYLE}\n:host { ${own} }`);
  root.adoptedStyleSheets = [sheet];
  (place ?? document.body).append(element);
  return root;
}

// The button that opens it: the focus comes back to it, and it makes room while a question is there. Those of several
// widgets stand above each other.
export function button(rules, scheme, open) {
  const root = host({ ...rules.colours, nth: document.querySelectorAll("[data-plumb-button]").length }, scheme, "data-opens");
  root.host.lang = rules.language;
  root.host.dataset.plumbButton = "";
  root.append(make("button", { type: "button", className: "opener", textContent: rules.label, onclick: open }));
  return root;
}

export function show(asked, { isWanted, post, opener, place, scheme, closed }) {
  const { words, scores, topics } = asked;
  const cameFrom = document.activeElement;
  const root = host(asked.colours, scheme, place ? "data-inline" : "data-floats", place);
  const told = { ticket: asked.ticket, comment: "", topics: [], further: {}, gesture: "", nth: 0 };
  const seen = (closed) => post("seen", { ticket: told.ticket, closed }).catch(() => {});
  const status = make("p", { className: "unseen", role: "status" });
  const step = make("div");
  const box = make("section", { className: "box", role: place ? "region" : "dialog", "aria-labelledby": "heading" }, step, status);
  root.host.lang = asked.language;
  root.host.dir = asked.direction;
  root.append(box);
  if (!place) for (const each of document.querySelectorAll("[data-plumb-button]")) each.hidden = true;
  if (!place) box.append(make("button", { type: "button", className: "close", "aria-label": words.close, onclick: dismiss }, draw("M8 8l16 16M24 8L8 24")));

  for (const [type, gesture] of Object.entries(GESTURES)) {
    root.addEventListener(type, (event) => event.isTrusted && (told.gesture ||= gesture), { capture: true, passive: true });
  }
  document.addEventListener("keydown", leave);

  function leave(event) {
    const at = document.activeElement;
    if (event.key === "Escape" && !place && (!at || at === document.body || at === root.host)) dismiss();
  }

  // By the person's own hand.
  function dismiss() {
    if (told.score == null) seen(true);
    close();
  }

  function close() {
    const hadFocus = document.activeElement === root.host;
    document.removeEventListener("keydown", leave);
    sight.disconnect();
    clearTimeout(look);
    root.host.remove();
    if (opener) opener.hidden = false;
    if (hadFocus) (opener?.shadowRoot.querySelector("button") ?? cameFrom)?.focus();
    closed();
  }

  function go(heading, ...parts) {
    step.replaceChildren(heading, ...parts.filter(Boolean));
    heading.querySelector("h2,legend h2")?.focus() ?? heading.focus();
    box.scrollTop = 0;
  }

  // Everything said so far goes along each time, with a number: what is quicker on its way undoes nothing said later.
  function say(more) {
    told.nth += 1;
    return post("answers", { ...told, ...more });
  }

  // Where it fails the person keeps everything, and may send it again.
  async function send(more, form) {
    const error = form.querySelector(".error");
    if (form.ariaBusy === "true") return null;
    form.ariaBusy = "true";
    error.hidden = true;
    try {
      const answer = await say(more);
      if (answer.ok) return await answer.json();
      error.textContent = answer.status === 410 ? words.over : words.notSent;
    } catch {
      error.textContent = words.notSent;
    } finally {
      form.ariaBusy = null;
    }
    error.hidden = false;
    return null;
  }

  const failed = () => make("p", { className: "error", role: "alert", hidden: true });
  const title = (text) => make("h2", { id: "heading", tabIndex: -1, textContent: text });
  const legal = () =>
    asked.privacy && make("p", { className: "legal" }, make("a", { href: asked.privacy, target: "_blank", rel: "noopener noreferrer", textContent: words.privacy }));

  function choice(className, type, name, [value, text, label], checked, face) {
    const input = make("input", { type, name, value, checked, required: name === "score" });
    if (label) input.ariaLabel = label;
    return make("label", { className }, input, make("span", {}, face, String(text)));
  }

  const ends = (first, low, last, high, id = "") =>
    make("p", { className: "ends", id, ariaHidden: !id }, make("span", {}, `${first} ${low}`), make("span", {}, `${last} ${high}`));

  const write = (tag, name, text, longest, said) => [
    make("label", { className: "words", htmlFor: name, textContent: text }),
    make(tag, { className: "written", id: name, name, maxLength: longest, value: said ?? "" }),
  ];

  // Some things of which one is tapped, or several; a scale has names for its two ends.
  function group(text, type, name, options, said, names, ...more) {
    const [row, one] = names ? ["scores", "score"] : ["topics", "topic"];
    const choices = options.map((option) => choice(one, type, name, option, said.includes(option[0])));
    return make("fieldset", {}, make("legend", { textContent: text }), make("div", { className: row }, ...choices), names && ends(1, names[0], 5, names[1]), ...more);
  }

  function further({ key, kind, text, options, ends, longest, line }) {
    const said = (name) => told.further[name] ?? [];
    if (longest) return write("textarea", key, text, longest, said(key)[0]);
    const more = line ? write("input", ...line, said(line[0])[0]) : [];
    return [group(text, /many|call/.test(kind) ? "checkbox" : "radio", key, options, said(key), ends, ...more)];
  }

  function score(one) {
    const face = asked.drawn === "smileys" ? draw("M2 16a14 14 0 1 0 28 0 14 14 0 1 0-28 0", `M11 11.5v2M21 11.5v2${one.mouth}`) : asked.drawn ? draw(STAR) : null;
    return choice("score", "radio", "score", [one.value, one.value, one.name], told.score === one.value, face);
  }

  function askScore() {
    const heading = title(asked.question);
    const group = make(
      "fieldset",
      { role: "radiogroup", "aria-labelledby": "heading", "aria-describedby": "ends" },
      heading,
      make("div", { className: `scores n${scores.length} ${asked.drawn}` }, ...scores.map(score)),
      ends(scores[0].value, asked.low, scores.at(-1).value, asked.high, "ends"),
    );
    const form = make("form", { noValidate: true }, group, failed(), make("button", { className: "send", textContent: words.send, hidden: told.score == null }));
    form.addEventListener("change", () => (form.querySelector(".send").hidden = false));
    // A tap is the answer. With the keys a person walks along the scale, and sends when they are there.
    form.addEventListener("click", (event) => event.target.name === "score" && event.detail > 0 && form.requestSubmit());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const chosen = form.querySelector(":checked");
      if (!chosen) return;
      told.score = Number(chosen.value);
      if (await send({}, form)) askWhy();
    });
    return [form, legal()];
  }

  function askWhy() {
    const { tier } = scores.find((one) => one.value === told.score);
    const form = make(
      "form",
      {},
      make("p", { className: "muted" }, make("b", { textContent: told.score }), ` ${words.saved}`),
      title(asked.whys[tier]),
      topics.length ? group(words.about, "checkbox", "topic", topics, told.topics) : null,
      ...write("textarea", "comment", words.own, 5000, told.comment),
      ...(asked.further ?? []).filter((one) => one.tiers.includes(tier)).flatMap(further),
      failed(),
      make("button", { className: "send", textContent: words.send }),
      make("button", { type: "button", className: "quiet", textContent: words.back, onclick: () => go(...askScore()) }),
    );
    const keep = () => {
      const said = new FormData(form);
      told.comment = said.get("comment");
      told.topics = said.getAll("topic").map(Number);
      told.further = {};
      for (const name of said.keys()) if (!/^(comment|topic)$/.test(name)) told.further[name] = said.getAll(name);
    };
    // Whoever takes the tick away wants no call any more, whatever phone stands there.
    form.addEventListener("input", ({ target }) => {
      const line = target.closest("fieldset")?.querySelector("input.written");
      if (line && target.type === "checkbox" && !target.checked) line.value = "";
      keep();
    });
    // What was tapped or written is kept, also by who walks away.
    form.addEventListener("change", () => say().catch(() => {}));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      keep();
      const answer = await send({ finish: true }, form);
      if (answer) thank(tier, answer.reviews);
    });
    go(form);
  }

  function thank(tier, reviews) {
    const links = reviews.map(({ url, name }) => make("a", { href: url, target: "_blank", rel: "noopener noreferrer", textContent: name }));
    go(
      make("div", {}, title(asked.thanks[tier])),
      links.length && make("p", { className: "muted", textContent: tier === "good" ? words.good : words.reviews }),
      links.length && make("div", { className: "reviews" }, ...links),
      make("button", { type: "button", className: "quiet", textContent: words.back, onclick: () => go(...askScore()) }),
    );
  }

  // Half of it in sight for a second is a look, as advertisers count what can be seen.
  let look;
  const wait = () => (look = setTimeout(() => (document.hidden ? wait() : seen() && sight.disconnect()), 1000));
  const sight = new IntersectionObserver(([{ intersectionRatio }]) => {
    clearTimeout(look);
    if (intersectionRatio >= 0.5) wait();
  }, { threshold: 0.5 });
  sight.observe(box);

  step.append(...askScore().filter(Boolean));
  if (isWanted) root.getElementById("heading").focus();
  // What comes by itself takes no focus away; it says that it is there.
  else setTimeout(() => (status.textContent = asked.question), 300);
  return { close };
}
