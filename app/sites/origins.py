"""The origin of a website: read from what people paste, and written as they know it."""

import re
from ipaddress import IPv4Address
from urllib.parse import urlsplit

import idna
from flask_babel import lazy_gettext as _

from app.core.errors import DomainError

LONGEST = 200
LONGEST_HOST = 253
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.IGNORECASE | re.DOTALL)
_PORT_FOLLOWS = re.compile(r"[0-9]{1,5}([/?#\\]|\Z)")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
# What a browser takes for an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_USUAL_PORTS = {"http": 80, "https": 443}


class NotAWebsite(DomainError):
    """Nothing that a browser could be at."""

    message = _("That does not look like the address of a website, such as example.com.")


def origin_of(typed: str) -> str:
    """The origin of the website that somebody typed or pasted, whole or in part. Raises NotAWebsite.

    Scheme, host and port as a browser writes them; https where nothing else was said, but for this very machine.
    """
    text = typed.strip()
    _check_text(text)
    scheme, rest = _split_scheme(text)
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    if not authority:
        raise NotAWebsite(_("Please type the whole address of the website, such as example.com."))
    if "@" in authority:
        raise NotAWebsite(_("Please type the address of the website without a user name and password."))
    host, colon, port = authority.partition(":")
    host = _host_of(host)
    scheme = scheme or ("http" if is_loopback(host) else "https")
    return f"{scheme}://{host}{_port_of(port, scheme) if colon else ''}"


def shown(origin: str) -> str:
    """An origin as people know it: in their own letters, without what goes without saying.

    Whoever types that again means the same origin.
    """
    parts = urlsplit(origin)
    host = parts.hostname or ""
    words = in_letters(host) + (f":{parts.port}" if parts.port else "")
    usual = "http" if is_loopback(host) else "https"
    return words if parts.scheme == usual else f"{parts.scheme}://{words}"


def in_letters(host: str) -> str:
    """The letters that a host name in ASCII stands for; itself where they are none."""
    try:
        letters = str(idna.decode(host))
        return letters if _in_ascii(letters) == host else host
    except (idna.IDNAError, UnicodeError):
        return host


def is_loopback(host: str) -> bool:
    """Whether a host is the very machine of whoever looks at it."""
    return host == "localhost" or host.endswith(".localhost") or bool(re.fullmatch(r"127(\.[0-9]+){3}", host))


def _check_text(text: str) -> None:
    if not text:
        raise NotAWebsite(_("Please type the address of a website, such as example.com."))
    if len(text) > LONGEST:
        raise NotAWebsite(
            _("That is too long. The part up to the first slash is enough, such as example.com.")
        )
    if "*" in text:
        raise NotAWebsite(_("Please type each website by itself. A * does not stand for several."))
    if re.search(r"\s", text):
        raise NotAWebsite(_("Please type one address without spaces, such as example.com."))


def _split_scheme(text: str) -> tuple[str, str]:
    """The scheme, "" where there was none, and what follows it and its slashes."""
    found = _SCHEME.fullmatch(text)
    if found and found[1].lower() in _USUAL_PORTS:
        return found[1].lower(), found[2].lstrip("/\\")
    if found and not _PORT_FOLLOWS.match(found[2]):
        raise NotAWebsite(_("Only an address that begins with https:// or http:// is one of a website."))
    return "", text.removeprefix("//")


def _host_of(written: str) -> str:
    try:
        host = written.lower() if written.isascii() else _in_ascii(written)
    except (idna.IDNAError, UnicodeError):
        raise NotAWebsite from None
    host = host.removesuffix(".")
    if len(host) > LONGEST_HOST or not _HOST.fullmatch(host):
        raise NotAWebsite
    last = host.rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        _check_number(host)
    elif last == host and not is_loopback(host):
        raise NotAWebsite
    return host


def _check_number(host: str) -> None:
    try:
        IPv4Address(host)
    except ValueError:
        raise NotAWebsite from None


def _port_of(written: str, scheme: str) -> str:
    if not re.fullmatch("[0-9]{1,5}", written) or not 0 < int(written) < 65536:
        raise NotAWebsite
    return "" if int(written) == _USUAL_PORTS[scheme] else f":{int(written)}"


def _in_ascii(host: str) -> str:
    return idna.encode(host, uts46=True).decode()
