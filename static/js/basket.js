/*
 * The basket stands in the address of the widget's frame, which a website that is loaded again forgets. The tab keeps it,
 * for this website alone: a frame that begins (#start, says widget.js) goes on with it, until it is ordered or empty.
 */
(() => {
  "use strict";

  const key = `daybook:basket:${location.pathname.split("/")[2]}`;
  const { done } = document.body.dataset;

  function keep() {
    const basket = !done && document.querySelector("input[name=basket]")?.value;
    try {
      const kept = sessionStorage.getItem(key);
      if (location.hash === "#start" && kept && !basket) goOnWith(kept);
      else if (basket) sessionStorage.setItem(key, basket);
      else sessionStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing in frames of others: there the basket lasts as long as the frame.
    }
  }

  function goOnWith(kept) {
    const url = new URL(location);
    url.searchParams.set("basket", kept);
    url.hash = "";
    location.replace(url);
  }

  keep();
  document.addEventListener("htmx:afterSwap", keep);
})();
