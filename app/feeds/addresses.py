"""Addresses of calendars elsewhere as people paste them, and which network addresses may be asked for them.

Whoever types an address lets our server ask for it. So only the public internet is asked, unless CALENDARS_FROM names
more: never this machine, the network it stands in, or what clouds keep at addresses of their own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from app.core.text import clean

PORTS = {80, 443, 8443}
LONGEST = 2000
_SAFE = "/%:@!$&'()*+,;=~-._?"
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII)
# A way from IPv6 to IPv4: the address behind it counts (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")
# What some versions of Python take for public: protocol assignments, relays and examples.
_NOBODYS = [ip_network(it) for it in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "5f00::/16")]
# Other ways, which nobody's calendar needs: 6to4, Teredo, NAT64 of one's own, IPv4-compatible, site-local.
_WAYS = [IPv6Network(it) for it in ("2002::/16", "2001::/32", "64:ff9b:1::/48", "::/96", "fec0::/10")]


class NoAddress(ValueError):
    """This is no address of a calendar that may be asked for; the argument is the problem it is."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a calendar is. `host` is a name or number in ASCII, without the brackets of IPv6; `path` has its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def address_of(typed: str) -> Address:
    """What somebody pasted; webcal: is https:. Raises NoAddress."""
    text = clean(typed).strip()
    if not text or len(text) > LONGEST or any(c.isspace() for c in text):
        raise NoAddress("not_an_address")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
        port = parts.port
    except ValueError as error:
        raise NoAddress("not_an_address") from error
    if scheme not in ("http", "https") or not parts.hostname:
        raise NoAddress("not_an_address")
    if parts.username is not None or parts.password is not None:
        raise NoAddress("password_in_it")
    path = quote(parts.path or "/", safe=_SAFE)
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return Address(scheme, _host(parts.hostname), port or (443 if scheme == "https" else 80), path + query)


def is_open(address: Address, number: str, allowed: Iterable[str]) -> bool:
    """Whether a calendar may be asked for at this network address, to which the name of its host led.

    `allowed` are the networks, hosts and hosts with a port of CALENDARS_FROM.
    """
    try:
        ip = ip_address(number)
    except ValueError:
        return False
    for it in allowed:
        if it in (address.host, f"{address.host}:{address.port}"):
            return True
        if address.port in PORTS and _is_in(ip, it):
            return True
    return address.port in PORTS and is_public(ip)


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether it is one computer of the public internet, and no way around to another network."""
    if isinstance(ip, IPv6Address):
        if ip.scope_id:
            return False
        if ip.ipv4_mapped:
            return is_public(ip.ipv4_mapped)
        if ip in _NAT64:
            return is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(ip in way for way in _WAYS):
            return False
    return ip.is_global and not (
        any(ip in it for it in _NOBODYS)
        or ip.is_multicast
        or ip.is_reserved
        or ip.is_private
        or ip.is_loopback
        or ip.is_link_local
    )


def _is_in(ip: IPv4Address | IPv6Address, network: str) -> bool:
    try:
        return ip in ip_network(network)
    except ValueError:
        return False


def _host(name: str) -> str:
    """A name in ASCII, as it is asked for. Raises NoAddress."""
    try:
        return str(ip_address(name))
    except ValueError:
        pass
    try:
        ascii_name = name.encode("idna").decode().lower()
    except UnicodeError as error:
        raise NoAddress("not_an_address") from error
    if not _NAME.fullmatch(ascii_name) or len(ascii_name) > 253:
        raise NoAddress("not_an_address")
    return ascii_name
