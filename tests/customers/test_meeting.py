import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact, meet
from app.customers.models import Customer
from tests.factories import a_business

pytestmark = pytest.mark.usefixtures("app", "frozen")


@pytest.fixture
def met():
    """Meets somebody at one business; the id of their record."""
    business = a_business()
    return lambda *contact: meet(business.id, Contact(*contact), clock.now()).id


def test_the_same_mailbox_is_the_same_customer_whatever_the_phone(met):
    assert met("Olivia", "o@example.com", "+4930111") == met("Olivia Park", "o@example.com", "+4930222")


def test_another_mailbox_is_somebody_else_even_on_the_same_phone(met):
    assert met("Olivia", "o@example.com", "+4930111") != met("Sam", "s@example.com", "+4930111")


def test_without_a_mailbox_the_phone_decides(met):
    assert met("Olivia", None, "+4930111") == met("O. Park", None, "+4930111")
    assert met("Olivia", None, "+4930111") != met("Olivia", None, "+4930222")


def test_somebody_who_gives_neither_is_nobody_the_business_knows(met):
    met("A walk-in", None, None)
    met("Olivia", "o@example.com", None)
    known = db.session.scalar(select(func.count()).select_from(Customer))
    met("Another walk-in", None, None)
    assert db.session.scalar(select(func.count()).select_from(Customer)) == known + 1
