"""Thirty people and a code that can be used once."""

from functools import partial

import pytest
import sqlalchemy as sa

from app.appointments.finding import hold_token
from app.appointments.models import Booking
from app.core.db import db
from tests.races import acts
from tests.races.clients import at_once, browser, next_open
from tests.races.crew import done
from tests.races.effort import goes_wrong
from tests.races.places import Place, a_class, count
from tests.serving import Served

pytestmark = pytest.mark.race
PEOPLE = 30
AT = next_open(10)
CODE = """INSERT INTO {table} (business_id, code, code_key, amount_cents, most_uses, most_per_customer)
          VALUES (:business, 'ONCE', 'ONCE', 1000, :all, :each)"""
USES = "SELECT count(*) FROM coupon_uses WHERE business_id = :business AND given_back_at IS NULL"
COUNTED = "SELECT uses FROM coupons WHERE business_id = :business"
CHEAPER = "SELECT count(*) FROM bookings WHERE business_id = :business AND total_cents < 4500"


def details_of(served: Served, people: int, table: str, **limits: int | None) -> tuple[Place, list[str]]:
    """The pages on which so many people type their names, each of whom holds a place; and a code."""
    place, _date, _booking = a_class(served, AT, people + 1, people)
    held = [done(served, acts.hold, place.business, place.wish(AT)) for _ in range(people)]
    with served.app.app_context():
        db.session.execute(sa.text(CODE.format(table=table)), {"business": place.business, **limits})
        db.session.commit()
        bookings = [db.session.get_one(Booking, (place.business, it)) for it in held]
        return place, [f"{place.page}/{hold_token(it)}" for it in bookings]


def race(
    served: Served, *, people: int = PEOPLE, is_one: bool = False, table: str = "coupons"
) -> tuple[list[int], list[str], int]:
    """What so many people are told who book with one code at once; `is_one`: all of them are the same customer."""
    limits = {"all": None, "each": 1} if is_one else {"all": 1, "each": None}
    place, pages = details_of(served, people, table, **limits)
    with browser(served.url) as client:
        answers = at_once(
            [
                partial(
                    client.post,
                    page,
                    data={
                        "name": "Grace Hopper",
                        "email": f"grace{0 if is_one else number}@example.com",
                        "code": "once",
                    },
                )
                for number, page in enumerate(pages)
            ]
        )
    return [it.status_code for it in answers], [it.text for it in answers], place.business


@pytest.mark.parametrize(
    ("is_one", "refusal"), [(False, "This code is used up."), (True, "You have used this code already.")]
)
def test_thirty_who_use_a_code_that_is_good_once_leave_one_who_has_it(served, is_one, refusal):
    codes, pages, business = race(served, is_one=is_one)
    assert sorted(codes) == [303] + [422] * (PEOPLE - 1)
    assert sum(refusal in page for page in pages) == PEOPLE - 1
    assert [count(served, business, it) for it in (USES, COUNTED, CHEAPER)] == [1, 1, 1]


def test_a_code_that_is_read_and_then_written_is_had_twice(unguarded):
    """The negative control: with a counter that asks first and writes afterwards, the test above finds it."""
    assert goes_wrong(lambda _: race(unguarded, people=8, table="real_coupons")[0].count(303) > 1)
