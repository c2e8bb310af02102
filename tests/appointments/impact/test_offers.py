"""A customer is offered three times instead, and chooses one by themselves."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from app.appointments.cancelling import cancel
from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.appointments.moving import move
from app.appointments.offering_times import NothingToOffer, OfferGone, offer_times, take_offered
from app.business_hours.away import add_days_off
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from app.schedule.wall_clock import epoch_minute
from tests.factories import ANNA, a_booking, a_membership, a_shop, berlin, signed_in
from tests.impact import decide
from tests.reading import soup, words

CUSTOMER = Actor("customer", "Olivia Park")


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def booking(shop):
    made = a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person)
    db.session.execute(delete(Notification).filter_by(business_id=shop.business.id))
    return made


def offer(shop, booking):
    offer_times(shop.business, booking, by=ANNA, now=clock.now())
    return sorted(booking.offered)


def again(booking):
    return db.session.get(Booking, (booking.business_id, booking.id), populate_existing=True)


def messages(shop, kind="booking_offered"):
    rows = select(Notification).filter_by(business_id=shop.business.id, kind=kind)
    return list(db.session.scalars(rows))


def page_of(booking):
    return f"/bookings/{receipt_token(booking)}"


def test_three_times_on_three_days_are_offered_and_the_booking_stays(shop, booking):
    times = offer(shop, booking)
    assert len({it.date() for it in times}) == 3
    assert booking.appointment.starts_at not in times
    assert booking.appointment.starts_at == berlin("2027-03-02 10:00")
    (message,) = messages(shop)
    assert message.recipient == "olivia@example.com"


def test_time_off_with_an_offer_names_only_times_that_are_left(app, shop, booking):
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    path = f"/manage/{shop.business.slug}/staff/{shop.person.resource_id}/hours/time-off"
    asked = manager.post(path, data={"kind": "days", "first_on": "2027-03-02", "last_on": "2027-03-05"})
    assert decide(manager, asked, {booking.appointment_id: "offer"}).status_code == 303
    times = again(booking).offered
    assert len(times) == 3
    assert all(not "2027-03-02" <= str(it.date()) <= "2027-03-05" for it in times)
    assert len(messages(shop)) == 1


def test_the_customer_chooses_one_without_a_script(client, shop, booking):
    times = offer(shop, booking)
    page = client.get(page_of(booking))
    buttons = soup(page).select(".offered-times button")
    assert [datetime.fromisoformat(it["value"]) for it in buttons] == times
    form = soup(page).select_one(".offered-times")
    answer = client.post(form["action"], data={"start": buttons[1]["value"]})
    assert answer.status_code == 303
    moved = again(booking)
    assert (moved.appointment.starts_at, moved.offered, moved.moves) == (times[1], None, 0)
    assert not soup(client.get(page_of(moved))).select(".offered-times")
    assert len(messages(shop, "booking_moved")) == 1
    # A second click changes nothing.
    assert client.post(form["action"], data={"start": buttons[1]["value"]}).status_code == 303


def test_neither_the_last_moment_nor_the_settings_bind_who_was_offered_it(shop, booking):
    shop.business.customers_move = False
    booking.policy = {}
    db.session.flush()
    times = offer(shop, booking)
    take_offered(shop.business, booking, start=times[2], by=CUSTOMER, now=clock.now())
    assert again(booking).appointment.starts_at == times[2]


def test_in_the_place_of_one_that_is_gone_there_are_fresh_ones(client, shop, booking):
    times = offer(shop, booking)
    for person in shop.people:
        a_booking(shop, times[0], f"x{person.resource_id}@example.com", person)
    answer = client.post(f"{page_of(booking)}/offered-time", data={"start": times[0].isoformat()})
    assert answer.status_code == 409
    assert "Somebody else has that time by now." in words(soup(answer).main)
    fresh = again(booking).offered
    assert len(fresh) == 3
    assert times[0] not in fresh
    assert again(booking).appointment.starts_at == berlin("2027-03-02 10:00")


@pytest.mark.parametrize(("sent", "status"), [("", 422), ("soon", 422), ("2027-03-04T10:00:00", 422)])
def test_what_is_no_time_is_refused(client, shop, booking, sent, status):
    offer(shop, booking)
    answer = client.post(f"{page_of(booking)}/offered-time", data={"start": sent})
    assert answer.status_code == status
    assert again(booking).appointment.starts_at == berlin("2027-03-02 10:00")


def test_only_what_is_offered_can_be_chosen(shop, booking):
    times = offer(shop, booking)
    with pytest.raises(OfferGone):
        take_offered(
            shop.business, booking, start=times[0] + timedelta(minutes=15), by=CUSTOMER, now=clock.now()
        )


def test_what_is_moved_or_cancelled_otherwise_is_offered_no_more(shop, booking):
    offer(shop, booking)
    move(
        shop.business,
        booking.appointment,
        start=epoch_minute(berlin("2027-03-02 15:00")),
        by=ANNA,
        now=clock.now(),
    )
    assert again(booking).offered is None
    offer(shop, booking)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert again(booking).offered is None


def test_where_nothing_is_free_nothing_is_offered(shop, booking):
    for person in shop.people:
        add_days_off(
            shop.business.id,
            berlin("2027-03-01 00:00").date(),
            berlin("2027-06-01 00:00").date(),
            person.resource_id,
            by=ANNA,
            now=clock.now(),
        )
    with pytest.raises(NothingToOffer):
        offer(shop, booking)


def test_the_letter_names_the_times_and_leads_to_the_page(shop, booking):
    offer(shop, booking)
    (message,) = messages(shop)
    assert find_kind(message.kind).wanted(message) is None
    letter = find_kind(message.kind).words(message)
    assert letter.fills["news"] == "Mon 1 Mar, 12:00; Tue 2 Mar, 09:45; Wed 3 Mar, 10:00"
    assert letter.fills["link"].endswith(page_of(booking))


def test_who_chose_meanwhile_is_not_written_to(shop, booking):
    times = offer(shop, booking)
    (message,) = messages(shop)
    take_offered(shop.business, booking, start=times[0], by=CUSTOMER, now=clock.now())
    assert find_kind(message.kind).wanted(message) is not None
