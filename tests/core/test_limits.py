"""Who counts as one when it is counted how often somebody asks."""

import pytest
from flask import Flask

from app.core.limits import network_address


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("nowhere", "unknown"),
    ],
)
def test_an_address_is_one_computer_or_one_home(app: Flask, address: str, one: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network_address() == one
