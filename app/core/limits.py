"""How often one network address may ask. Counted in Redis, or per process while Redis is away."""

from ipaddress import IPv6Address, ip_address

from flask import Flask, request
from flask_limiter import Limiter


def network_address() -> str:
    """Where the request comes from; of an IPv6 address the /64, because a home has all of that."""
    try:
        address = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:  # As a server that listens on :: sees everybody who comes over IPv4.
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


limiter = Limiter(network_address, default_limits=[], swallow_errors=True)


def init_limits(app: Flask) -> None:
    """Install the limiter with the app's settings."""
    limiter.init_app(app)
