// A stand-in for Stripe.js v3: the Payment Element in a frame, confirmPayment and retrievePaymentIntent.
"use strict";
(() => {
  const ORIGIN = new URL(document.currentScript.src).origin;
  const STATUS = { succeeded: "succeeded", processing: "pending" };

  class Element {
    constructor(elements, type) {
      Object.assign(this, { elements, type, listeners: {}, waiting: new Map(), number: 0, frame: null });
      this.hear = this.hear.bind(this);
    }

    mount(place) {
      const node = typeof place === "string" ? document.querySelector(place) : place;
      if (!node) throw new Error(`The selector you specified (${place}) applies to no DOM elements that are currently on the page.`);
      this.frame = document.createElement("iframe");
      this.frame.title = "Secure payment input frame";
      this.frame.allow = "payment *";
      Object.assign(this.frame.style, { width: "100%", height: "200px", border: "0", display: "block", colorScheme: "light" });
      this.frame.addEventListener("load", () => this.send("begin", this.elements.setup()));
      this.frame.src = `${ORIGIN}/v3/payment-element`;
      window.addEventListener("message", this.hear);
      node.replaceChildren(this.frame);
    }

    unmount() {
      window.removeEventListener("message", this.hear);
      this.frame?.remove();
      this.frame = null;
    }

    destroy() {
      this.unmount();
      this.fire("destroy", {});
    }

    on(name, listener) {
      (this.listeners[name] ??= []).push(listener);
      return this;
    }

    once(name, listener) {
      const first = (event) => { this.off(name, first); listener(event); };
      return this.on(name, first);
    }

    off(name, listener) {
      this.listeners[name] = (this.listeners[name] ?? []).filter((it) => listener && it !== listener);
      return this;
    }

    update() {}
    focus() { this.ask("focus", {}); }
    clear() { this.ask("clear", {}); }

    fire(name, event) {
      for (const listener of [...(this.listeners[name] ?? [])]) listener({ elementType: this.type, ...event });
    }

    send(wish, more) {
      this.frame.contentWindow.postMessage({ wish, ...more }, ORIGIN);
    }

    ask(wish, more) {
      this.number += 1;
      const number = this.number;
      return new Promise((resolve) => {
        this.waiting.set(number, resolve);
        this.send(wish, { number, ...more });
      });
    }

    hear({ data, source, origin }) {
      if (origin !== ORIGIN || source !== this.frame?.contentWindow) return;
      const { kind, number, result, height, ...event } = data;
      if (kind === "answer") {
        this.waiting.get(number)(result);
        this.waiting.delete(number);
      } else if (kind === "size") {
        this.frame.style.height = `${height + 4}px`;
      } else {
        this.fire(kind, event);
      }
    }
  }

  class Elements {
    constructor(key, options) {
      Object.assign(this, { key, options, made: {} });
    }

    setup() {
      const { clientSecret, appearance } = this.options;
      return { key: this.key, clientSecret, theme: appearance?.theme ?? "stripe", variables: appearance?.variables ?? {} };
    }

    create(type) {
      if (type !== "payment") throw new Error(`The simulator has no ${type} element.`);
      if (this.made[type]) throw new Error(`Can only create one Element of type ${type} through create().`);
      this.made[type] = new Element(this, type);
      return this.made[type];
    }

    getElement(type) {
      return this.made[type] ?? null;
    }

    update(options) {
      Object.assign(this.options, options);
    }

    async submit() {
      return this.made.payment.ask("check", {});
    }
  }

  class StripeObject {
    constructor(key) {
      this.key = key;
    }

    elements(options = {}) {
      return new Elements(this.key, { ...options });
    }

    async retrievePaymentIntent(clientSecret) {
      const query = new URLSearchParams({ key: this.key, client_secret: clientSecret });
      const answer = await fetch(`${ORIGIN}/v1/payment_intents/${clientSecret.split("_secret_")[0]}?${query}`);
      const body = await answer.json();
      return body.error ? { error: body.error } : { paymentIntent: body };
    }

    // The bank's page above this one, until it says that it has been answered.
    async challenge(address, clientSecret) {
      const frame = document.createElement("iframe");
      frame.title = "3D Secure";
      frame.src = `${address}?inside=1`;
      Object.assign(frame.style, { position: "fixed", inset: "0", width: "100%", height: "100%", border: "0", background: "white" });
      document.body.append(frame);
      await new Promise((resolve) => {
        window.addEventListener("message", ({ data, origin, source }) => {
          if (origin === ORIGIN && source === frame.contentWindow && data.kind === "answered") resolve();
        });
      });
      frame.remove();
      const found = await this.retrievePaymentIntent(clientSecret);
      const error = found.paymentIntent?.last_payment_error;
      return error ? { error } : found;
    }

    async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = "always" }) {
      const secret = clientSecret ?? elements.options.clientSecret;
      const returnUrl = confirmParams.return_url;
      if (!returnUrl && redirect !== "if_required") throw new Error("confirmPayment needs confirmParams.return_url.");
      const found = await elements.getElement("payment").ask("confirm", {
        clientSecret: secret,
        returnUrl: returnUrl ?? window.location.href,
        billing: confirmParams.payment_method_data?.billing_details ?? {},
      });
      if (found.error) return found;
      const { status, next_action: next, id } = found.paymentIntent;
      if (status === "requires_action" && redirect === "if_required") return this.challenge(next.redirect_to_url.url, secret);
      if (status === "requires_action") return leave(next.redirect_to_url.url);
      if (redirect === "if_required") return found;
      const back = new URL(returnUrl);
      back.searchParams.set("payment_intent", id);
      back.searchParams.set("payment_intent_client_secret", secret);
      back.searchParams.set("redirect_status", STATUS[status] ?? "failed");
      return leave(back);
    }
  }

  // Nothing is answered: the whole window is about to go, also from inside a frame.
  function leave(address) {
    window.top.location.href = address;
    return new Promise(() => {});
  }

  window.Stripe = (key) => {
    if (!/^pk_/.test(key ?? "")) throw new Error("Please call Stripe() with your publishable key.");
    return new StripeObject(key);
  };
  window.Stripe.version = "simulator";
})();
