"""A customer chooses another time for what they booked."""

import pytest

from app.appointments.finding import bookings_of_visit
from app.appointments.rescheduling import reschedule, state_of
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.schedule.wall_clock import epoch_minute
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.appointments.visiting import a_part
from tests.factories import a_booking, a_hold, a_shop, a_timetable, berlin
from tests.reading import soup, words

THURSDAY = berlin("2027-03-04 10:00")
NOON = "2027-03-04T12:00:00+01:00"
HTMX = {"HX-Request": "true"}


def times(answer):
    return [words(it) for it in soup(answer).select(".slot-time")]


def form(start=NOON, **more):
    return {"staff": "same", "start": start, "shown": start} | more


def again(booking):
    return bookings_of_visit(booking.business_id, booking.visit)


def test_the_day_of_the_visit_is_shown_and_its_own_time_is_in_nobodys_way(shop, of):
    booking = a_booking(shop, THURSDAY, person=shop.person)
    shown = times(of(booking, "/new-time"))
    assert "09:45" in shown
    assert "10:15" in shown
    assert "10:00" not in shown
    page = soup(of(booking, "/new-time"))
    assert words(page.h1) == "Choose another time"
    assert page.select_one('.day[aria-current="date"] .day-number').text == "4"


def test_a_chosen_time_stands_beside_the_old_one_with_what_it_means(shop, of):
    page = soup(of(a_booking(shop, THURSDAY), f"/new-time?start={NOON.replace('+', '%2B')}"))
    assert [words(it) for it in page.select(".from-to .summary-text")] == [
        "Thu 4 Mar, 10:00 The time you have",
        "Thu 4 Mar, 12:00 New time, Berlin time",
    ]
    assert words(page.select_one(".price-total")) == "Total €45.00"
    notes = [words(it) for it in page.select("#new-time .summary-note")]
    assert notes == ["The price stays the same.", "After this you can move it 2 more times."]
    assert {words(it) for it in page.select("#new-time button.primary")} == {"Move my booking", "Move"}
    assert page.select_one("input[name=shown]")["value"] == NOON


def test_the_last_move_and_one_that_is_very_soon_are_said(shop, of):
    booking = a_booking(shop, THURSDAY)
    booking.moves = 2
    soon = "2027-03-01T15:00:00%2B01:00"
    notes = [words(it) for it in soup(of(booking, f"/new-time?start={soon}")).select(".summary-note")]
    assert notes[1:] == [
        "After this you cannot move it online any more.",
        "This is so soon that you cannot change it online again.",
    ]


def test_it_is_moved_and_the_receipt_says_so(shop, of, client):
    booking = a_booking(shop, THURSDAY)
    answer = of(booking, "/new-time", form(seen=state_of(again(booking))))
    assert (answer.status_code, answer.location.partition("?")[2]) == (303, "done=moved")
    assert again(booking)[0].appointment.starts_at == berlin("2027-03-04 12:00")
    page = words(soup(client.get(answer.location)).main)
    assert "It is moved. This is the new time." in page
    assert "12:00 to 12:30, Berlin time" in page


def test_a_time_that_did_not_stand_beside_the_old_one_is_shown_first(shop, of, client):
    booking = a_booking(shop, THURSDAY)
    answer = of(booking, "/new-time", form(shown=""))
    assert answer.status_code == 303
    assert again(booking)[0].moves == 0
    page = soup(client.get(answer.location))
    assert page.select_one("input[name=shown]")["value"] == NOON


def test_a_second_click_leads_to_the_same_page(shop, of):
    shop.business.most_moves = 1
    booking = a_booking(shop, THURSDAY)
    sent = form(seen=state_of(again(booking)))
    answers = [of(booking, "/new-time", sent) for _ in range(3)]
    assert {it.status_code for it in answers} == {303}
    assert again(booking)[0].moves == 1


def test_nobody_floods_a_mailbox_by_moving_to_and_fro(shop, of, counting):
    booking = a_booking(shop, THURSDAY)
    shop.business.most_moves = None
    answers = []
    for to in [NOON, NOON.replace("12", "10")] * 3 + [NOON]:
        sent = form(start=to, shown=to, seen=state_of(again(booking)))
        answers.append(of(booking, "/new-time", sent).status_code)
    assert answers == [303] * 6 + [429]
    assert again(booking)[0].moves == 6


def test_somebody_was_faster_and_other_times_are_shown(shop, of):
    booking = a_booking(shop, THURSDAY, person=shop.person)
    a_hold(shop, berlin("2027-03-04 12:00"), person=shop.person)
    answer = of(booking, "/new-time", form())
    assert answer.status_code == 409
    assert "that time has just been taken" in words(soup(answer).select_one("#slots"))
    assert "12:30" in times(answer)
    assert "12:00" not in times(answer)
    assert again(booking)[0].appointment.starts_at == THURSDAY


def test_whoever_looks_at_an_old_page_is_told_so(shop, of):
    booking = a_booking(shop, THURSDAY)
    seen = state_of(again(booking))
    other = epoch_minute(berlin("2027-03-05 10:00"))
    reschedule(shop.business, booking, start=other, by=Actor("customer", "O"), now=clock.now())
    answer = of(booking, "/new-time", form(seen=seen))
    assert answer.status_code == 409
    assert "This booking has changed meanwhile." in answer.text
    assert "Fri 5 Mar, 10:00" in words(soup(answer).select_one(".from-to"))


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("", 422),
        ("nonsense", 422),
        ("2027-03-28T02:30:00+01:00", 422),
        ("2027-03-04T12:05:00+01:00", 422),
        ("2027-03-04T03:00:00+01:00", 422),
        ("9999-03-04T03:00:00+01:00", 422),
    ],
)
def test_a_time_that_is_none_is_refused(shop, of, start, status):
    booking = a_booking(shop, THURSDAY)
    answer = of(booking, "/new-time", form(start))
    assert answer.status_code == status
    assert soup(answer).select_one("#slots .alert.bad")
    assert again(booking)[0].moves == 0


@pytest.mark.parametrize("query", ["date=2027-02-31", "date=x", "month=2027-13", "start=x"])
def test_an_address_that_makes_no_sense_is_a_page_with_other_times(shop, of, query):
    answer = of(a_booking(shop, THURSDAY), f"/new-time?{query}")
    assert answer.status_code == 422
    assert times(answer)


def test_another_person_is_a_choice_where_nobody_was_asked_for(shop, of):
    booking = a_booking(shop, THURSDAY)
    a_hold(shop, berlin("2027-03-04 12:00"), person=shop.person)
    page = soup(of(booking, "/new-time"))
    assert [words(it) for it in page.select(".chip-text")] == ["Maya", "Any available"]
    assert "12:00" not in times(of(booking, "/new-time"))
    assert "12:00" in times(of(booking, "/new-time?staff=any"))
    assert of(booking, "/new-time", form(staff="any")).status_code == 303
    assert again(booking)[0].performer_name == "Tomás"


def test_whoever_was_asked_for_stays(shop, of):
    booking = a_booking(shop, THURSDAY, person=shop.person)
    a_hold(shop, berlin("2027-03-04 12:00"), person=shop.person)
    assert soup(of(booking, "/new-time")).select(".chip") == []
    assert "12:00" not in times(of(booking, "/new-time?staff=any"))


def test_a_month_can_be_looked_at_and_a_day_whose_only_time_is_the_own_one_has_none(app, frozen, of):
    shop = a_shop(minutes=540)
    booking = a_booking(shop, berlin("2027-03-04 09:00"))
    page = soup(of(booking, "/new-time?month=2027-03"))
    labels = [words(it) for it in page.select(".month-day .visually-hidden")]
    assert "Thursday 4 March, nothing free" in labels
    assert "Friday 5 March, times free" in labels
    strip = [words(it) for it in soup(of(booking, "/new-time")).select(".day .visually-hidden")]
    assert "Thursday 4 March, nothing free" in strip


def test_the_times_alone_are_a_partial_and_the_form_is_one(shop, of):
    booking = a_booking(shop, THURSDAY)
    slots = of(booking, "/new-time/times?staff=same&date=2027-03-05", headers=HTMX)
    assert soup(slots).select_one("#slots")
    assert not soup(slots).select_one("#new-time")
    whole = of(booking, "/new-time?staff=same&date=2027-03-05", headers=HTMX)
    assert soup(whole).select_one("#new-time")
    assert not soup(whole).select_one("h1")
    assert "HX-Request" in slots.headers["Vary"]
    assert slots.headers["Cache-Control"] == "private, no-cache"


def test_a_visit_of_several_services_is_moved_as_a_whole(shop, of):
    beard = a_second(shop)
    first, _second = a_visit_of(shop, beard)
    shown = times(of(first, "/new-time"))
    assert "10:15" in shown
    assert "17:15" not in shown, "both have to fit before closing"
    assert of(first, "/new-time", form()).status_code == 303
    assert [it.appointment.starts_at for it in again(first)] == [
        berlin("2027-03-04 12:00"),
        berlin("2027-03-04 12:30"),
    ]


def test_two_who_come_together_see_only_times_for_both(shop, of):
    first, _other = a_visit_of(shop, shop.service, guests=(2,), together=True)
    a_hold(shop, berlin("2027-03-04 12:00"), person=shop.person)
    shown = times(of(first, "/new-time?staff=any"))
    assert "12:00" not in shown
    assert "12:30" in shown
    assert of(first, "/new-time", form("2027-03-04T12:30:00+01:00", staff="any")).status_code == 303


def test_a_place_in_a_class_goes_to_another_date(app, frozen, of):
    shop = a_shop(capacity=3, minutes=60, advance_days=30)
    dates = a_timetable(shop).dates
    booking = a_booking(shop, dates[1].starts_at)
    page = soup(of(booking, "/new-time"))
    assert page.select(".chip") == []
    assert "The next times are" in words(page.select_one("#times"))
    start = "2027-03-16T18:00:00+01:00"
    assert times(of(booking, "/new-time?date=2027-03-16")) == ["18:00"]
    assert of(booking, "/new-time", form(start)).status_code == 303
    assert again(booking)[0].appointment_id == dates[2].id


def test_times_of_online_services_are_on_the_customers_clock(app, frozen, of):
    shop = a_shop(online=True)
    booking = a_booking(shop, THURSDAY)
    booking.customer_zone = "Asia/Tokyo"
    answer = of(booking, "/new-time")
    assert "18:15" in times(answer)
    assert "18:00" not in times(answer)
    chosen = soup(of(booking, f"/new-time?start={NOON.replace('+', '%2B')}"))
    assert [words(it) for it in chosen.select(".from-to .summary-text")] == [
        "Thu 4 Mar, 18:00 The time you have",
        "Thu 4 Mar, 20:00 Tokyo time. That is Thu 4 Mar, 12:00, Berlin time.",
    ]


@pytest.mark.parametrize(
    ("columns", "part", "sentence"),
    [
        ({"customers_move": False}, {}, "Ann's Salon would like to be asked first. Please call"),
        ({"change_until_min": 10080}, {}, "This could be done online until Thu 25 Feb, 10:00. Please call"),
        ({}, {"moves": 3}, "It was moved 3 times, which is as often as is possible online. Please call"),
        ({"status": "suspended"}, {}, "There are no times to choose from online at the moment."),
        ({}, {"status": "completed"}, "This is already over and cannot be changed any more."),
        ({}, {"status": "cancelled"}, "This booking is cancelled. If you would like to come after all"),
    ],
)
def test_where_it_cannot_be_moved_it_says_why_and_whom_to_ask(shop, of, columns, part, sentence):
    for name, value in columns.items():
        setattr(shop.business, name, value)
    booking = a_part(shop, THURSDAY, **part)
    answer = of(booking, "/new-time")
    assert answer.status_code == 200
    assert words(soup(answer).h1) == "This cannot be moved online"
    assert sentence in words(soup(answer).main)
    refused = of(booking, "/new-time", form())
    assert refused.status_code in (409, 422)
    assert words(soup(refused).h1) == "This cannot be moved online"
    assert of(booking, "/new-time/times", headers=HTMX).status_code == 204
    assert again(booking)[0].moves == part.get("moves", 0)


@pytest.mark.parametrize("parts", [1, 2])
def test_a_longer_visit_asks_the_database_hardly_more(app, frozen, of, queries, parts):
    shop = a_shop()
    first = a_visit_of(shop, *[a_second(shop)] * (parts - 1))[0]
    db.session.commit()
    with queries() as seen:
        of(first, "/new-time")
    assert len(seen) <= 13
