"""A server that takes text messages as Twilio does, on loopback: it does as it is told, and keeps what it was given."""

import base64
import contextlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

SID, TOKEN, FROM = "AC0123456789", "a-token-of-tests", "+4915110000000"


@dataclass
class Phones:
    """`says` is how the next requests are answered: a status with an error code, "slow", or "drop".

    A text that is dropped was taken first: the connection ends before the answer. `taken` are the forms.
    """

    url: str = ""
    says: Any = None
    slow: float = 0.0
    taken: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def settings(self) -> dict[str, str]:
        """What an app has to be told to send to it."""
        names = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": FROM}
        return {"SMS_PROVIDER": "twilio", "TWILIO_API": self.url, **names}


def signature(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """As Twilio signs what it reports."""
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), "sha1").digest()).decode()


@contextlib.contextmanager
def some_phones() -> Iterator[Phones]:
    """The server, on a free port."""
    phones = Phones()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            phones.faults += faults_of(self.path, self.headers["Authorization"], form)
            if phones.slow:
                time.sleep(phones.slow)
            if isinstance(phones.says, tuple):
                status, code = phones.says
                return self.answer(status, {"code": code, "message": "No", "status": status})
            phones.taken.append(form)
            if phones.says == "drop":
                self.connection.close()
                return None
            return self.answer(
                201, {"sid": f"SM{len(phones.taken)}", "status": "queued", "num_segments": "1"}
            )

        def answer(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # Whoever waits no longer.
                self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """The tests say what happened."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    phones.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield phones
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def faults_of(path: str, authorization: str | None, form: dict[str, str]) -> list[str]:
    """What Twilio would not understand."""
    expected = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    return [
        *([f"wrong path {path}"] if path != f"/2010-04-01/Accounts/{SID}/Messages.json" else []),
        *(["wrong password"] if authorization != expected else []),
        *(
            [f"wrong fields {sorted(form)}"]
            if sorted(form) != ["Body", "From", "StatusCallback", "To"]
            else []
        ),
        *([f"no number {form.get('To')}"] if not form.get("To", "").startswith("+") else []),
    ]
