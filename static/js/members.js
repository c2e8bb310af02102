/*
 * Members on public pages, which are the same for everybody: their browser alone knows where somebody works.
 *
 *   data-works-at="slug"     on a page of members: this browser remembers the business, until they sign out
 *   data-for-members="slug"  hidden, but for such browsers
 *   data-signs-out           the form by which they do
 */
(() => {
  "use strict";

  const WORKS_AT = "works at";

  function workplaces() {
    try {
      return (localStorage.getItem(WORKS_AT) ?? "").split(" ").filter(Boolean);
    } catch {
      return []; // Where nothing may be stored.
    }
  }

  function remember() {
    const slug = document.querySelector("[data-works-at]")?.dataset.worksAt;
    if (!slug || workplaces()[0] === slug) return;
    try {
      localStorage.setItem(WORKS_AT, [slug, ...workplaces().filter((it) => it !== slug)].slice(0, 20).join(" "));
    } catch {
      // Then the link is not shown.
    }
  }

  function show() {
    const links = document.querySelectorAll("[data-for-members]");
    if (!links.length) return;
    const known = workplaces();
    links.forEach((link) => {
      link.hidden = !known.includes(link.dataset.forMembers);
    });
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-signs-out]")) localStorage.removeItem(WORKS_AT);
  });
  document.addEventListener("htmx:afterSettle", show);
  remember();
  show();
})();
