"""kill -9 between a cancellation and the offer that follows it: both are one transaction, so neither is lost."""

import multiprocessing
import os
import signal

import pytest

from app import create_app
from app.core.db import db
from app.waitlist import passing
from app.waitlist.models import WaitlistOffer
from tests.conftest import settings
from tests.races import acts
from tests.races.clients import next_open
from tests.races.crew import done, perform
from tests.races.places import a_place, left
from tests.serving import Served

pytestmark = pytest.mark.fault


def cancel_and_die(url: str, business: int, booking: int) -> None:
    """A process of its own that dies when what it has freed would be offered."""
    passing.offer_time = lambda *_args, **_more: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    perform(create_app(settings(url)), acts.cancel, business, booking)


def test_a_kill_between_cancelling_and_offering_loses_nothing(served: Served) -> None:
    ten = next_open(10)
    place = a_place(served, minutes=60)
    booked = [
        done(served, acts.book, place.business, place.wish(ten.replace(hour=hour)))[0]
        for hour in range(9, 18)
    ]
    entry = done(served, acts.wait, place.business, place.service, ten.date(), "grace")
    before = left(served, place.business)
    url = served.app.config["SQLALCHEMY_DATABASE_URI"]
    dying = multiprocessing.get_context("spawn").Process(
        target=cancel_and_die, args=(url, place.business, booked[1])
    )
    dying.start()
    dying.join(60)
    assert dying.exitcode == -signal.SIGKILL
    assert left(served, place.business) == before
    done(served, acts.cancel, place.business, booked[1])
    with served.app.app_context():
        offer = db.session.query(WaitlistOffer).filter_by(business_id=place.business).one()
        assert (offer.entry_id, offer.status, offer.starts_at) == (entry, "open", ten)
