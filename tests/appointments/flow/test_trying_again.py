"""A database that is busy costs the customer one click and nothing of what they typed."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.appointments.models import Booking
from app.core.db import db
from tests.reading import soup


@pytest.fixture
def busy():
    """Within it nobody gets the lock of a business."""

    @contextmanager
    def waiting_in_vain():
        def give_up(_connection, _cursor, statement, *_rest):
            if "FROM schedules" in statement and "FOR UPDATE" in statement:
                raise OperationalError(statement, {}, SimpleNamespace(pgcode="55P03"))

        sa.event.listen(sa.Engine, "before_cursor_execute", give_up)
        try:
            yield
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", give_up)

    return waiting_in_vain


def press_try_again(client, response):
    """Send the form of the page, as its button does."""
    form = soup(response).select_one("main form")
    assert form["method"] == "post"
    assert form.select("button")
    return client.post(
        form["action"], data={it["name"]: it["value"] for it in form.select("input[type=hidden]")}
    )


def test_one_more_click_and_the_time_is_held_and_booked(client, shop, wished, contact, busy):
    with busy():
        refused = client.post(f"{shop.page}/holds", data=wished)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert "Set-Cookie" not in refused.headers
    held = press_try_again(client, refused)
    assert held.status_code == 303
    typed = contact | {"name": "Zoë <Park>", "note": 'Two lines,\nplease "quietly"', "phone": "030 901820"}
    with busy():
        refused = client.post(held.location, data=typed)
    assert refused.status_code == 503
    booked = press_try_again(client, refused)
    assert "You are booked, Zoë" in client.get(booked.location).text
    [booking] = db.session.scalars(db.select(Booking))
    assert (booking.status, booking.contact_name, booking.note) == ("confirmed", "Zoë <Park>", typed["note"])


def test_trying_again_while_it_is_still_busy_loses_nothing_either(client, shop, wished, busy, rows):
    with busy():
        refused = client.post(f"{shop.page}/holds", data=wished)
        refused = press_try_again(client, refused)
    assert refused.status_code == 503
    assert press_try_again(client, refused).status_code == 303
    assert rows()["holds"] == 1
