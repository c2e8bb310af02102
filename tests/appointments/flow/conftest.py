import pytest

from app.appointments.flow.forms.wish import new_flow
from app.core.db import db
from tests.factories import a_shop, berlin


@pytest.fixture
def shop(app, frozen):
    """A shop with two people, on a Monday morning."""
    return a_shop(people=2)


@pytest.fixture
def wished(shop):
    """What a browser sends for Tuesday 10:00 with anybody."""
    return {
        "service": str(shop.service.id),
        "staff": "any",
        "start": berlin("2027-03-02 10:00").isoformat(),
        "flow": new_flow(shop.business.id),
    }


@pytest.fixture
def contact():
    """What a browser sends as the customer's details."""
    return {"name": "Olivia Park", "email": "olivia@example.com", "phone": "", "note": ""}


@pytest.fixture
def rows():
    """Counts every row of the tables a booking writes to."""

    def counted():
        tables = (
            "appointments",
            "allocations",
            "bookings",
            "holds",
            "customers",
            "idempotency_keys",
            "audit_events",
        )
        return {name: db.session.scalar(db.text(f"SELECT count(*) FROM {name}")) for name in tables}

    return counted


@pytest.fixture
def details(client, shop, wished):
    """The address of the details of a time that is held."""
    return client.post(f"{shop.page}/holds", data=wished).location
