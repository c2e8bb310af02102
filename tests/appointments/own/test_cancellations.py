"""A customer cancels on a page, and takes it back."""

import pytest

from app.appointments.finding import bookings_of_visit
from app.appointments.forms.withdrawing import WHY
from app.core.db import db
from app.services.asking import YES_NO
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.appointments.visiting import a_part
from tests.factories import a_booking, a_hold, a_shop, berlin
from tests.reading import soup, words

THURSDAY = berlin("2027-03-04 10:00")


def statuses(booking):
    return [it.status for it in bookings_of_visit(booking.business_id, booking.visit)]


def test_the_page_says_until_when_and_offers_to_move_it_instead(shop, of):
    page = soup(of(a_booking(shop, THURSDAY), "/cancellation"))
    assert words(page.h1) == "Cancel your booking?"
    assert "You can cancel online until Wed 3 Mar, 10:00. Would another time do? Move it instead" in words(
        page.main
    )
    assert "Haircut Thu 4 Mar, 10:00, with Maya" in words(page.select_one(".own-lines"))
    assert "for ten minutes" in words(page.main)


def test_it_is_cancelled_with_a_reason_in_the_language_of_the_shop(shop, of, client, monkeypatch):
    monkeypatch.setitem(WHY, "ill", YES_NO["yes"])
    shop.business.language = "de"
    booking = a_booking(shop, THURSDAY)
    answer = of(booking, "/cancellation?lang=en-GB", {"why": "ill", "reason": " a cold\n"})
    assert answer.status_code == 303
    page = words(soup(client.get(answer.location)).main)
    assert "It is cancelled, and the time is free for others." in page
    assert "This booking is cancelled" in page
    (row,) = bookings_of_visit(booking.business_id, booking.visit)
    assert (row.status, row.cancelled_by) == ("cancelled", "customer")
    assert row.cancel_reason == "Ja: a cold"


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({}, None),
        ({"why": "time"}, "I cannot come at that time"),
        ({"reason": "Moving away"}, "Moving away"),
        ({"why": "<script>"}, None),
        ({"why": "mistake", "reason": "x" * 300}, ("I booked by mistake: " + "x" * 300)[:300]),
    ],
)
def test_why_is_up_to_the_customer(shop, of, form, reason):
    booking = a_booking(shop, THURSDAY)
    assert of(booking, "/cancellation", form).status_code == 303
    assert bookings_of_visit(booking.business_id, booking.visit)[0].cancel_reason == reason


def test_a_reason_that_is_too_long_is_refused_and_kept(shop, of):
    booking = a_booking(shop, THURSDAY)
    answer = of(booking, "/cancellation", {"reason": "x" * 301})
    assert answer.status_code == 422
    assert soup(answer).find(id="reason")["value"] == "x" * 301
    assert statuses(booking) == ["confirmed"]


def test_a_double_click_leads_to_the_same_page(shop, of):
    booking = a_booking(shop, THURSDAY)
    answers = [of(booking, "/cancellation", {}) for _ in range(3)]
    assert {(it.status_code, it.location.partition("?")[2]) for it in answers} == {(303, "done=cancelled")}


def test_some_parts_are_chosen_and_none_is_no_choice(shop, of):
    first, second = a_visit_of(shop, a_second(shop))
    page = soup(of(first, "/cancellation"))
    assert [it["value"] for it in page.select("input[name=parts][checked]")] == [
        str(first.id),
        str(second.id),
    ]
    assert of(first, "/cancellation", {"why": "ill"}).status_code == 422
    assert of(first, "/cancellation", {"parts": "999999"}).status_code == 422
    assert statuses(first) == ["confirmed", "confirmed"]
    assert of(first, "/cancellation", {"parts": second.id}).status_code == 303
    assert statuses(first) == ["confirmed", "cancelled"]
    page = soup(of(first, "/cancellation"))
    assert [it["value"] for it in page.select("input[name=parts]")] == [str(first.id)]


def test_the_second_person_is_named(app, frozen, of):
    shop = a_shop(people=2)
    first, other = a_visit_of(shop, shop.service, guests=(2,), together=True)
    other.guest_name = "Ben"
    labels = [words(it) for it in soup(of(first, "/cancellation")).select(".choice-label")[:2]]
    assert labels == ["Haircut Thu 4 Mar, 10:00", "Haircut, Ben Thu 4 Mar, 10:00"]


@pytest.mark.parametrize(
    ("columns", "part", "sentence"),
    [
        ({"customers_cancel": False}, {}, "Ann's Salon would like to be asked first. Please call"),
        ({"change_until_min": 10080}, {}, "This could be done online until Thu 25 Feb, 10:00. Please call"),
        ({}, {"status": "completed"}, "This is already over and cannot be changed any more."),
    ],
)
def test_where_it_cannot_be_cancelled_it_says_why_and_whom_to_ask(shop, of, columns, part, sentence):
    for name, value in columns.items():
        setattr(shop.business, name, value)
    booking = a_part(shop, THURSDAY, **part)
    was = statuses(booking)
    answer = of(booking, "/cancellation")
    assert words(soup(answer).h1) == "This cannot be cancelled online"
    assert sentence in words(soup(answer).main)
    assert of(booking, "/cancellation", {}).status_code in (409, 422)
    assert statuses(booking) == was


def test_a_request_is_withdrawn(app, frozen, of):
    shop = a_shop(approval=True)
    shop.business.customers_cancel = False
    booking = a_booking(shop, THURSDAY)
    page = soup(of(booking, "/cancellation"))
    assert words(page.h1) == "Withdraw your request?"
    assert "for ten minutes" not in words(page.main)
    assert of(booking, "/cancellation", {}).status_code == 303
    assert statuses(booking) == ["cancelled"]


def test_of_a_visit_only_what_waits_can_be_given_up_after_the_last_moment(shop, of, frozen):
    first, asked = a_visit_of(shop, a_second(shop, approval=True))
    frozen.move_to(berlin("2027-03-04 09:00"))
    page = soup(of(first, "/cancellation"))
    assert [it["value"] for it in page.select("input[name=parts]")] == [str(asked.id)]
    assert of(first, "/cancellation", {"parts": asked.id}).status_code == 303
    assert statuses(first) == ["confirmed", "cancelled"]


def test_a_mistake_is_taken_back(shop, of, client):
    booking = a_booking(shop, THURSDAY)
    of(booking, "/cancellation", {})
    answer = of(booking, "/return", {})
    assert answer.status_code == 303
    assert "It is booked again." in client.get(answer.location).text
    assert statuses(booking) == ["confirmed"]
    assert of(booking, "/return", {}).status_code == 303


def test_nobody_floods_a_mailbox_by_cancelling_and_taking_it_back(shop, of, counting):
    booking = a_booking(shop, THURSDAY)
    answers = []
    for _ in range(7):
        of(booking, "/cancellation", {})
        answers.append(of(booking, "/return", {}).status_code)
    assert answers == [303] * 6 + [429]
    assert statuses(booking) == ["cancelled"]


def test_a_mistake_that_somebody_else_was_glad_of_stays(shop, of):
    booking = a_booking(shop, THURSDAY, person=shop.person)
    of(booking, "/cancellation", {})
    a_hold(shop, THURSDAY, person=shop.person)
    db.session.commit()
    answer = of(booking, "/return", {})
    assert answer.status_code == 409
    assert "that time has just been taken" in words(soup(answer).select_one("main .alert.bad"))
    assert statuses(booking) == ["cancelled"]


def test_after_ten_minutes_it_is_too_late(shop, of, frozen):
    booking = a_booking(shop, THURSDAY)
    of(booking, "/cancellation", {})
    frozen.shift(601)
    assert of(booking, "/return", {}).status_code == 409
    assert statuses(booking) == ["cancelled"]


def test_the_page_asks_the_database_little(shop, of, queries):
    first = a_visit_of(shop, a_second(shop))[0]
    with queries() as seen:
        of(first, "/cancellation")
    assert len(seen) == 5
