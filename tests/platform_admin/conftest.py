"""Platform admins and what they have to decide."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.changing import change_status
from app.auth.sessions import start_session
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.reviews.models import Review
from app.reviews.writing import Said, review
from tests.factories import Shop, a_booking, a_shop, a_user, berlin

START = berlin("2027-03-02 10:00").astimezone(UTC)


@pytest.fixture(autouse=True)
def _before(app: Flask, frozen: Any) -> None:
    frozen.move_to(START - timedelta(days=1))


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """A browser in which a platform admin is signed in."""
    user = a_user("admin@daybook.example", "Ida Root", is_platform_admin=True)
    token, _ = start_session(user, clock.now(), remembered=True)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    return browser


def a_review(frozen: Any, shop: Shop | None = None, stars: int = 1, words: str | None = "Bad.") -> Review:
    """What somebody says of a visit on the next working day, soon after it."""
    shop = shop or a_shop()
    start = clock.now().replace(hour=10) + timedelta(days=1)
    while start.weekday() > 4:
        start += timedelta(days=1)
    booking = a_booking(shop, start, person=shop.person)
    frozen.move_to(start + timedelta(minutes=60))
    change_status(booking, "completed", by=SYSTEM, now=clock.now())
    db.session.flush()
    return review(shop.business, booking, Said(stars, None, words), by=VISITOR, now=clock.now())
