"""The clock forgets what nobody finished a week ago, while somebody finishes it after all."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
import sqlalchemy as sa

from app.appointments import confirming, placing
from app.core.db import db
from tests.races import acts
from tests.races.clients import next_open
from tests.races.crew import DONE, done, perform
from tests.races.places import AGED, Left, a_place, left, run_out
from tests.serving import Served

pytestmark = pytest.mark.race
BOOKED = Left(live=1, dead=0, taken=1, holds=0, customers=1, confirmations=1, timeless=0)


def an_old_hold(served: Served) -> tuple[int, int]:
    """A hold of last week, by its business and booking."""
    place = a_place(served)
    booking = done(served, acts.hold, place.business, place.wish(next_open(10)))
    run_out(served, place.business)
    done(served, acts.sweep)
    with served.app.app_context():
        db.session.execute(sa.text(AGED), {"business": place.business})
        db.session.commit()
    return place.business, booking


def test_what_is_taken_up_again_is_not_forgotten_meanwhile(served, monkeypatch):
    business, booking = an_old_hold(served)
    with ThreadPoolExecutor(1) as pool:

        def place_while_forgetting(*args):
            """The clock rings once the booking was read; for a second it may wait or have its way."""
            wait([pool.submit(perform, served.app, acts.forget)], 1)
            return placing.place(*args)

        monkeypatch.setattr(confirming, "place", place_while_forgetting)
        outcome = perform(served.app, acts.confirm, business, booking)
    assert outcome.word == DONE
    assert left(served, business) == BOOKED
