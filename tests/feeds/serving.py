"""A server on this machine that answers as a test says, one thread for each who asks."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Elsewhere:
    """Where it listens, and what it was asked: (path, headers)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answer: Answer = lambda it: say(it, b"")

    @property
    def at(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def allowed(self) -> list[str]:
        return [f"{HOST}:{self.port}"]


@contextlib.contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """The server, until the block ends. What it says stands in `answer`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            with contextlib.suppress(OSError):
                server.answer(self)
            self.close_connection = True

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    listening = ThreadingHTTPServer((HOST, 0), Handler)
    listening.daemon_threads = True
    server = Elsewhere(listening.server_address[1])
    threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()


def say(it: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """An answer with its length."""
    it.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        it.send_header(name.replace("_", "-"), value)
    it.end_headers()
    it.wfile.write(body)


def a_calendar(*events: str) -> bytes:
    """A calendar of events, each the lines between its BEGIN and END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN"]
    for number, event in enumerate(events):
        named = [] if "UID:" in event else [f"UID:{number}@elsewhere"]
        lines += ["BEGIN:VEVENT", *named, "DTSTAMP:20270101T000000Z", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def a_port_nobody_listens_at() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
