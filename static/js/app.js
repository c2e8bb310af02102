/*
 * What HTML and htmx cannot do by themselves. Every page works without this file; nothing here is needed to book.
 *
 *   data-announce="…"        on a swapped element: its sentence is read out after the swap
 *   data-focus               in what is swapped: has the focus then, if what had it before is gone
 *   data-countdown="270"     on <time>: seconds left when the page was made; data-last-minute and data-ended are sentences
 *                            to read out; the second one then stands in place of the clock, and "ended" is an event
 *   data-guess-zone          on a <select> of time zones: chooses the one of the browser, unless one was asked for
 *   data-menu                on <details>: closes on Escape and on a click elsewhere
 *   data-dismiss             closes the nearest [data-dismissible]
 *   data-show-password       shows what was typed in the field named by aria-controls
 *   data-copy="…"            copies this text, and says data-copied on the button for a while
 *   data-enter="id"          in a field: Enter presses this button, not the first one of the form
 *   data-open-dialog="id"    opens a <dialog>; data-close-dialog closes the one around it
 */
(() => {
  "use strict";

  const announcer = () => document.getElementById("announcer");

  function announce(sentence) {
    const region = announcer();
    if (!region || !sentence) return;
    region.textContent = "";
    // A region that was swapped in with the page needs a moment before readers listen to it.
    setTimeout(() => {
      region.textContent = sentence;
    }, 120);
  }

  /* Swaps */

  function focusHeading() {
    const heading = document.querySelector("main h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  /* What had the focus is gone: go on at the heading of what came in its place, or where that says. */
  function keepFocus(root) {
    if (document.activeElement !== document.body) return;
    const heading = root.querySelector?.("[data-focus]") ?? root.querySelector?.("h2, h3") ?? document.querySelector("main h1");
    if (!heading) return;
    if (heading.tabIndex < 0) heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  let hadFocus = false;

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    hadFocus = Boolean(detail.target?.contains(document.activeElement));
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const { boosted, elt, requestConfig } = event.detail;
    prepare(document);
    if (boosted) {
      // htmx gives the focus back to a link with an id, so that "next day" can be pressed again and again.
      const link = requestConfig?.elt;
      if (!link?.id || document.activeElement?.id !== link.id) focusHeading();
      announce(document.title);
      return;
    }
    // What comes by itself moves nobody who was elsewhere, and says nothing twice.
    const isAskedFor = Boolean(requestConfig?.triggeringEvent);
    if (isAskedFor || hadFocus) keepFocus(elt);
    const speaker = elt.closest?.("[data-announce]") ?? elt.querySelector?.("[data-announce]");
    const sentence = speaker?.dataset.announce;
    if (isAskedFor || sentence !== announcer()?.textContent) announce(sentence);
  });

  /*
   * Somebody chose again while the answer was on its way: it would undo that, so it is put aside. htmx queues the next
   * request, but forgets its queue when a form was swapped meanwhile; then the form is told to ask again, or the button
   * that asked with it.
   */

  const ASKS = "form, button[hx-trigger$=again]";
  let changes = 0;
  let sent = 0;
  const asked = new WeakMap();
  const isStale = (xhr) => asked.get(xhr) !== changes;

  document.addEventListener("change", () => (changes += 1), true);

  document.addEventListener("htmx:beforeRequest", ({ detail: { elt, xhr } }) => {
    asked.set(xhr, changes);
    if (elt.matches(ASKS)) sent = changes;
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.requestConfig.elt.matches(ASKS) && isStale(detail.xhr)) detail.shouldSwap = false;
  });

  document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
    if (elt.matches(ASKS) && isStale(xhr) && sent !== changes) elt.dispatchEvent(new Event("again"));
  });

  document.addEventListener("htmx:sendError", (event) => {
    const region = document.getElementById("alert");
    const message = document.getElementById("offline");
    if (region && message) region.replaceChildren(message.content.cloneNode(true));
    release(event.detail.elt);
  });

  /* A form is sent once */

  const busy = new WeakMap();

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (busy.has(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" && !form.hasAttribute("hx-post") && event.submitter?.formMethod !== "post") return;
    const button = event.submitter ?? form.querySelector("[type=submit]");
    busy.set(form, button);
    // Not `disabled`: that would drop the focus, and the button's own name and value.
    button?.setAttribute("aria-disabled", "true");
    button?.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), 15000);
  });

  function release(form) {
    const button = busy.get(form);
    busy.delete(form);
    button?.removeAttribute("aria-disabled");
    button?.removeAttribute("aria-busy");
  }

  document.addEventListener("htmx:afterRequest", (event) => release(event.detail.elt));

  // A page that comes back from the browser's memory was left with its button waiting.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach(release);
  });

  /* Countdown of a held place */

  function clockText(seconds) {
    const pad = (number) => String(number).padStart(2, "0");
    return `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
  }

  /* A page that comes back from the browser's memory says again what was left when it was made; the first saying counts. */
  function endOf(time) {
    const end = Date.now() + Number(time.dataset.countdown) * 1000;
    const name = `held until ${time.dateTime}`;
    try {
      const known = Number(sessionStorage.getItem(name) ?? end);
      sessionStorage.setItem(name, Math.min(known, end));
      return Math.min(known, end);
    } catch {
      return end;
    }
  }

  function startCountdown(time) {
    const end = endOf(time);
    let previous = Infinity;
    const tick = () => {
      if (!time.isConnected) return;
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      time.textContent = clockText(left);
      if (left <= 60 && previous > 60 && previous !== Infinity) announce(time.dataset.lastMinute);
      time.closest(".hold")?.classList.toggle("ending", left <= 60);
      previous = left;
      if (left > 0) {
        setTimeout(tick, ((end - Date.now()) % 1000) + 10);
        return;
      }
      const hold = time.closest(".hold");
      hold?.classList.add("over");
      hold?.querySelector(".hold-text")?.replaceChildren(time.dataset.ended ?? "");
      announce(time.dataset.ended);
      hold?.dispatchEvent(new Event("ended", { bubbles: true }));
    };
    tick();
  }

  /* Small things */

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;

    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(target)) menu.open = false;
    });

    if (target.closest("[data-dismiss]")) target.closest("[data-dismissible]")?.remove();

    const opener = target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
    if (target.closest("[data-close-dialog]")) target.closest("dialog")?.close();

    const copier = target.closest("[data-copy]");
    if (copier) {
      const label = copier.querySelector("span");
      const before = label.textContent;
      navigator.clipboard?.writeText(copier.dataset.copy).then(() => {
        label.textContent = copier.dataset.copied;
        announce(copier.dataset.copied);
        setTimeout(() => (label.textContent = before), 2500);
      });
    }

    const eye = target.closest("[data-show-password]");
    if (eye) {
      const input = document.getElementById(eye.getAttribute("aria-controls"));
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      eye.setAttribute("aria-pressed", String(!shown));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held) menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && event.target.dataset?.enter;
    if (!button) return;
    event.preventDefault();
    document.getElementById(button)?.click();
  });

  /* The chosen day of a strip, or tab of a row, is in view, whichever it is. */
  function showChosenDay(strip) {
    const chosen = strip.querySelector("[aria-current]");
    if (!chosen) return;
    const offset = chosen.getBoundingClientRect().left - strip.getBoundingClientRect().left;
    strip.scrollLeft += offset - (strip.clientWidth - chosen.offsetWidth) / 2;
  }

  function guessZone(select) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const isAsked = new URLSearchParams(location.search).has("zone");
    const isOwn = ({ value, dataset }) => value === own || dataset.also?.split(" ").includes(own);
    const option = [...select.options].find(isOwn);
    if (isAsked || !option || option.selected) return;
    option.selected = true;
    const tell = () => select.dispatchEvent(new Event("change", { bubbles: true }));
    // htmx listens from the moment the document is there, which is after this script.
    if (document.readyState === "complete") tell();
    else window.addEventListener("load", tell, { once: true });
  }

  const prepared = new WeakSet();

  function prepare(root) {
    const once = (selector, action) => {
      root.querySelectorAll(selector).forEach((element) => {
        if (prepared.has(element)) return;
        prepared.add(element);
        action(element);
      });
    };
    once("time[data-countdown]", startCountdown);
    once("select[data-guess-zone]", guessZone);
    root.querySelectorAll(".day-strip, .tabs ul").forEach(showChosenDay);
  }

  prepare(document);
})();
