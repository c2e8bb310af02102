"""A shop's page with Stripe.js on it, on an origin of its own and with the content policy Stripe asks for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template
from urllib.parse import urlsplit

from tests.stripe_simulator.simulator import Simulator

PAGE = Template("""<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Pay</title><link rel="icon" href="data:,">
    <script src="$stripe/v3/"></script><script src="/shop.js" defer></script></head>
  <body data-key="$key"><main>
    <h1>Pay</h1>
    <form><div id="payment"></div><button disabled>Pay now</button><p id="said" role="status"></p></form>
  </main></body>
</html>""")
SCRIPT = """
"use strict";
const wish = new URLSearchParams(window.location.search);
const said = document.querySelector("#said");
const button = document.querySelector("button");
const stripe = Stripe(document.body.dataset.key);
const clientSecret = wish.get("secret") ?? wish.get("payment_intent_client_secret");

async function begin() {
  if (wish.has("redirect_status")) {
    const { paymentIntent } = await stripe.retrievePaymentIntent(clientSecret);
    said.textContent = `${wish.get("redirect_status")} ${paymentIntent.status}`;
    return;
  }
  const appearance = { variables: { colorPrimary: "#7a1f4b", borderRadius: "12px" } };
  const elements = stripe.elements({ clientSecret, appearance });
  const payment = elements.create("payment");
  payment.on("ready", () => { button.disabled = false; });
  payment.on("loaderror", ({ error }) => { said.textContent = error.message; });
  payment.on("change", ({ complete }) => { document.body.dataset.complete = complete; });
  payment.mount("#payment");
  document.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { error, paymentIntent } = await stripe.confirmPayment({
      elements,
      confirmParams: { return_url: `${window.location.origin}/` },
      redirect: wish.get("redirect") ?? "always",
    });
    said.textContent = error ? `${error.type} ${error.code}: ${error.message}` : paymentIntent.status;
  });
}
begin();
"""


@dataclass
class Shop:
    """`url` is the page; `asked` are the paths that browsers wanted."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def open_shop(simulator: Simulator) -> Iterator[Shop]:
    """On a free port of loopback."""
    shop = Shop()
    page = PAGE.substitute(stripe=simulator.url, key=simulator.publishable_key)
    policy = "default-src 'self'; script-src 'self' {0}; frame-src {0}; connect-src {0}; img-src data:"
    policy = policy.format(simulator.url)

    class Counter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked.append(self.path)
            is_script = urlsplit(self.path).path == "/shop.js"
            body = (SCRIPT if is_script else page).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        shop.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield shop
        finally:
            server.shutdown()
            thread.join()
