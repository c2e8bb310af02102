// The frame of the Payment Element: it alone knows the card, and talks to the shop's page by messages.
"use strict";

const form = document.querySelector("form");
const complaint = document.querySelector(".error");
const FORMS = {
  number: [/^[0-9]{12,19}$/, "incomplete_number", "Your card number is incomplete."],
  expiry: [/^(0?[1-9]|1[0-2])\/([0-9]{2}|20[0-9]{2})$/, "incomplete_expiry", "Your card's expiration date is incomplete."],
  cvc: [/^[0-9]{3,4}$/, "incomplete_cvc", "Your card's security code is incomplete."],
};
let shop = null; // The window and origin of the page around this frame.
let setup = {};

const value = (name) => form.elements[name].value.replaceAll(/\s/g, "");
const tell = (message) => shop.window.postMessage(message, shop.origin);

function flaw() {
  const name = Object.keys(FORMS).find((each) => !FORMS[each][0].test(value(each)));
  return name && { type: "validation_error", code: FORMS[name][1], message: FORMS[name][2] };
}

function complain(error) {
  complaint.textContent = error ? error.message : "";
  complaint.hidden = !error;
}

function describe() {
  const empty = Object.keys(FORMS).every((name) => value(name) === "");
  return { complete: !flaw(), empty, collapsed: false, value: { type: "card" } };
}

async function ask(path, fields, method) {
  const query = new URLSearchParams(fields);
  const answer = await fetch(method === "GET" ? `${path}?${query}` : path, method === "GET" ? {} : { method, body: query });
  const body = await answer.json();
  return body.error ? { error: body.error } : { paymentIntent: body };
}

async function confirm({ clientSecret, returnUrl, billing }) {
  const error = flaw();
  if (error) return { error };
  const [month, year] = value("expiry").split("/");
  const fields = {
    key: setup.key,
    client_secret: clientSecret,
    return_url: returnUrl,
    use_stripe_sdk: "true",
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": value("number"),
    "payment_method_data[card][exp_month]": month,
    "payment_method_data[card][exp_year]": year,
    "payment_method_data[card][cvc]": value("cvc"),
  };
  for (const name of ["name", "email", "phone"]) {
    if (billing[name]) fields[`payment_method_data[billing_details][${name}]`] = billing[name];
  }
  const intent = clientSecret.split("_secret_")[0];
  return ask(`/v1/payment_intents/${intent}/confirm`, fields, "POST");
}

async function begin(options) {
  setup = options;
  document.documentElement.dataset.theme = options.theme;
  for (const [name, text] of Object.entries(options.variables)) {
    document.documentElement.style.setProperty(`--${name}`, text);
  }
  if (options.clientSecret) {
    const intent = options.clientSecret.split("_secret_")[0];
    const { error } = await ask(`/v1/payment_intents/${intent}`, { key: setup.key, client_secret: options.clientSecret }, "GET");
    if (error) return tell({ kind: "loaderror", error });
  }
  new ResizeObserver(() => tell({ kind: "size", height: document.documentElement.offsetHeight })).observe(document.body);
  return tell({ kind: "ready" });
}

const WISHES = {
  confirm,
  check: async () => (flaw() ? { error: flaw() } : {}),
  focus: async () => form.elements.number.focus(),
  clear: async () => form.reset(),
};

window.addEventListener("message", async ({ data, source, origin }) => {
  if (source !== window.parent || !data.wish) return;
  shop = { window: source, origin };
  if (data.wish === "begin") return begin(data);
  let result = {};
  try {
    result = (await WISHES[data.wish](data)) || {};
  } catch (failure) {
    result = { error: { type: "api_connection_error", message: String(failure) } };
  }
  complain(result.error);
  tell({ kind: "answer", number: data.number, result });
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  complain(null);
  tell({ kind: "change", ...describe() });
});
