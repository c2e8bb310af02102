/*
 * A search for a customer that works as a list to choose from: arrows move, Enter chooses, Escape closes. Without this file the
 * same search has a button and radio buttons (appointments/new/_whom.html).
 */
(() => {
  "use strict";

  const options = () => [...document.querySelectorAll("#match-list [role=option]")];
  const active = () => document.querySelector("#match-list [aria-selected=true]");
  const box = () => document.querySelector("[data-combobox] [role=combobox]");

  function mark(option) {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) box()?.setAttribute("aria-activedescendant", option.id);
    else box()?.removeAttribute("aria-activedescendant");
  }

  function show(isOpen) {
    const list = document.getElementById("match-list");
    if (list) list.hidden = !isOpen;
    box()?.setAttribute("aria-expanded", String(isOpen && Boolean(list)));
    if (!isOpen) mark(null);
  }

  function choose(option) {
    const id = document.querySelector("[data-customer-id]");
    if (!id) return;
    id.value = option.dataset.customer;
    show(false);
    document.getElementById("whom").dispatchEvent(new CustomEvent("chosen"));
  }

  function step(by) {
    const all = options();
    if (!all.length) return;
    show(true);
    const at = all.indexOf(active());
    mark(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
  }

  document.addEventListener("keydown", (event) => {
    if (event.target !== box()) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape" && options().length && box().getAttribute("aria-expanded") === "true") show(false);
    else if (event.key === "Enter") {
      // Enter in a search never books; the only one found is who is meant.
      const all = options();
      const option = active() ?? (all.length === 1 ? all[0] : null);
      if (option) choose(option);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  document.addEventListener("click", (event) => {
    const option = event.target.closest?.("#match-list [role=option]");
    if (option) choose(option);
    else if (!event.target.closest?.("[data-combobox]")) show(false);
  });

  document.addEventListener("focusin", (event) => {
    if (event.target === box() && options().length) show(true);
    else if (!event.target.closest?.("[data-combobox]")) show(false);
  });

  /* Whoever was looked for and not found is somebody new. */
  document.addEventListener("change", (event) => {
    if (event.target.id !== "who-new") return;
    const name = document.getElementById("name");
    const typed = document.getElementById("q")?.value.trim();
    if (name && !name.value && typed && !/[@\d]/.test(typed)) name.value = typed;
    name?.focus();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt.id === "matches") show(true);
    if (event.detail.elt.id === "whom") {
      const next = document.getElementById("change-customer") ?? box();
      next?.focus({ preventScroll: true });
    }
  });
})();
