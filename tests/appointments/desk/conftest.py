"""A shop with two people and a member of each role, for tests of the panel."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Shop, a_membership, a_shop, a_user, signed_in


@pytest.fixture
def shop(app: Flask, frozen: object) -> Shop:
    return a_shop(people=2)


@pytest.fixture
def owner(app: Flask, shop: Shop) -> FlaskClient:
    return signed_in(app, a_membership(shop.business, "owner", a_user(name="Ann Berg")).user)


@pytest.fixture
def staff(app: Flask, shop: Shop) -> FlaskClient:
    """The first of the two people."""
    membership = a_membership(shop.business, "staff", a_user(name="Maya Lind"))
    shop.person.user_id = membership.user_id
    return signed_in(app, membership.user)
