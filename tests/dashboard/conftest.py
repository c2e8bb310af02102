"""A page that is not open yet, and whose it is."""

import pytest

from app.core.db import db
from tests.factories import a_membership, a_shop, signed_in


@pytest.fixture
def shop(app, frozen):
    """A draft that lacks nothing it must have."""
    shop = a_shop()
    shop.business.status = "draft"
    db.session.flush()
    return shop


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business).user)
