"""A calendar out of the net, asked for so that nobody can make us ask for anything else, or for more than we can take.

No name is resolved twice: the connection goes to the address that was checked, so a name that leads elsewhere a moment
later leads nowhere. Redirects are followed by hand, with every check again. Nothing here touches the database.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin

from app.feeds.addresses import Address, NoAddress, address_of, is_open

MOST_BYTES = 5 * 1024 * 1024
SECONDS, SECONDS_IN_ALL = 10, 20
MOST_REDIRECTS = 3
_BEGINS, _ENDS = b"BEGIN:VCALENDAR", b"END:VCALENDAR"
_MOVED = {301, 302, 303, 307, 308}
_PROBLEMS = {401: "locked", 403: "locked", 404: "not_there", 410: "not_there", 429: "too_often"}
Resolve = Callable[[str, int], list[str]]


class NotRead(Exception):
    """The calendar could not be read; the argument is the problem, one of app.feeds.problems."""

    @property
    def problem(self) -> str:
        """What is wrong."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Read:
    """What a server answered. No `body`: it says that nothing has changed."""

    body: bytes | None
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the server said of what was read last, which it is asked about."""

    etag: str | None = None
    modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """As a request says it."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in said.items() if value}


def resolve(host: str, port: int) -> list[str]:
    """The network addresses of a name. Raises OSError where there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(it[4][0]) for it in found))


def fetch(address: Address, known: Known, allowed: Collection[str], *, resolve: Resolve = resolve) -> Read:
    """The calendar at an address, or nothing where it is still the `known` one. Raises NotRead.

    `allowed` as of `is_open`. It takes 20 seconds at most, and 5 MB.
    """
    until = time.monotonic() + SECONDS_IN_ALL
    for _ in range(MOST_REDIRECTS + 1):
        answer = _ask(address, known, allowed, resolve, until)
        if isinstance(answer, Read):
            return answer
        try:
            address = address_of(urljoin(str(address), answer))
        except (NoAddress, ValueError) as error:
            raise NotRead("not_there") from error
    raise NotRead("redirects")


def _ask(
    address: Address, known: Known, allowed: Collection[str], resolve: Resolve, until: float
) -> Read | str:
    """What one server answers, or where it sends us."""
    number = _checked(address, allowed, _resolved(address, resolve, until))
    try:
        with _connected(address, number, until) as connection:
            connection.putrequest("GET", address.path, skip_host=True, skip_accept_encoding=True)
            for name, value in {**_HEADERS, "Host": address.authority, **known.headers}.items():
                connection.putheader(name, value)
            connection.endheaders()
            return _answer(connection.getresponse(), until)
    except ssl.SSLError as error:
        raise NotRead(
            "certificate" if isinstance(error, ssl.SSLCertVerificationError) else "no_answer"
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotRead("too_slow" if time.monotonic() >= until - 0.1 else "no_answer") from error


_HEADERS = {
    "User-Agent": "Daybook",
    "Accept": "text/calendar, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


def _resolved(address: Address, resolve: Resolve, until: float) -> list[str]:
    """The addresses of the name, looked up in a thread of its own: a resolver may be silent for minutes."""
    found: list[str] = []

    def look() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(resolve(address.host, address.port))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(min(SECONDS, max(0.0, until - time.monotonic())))
    if not found:
        raise NotRead("no_such_host")
    return found


def _checked(address: Address, allowed: Collection[str], numbers: Collection[str]) -> str:
    """The first of the addresses, if all of them may be asked: a name that leads to two networks is a trick."""
    if not all(is_open(address, it, allowed) for it in numbers):
        raise NotRead("not_public")
    return next(iter(numbers))


@contextmanager
def _connected(address: Address, number: str, until: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to this very network address that ends at `until`, whatever the other side does."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection = http.client.HTTPConnection(address.host, address.port)
    plain = socket.create_connection((number, address.port), timeout=min(SECONDS, left))
    plain.settimeout(SECONDS)
    # Closing its twin ends the waiting of the other, also in the middle of a handshake or of a header.
    twin = plain.dup()
    watch = threading.Timer(max(0.0, until - time.monotonic()), _end, [twin])
    watch.daemon = True
    watch.start()
    try:
        # No HTTPSConnection: it would look the name up again.
        connection.sock = _secured(plain, address.host) if address.scheme == "https" else plain
        yield connection
    finally:
        watch.cancel()
        connection.close()
        plain.close()
        twin.close()


def _secured(plain: socket.socket, host: str) -> socket.socket:
    """The same, encrypted, with somebody who has a certificate for this name."""
    return _context().wrap_socket(plain, server_hostname=host)


@cache
def _context() -> ssl.SSLContext:
    import httpx  # Megabytes no web page needs; it knows whose certificates count.

    return httpx.create_ssl_context(trust_env=False)


def _end(twin: socket.socket) -> None:
    with suppress(OSError):
        twin.shutdown(socket.SHUT_RDWR)


def _answer(answer: http.client.HTTPResponse, until: float) -> Read | str:
    """Raises NotRead, OSError or HTTPException."""
    etag, modified = _short(answer.getheader("ETag")), _short(answer.getheader("Last-Modified"))
    if answer.status == 304:
        return Read(None, etag, modified)
    if answer.status in _MOVED:
        return answer.getheader("Location") or ""
    if answer.status != 200:
        raise NotRead(_PROBLEMS.get(answer.status, "broken"))
    if (answer.getheader("Content-Encoding") or "identity").strip().lower() != "identity":
        raise NotRead("compressed")
    return Read(_body(answer, until), etag, modified)


def _body(answer: http.client.HTTPResponse, until: float) -> bytes:
    """All of it, as far as it is a calendar and not too big, whatever the length it announced."""
    parts, size = [], 0
    while part := answer.read1(65536):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise NotRead("too_big")
        if time.monotonic() > until:
            raise NotRead("too_slow")
    if time.monotonic() > until:
        raise NotRead("too_slow")
    body = b"".join(parts).removeprefix(b"\xef\xbb\xbf").strip()
    if body[: len(_BEGINS)].upper() != _BEGINS:
        raise NotRead("no_calendar")
    # What ends too early would look as if the rest had been cancelled.
    if body[-len(_ENDS) :].upper() != _ENDS:
        raise NotRead("cut_off")
    return body


def _short(said: str | None) -> str | None:
    """A header worth keeping: servers may say anything there."""
    return said if said and len(said) <= 300 and said.isprintable() and said.isascii() else None
