/*
 * The widget's page in its frame, and the website around it. Each tells the other nothing but `type` and what stands here:
 *
 *   daybook:ready            this page is there
 *   daybook:height           height: of what is on it, in pixels, whenever it changes
 *   daybook:step             step: "choice", "details", "payment", "booking" or "order"
 *   daybook:booked           status: "confirmed" or "requested"
 *   daybook:ordered          status: "placed" or "accepted"
 *   daybook:close            Escape was pressed
 *   daybook:pay              it may be paid in a window of its own, which leads back: where is this?
 *   daybook:back             from the website: address, its own, without what follows a #
 *   daybook:focus            from the website: put the focus on what is wrong, or else on the heading
 *
 * `data-host` on <body> is the origin of the website, as its script said it. Nothing is told to any other, and nobody else
 * is listened to. "null" is one that is kept apart and has no origin to name.
 */
(() => {
  "use strict";

  const { host, step, done, status } = document.body.dataset;
  const page = document.querySelector("[data-frame]");
  if (window.parent === window || !host || !page) return;

  const tell = (type, more) => window.parent.postMessage({ type: `daybook:${type}`, ...more }, host === "null" ? "*" : host);

  let told = 0;
  const measure = () => {
    const height = Math.ceil(page.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    tell("height", { height });
  };

  new ResizeObserver(measure).observe(page);
  tell("ready");
  measure();
  tell("step", { step });
  const [entry] = performance.getEntriesByType("navigation");
  if (done && entry?.type === "navigate" && status) tell(done, { status });

  // What closes something on the page itself comes first.
  document.addEventListener("keydown", (event) => {
    const isOpen = document.querySelector("dialog[open], details[data-menu][open]");
    if (event.key === "Escape" && !isOpen && !event.defaultPrevented) tell("close");
  }, true);

  const [form, ...links] = [document.querySelector("form[data-pay]"), ...document.querySelectorAll("a[data-pay-page]")];
  if (links.length) tell("pay");

  /* The page they are led back to, in place of the website alone. Whether it is one is for the server to say. */
  function leadBackTo(address) {
    const leading = (from) => {
      const url = new URL(from);
      url.searchParams.set("back", address);
      return url.href;
    };
    for (const link of links) link.href = leading(link.href);
    if (form) form.dataset.back = leading(form.dataset.back);
  }

  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || origin !== host) return;
    if (data?.type === "daybook:back") leadBackTo(data.address);
    if (data?.type !== "daybook:focus") return;
    // Browsers give it no focus in a frame of others.
    const wrong = document.querySelector("main [autofocus]");
    const heading = wrong ?? document.querySelector("main h1");
    // Whoever comes back goes on where they were.
    if (!heading || document.activeElement !== document.body) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });
})();
