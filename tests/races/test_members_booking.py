"""Two members book the same free spot at once, and one of them presses the button twenty times."""

from contextlib import closing
from functools import partial

import httpx
import pytest

from app.core.db import db
from tests.factories import Shop, a_membership, a_shop, a_user
from tests.races.clients import at_once, next_open, signed_in
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.places import count
from tests.reading import soup
from tests.serving import Served

pytestmark = pytest.mark.race
BOOKINGS = "SELECT count(*) FROM bookings WHERE business_id = :business AND live"


def a_desk(served: Served) -> tuple[Shop, list[str]]:
    """A shop and two managers who can sign in."""
    with served.app.app_context():
        shop = a_shop()
        users = [a_user() for _ in range(2)]
        for user in users:
            a_membership(shop.business, "manager", user)
        db.session.commit()
        for row in (shop.business, shop.service, shop.person):
            db.session.refresh(row)
        emails = [user.email for user in users]
        db.session.expunge_all()
        return shop, emails


def form_of(client: httpx.Client, shop: Shop, name: str) -> dict[str, str]:
    """What the page of a member holds when they have filled it in."""
    page = soup(client.get(f"/manage/{shop.business.slug}/appointments/new"))
    hidden = {it["name"]: it["value"] for it in page.select("#entry > input[type=hidden]")}
    start = next_open(10)
    return hidden | {
        "service": str(shop.service.id),
        "person": str(shop.person.resource_id),
        "date": start.date().isoformat(),
        "time": "10:00",
        "who": "new",
        "name": name,
        "every": "0",
        "ends": "times",
    }


def race(served: Served) -> tuple[list[int], int]:
    """The answers two members get who want the same spot for two customers, and how many bookings there are."""
    shop, emails = a_desk(served)
    clients = [signed_in(served, email) for email in emails]
    forms = [form_of(client, shop, f"Customer {at}") for at, client in enumerate(clients)]
    address = f"/manage/{shop.business.slug}/appointments"
    answers = at_once(
        [partial(client.post, address, data=form) for client, form in zip(clients, forms, strict=True)]
    )
    for client in clients:
        client.close()
    return sorted(it.status_code for it in answers), count(served, shop.business.id, BOOKINGS)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_members_who_book_the_same_spot_one_has_it_and_the_other_is_told(served, round_):
    assert race(served) == ([303, 409], 1)


def test_a_form_that_is_sent_twenty_times_at_once_is_one_booking(served):
    shop, [email, _] = a_desk(served)
    with closing(signed_in(served, email)) as client:
        form = form_of(client, shop, "Grace Hopper")
        send = partial(client.post, f"/manage/{shop.business.slug}/appointments", data=form)
        answers = at_once([send] * 20)
    assert {it.status_code for it in answers} == {303}
    assert len({it.headers["Location"] for it in answers}) == 1
    assert count(served, shop.business.id, BOOKINGS) == 1


def test_without_lock_and_constraint_both_have_it(unguarded):
    """The negative control of the first test."""
    assert goes_wrong(lambda _: race(unguarded)[0] == [303, 303])
