"""A shop's webhook address in the tests of the simulator: it hears, and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import stripe


@dataclass
class Ear:
    """`says` are the statuses of the next answers; after them everything is welcome. `heard` is (body, signature)."""

    url: str = ""
    says: list[int] = field(default_factory=list)
    heard: list[tuple[bytes, str]] = field(default_factory=list)

    def events(self, secret: str) -> list[stripe.Event]:
        """What was heard, in that order; raises SignatureVerificationError for a lie."""
        return [stripe.Webhook.construct_event(body, mark, secret) for body, mark in self.heard]

    def types(self, secret: str) -> list[str]:
        return [event.type for event in self.events(secret)]


@contextmanager
def listening() -> Iterator[Ear]:
    """On a free port of loopback."""
    ear = Ear()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ear.heard.append((body, self.headers["Stripe-Signature"]))
            self.send_response(ear.says.pop(0) if ear.says else 200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        ear.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield ear
        finally:
            server.shutdown()
            thread.join()
