"""A server on this machine that answers as a test says, one thread for each who asks."""

import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

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
def elsewhere(certificate: Path | None = None) -> Iterator[Elsewhere]:
    """The server, until the block ends; with a certificate one of https. What it says stands in `answer`."""

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
    if certificate:
        secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secured.load_cert_chain(certificate)
        listening.socket = secured.wrap_socket(listening.socket, server_side=True)
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


def a_certificate(folder: Path, name: str, *, days: int = 1) -> Path:
    """One that a host of this name has given itself, with its key, in one file. It is over when `days` are past."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{name}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file
