/*
 * The card form on the page on which people pay. Without this file, or without Stripe's, they pay on a page of Stripe's.
 *
 *   form[data-pay]           where to begin the payment; data-back is where Stripe leads afterwards, data-seen where this page
 *                            goes itself, data-lost the sentence for when its fields cannot be had
 *   [data-pay-card]          the place of Stripe's own fields
 *   [data-pay-now]           the button for them; [data-pay-page] is the one that goes to Stripe's page
 *   [data-pay-problem]       says what went wrong
 *   [data-pay-over]          what takes the place of the form when the time is no longer kept
 *
 * In a frame on another website, Stripe leads the whole window away for what needs a page of its own, and shows what banks ask
 * of cards above this page. There [data-pay-page] is a link to this page in a new window, and data-elsewhere is where to
 * wait meanwhile. A frame that is kept apart from everybody (`sandbox`) has no origin, and Stripe's fields do not work in it.
 */
(() => {
  "use strict";

  const form = document.querySelector("form[data-pay]");
  if (!form) return;
  const find = (name) => form.querySelector(`[data-pay-${name}]`);
  const [card, now, page] = [find("card"), find("now"), find("page")];
  const { seen, lost, elsewhere } = form.dataset;
  const PATIENCE = 15000; // Milliseconds.
  let busy = false;

  function say(problem) {
    const box = find("problem");
    box.hidden = !problem;
    box.querySelector("p").textContent = problem || "";
  }

  /* Stripe reads colours in the old ways of writing them only. */
  function rgb(color) {
    const drawing = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    drawing.fillStyle = color;
    drawing.fillRect(0, 0, 1, 1);
    const [red, green, blue] = drawing.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  }

  /* Stripe's fields look like ours, whatever the hue and the scheme. */
  function looks() {
    const style = getComputedStyle(form);
    const button = getComputedStyle(now);
    const scheme = getComputedStyle(document.documentElement).colorScheme;
    const isDark = scheme === "dark" || (scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    return {
      theme: isDark ? "night" : "stripe",
      variables: {
        colorPrimary: rgb(button.backgroundColor),
        colorText: rgb(style.color),
        colorBackground: rgb(getComputedStyle(form.closest(".card")).backgroundColor),
        fontFamily: style.fontFamily,
        borderRadius: button.borderRadius,
      },
    };
  }

  /* Its script is there, or never will be once everything else is. */
  function stripeScript() {
    return new Promise((done, fail) => {
      const look = () => (window.Stripe ? done() : fail(new Error(lost)));
      const script = document.getElementById("stripe");
      if (window.Stripe) done();
      else if (document.readyState === "complete") look();
      else {
        script.addEventListener("load", look);
        script.addEventListener("error", look);
        window.addEventListener("load", look);
      }
    });
  }

  async function begin() {
    const answer = await fetch(form.dataset.pay, { method: "POST" });
    // The link leads nowhere any more: neither does that page, and says so.
    if (answer.status === 404) return location.replace(seen);
    const told = await answer.json();
    // It was paid meanwhile, or cannot be any more: that page knows.
    if (told.is_over) return location.replace(seen);
    if (!answer.ok) throw new Error(told.problem);
    return told;
  }

  function wait(is) {
    busy = is;
    // Not `disabled`: that would drop the focus.
    now.setAttribute("aria-disabled", is);
    now.setAttribute("aria-busy", is);
  }

  function giveUp(problem) {
    card.hidden = true;
    now.hidden = true;
    page.classList.replace("ghost", "primary");
    say(problem);
  }

  /* A frame may be forbidden to lead the window away: then what asks for that is paid in a new one. */
  async function confirm(stripe, elements) {
    const how = { redirect: elsewhere ? "if_required" : "always", confirmParams: { return_url: form.dataset.back } };
    try {
      return await stripe.confirmPayment({ elements, ...how });
    } catch {
      return { error: { message: lost } };
    }
  }

  async function show() {
    const [told] = await Promise.all([begin(), stripeScript()]);
    if (!told) return;
    const stripe = window.Stripe(told.key, { locale: told.language });
    const elements = stripe.elements({ clientSecret: told.secret, appearance: looks() });
    const fields = elements.create("payment");
    // A frame that is refused says nothing. What comes late is welcome all the same.
    const patience = setTimeout(() => say(lost), PATIENCE);
    fields.on("ready", () => {
      clearTimeout(patience);
      say("");
      card.removeAttribute("aria-busy");
      now.removeAttribute("aria-disabled");
    });
    fields.on("loaderror", () => giveUp(lost));
    fields.mount(card);
    now.addEventListener("click", async () => {
      if (now.getAttribute("aria-disabled") === "true") return;
      say("");
      wait(true);
      const { error } = await confirm(stripe, elements);
      if (!error || error.code === "payment_intent_unexpected_state") return location.replace(seen);
      // It did not work, and Stripe says why in their language.
      wait(false);
      // What is missing in a field stands below it already.
      if (error?.type !== "validation_error") say(error?.message);
    });
  }

  if (self.origin === "null") giveUp("");
  else show().catch((problem) => giveUp(problem instanceof SyntaxError || problem instanceof TypeError ? lost : problem.message));

  // The link opens its window first.
  if (elsewhere) page.addEventListener("click", () => setTimeout(() => location.assign(elsewhere)));

  document.addEventListener("ended", () => {
    const over = document.querySelector("[data-pay-over]");
    if (busy || !over) return;
    const hadFocus = form.contains(document.activeElement);
    form.hidden = true;
    document.querySelector("[data-pay-back]").hidden = true;
    over.hidden = false;
    if (hadFocus) over.querySelector("a").focus();
  });

  // Whoever comes back from their bank by the back button finds what is so now.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
