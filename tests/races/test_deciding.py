"""Somebody decides what becomes of the bookings of a day off while customers book that very day."""

from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytest

from app.businesses.models import Business
from app.core.db import db
from tests.factories import a_membership, a_user
from tests.impact import fields
from tests.races import acts
from tests.races.clients import browser, confirm, flows, hold, later, next_open, signed_in
from tests.races.crew import done
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.places import a_place, count, either_way
from tests.reading import soup

pytestmark = pytest.mark.race
TEN = next_open(10)
BOOKED = "SELECT count(*) FROM bookings WHERE business_id = :business AND status = 'confirmed'"
OFF = "SELECT count(*) FROM time_off WHERE business_id = :business"


class End(NamedTuple):
    """How it ended: what the owner is answered, the bookings that stand, whether the day is off, what is shown then."""

    code: int
    booked: int
    off: int
    shown: int

    @property
    def is_right(self) -> bool:
        """Nobody is booked on a day off; or nothing was saved, and all who are booked are shown."""
        if self.code == 303:
            return (self.booked, self.off) == (0, 1)
        return (self.code, self.off) == (409, 0) and self.shown == self.booked


def race(served, order=None, after=0.0):
    """The owner cancels all of a day off, as it was shown, and a customer books that day in two steps."""
    place = a_place(served)
    done(served, acts.book, place.business, place.wish(TEN))
    with served.app.app_context():
        business = db.session.get_one(Business, place.business)
        user = a_user()
        a_membership(business, "owner", user)
        db.session.commit()
        slug, email = business.slug, user.email
    path = f"/manage/{slug}/staff/{place.people[0]}/hours/time-off"
    [token] = flows(served, place.business, 1)
    with browser(served.url) as client, closing(signed_in(served, email)) as owner:
        token_of_form = str(soup(owner.get(f"{path}/new")).select_one("input[name=csrf_token]")["value"])
        day = {"kind": "days", "first_on": str(TEN.date()), "csrf_token": token_of_form}
        asked = owner.post(path, data=day)
        assert asked.status_code == 409, asked.text
        form = {name: "cancel" if name.startswith("impact-of-") else it for name, it in fields(asked).items()}
        calls = {
            "owner": later(after, partial(owner.post, path, data=form)),
            "customer": partial(books, client, place, token),
        }
        answer = either_way(served, place.business, calls, order)["owner"]
    shown = len(soup(answer).select(".impact-item")) if answer.status_code == 409 else 0
    return End(answer.status_code, *(count(served, place.business, it) for it in (BOOKED, OFF)), shown)


def books(client, place, token):
    """Hold eleven o'clock and confirm it, as far as that goes."""
    held = hold(client, place.page, token, place.service, TEN + timedelta(hours=1))
    return confirm(client, held.headers["Location"]) if held.status_code == 303 else held


@pytest.mark.parametrize("order", [["owner", "customer"], ["customer", "owner"]])
def test_whoever_is_first_nobody_is_booked_on_a_day_off(served, order):
    """What was held first is let go, and cannot be confirmed any more."""
    assert race(served, order) == End(303, 0, 1, 0)


@pytest.mark.parametrize("round_", range(2 * ROUNDS))
def test_a_booking_is_refused_or_shown_before_anything_is_saved(served, round_):
    assert race(served, after=round_ * 0.02).is_right


def test_without_the_lock_somebody_is_booked_on_a_day_off_and_was_never_shown(unguarded):
    """The negative control of the tests above."""
    assert goes_wrong(lambda round_: not race(unguarded, after=round_ % 10 * 0.01).is_right)
