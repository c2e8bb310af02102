"""Fifty clients, one place: the promise the product stands on, and the proof that the test would notice."""

from functools import partial

import pytest
import sqlalchemy as sa

from app import create_app
from app.core.db import db
from tests.conftest import a_database, settings
from tests.factories import Shop, a_shop
from tests.races.clients import at_once, browser, hold, next_open
from tests.serving import Served, serving

pytestmark = pytest.mark.race
CLIENTS = 50


def a_place(served: Served) -> tuple[str, int, int]:
    """A shop with one person, committed: the address of its page, and the ids of its business and service."""
    with served.app.app_context():
        shop: Shop = a_shop()
        db.session.commit()
        return shop.page, shop.business.id, shop.service.id


def race(served: Served, hour: int) -> tuple[list[int], list[str], int]:
    """The answers of all clients to one place, and the business it was at."""
    page, business, service = a_place(served)
    with browser(served.url) as client:
        tokens = served.tokens(page, CLIENTS)
        answers = at_once([partial(hold, client, page, token, service, next_open(hour)) for token in tokens])
    return [answer.status_code for answer in answers], [answer.text for answer in answers], business


def count(served: Served, business: int, question: str) -> int:
    with served.app.app_context():
        found: int = db.session.execute(sa.text(question), {"business": business}).scalar_one()
        return found


@pytest.mark.parametrize("round_", range(3))
def test_fifty_clients_for_one_place_leave_one_winner_and_forty_nine_with_other_times(served, round_):
    codes, pages, business = race(served, 10 + round_)
    assert sorted(set(codes)) == [303, 409]
    assert codes.count(303) == 1
    losers = [page for code, page in zip(codes, pages, strict=True) if code == 409]
    assert all('name="start"' in page for page in losers)
    for table in ("bookings", "appointments", "holds"):
        assert count(served, business, f"SELECT count(*) FROM {table} WHERE business_id = :business") == 1
    assert (
        count(served, business, "SELECT count(*) FROM allocations WHERE business_id = :business AND live")
        == 1
    )
    assert count(served, business, "SELECT count(*) FROM idempotency_keys WHERE business_id = :business") == 1


def test_the_same_form_from_twenty_windows_is_one_booking_with_twenty_answers(served):
    page, business, service = a_place(served)
    [token] = served.tokens(page, 1)
    with browser(served.url) as client:
        answers = at_once([partial(hold, client, page, token, service, next_open(10)) for _ in range(20)])
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"].rsplit(".", 2)[0] for answer in answers}) == 1
    assert count(served, business, "SELECT count(*) FROM bookings WHERE business_id = :business") == 1


def test_without_lock_and_constraint_two_clients_win(worker_id, tmp_path):
    """The negative control: if this finds no second winner, the tests above prove nothing."""
    with a_database(f"daybook_{worker_id}_unguarded") as url:
        unguard(url)
        with serving(create_app(settings(url)), url, tmp_path / "log") as served:
            winners = [race(served, 10)[0].count(303) for _ in range(5)]
    assert max(winners) > 1


def unguard(url: str) -> None:
    """Drop the constraint, and put something that cannot be locked in the place of the schedules."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in (
            "ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap",
            "ALTER TABLE schedules RENAME TO real_schedules",
            """CREATE FUNCTION all_schedules() RETURNS SETOF real_schedules LANGUAGE plpgsql
               AS 'BEGIN RETURN QUERY SELECT * FROM real_schedules; END'""",
            "CREATE VIEW schedules AS SELECT * FROM all_schedules()",
            """CREATE RULE inserting AS ON INSERT TO schedules
               DO INSTEAD INSERT INTO real_schedules VALUES (NEW.business_id, 0)""",
            "CREATE RULE updating AS ON UPDATE TO schedules DO INSTEAD NOTHING",
        ):
            connection.execute(sa.text(statement))
