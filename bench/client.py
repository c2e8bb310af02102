"""Clients that cost the machine next to nothing: keep-alive connections over plain sockets, all in one thread."""

import re
import selectors
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

Address = tuple[str, int]

SILENCE = 30.0  # seconds without a word from any connection
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Call(NamedTuple):
    """What is asked for; with a form it is a POST."""

    path: str
    headers: Mapping[str, str] = {}
    form: Mapping[str, str] | None = None

    def wire(self, address: Address) -> bytes:
        """The request as it goes over the connection."""
        body = urlencode(self.form).encode() if self.form is not None else b""
        headers = {"Host": "{}:{}".format(*address), "Accept": "text/html", "Accept-Language": "en-GB,en"}
        headers |= self.headers
        if self.form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Content-Length": str(len(body)),
            }
        lines = [f"{'GET' if self.form is None else 'POST'} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Answer(NamedTuple):
    """What came back, head and body, and after how many seconds it was all there."""

    status: int
    seconds: float
    text: bytes


@dataclass(slots=True)
class _Line:
    """One connection: what it still has to ask, and what has been heard of the answer so far."""

    socket: socket.socket
    queue: Iterator[bytes]
    asked_at: float = 0.0
    heard: bytearray = field(default_factory=bytearray)

    def ask(self) -> bool:
        """Send the next request; whether there was one."""
        request = next(self.queue, None)
        if request is None:
            return False
        self.heard.clear()
        self.asked_at = time.perf_counter()
        self.socket.sendall(request)
        return True

    def hear(self) -> Answer | None:
        """Take what has come; the answer when it is whole."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server hung up")
        self.heard += piece
        head = self.heard.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = self._length(head + 4)
        if len(self.heard) < head + 4 + length:
            return None
        seconds = time.perf_counter() - self.asked_at
        return Answer(int(self.heard[9:12]), seconds, bytes(self.heard))

    def _length(self, head: int) -> int:
        """How many bytes follow the head: none after "no content"."""
        if self.heard[9:12] == b"204":
            return 0
        length = _LENGTH.search(self.heard, 0, head)
        if length is None:
            raise ConnectionError("an answer does not say how long it is")
        return int(length[1])


class Clients:
    """So many open connections. Used as a context manager."""

    def __init__(self, address: Address, count: int) -> None:
        self.address = address
        self.sockets = [socket.create_connection(address, timeout=SILENCE) for _ in range(count)]
        for it in self.sockets:
            it.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Clients":
        # Whoever is accepted late would seem to be answered late.
        self.exchange([[Call("/healthz")]] * len(self.sockets))
        return self

    def __exit__(self, *_: object) -> None:
        for it in self.sockets:
            it.close()

    def exchange(self, calls: Sequence[Sequence[Call]]) -> list[Answer]:
        """Ask on each connection its own calls, one after the other, on all of them at once.

        Raises OSError when the server hangs up or says nothing for long.
        """
        lines = [
            _Line(it, iter([call.wire(self.address) for call in queue]))
            for it, queue in zip(self.sockets, calls, strict=True)
        ]
        answers = []
        with selectors.DefaultSelector() as selector:
            for line in lines:
                if line.ask():
                    selector.register(line.socket, selectors.EVENT_READ, line)
            while selector.get_map():
                ready = selector.select(SILENCE)
                if not ready:
                    raise TimeoutError("the server does not answer")
                for key, _ in ready:
                    answer = key.data.hear()
                    if answer:
                        answers.append(answer)
                        if not key.data.ask():
                            selector.unregister(key.data.socket)
        return answers
