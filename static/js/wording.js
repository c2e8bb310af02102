/*
 * The editor of a message's words. Without this file words are typed with their braces, and a button draws the mail.
 *
 *   form[data-wording]    its text fields take the words; data-preview is where the mail is drawn, data-unsaved
 *                         says that what was typed is not what the frame shows
 *   data-fill="{word}"    puts the word where somebody typed last
 */
(() => {
  "use strict";

  let field = null;

  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("form[data-wording] .input")) field = target;
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-fill]");
    const form = button?.closest("form[data-wording]");
    if (!form) return;
    const into = field?.isConnected && field.form === form ? field : form.elements.body;
    into.focus();
    into.setRangeText(button.dataset.fill, into.selectionStart, into.selectionEnd, "end");
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /*
   * The mail is drawn in a new frame behind the one in sight, so that nothing flickers, and so that it is no page to go
   * back to. The form that asks for it is not the one on the page: that one is sent once.
   */
  function draw(form) {
    const place = document.getElementById("letter-frame");
    const old = place?.querySelector("iframe");
    if (!old) return;
    place.querySelectorAll("iframe.waiting").forEach((frame) => frame.remove());
    const next = old.cloneNode();
    next.removeAttribute("src");
    next.name = `letter-${Date.now()}`;
    next.classList.add("waiting");
    place.append(next);

    const asking = document.createElement("form");
    Object.assign(asking, { method: "post", action: form.dataset.preview, target: next.name, hidden: true });
    for (const [name, value] of new FormData(form)) {
      const input = document.createElement("textarea");
      Object.assign(input, { name, value });
      asking.append(input);
    }
    document.body.append(asking);
    next.addEventListener("load", () => {
      place.querySelectorAll("iframe:not(.waiting)").forEach((frame) => frame.remove());
      next.classList.remove("waiting");
    });
    asking.submit();
    asking.remove();
  }

  // What came back with the form was typed and is not kept, and the frame shows what is.
  const unsaved = document.querySelector("form[data-preview][data-unsaved]");
  if (unsaved) draw(unsaved);

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const form = document.querySelector("form[data-preview]");
    if (form && detail.target?.id === "reading") draw(form);
  });
})();
