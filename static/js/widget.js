/*
 * The booking widget of Daybook, on the website of a business:
 *
 *   <script src="https://…/widget.js" data-daybook="linden-studio" async></script>
 *
 * Attributes, events and Daybook.open stand in docs/widget.md, what its frame says in frame.js. Everything is one element,
 * <daybook-widget>, right after the script. Its styles stand in its shadow: those of the website do not reach them, and an
 * `!important` inside is stronger than any outside. They are made by the script alone, so that strict content policies
 * allow them. What an attribute says is an address or a text here, never markup.
 */
(() => {
  "use strict";

  const NAME = "daybook-widget";
  // ms between the frame's `load` and `daybook:ready`, which comes before it wherever it comes at all
  const PATIENCE = 5000;
  const SLUG = /^[a-z0-9-]{1,60}$/;
  const WISHES = {
    service: /^\d{1,18}$/,
    staff: /^(any|\d{1,18})$/,
    hue: /^(\d\d?|[12]\d\d|3[0-5]\d)$/,
    theme: /^(light|dark)$/,
    mode: /^(button|link|dialog)$/,
    page: /^order$/,
  };
  const ATTRIBUTES = ["daybook", "language", "label", ...Object.keys(WISHES)];
  const LANGUAGES = { de: /^de\b/i, "en-US": /^en-us\b/i, "en-GB": /^en\b/i };
  const TEXTS = {
    en: { book: "Book an appointment", order: "Order", close: "Close", tab: "opens in a new tab" },
    de: { book: "Termin buchen", order: "Bestellen", close: "Schließen", tab: "öffnet in einem neuen Tab" },
  };
  const CSS = `
    :host { all: initial !important; display: block !important; inline-size: 100% !important; font-family: inherit !important; scroll-margin-block-start: 16px !important; }
    :host(:is([data-mode=button], [data-mode=link])) { display: inline-block !important; inline-size: auto !important; }
    :host([data-mode=dialog]) { block-size: 0 !important; }
    .light { color-scheme: light; --brand: oklch(43% .096 var(--h)); --on: #fff; --bg: oklch(98.4% .0045 95); --line: oklch(91% .007 95); }
    .dark { color-scheme: dark; --brand: oklch(80% .118 var(--h)); --on: oklch(20% .04 var(--h)); --bg: oklch(16.5% .01 var(--h)); --line: oklch(30% .012 var(--h)); }
    .inline:empty { block-size: 600px; }
    iframe { display: block; inline-size: 100%; block-size: 600px; border: 0; border-radius: 16px; }
    .book { all: unset; display: inline-block; padding: 14px 22px; border-radius: 12px; background: var(--brand); color: var(--on); font-size: 16px; font-weight: 600; line-height: 20px; text-align: center; cursor: pointer; }
    .book:hover { filter: brightness(.92); }
    dialog { all: unset; display: none; position: fixed; inset: 0; box-sizing: border-box; padding: 24px; overscroll-behavior: contain; }
    dialog[open] { display: grid; place-items: center; }
    dialog::backdrop { background: rgb(8 14 12 / .5); }
    .panel { display: flex; flex-direction: column; inline-size: min(1040px, 100%); block-size: min(860px, 100%); overflow: hidden; border-radius: 20px; background: var(--bg); color: CanvasText; box-shadow: 0 0 0 1px var(--line), 0 24px 64px -16px rgb(0 0 0 / .45); }
    .panel:not(:has(iframe)) { inline-size: min(480px, 100%); block-size: auto; }
    .panel .book { margin: 32px; }
    .panel iframe { flex: 1; border-radius: 0; }
    .bar { display: flex; align-items: center; padding: 6px 8px 6px clamp(12px, 3vw, 20px); border-block-end: 1px solid var(--line); font: 600 16px/1.3 system-ui, sans-serif; }
    .close { all: unset; position: relative; flex: none; inline-size: 44px; block-size: 44px; margin-inline-start: auto; border-radius: 50%; cursor: pointer; }
    .close:hover { background: var(--line); }
    .close::before, .close::after { content: ""; position: absolute; inset: 0; inline-size: 18px; block-size: 2px; margin: auto; background: currentColor; rotate: 45deg; }
    .close::after { rotate: -45deg; }
    :is(a, button):focus-visible { outline: 2.5px solid var(--brand); outline-offset: 2px; }
    @media (width < 640px) {
      dialog { padding: 0; }
      .panel:has(iframe) { block-size: 100%; padding-block-end: env(safe-area-inset-bottom); border-radius: 0; }
    }
    @media (forced-colors: active) { .book { border: 1px solid; } .close::before, .close::after { background: ButtonText; } }
  `;

  // A picture may have the name "currentScript".
  const isScript = (it) => it instanceof HTMLScriptElement;
  const script = [document.currentScript, document.querySelector("script[data-daybook]")].find(isScript);
  const home = new URL(script?.src || location.href).origin;
  // A website in a sandbox has no origin to name, and nor has a frame in it.
  const isApart = self.origin === "null";
  const warn = (words) => console.warn(`Daybook: ${words}`);

  const element = (name, more) => Object.assign(document.createElement(name), more);
  const languageOf = (tag) => Object.keys(LANGUAGES).find((it) => LANGUAGES[it].test(tag));

  /* Dark where the website is: by the first background up the tree that can be seen, or else by its color-scheme. */
  function themeOf(host, probe) {
    // A form named "host" answers as document.host.
    for (let it = host.parentNode; it && it !== document; it = it.parentNode ?? it.host) {
      if (it.nodeType !== 1) continue;
      probe.style.color = `oklch(from ${getComputedStyle(it).backgroundColor} l c h / alpha)`;
      const [light, , , alpha = 1] = getComputedStyle(probe).color.slice(6, -1).split(/[ /]+/).map(parseFloat);
      if (alpha > 0.5) return light < 0.55 ? "dark" : "light";
    }
    const scheme = getComputedStyle(host.parentElement ?? document.documentElement).colorScheme;
    const isDark = !/light|normal/.test(scheme) || matchMedia("(prefers-color-scheme: dark)").matches;
    return /dark/.test(scheme) && isDark ? "dark" : "light";
  }

  let sheet;

  class Widget extends HTMLElement {
    #shadow = this.attachShadow({ mode: "open" });
    #box;
    #dialog;
    #frame;
    // Aborted with the frame: releases what listens for it.
    #ends;
    #timer;
    #isReady;
    #step;

    connectedCallback() {
      if (!SLUG.test(this.dataset.daybook ?? "")) return warn("data-daybook must be a short name, such as linden-studio");
      if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
      this.#shadow.adoptedStyleSheets = [sheet];
      this.#box = element("div", { className: this.#wish("mode") ?? "inline" });
      this.#shadow.replaceChildren(this.#box);
      if (this.#wish("theme") || this.#box.matches(".dialog")) return this.#begin();
      // The first frame is drawn when the styles of the website are there; before, every website is white.
      const { signal } = (this.#ends = new AbortController());
      requestAnimationFrame(() => signal.aborted || this.#begin());
    }

    disconnectedCallback() {
      this.#drop();
      this.#shadow.replaceChildren();
      this.#dialog = this.#box = undefined;
    }

    /* Moved without being taken out: all goes on. */
    connectedMoveCallback() {}

    #begin() {
      const box = this.#box;
      box.style.setProperty("--h", this.#wish("hue") ?? 165);
      this.theme = this.#wish("theme") ?? themeOf(this, box);
      box.style.color = "";
      box.classList.add(this.theme);
      if (box.matches(".inline")) this.#load(box);
      if (box.matches(".link")) box.append(this.#link());
      if (box.matches(".button")) {
        const how = { part: "button", ariaHasPopup: "dialog", onclick: () => this.#show() };
        box.append(element("button", { type: "button", className: "book", textContent: this.#label, ...how }));
      }
    }

    get #home() {
      return this.home ?? home;
    }

    get #language() {
      return languageOf(this.dataset.language) ?? languageOf(this.closest("[lang]")?.lang);
    }

    get #texts() {
      return TEXTS[(this.#language ?? navigator.language).slice(0, 2)] ?? TEXTS.en;
    }

    get #label() {
      return this.dataset.label?.trim().slice(0, 80) || this.#texts[this.#page];
    }

    get #page() {
      return this.#wish("page") ?? "book";
    }

    #wish(name) {
      const wish = this.dataset[name];
      return WISHES[name].test(wish) ? wish : undefined;
    }

    /* The page in the frame, below /w/, or the one that customers open in a tab, below /b/. */
    #address(door, more) {
      const url = new URL(`/${door}/${this.dataset.daybook}/${this.#page}`, this.#home);
      const said = { service: this.#wish("service"), staff: this.#wish("staff"), lang: this.#language, ...more };
      Object.entries(said).forEach(([name, value]) => value && url.searchParams.set(name, value));
      return url.href;
    }

    #link() {
      const how = { part: "button", target: "_blank", rel: "noopener", ariaLabel: `${this.#label} (${this.#texts.tab})` };
      return element("a", { className: "book", href: this.#address("b"), textContent: this.#label, ...how });
    }

    #tell(name, detail) {
      this.dispatchEvent(new CustomEvent(`daybook:${name}`, { bubbles: true, composed: true, detail }));
    }

    /* The frame */

    #load(parent) {
      const isDialog = parent !== this.#box;
      const frame = (this.#frame = element("iframe", { title: this.#label, allow: "payment", referrerPolicy: "no-referrer" }));
      const { signal } = (this.#ends = new AbortController());
      if (!isDialog) frame.scrolling = "no";
      frame.src = this.#address("w", { hue: this.#wish("hue"), theme: this.theme, mode: isDialog ? "dialog" : "inline", host: self.origin }) + "#start";
      addEventListener("message", (event) => this.#hear(event), { signal });
      document.addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective, blockedURI }) => {
        const isFrame = /^(frame|child)-src$/.test(effectiveDirective) && blockedURI.startsWith(this.#home);
        if (isFrame && disposition === "enforce" && !this.#isReady) this.#giveUp("frame-src");
      }, { signal });
      frame.addEventListener("load", () => {
        if (!this.#isReady) this.#timer ??= setTimeout(() => this.#giveUp("us"), PATIENCE);
      }, { signal });
      parent.append(frame);
    }

    #drop() {
      clearTimeout(this.#timer);
      this.#ends?.abort();
      this.#frame?.remove();
      this.#timer = this.#ends = this.#frame = this.#isReady = this.#step = undefined;
    }

    #hear({ source, origin, data }) {
      const isOurs = origin === this.#home || (isApart && origin === "null");
      if (source !== this.#frame.contentWindow || !isOurs) return;
      const { type, height, step, status } = Object(data);
      if (type === "daybook:ready" && !this.#isReady) {
        this.#isReady = true;
        clearTimeout(this.#timer);
        this.#tell("ready");
        this.#report("works");
        if (this.#dialog?.open) this.#focus();
      }
      if (type === "daybook:height" && !this.#dialog && Number.isInteger(height) && height > 0 && height < 1e5) {
        this.#frame.style.blockSize = `${height}px`;
      }
      if (type === "daybook:step" && typeof step === "string") this.#arrive(step);
      if (/^daybook:(book|order)ed$/.test(type) && typeof status === "string") this.#tell(type.slice(8), { status });
      if (type === "daybook:close") this.#dialog?.close();
      if (type === "daybook:pay") this.#say("back", { address: location.href.split("#")[0] });
    }

    /* Another page is in the frame: its head is to be seen, and its heading has the focus if the frame has it. */
    #arrive(step) {
      const isFirst = !this.#step;
      if (step !== this.#step) this.#tell("step", { step });
      this.#step = step;
      if (isFirst) return;
      const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
      if (!this.#dialog && this.getBoundingClientRect().top < 0) this.scrollIntoView({ block: "start", behavior });
      if (this.#shadow.activeElement === this.#frame) this.#focus();
    }

    #focus() {
      this.#frame.focus({ preventScroll: true });
      this.#say("focus");
    }

    #say(type, more) {
      this.#frame.contentWindow.postMessage({ type: `daybook:${type}`, ...more }, isApart ? "*" : this.#home);
    }

    /* The website's content policy keeps the frame out, or we do: customers book in a tab. */
    #giveUp(by) {
      const place = this.#frame.parentNode;
      const link = this.#link();
      this.#drop();
      place.append(link);
      if (this.#dialog?.open) link.focus();
      this.#tell("blocked", { by });
      this.#report(by);
    }

    /* How it did on this website; nothing of whoever looks at it. Where that may not be sent, it is part of an address. */
    #report(state) {
      if (isApart) return;
      const address = `${this.#home}/w/${this.dataset.daybook}/sightings`;
      const body = new URLSearchParams({ origin: self.origin, state });
      const how = { method: "POST", mode: "no-cors", credentials: "omit", keepalive: true, referrerPolicy: "origin" };
      fetch(address, { ...how, body }).catch(() => {
        const note = element("script", { nonce: script?.nonce ?? "", referrerPolicy: "origin", src: `${address}.js?${body}` });
        note.onload = note.onerror = () => note.remove();
        document.head.append(note);
      }).catch(() => {});
    }

    /* The dialog: a page-wide <dialog> around a panel, so that whatever lies beside the panel is ours, too. */

    #show() {
      this.#dialog ??= this.#draw();
      if (this.#dialog.open) return;
      // Whoever has booked or ordered and comes again begins anew.
      if (["booking", "order"].includes(this.#step)) this.#drop();
      this.#dialog.showModal();
      if (this.#isReady) this.#focus();
      else if (!this.#dialog.querySelector("iframe, a")) this.#load(this.#dialog.firstChild);
    }

    #draw() {
      const onclose = () => this.#tell("closed");
      const dialog = element("dialog", { ariaLabel: this.#label, dir: "ltr", lang: this.#language ?? "", onclose });
      const panel = element("div", { className: "panel" });
      const bar = element("div", { className: "bar", textContent: this.#label });
      const onclick = () => dialog.close();
      dialog.onclick = ({ target }) => target === dialog && dialog.close();
      // The website stays where it is.
      for (const name of ["wheel", "touchmove"]) dialog.addEventListener(name, (event) => event.preventDefault(), { passive: false });
      bar.append(element("button", { type: "button", className: "close", ariaLabel: this.#texts.close, onclick }));
      panel.append(bar);
      dialog.append(panel);
      this.#box.append(dialog);
      return dialog;
    }

    static #opened;

    static open(wish) {
      const { business, ...more } = Object(wish);
      if (typeof business !== "string" || !SLUG.test(business)) return warn("Daybook.open needs {business: 'linden-studio'}");
      const said = { ...more, daybook: business, mode: "dialog" };
      const it = document.createElement(NAME);
      ATTRIBUTES.forEach((name) => said[name] != null && (it.dataset[name] = said[name]));
      const last = Widget.#opened;
      if (last?.isConnected && last.isEqualNode(it)) return last.#show();
      last?.remove();
      Widget.#opened = it;
      document.body.append(it);
      it.#show();
    }
  }

  if (!customElements.get(NAME)) {
    customElements.define(NAME, Widget);
    window.Daybook = Object.freeze({ version: "1.0", open: (wish) => void Widget.open(wish) });
  }

  function mount() {
    const isDrawn = script.isConnected && !script.closest("head");
    // A page that was kept as it stood, and is shown again, has its widget already.
    if (isDrawn && script.nextElementSibling?.localName === NAME) return;
    const it = Object.assign(document.createElement(NAME), { home });
    ATTRIBUTES.forEach((name) => name in script.dataset && (it.dataset[name] = script.dataset[name]));
    if (isDrawn) script.after(it);
    else document.body.append(it);
  }

  if (!script?.dataset.daybook) return;
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount, { once: true });
})();
