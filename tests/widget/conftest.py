import pytest

from app.core.db import db
from app.sites.models import Site
from tests.factories import a_shop


@pytest.fixture
def shop(app, frozen):
    """A shop with two people, on a Monday morning, whose widget stands on one website."""
    shop = a_shop(people=2)
    db.session.add(Site(business_id=shop.business.id, origin="https://www.ann.example"))
    db.session.commit()
    return shop


@pytest.fixture
def frame(shop):
    """The address of its frame."""
    return f"/w/{shop.business.slug}"
