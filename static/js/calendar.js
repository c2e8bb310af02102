/*
 * The staff calendar: what a member does with a mouse, a finger or the keyboard, and what happens elsewhere meanwhile.
 * Everything it does leads to a page that works without it: moving an appointment, booking a free spot, opening one.
 *
 *   #calendar       data-count, data-today, data-changes (asked every other second), data-new (the page of a new booking)
 *   .column         data-date, data-person or data-room, data-books (whose time can be given), data-own (of who looks, where they see all only of their own); .columns: data-first and data-last, wall minutes shown
 *   li.block        data-moves (it can be moved), data-start (wall minute of the appointment), data-minutes (its length), data-offset
 *                   (of one in several pieces: how much later this one begins; such a one is not made longer by its edge)
 *   #sheet #panel   where an appointment opens
 *   data-key="d"    this link or button has a shortcut
 *   data-panel      this link opens in the sheet
 *
 * It is loaded with the layout, because a boosted visit brings no scripts of its own.
 */
(() => {
  "use strict";

  const VISIBLE = 2000;
  const HIDDEN = 30000;
  const STEP = 15;
  const FINE = 5;
  const SHORTEST = 5;
  const LONG_PRESS = 350;
  const NOTICE = 20000;

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const calendar = () => document.getElementById("calendar");
  const sheet = () => document.getElementById("sheet");
  const pad = (number) => String(number).padStart(2, "0");

  function say(sentence) {
    const region = document.getElementById("announcer");
    if (region) region.textContent = sentence;
  }

  /* Where a minute stands: the classes of 46-calendar-places.css */

  function place(element, start, minutes) {
    [...element.classList].filter((name) => /^(s?[hm]|lanes?-)\d+$/.test(name)).forEach((name) => element.classList.remove(name));
    const top = Math.floor(start / 5) * 5;
    const height = Math.max(10, Math.ceil((start + minutes) / 5) * 5 - top);
    element.classList.add(`h${Math.floor(top / 60)}`, `m${top % 60}`, `sh${Math.floor(height / 60)}`, `sm${height % 60}`);
  }

  const shown = (column) => {
    const { first, last } = column.closest(".columns").dataset;
    return [Number(first), Number(last)];
  };

  const rowHeight = (column) => {
    const [first, last] = shown(column);
    return $(".column-body", column).getBoundingClientRect().height / (last - first);
  };

  function minuteAt(column, y, step) {
    const [first, last] = shown(column);
    const top = $(".column-body", column).getBoundingClientRect().top;
    const minute = first + (y - top) / rowHeight(column);
    return Math.max(first, Math.min(last - step, Math.floor(minute / step) * step));
  }

  const columnAt = (x) =>
    $$(".column", calendar()).find((column) => {
      const box = column.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });

  const language = document.documentElement.lang;
  const twelve = new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions().hour12;
  const hours = new Intl.DateTimeFormat(language, { hour: twelve ? "numeric" : "2-digit", minute: "2-digit" });
  const clock = (minute) => hours.format(new Date(2000, 0, 1, 0, minute));

  /* A wall minute may lie past midnight: then it is the next date's. */
  function moment(column, minute) {
    const day = new Date(`${column.dataset.date}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Math.floor(minute / 1440));
    const rest = minute % 1440;
    return { date: day.toISOString().slice(0, 10), time: `${pad(Math.floor(rest / 60))}:${pad(rest % 60)}` };
  }

  function withQuery(address, values) {
    const url = new URL(address, location.href);
    Object.entries(values).forEach(([name, value]) => {
      if (value !== undefined && value !== "") url.searchParams.set(name, value);
    });
    return url.pathname + url.search;
  }

  /* The sheet */

  let opener = null;
  let noticed = null;
  let dragged = false; // What is asked in the sheet is about something that was just moved on the calendar.

  function open(address, from) {
    opener = from ?? document.activeElement;
    $("#panel").replaceChildren();
    window.htmx.ajax("GET", address, { target: "#panel", swap: "innerHTML" });
  }

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target?.id !== "panel" || !sheet()) return;
    if (dragged && detail.requestConfig.verb !== "get" && detail.xhr.status < 400) return;
    if (!sheet().open && $("#panel").childElementCount) sheet().showModal();
    sheet().scrollTop = 0;
    const heading = $("#panel h2, #panel h1");
    if (heading && !$("#panel [autofocus]")) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
  });

  /* What was moved by dragging is done with: its answer, with the button that undoes it, stands above the calendar. */
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.requestConfig?.verb === "get" || !(detail.xhr.status < 400)) return;
    if (dragged && detail.target?.id === "panel") {
      const said = $$("#panel .desk-recent, #panel .alert");
      $("#notice").replaceChildren(...said.map((it) => it.cloneNode(true)));
      window.htmx.process($("#notice"));
      clearTimeout(noticed);
      noticed = setTimeout(() => $("#notice")?.replaceChildren(), NOTICE);
      say(said.map((it) => it.textContent.trim()).join(" "));
      dropGhost();
      if (sheet().open) sheet().close();
      dragged = false;
    }
    look();
  });

  /* Taking back a drag leads back to the calendar. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (!dragged || requestConfig.verb !== "get" || !$("#panel")?.contains(elt)) return;
    event.preventDefault();
    sheet().close();
  });

  /* The answer to a button of the notice stands where the button stood. */
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if ($("#notice")?.contains(detail.requestConfig.elt)) dragged = true;
  });

  /* What was typed or chosen in the sheet, and not sent yet, is not thrown away unasked. */

  let isTouched = false;
  const question = () => document.getElementById("sheet-ask");

  function inquire(shows) {
    question().hidden = !shows;
    if (shows) $("[data-keep-writing]").focus({ preventScroll: true });
    else $("#panel [autofocus], #panel input:not([type=hidden]), #panel h2")?.focus({ preventScroll: true });
  }

  /* Close the sheet, or ask first. */
  function leave() {
    if (!isTouched) sheet().close();
    else if (question().hidden) inquire(true);
    else inquire(false);
  }

  ["input", "change"].forEach((kind) =>
    document.addEventListener(kind, ({ target }) => {
      if (target.closest?.("#panel") && sheet()?.open) isTouched = true;
    }),
  );

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target?.id !== "panel" || detail.xhr.status >= 400) return;
    // A form that is shown again, with the dates to look at for example, is not sent yet.
    if (detail.requestConfig.verb === "get" || !$("#panel #new-booking")) isTouched = false;
  });

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !sheet()?.open || event.target.getAttribute?.("aria-expanded") === "true") return;
      event.preventDefault();
      event.stopPropagation();
      leave();
    },
    true,
  );

  document.addEventListener(
    "cancel",
    (event) => {
      if (event.target !== sheet() || !isTouched || !event.cancelable) return;
      event.preventDefault();
      leave();
    },
    true,
  );

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".sheet-dialog-close") || !isTouched) return;
    event.preventDefault();
    inquire(true);
  });

  /* A press beside the sheet; its own padding is the sheet too, so the place decides. */
  document.addEventListener("pointerdown", (event) => {
    const open = sheet()?.open && event.target === sheet() && sheet().getBoundingClientRect();
    if (!open) return;
    const { clientX: x, clientY: y } = event;
    if (x < open.left || x > open.right || y < open.top || y > open.bottom) {
      event.preventDefault();
      leave();
    }
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("#panel :is(.pick, [role=option])")) isTouched = true;
    if (target.closest?.("[data-keep-writing]")) inquire(false);
    if (target.closest?.("[data-throw-away]")) sheet().close();
  });

  document.addEventListener(
    "close",
    (event) => {
      if (event.target !== sheet()) return;
      dropGhost();
      dragged = isTouched = false;
      question().hidden = true;
      $("#panel").replaceChildren();
      const back = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
      back?.focus?.({ preventScroll: true });
      opener = null;
      look();
    },
    true,
  );

  /* Anything that refuses leaves the appointment where it was. */
  document.addEventListener("htmx:responseError", () => ghost && dropGhost());
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (ghost && detail.target?.id === "panel" && [409, 422].includes(detail.xhr.status)) dropGhost();
  });

  /* Somebody else changes something */

  let timer = null;
  let asking = null;

  /* While somebody drags, has a menu open or types a date, nothing moves under their hands. */
  const isCalm = () => !drag && !ghost && !$(".calendar-bar details[open]") && !document.activeElement?.matches(".calendar-date .input");

  async function ask(root, signal) {
    const { changes, count, today } = root.dataset;
    const headers = { "HX-Request": "true", "HX-Target": "calendar" };
    const answer = await fetch(withQuery(changes, { since: count, today }), { headers, signal });
    if (answer.status === 401) location.assign(answer.headers.get("HX-Redirect") ?? location.href);
    const fresh = answer.status === 200 ? await answer.text() : "";
    // Somebody may have turned to another day meanwhile.
    if (!fresh || !isCalm() || calendar()?.dataset.changes !== changes) return;
    window.Idiomorph.morph(calendar(), fresh, { morphStyle: "outerHTML" });
    window.htmx.process(calendar());
    drawNow();
  }

  /* Look now, whoever was looking before, and again in a while. */
  function look() {
    clearTimeout(timer);
    asking?.abort();
    const root = calendar();
    if (!root) return;
    timer = setTimeout(look, document.hidden ? HIDDEN : VISIBLE);
    if (!navigator.onLine || !isCalm()) return;
    asking = new AbortController();
    ask(root, asking.signal).catch(() => {
      // A server that is away for a moment is asked again.
    });
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  window.addEventListener("online", look);

  /* The line of the present time. The shop's clock is the page's, and goes on from there. */

  const zone = () => calendar()?.dataset.zone;

  function wallMinute() {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone(), hour: "2-digit", minute: "2-digit", hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" })
      .formatToParts(new Date())
      .reduce((all, part) => ({ ...all, [part.type]: part.value }), {});
    return { date: `${parts.year}-${parts.month}-${parts.day}`, minute: Number(parts.hour) * 60 + Number(parts.minute) };
  }

  function drawNow() {
    $$("[data-now]").forEach((line) => {
      const column = line.closest(".column");
      const now = wallMinute();
      const days = (Date.parse(now.date) - Date.parse(column.dataset.date)) / 86400000;
      const minute = now.minute + days * 1440;
      const [first, last] = shown(column);
      line.hidden = minute < first || minute >= last;
      if (!line.hidden) place(line, minute, 5);
    });
  }

  setInterval(drawNow, 20000);

  /* The first look: now if it is today, else when the day begins. */
  function scrollToStart() {
    const columns = $(".columns");
    if (!columns || columns.dataset.scrolled) return;
    columns.dataset.scrolled = "1";
    const own = $(".column[data-own]", columns);
    const hours = $(".column-hours", columns)?.offsetWidth ?? 0;
    if (own) columns.scrollLeft += own.getBoundingClientRect().left - columns.getBoundingClientRect().left - hours;
    const line = $$("[data-now]").find((it) => !it.hidden);
    const mark = line ?? $(".block", columns);
    if (!mark) return;
    const head = $(".column-head", columns)?.offsetHeight ?? 0;
    columns.scrollTop += mark.getBoundingClientRect().top - columns.getBoundingClientRect().top - head - columns.clientHeight / 4;
  }

  function prepare() {
    drawNow();
    scrollToStart();
  }

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.elt?.id === "calendar" || detail.boosted) prepare();
    if (detail.boosted) look();
  });

  /* Dragging: a copy goes with the pointer, the appointment stays until the server has said yes. */

  let drag = null;
  let ghost = null;

  function lift(block, resizes) {
    const column = block.closest(".column");
    grip.remove();
    const copy = block.cloneNode(true);
    copy.removeAttribute("id");
    copy.classList.add("ghost");
    block.classList.add("moving");
    $(".blocks", column).append(copy);
    ghost = {
      block,
      copy,
      column,
      home: column,
      resizes,
      from: { start: Number(block.dataset.start), minutes: Number(block.dataset.minutes) },
      start: Number(block.dataset.start),
      minutes: Number(block.dataset.minutes),
    };
    draw();
    return ghost;
  }

  function draw() {
    place(ghost.copy, ghost.start, ghost.minutes);
    const time = $(".block-time", ghost.copy);
    if (time) time.textContent = `${clock(ghost.start)}–${clock(ghost.start + ghost.minutes)}`;
    const list = $(".blocks", ghost.column);
    if (ghost.copy.parentElement !== list) list.append(ghost.copy);
  }

  function dropGhost() {
    $$(".block.ghost").forEach((it) => it.remove());
    $$(".block.moving").forEach((it) => it.classList.remove("moving"));
    ghost = null;
  }

  const isChanged = () =>
    ghost.start !== ghost.from.start || ghost.minutes !== ghost.from.minutes || ghost.column !== ghost.home;

  /* Ask the page that moves it; what stays as it was is not sent. */
  function settle() {
    if (!isChanged()) {
      dropGhost();
      return;
    }
    const { column, home, start, minutes, from, block } = ghost;
    const values = {
      ...moment(column, start),
      person: column === home ? undefined : column.dataset.person,
      minutes: minutes === from.minutes ? undefined : minutes,
    };
    open(withQuery(`${$("a", block).getAttribute("href")}/moves/new`, values), $("a", block));
    dragged = true;
  }

  function follow(event) {
    const step = event.shiftKey ? FINE : STEP;
    if (ghost.resizes) {
      const end = minuteAt(ghost.column, event.clientY, step) + step;
      ghost.minutes = Math.max(SHORTEST, end - ghost.start);
    } else {
      const column = columnAt(event.clientX);
      if (column?.matches("[data-books]")) ghost.column = column;
      ghost.start = minuteAt(ghost.column, event.clientY - drag.grab, step);
    }
    draw();
    scrollAtEdges(event);
  }

  function scrollAtEdges({ clientX, clientY }) {
    const columns = $(".columns");
    const box = columns.getBoundingClientRect();
    const near = 40;
    if (clientY < box.top + near + 50) columns.scrollTop -= 12;
    if (clientY > box.bottom - near) columns.scrollTop += 12;
    if (clientX < box.left + near + 60) columns.scrollLeft -= 12;
    if (clientX > box.right - near) columns.scrollLeft += 12;
  }

  /* The lower edge, by which it is made longer or shorter, is there when it can be reached. */
  const grip = Object.assign(document.createElement("span"), { className: "grip", ariaHidden: "true" });

  document.addEventListener("pointerover", (event) => {
    const block = event.target.closest?.("[data-moves]");
    if (block && !drag && !isPiece(block) && grip.parentElement !== block) block.append(grip);
  });

  const isPiece = (block) => block.dataset.offset !== undefined;

  const stopTouch = (event) => event.preventDefault();

  document.addEventListener("pointerdown", (event) => {
    const block = event.target.closest?.("[data-moves]");
    if (!block || event.button !== 0 || ghost) return;
    const { top, bottom } = block.getBoundingClientRect();
    const atEdge = !!event.target.closest(".grip") || (event.pointerType === "touch" && bottom - event.clientY < 14);
    const resizes = atEdge && !isPiece(block);
    const above = Number(block.dataset.offset ?? 0) * rowHeight(block.closest(".column"));
    const begin = { x: event.clientX, y: event.clientY, id: event.pointerId, block, resizes, grab: event.clientY - top + above };
    drag = { ...begin, active: false };
    if (event.pointerType === "touch") {
      // A finger that rests picks up; one that moves scrolls.
      drag.press = setTimeout(() => start(), LONG_PRESS);
    }
  });

  function start() {
    drag.active = true;
    lift(drag.block, drag.resizes);
    document.documentElement.classList.add("dragging");
    document.addEventListener("touchmove", stopTouch, { passive: false });
    navigator.vibrate?.(15);
  }

  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
    if (!drag.active) {
      if (far < 6) return;
      if (drag.press) {
        clearTimeout(drag.press);
        drag = null;
        return;
      }
      start();
    }
    event.preventDefault();
    if (!drag.waiting) {
      drag.waiting = true;
      requestAnimationFrame(() => {
        if (drag?.active && ghost) follow(event);
        if (drag) drag.waiting = false;
      });
    }
  });

  function swallow(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  function finish(keeps) {
    clearTimeout(drag?.press);
    const wasActive = drag?.active;
    drag = null;
    document.documentElement.classList.remove("dragging");
    document.removeEventListener("touchmove", stopTouch);
    if (!wasActive || !ghost) return;
    // The click that ends a drag, if one comes, opens nothing.
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
    if (keeps) settle();
    else dropGhost();
  }

  document.addEventListener("pointerup", (event) => drag && event.pointerId === drag.id && finish(true));
  document.addEventListener("pointercancel", (event) => drag && event.pointerId === drag.id && finish(false));
  document.addEventListener("dragstart", (event) => event.target.closest?.(".block") && event.preventDefault());
  document.addEventListener("contextmenu", (event) => drag?.press && event.preventDefault());

  /* A free spot */

  let spot = null;

  document.addEventListener("pointermove", (event) => {
    const body = event.target.closest?.(".column-body");
    const column = body?.closest(".column");
    if (!body || drag || event.pointerType === "touch" || !calendar()?.dataset.new || event.target.closest(".block") || !column.matches("[data-books]")) {
      spot?.remove();
      spot = null;
      return;
    }
    spot ??= Object.assign(document.createElement("div"), { className: "spot", ariaHidden: "true" });
    const minute = minuteAt(column, event.clientY, STEP);
    place(spot, minute, 30);
    spot.textContent = `+ ${clock(minute)}`;
    if (spot.parentElement !== body) body.append(spot);
  });

  function bookAt(column, minute) {
    open(withQuery(calendar().dataset.new, { ...moment(column, minute), person: column.dataset.person }), document.activeElement);
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = target.closest?.(".block a, a[data-panel]");
    if (link && plain && sheet()) {
      event.preventDefault();
      open(link.getAttribute("href"), link);
      return;
    }
    const body = target.closest?.(".column-body");
    if (body && !target.closest(".block") && calendar().dataset.new && body.closest("[data-books]")) {
      bookAt(body.closest(".column"), minuteAt(body.closest(".column"), event.clientY, STEP));
    }
    if (target.closest?.("[data-print]")) window.print();
  });

  /* The other button of the mouse, or a finger that rests, on a spot with nothing in it: what can be done with it. */

  const spotMenu = () => document.getElementById("spot-menu");

  function closeSpotMenu() {
    if (spotMenu()) spotMenu().hidden = true;
  }

  document.addEventListener("contextmenu", (event) => {
    const body = event.target.closest?.(".column-body");
    if (!body || event.target.closest(".block") || !spotMenu()) return;
    event.preventDefault();
    const column = body.closest(".column");
    const minute = minuteAt(column, event.clientY, STEP);
    const at = { ...moment(column, minute), person: column.dataset.person };
    const menu = spotMenu();
    const [add, why] = [$("[data-spot-new]", menu), $("[data-spot-why]", menu)];
    const name = $(".column-name, .column-day", column).textContent.trim();
    $("#spot-menu-when").textContent = `${clock(minute)}, ${name}`;
    add.hidden = !calendar().dataset.new || !column.matches("[data-books]");
    if (!add.hidden) add.href = withQuery(calendar().dataset.new, at);
    why.href = withQuery(calendar().dataset.why, at);
    menu.hidden = false;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(event.clientX, innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(event.clientY, innerHeight - height - 8))}px`;
    (add.hidden ? why : add).focus({ preventScroll: true });
  });

  document.addEventListener("pointerdown", ({ target }) => target.closest?.("#spot-menu") || closeSpotMenu());
  document.addEventListener("click", ({ target }) => target.closest?.("#spot-menu a") && closeSpotMenu());
  document.addEventListener("scroll", closeSpotMenu, true);
  document.addEventListener(
    "keydown",
    (event) => {
      const menu = spotMenu();
      if (!menu || menu.hidden) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const items = $$("a:not([hidden])", menu);
      if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
      else if (event.key === "Escape" || event.key === "Tab") closeSpotMenu();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  /* The keyboard */

  const singleKeys = () => localStorage.getItem("calendar keys") !== "off";

  document.addEventListener("change", (event) => {
    if (event.target.id === "single-keys") localStorage.setItem("calendar keys", event.target.checked ? "on" : "off");
  });

  function neighbour(block, key) {
    const columns = $$(".column", calendar());
    const column = block.closest(".column");
    if (key === "ArrowDown" || key === "ArrowUp") {
      const all = $$(".block:not(.ghost)", column);
      return all[all.indexOf(block) + (key === "ArrowDown" ? 1 : -1)];
    }
    const sign = (key === "ArrowRight") === (document.documentElement.dir !== "rtl") ? 1 : -1;
    for (let at = columns.indexOf(column) + sign; columns[at]; at += sign) {
      const all = $$(".block:not(.ghost)", columns[at]);
      const nearest = (it) => Math.abs(it.getBoundingClientRect().top - block.getBoundingClientRect().top);
      if (all.length) return all.reduce((best, it) => (nearest(it) < nearest(best) ? it : best));
    }
    return null;
  }

  function nudge(block, event) {
    if (!ghost) lift(block, event.shiftKey && !isPiece(block));
    const by = STEP * (event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0);
    if (by && event.shiftKey && isPiece(block)) return;
    if (by && event.shiftKey) ghost.minutes = Math.max(STEP, ghost.minutes + by);
    else if (by) {
      const [first, last] = shown(ghost.column);
      ghost.start = Math.max(first, Math.min(last - STEP, ghost.start + by));
    } else {
      const columns = $$(".column[data-books]", calendar());
      const sign = (event.key === "ArrowRight") === (document.documentElement.dir !== "rtl") ? 1 : -1;
      ghost.column = columns[columns.indexOf(ghost.column) + sign] ?? ghost.column;
    }
    draw();
    ghost.copy.scrollIntoView({ block: "nearest", inline: "nearest" });
    const name = $(".column-name, .column-day", ghost.column).textContent.trim();
    say(`${clock(ghost.start)}–${clock(ghost.start + ghost.minutes)}, ${name}`);
  }

  document.addEventListener("keydown", (event) => {
    if (!calendar() || sheet()?.open || $("dialog[open]")) return;
    const block = event.target.closest?.(".block");
    if (block && event.key.startsWith("Arrow")) {
      if (event.altKey && block.matches("[data-moves]")) nudge(block, event);
      else if (!event.altKey) $("a", neighbour(block, event.key) ?? block)?.focus();
      event.preventDefault();
      return;
    }
    if (ghost && !drag && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      if (event.key === "Enter") settle();
      else dropGhost();
      return;
    }
    if (event.key === "Escape" && drag) finish(false);
    const types = event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (types || event.ctrlKey || event.metaKey || event.altKey || !singleKeys()) return;
    if (event.key.toLowerCase() === "g") {
      event.preventDefault();
      $("#calendar-date")?.focus();
      return;
    }
    const target = $(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`, calendar());
    if (!target) return;
    event.preventDefault();
    target.click();
  });

  // Leaving the block lets go of what the keys had moved.
  document.addEventListener("focusout", (event) => {
    if (ghost && !drag && !sheet()?.open && event.target.closest?.(".block") === ghost.block) {
      setTimeout(() => ghost && !sheet()?.open && !ghost.block.contains(document.activeElement) && dropGhost(), 400);
    }
  });

  const box = document.getElementById("single-keys");
  if (box) box.checked = singleKeys();
  prepare();
  timer = setTimeout(look, VISIBLE);
})();
