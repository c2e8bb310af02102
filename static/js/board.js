/*
 * The live board of orders: it asks what is new, takes presses without a new page, rings, and goes by the keyboard.
 * Everything it does leads to a page or a form that works without it.
 *
 *   #board         data-changes (asked every few seconds), data-count and data-until (how far it is right), data-title,
 *                  data-fresh and data-late (sentences with {} for the order)
 *   li.ticket      data-said (the order in words; one that is a line says its name and time), data-is-late; in it data-next, data-ending and data-ticket are what
 *                  the keys N, X and P press
 *   data-sheet     this link opens in the dialog of the board
 *   #board-sound   data-on, data-off, data-hint (sentences)
 *   data-prints    a page that is there to be printed; data-prints-again prints it once more
 *
 * It is loaded with the layout, because a boosted visit brings no scripts of its own.
 */
(() => {
  "use strict";

  const VISIBLE = 3000;
  const HIDDEN = 10000; // A board behind another window still has to ring.
  const QUIET = 350;
  const RINGS = "orders ring";

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const board = () => document.getElementById("board");
  const sheet = () => document.getElementById("board-sheet");
  const panel = () => document.getElementById("board-panel");
  const FRAGMENT = { "HX-Request": "true", "HX-Target": "board" };

  function say(sentences) {
    const region = document.getElementById("announcer");
    if (region && sentences.length) region.textContent = sentences.join(" ");
  }

  /* Sound, for whoever asked for it. Browsers let a page make one after it was touched, so the first touch wakes it. */

  let audio = null;

  function rings() {
    try {
      return localStorage.getItem(RINGS) === "on";
    } catch {
      return false; // Where nothing may be stored.
    }
  }

  function ring() {
    if (!rings() || audio?.state !== "running") return;
    [784, 1047, 1319].forEach((pitch, at) => {
      const begin = audio.currentTime + at * 0.16;
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, begin);
      volume.gain.exponentialRampToValueAtTime(0.35, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.5);
      tone.connect(volume).connect(audio.destination);
      tone.start(begin);
      tone.stop(begin + 0.55);
    });
  }

  function drawSound() {
    const button = document.getElementById("board-sound");
    const hint = document.getElementById("board-hint");
    if (!button || !hint) return;
    button.setAttribute("aria-pressed", String(rings()));
    hint.hidden = !rings() || audio?.state === "running";
    hint.textContent = hint.hidden ? "" : button.dataset.hint;
  }

  async function wake() {
    if (!board() || !rings() || audio?.state === "running") return;
    try {
      audio ??= new AudioContext();
      await audio.resume();
    } catch {
      // A device without sound.
    }
    drawSound();
  }

  ["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, wake));

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("#board-sound");
    if (!button) return;
    try {
      localStorage.setItem(RINGS, rings() ? "off" : "on");
    } catch {
      return;
    }
    await wake();
    drawSound();
    ring();
    say([rings() ? button.dataset.on : button.dataset.off]);
  });

  /* Drawing what came, without taking away what somebody holds */

  const known = () => new Map($$(".ticket", board()).map((it) => [it.id, it.hasAttribute("data-is-late")]));
  const partOf = (element) => ["data-next", "data-ending", "data-ticket"].find((it) => element.hasAttribute(it)) ?? "href";

  /* The card that has the focus: which, where, and what in it. */
  function held() {
    const card = document.activeElement?.closest?.(".ticket");
    const column = card?.closest(".board-column");
    if (!column) return null;
    const at = $$(".ticket", column).indexOf(card);
    return { id: card.id, status: column.dataset.status, at, part: partOf(document.activeElement) };
  }

  /* The focus stays with its card. One that was pressed on leaves it to the card that took its place. */
  function hold(place, wasPressed) {
    if (!place || sheet()?.open) return;
    const column = $(`.board-column[data-status="${place.status}"]`);
    const card = document.getElementById(place.id);
    const left = !card || (wasPressed && !column.contains(card));
    const cards = $$(".ticket", column);
    const goal = left ? cards[Math.min(place.at, cards.length - 1)] : card;
    const spot = goal ? ($(`[${place.part}]`, goal) ?? $("a", goal)) : $("h2", column);
    if (document.activeElement !== spot) spot.focus({ preventScroll: !wasPressed });
  }

  function draw(fresh, pressed = null) {
    const [before, place] = [known(), pressed ?? held()];
    window.Idiomorph.morph(board(), fresh, {
      morphStyle: "outerHTML",
      callbacks: { beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details")) },
    });
    document.title = board().dataset.title;
    hold(place, Boolean(pressed));
    tell(before, pressed);
  }

  /* What is new, and what is late since, and where that went what was pressed. */
  function tell(before, pressed) {
    const { fresh, late } = board().dataset;
    const cards = $$(".ticket", board());
    const words = (card) => card.dataset.said ?? `${$("a", card).ariaLabel}, ${$("span:last-child", card).textContent}`;
    const said = (sentence, card) => sentence.replace("{}", words(card));
    const come = cards.filter((it) => !before.has(it.id));
    const slow = cards.filter((it) => before.get(it.id) === false && it.hasAttribute("data-is-late"));
    const gone = pressed && document.getElementById(pressed.id);
    const state = gone && $("h2", gone.closest(".board-column")).firstChild.textContent.trim();
    say([
      ...(gone && !$("#board-problem") ? [`${words(gone)}: ${state}.`] : []),
      ...come.map((it) => said(fresh, it)),
      ...slow.map((it) => said(late, it)),
    ]);
    if (come.length) ring();
  }

  /* Asking what is new */

  let timer = null;
  let asking = null;
  let pressing = 0;

  const isAway = (shown) => {
    const region = document.getElementById("alert");
    if (shown) region?.replaceChildren(document.getElementById("offline").content.cloneNode(true));
    else if ($(".icon-wifi-off", region)) region.replaceChildren();
  };

  async function ask(root, signal) {
    const { changes, count, until } = root.dataset;
    const answer = await fetch(`${changes}?${new URLSearchParams({ since: count, until })}`, { headers: FRAGMENT, signal });
    if (answer.status === 401) location.assign(answer.headers.get("HX-Redirect") ?? location.href);
    if (answer.status < 500) isAway(false);
    const fresh = answer.status === 200 ? await answer.text() : "";
    if (fresh && !pressing && board()?.dataset.count === count) draw(fresh);
  }

  function look() {
    clearTimeout(timer);
    asking?.abort();
    const root = board();
    if (!root) return;
    timer = setTimeout(look, document.hidden ? HIDDEN : VISIBLE);
    if (pressing) return;
    asking = new AbortController();
    ask(root, asking.signal).catch((failure) => {
      // An evening's orders must not be missed because nobody saw that the network was gone.
      if (failure.name !== "AbortError" && board()) isAway(true);
    });
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  window.addEventListener("online", look);

  /* Presses: one after the other, each answered by the board as it is then */

  let turn = Promise.resolve();
  let drawnAt = -QUIET;
  let byPointer = false;

  // The second tap of two is not for the card that has just moved under the finger. Keys are pressed on purpose.
  const isSecondTap = () => byPointer && performance.now() - drawnAt < QUIET;

  document.addEventListener("click", ({ detail }) => (byPointer = detail > 0), true);

  async function send(form, button) {
    const place = held() ?? (button.closest(".ticket") && { id: button.closest(".ticket").id, part: "data-next" });
    const body = new FormData(form, button);
    const address = button.getAttribute("formaction") ?? form.getAttribute("action");
    pressing += 1;
    try {
      const answer = await fetch(address, { method: "POST", body, headers: FRAGMENT });
      if (answer.status === 401) location.assign(answer.headers.get("HX-Redirect") ?? location.href);
      show(await answer.text(), place?.status ? place : null);
    } catch {
      isAway(true);
    } finally {
      pressing -= 1;
      if (button.isConnected) button.removeAttribute("aria-busy");
    }
    look();
  }

  /* The board, or what stands in its dialog, or else an alert. */
  function show(text, pressed) {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (page.getElementById("board")) {
      if (sheet().open) sheet().close();
      draw(text, pressed);
      drawnAt = performance.now();
      $("#board-problem")?.scrollIntoView({ block: "nearest" });
    } else if (page.querySelector(".order-panel")) {
      open(text);
    } else if (text) {
      if (sheet().open) sheet().close();
      document.getElementById("alert").replaceChildren(...page.body.children);
    }
  }

  // On the window, so that it comes before the guard of ordinary forms, which waits for a new page.
  window.addEventListener(
    "submit",
    (event) => {
      const { target: form, submitter: button } = event;
      if (!board() || !button || !form.matches("#steps, #board form, #board-panel form")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (button.getAttribute("aria-busy") || isSecondTap()) return;
      button.setAttribute("aria-busy", "true");
      turn = turn.then(() => send(form, button));
    },
    true,
  );

  /* The dialog */

  let opener = null;

  function open(text) {
    panel().innerHTML = text;
    if (!sheet().open) sheet().showModal();
    const first = $("[autofocus], [role=alert], input:not([type=hidden]), .button", panel());
    first?.focus();
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("#board [data-sheet]");
    if (!link || !sheet() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (isSecondTap()) return;
    link.focus({ preventScroll: true });
    opener = held();
    try {
      const answer = await fetch(link.href, { headers: FRAGMENT });
      if (answer.status === 401) location.assign(answer.headers.get("HX-Redirect") ?? location.href);
      // Without a text somebody else was faster: the board shows it.
      if (answer.status === 204) look();
      else show(await answer.text(), null);
    } catch {
      isAway(true);
    }
  });

  document.addEventListener(
    "close",
    (event) => {
      if (event.target !== sheet()) return;
      panel().replaceChildren();
      hold(opener, true);
      opener = null;
    },
    true,
  );

  /* The keyboard, while a card has the focus */

  const cardsIn = (column) => $$(".ticket", column).filter((it) => it.getClientRects().length);

  function neighbour(card, key) {
    const columns = $$(".board-column", board());
    const column = card.closest(".board-column");
    if (key === "ArrowDown" || key === "ArrowUp") {
      const all = cardsIn(column);
      return all[all.indexOf(card) + (key === "ArrowDown" ? 1 : -1)];
    }
    const sign = (key === "ArrowRight") === (document.documentElement.dir !== "rtl") ? 1 : -1;
    for (let at = columns.indexOf(column) + sign; columns[at]; at += sign) {
      const all = cardsIn(columns[at]);
      const away = (it) => Math.abs(it.getBoundingClientRect().top - card.getBoundingClientRect().top);
      if (all.length) return all.reduce((best, it) => (away(it) < away(best) ? it : best));
    }
    return null;
  }

  const PRESSED_BY = { n: "[data-next]", x: "[data-ending]", p: "[data-ticket]" };

  document.addEventListener("keydown", (event) => {
    const card = event.target.closest?.(".ticket");
    if (!card || !board()?.contains(card) || $("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      $("a", neighbour(card, event.key) ?? card).focus();
      return;
    }
    const button = PRESSED_BY[event.key.toLowerCase()] && $(PRESSED_BY[event.key.toLowerCase()], card);
    if (!button || event.repeat) return;
    event.preventDefault();
    button.focus({ preventScroll: true });
    button.click();
  });

  /* Paper */

  document.addEventListener("click", ({ target }) => target.closest?.("[data-prints-again]") && window.print());
  if ($("[data-prints]")) window.addEventListener("load", () => window.print());

  function prepare() {
    drawSound();
    if (board()) document.title = board().dataset.title;
    look();
  }

  document.addEventListener("htmx:afterSettle", ({ detail }) => detail.boosted && prepare());
  if (board()) prepare();
})();
