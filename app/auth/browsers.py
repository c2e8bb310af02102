"""What a browser says about itself, and where it comes from, as far as a person can use it."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

# The first that is found: most browsers also name those they want to be taken for.
_NAMES = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
_ROUGH = {4: 24, 6: 48}  # Bits of an address that say which network it is in, not which home.


@dataclass(frozen=True, slots=True)
class Browser:
    """Names that are the same in every language; None for what is not known."""

    name: str | None
    system: str | None
    is_handheld: bool


def browser_of(agent: str | None) -> Browser:
    """The browser and the system that call themselves so."""
    text = agent or ""
    name = next((it for sign, it in _NAMES.items() if re.search(rf"\b{sign}[A-Za-z]*/", text)), None)
    system = next((it for sign, it in _SYSTEMS.items() if sign in text), None)
    return Browser(name, system, system in {"iPhone", "iPad", "Android"})


def rough_address(address: str | None) -> str | None:
    """The network an address is in: 203.0.113.x, 2001:db8:1:x; None for what is none."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    network = ip_network((found, _ROUGH[found.version]), strict=False).network_address
    if isinstance(network, IPv6Address):
        return ":".join(part.lstrip("0") or "0" for part in network.exploded.split(":")[:3]) + ":x"
    return ".".join(str(network).split(".")[:3]) + ".x"
