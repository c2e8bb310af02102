"""The page that says why a time is not offered: what it says, to whom, and in how many statements."""

from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest

from app.appointments.booking import Decision, book
from app.appointments.explaining import explain
from app.appointments.forms.causes import Words
from app.appointments.placing import Wish
from app.business_hours.away import add_days_off, add_hours_off
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.models import Resource
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.factories import (
    ANNA,
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    a_timetable,
    a_user,
    add_need,
    add_resource,
    add_service,
    berlin,
    by_the_system,
    hire,
    rooms_of,
    set_week,
    signed_in,
)
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")
HTMX = {"HX-Request": "true", "HX-Target": "explanation"}
TUESDAY = "2027-03-02"


@pytest.fixture
def shop(app, frozen):
    return a_shop(2, minutes=45)


@pytest.fixture
def owner(app, shop):
    return signed_in(app, a_membership(shop.business).user)


@pytest.fixture
def maya(app, shop):
    """Somebody who works here and sees to her own customers."""
    user = a_user()
    shop.person.user_id = user.id
    return signed_in(app, a_membership(shop.business, "staff", user).user)


def ask(shop, browser, headers=None, **query):
    address = f"/manage/{shop.business.slug}/calendar/explanation"
    return browser.get(address, query_string={"date": TUESDAY, **query}, headers=headers)


def reason(shop, browser, time, person=None, **query):
    """The one sentence about a time, with the first person unless somebody else is named."""
    resource = shop.person.resource_id if person is None else person
    found = soup(ask(shop, browser, time=time, person=resource, **query)).select_one(".why-reason")
    return " ".join(found.text.split()) if found else None


def title(response):
    return [" ".join(it.text.split()) for it in soup(response).select(".why-answer-title")]


def links(response):
    return [" ".join(it.text.split()) for it in soup(response).select(".why-answer .buttons a")]


def test_an_offered_time_is_offered_and_can_be_booked(shop, owner):
    answer = ask(shop, owner, time="10:00")
    assert (answer.status_code, title(answer)) == (200, ["10:00 is offered"])
    [book] = soup(answer).select(".why-answer .buttons a")
    assert "date=2027-03-02" in book["href"]
    assert "time=10:00" in book["href"]
    assert links(answer) == ["Book this time"]


def test_without_a_time_the_day_alone_is_explained(shop, owner):
    answer = ask(shop, owner)
    assert title(answer) == []
    assert len(soup(answer).select(".why-row")) == 6
    assert "34 times, every 15 min." in " ".join(soup(answer).select_one("#chart").text.split())


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("08:00", "Outside your opening hours: open 09:00–18:00."),
        ("17:30", "It would last until 18:15, but you close at 18:00."),
        ("10:05", "It is offered every 15 min: next to this at 10:00 and 10:15."),
        ("13:15", "It would last into Maya’s break from 13:30 to 14:00."),
        ("13:45", "Maya has a break from 13:30 to 14:00."),
        ("16:30", "It would last until 17:15, but Maya is only there until 17:00."),
        ("17:00", "Maya is only there 09:00–13:30 and 14:00–17:00."),
    ],
)
def test_hours_breaks_and_steps_are_said_exactly(shop, owner, time, said):
    set_week(shop.business.id, dict.fromkeys(range(5), [(540, 810), (840, 1020)]), shop.person.resource_id)
    assert reason(shop, owner, time) == said


def test_whose_booking_it_is_and_the_buffer_after_it(shop, owner):
    shop.service.after_min = 15
    a_booking(shop, berlin(f"{TUESDAY} 10:00"), person=shop.person)
    assert reason(shop, owner, "10:15") == "Maya has Haircut with Olivia Park from 10:00 to 10:45."
    assert reason(shop, owner, "09:30") == "Maya has Haircut with Olivia Park from 10:00 to 10:45."
    assert (
        reason(shop, owner, "10:45")
        == "Maya has Haircut with Olivia Park until 10:45, and then 15 min buffer."
    )
    assert reason(shop, owner, "09:10") == (
        "Maya has Haircut with Olivia Park from 10:00 to 10:45. This service needs a buffer beside it."
    )
    assert reason(shop, owner, "11:00") is None
    answer = ask(shop, owner, time="10:15", person=shop.person.resource_id)
    assert links(answer) == ["Open the appointment", "Show in the calendar", "Book it anyway"]


def test_what_is_being_booked_right_now_names_nobody(shop, owner):
    a_hold(shop, berlin(f"{TUESDAY} 10:00"), person=shop.person)
    expected = "Maya has Haircut, which is being booked right now from 10:00 to 10:45."
    assert reason(shop, owner, "10:00") == expected


def test_of_anybody_the_nearest_is_named_and_everybody_has_a_line(shop, owner):
    a_booking(shop, berlin(f"{TUESDAY} 10:00"), person=shop.person)
    a_booking(shop, berlin(f"{TUESDAY} 10:00"), "grace@example.com", person=shop.people[1])
    answer = ask(shop, owner, time="10:00")
    lines = [" ".join(it.text.split()) for it in soup(answer).select(".why-people li")]
    assert lines == [
        "Maya has Haircut with Olivia Park from 10:00 to 10:45.",
        "Tomás has Haircut with Olivia Park from 10:00 to 10:45.",
    ]
    assert title(answer) == ["10:00 is not offered"]
    names = [it.text for it in soup(answer).select(".why-name")]
    assert names == ["Opening hours", "Maya", "Tomás", "Notice", "How far ahead", "Offered"]


def test_closures_and_time_off_say_their_reasons(shop, owner):
    tuesday = date.fromisoformat(TUESDAY)
    by_the_system(add_days_off)(shop.business.id, tuesday, tuesday, None, reason="Stocktaking")
    assert reason(shop, owner, "10:00") == "Closed: Stocktaking."
    wednesday = tuesday + timedelta(1)
    by_the_system(add_days_off)(
        shop.business.id, wednesday, wednesday, shop.person.resource_id, reason="Dentist"
    )
    assert reason(shop, owner, "10:00", date=str(wednesday)) == "Maya is away: Dentist."


def test_notice_window_and_limits_are_said_with_their_numbers(shop, owner):
    shop.service.notice_amount, shop.service.notice_unit = 24 * 60, "minutes"
    shop.service.advance_days, shop.service.daily_limit = 3, 1
    db.session.flush()
    said = reason(shop, owner, "11:00", date=str(clock.now().date()))
    assert said.startswith("Customers must book 24 hours before. The first time now is")
    assert reason(shop, owner, "10:00", date="2027-03-08") == "Customers can book up to 3 days ahead."
    a_visit_of(shop)
    expected = "You allow 1 booking of this service a day, and it is taken."
    assert reason(shop, owner, "15:00", date="2027-03-03") == expected


def a_visit_of(shop):
    return a_booking(shop, berlin("2027-03-03 10:00"), person=shop.people[1])


def test_a_person_with_enough_for_the_day_and_a_room_that_is_taken(shop, owner):
    rooms_of(shop, "Blue room")
    a_booking(shop, berlin(f"{TUESDAY} 10:00"), person=shop.people[1])
    assert reason(shop, owner, "10:00") == "No room is free: Blue room is taken until 10:45."


def test_what_is_past_is_over(shop, owner):
    assert reason(shop, owner, "09:00", date="2027-02-26") == "This time is over."
    assert links(ask(shop, owner, time="09:00", date="2027-02-26")) == []


def test_nobody_does_a_service(shop, owner):
    for person in shop.people:
        db.session.get(Resource, (shop.business.id, person.resource_id)).active = False
    db.session.flush()
    assert reason(shop, owner, "10:00", person="any") == "Nobody who works here does this service."


def test_a_class_says_of_each_date_why_it_is_not_offered(app, frozen):
    shop = a_shop(minutes=60, capacity=8)
    owner = signed_in(app, a_membership(shop.business).user)
    a_timetable(shop)
    answer = ask(shop, owner)
    text = " ".join(soup(answer).select_one("#dates").text.split())
    assert "18:00–19:00 Offered 8 places left" in text
    assert reason(shop, owner, "10:00", person="any") == "It does not happen then, but at 18:00."
    assert title(ask(shop, owner, time="18:00")) == ["18:00 is offered"]
    empty = ask(shop, owner, date="2027-03-03")
    assert "The timetable has no date on this day." in empty.text


def bars(response):
    """What stands beside each bar, by the name of its rule, and how many stretches are drawn in it."""
    rows = soup(response).select("#chart .why-row")
    words = [(it.select_one(".why-name"), it.select_one(".why-words p")) for it in rows]
    drawn = [len(it.select("rect:not(.why-can)")) for it in rows]
    return {
        " ".join(name.text.split()): (" ".join(said.text.split()), count)
        for (name, said), count in zip(words, drawn, strict=True)
    }


def test_a_class_has_a_bar_for_each_rule_that_counts_for_it(app, frozen):
    shop = a_shop(minutes=60, capacity=2)
    owner = signed_in(app, a_membership(shop.business).user)
    a_timetable(shop)
    name = db.session.get_one(Resource, (shop.business.id, shop.person.resource_id)).name
    free = {
        "Closures": ("Nothing in the way.", 0),
        f"{name} is there": ("Nothing in the way.", 0),
        "Notice": ("Customers can book until it begins. Nothing in the way.", 0),
        "How far ahead": ("Customers can book up to 60 days ahead. Nothing in the way.", 0),
        "Places": ("18:00: 2 places left. Nothing in the way.", 0),
        "Offered": ("1 date of the timetable.", 0),
    }
    found = bars(ask(shop, owner))
    assert list(found) == list(free)
    assert found == free
    for _ in range(2):
        a_booking(shop, berlin(f"{TUESDAY} 18:00"))
    assert bars(ask(shop, owner))["Places"][0].startswith("18:00: All places are taken. Can begin ")
    assert bars(ask(shop, owner))["Places"][1] == 1
    assert bars(ask(shop, owner, date="2027-03-03"))["Offered"] == ("0 dates of the timetable.", 0)


@pytest.mark.parametrize("whose", ["business", "person"])
@pytest.mark.parametrize("hours", [True, False], ids=["some hours", "the whole day"])
def test_the_bars_of_a_class_say_the_same_as_its_dates(app, frozen, whose, hours):
    shop = a_shop(minutes=60, capacity=8)
    owner = signed_in(app, a_membership(shop.business).user)
    a_timetable(shop)
    resource = None if whose == "business" else shop.person.resource_id
    day = date.fromisoformat(TUESDAY)
    if hours:
        since, until = berlin(f"{TUESDAY} 17:30"), berlin(f"{TUESDAY} 18:30")
        by_the_system(add_hours_off)(shop.business.id, since, until, resource, reason="Boiler")
    else:
        by_the_system(add_days_off)(shop.business.id, day, day, resource, reason="Boiler")
    answer = ask(shop, owner)
    name = db.session.get_one(Resource, (shop.business.id, shop.person.resource_id)).name
    row = "Closures" if whose == "business" else f"{name} is there"
    said, drawn = bars(answer)[row]
    assert drawn == 1
    assert "Boiler" in said
    assert ("Nothing can begin." in said) is not hours
    sentence = "Closed: Boiler." if whose == "business" else f"{name} is away: Boiler."
    assert soup(answer).select_one("#dates .why-what").text.strip() == sentence
    assert [it for it, (_said, count) in bars(answer).items() if count] == [row]


def test_a_colleagues_booking_is_only_taken_to_staff(shop, owner, maya):
    a_booking(shop, berlin(f"{TUESDAY} 10:00"), person=shop.people[1])
    a_booking(shop, berlin(f"{TUESDAY} 12:00"), "grace@example.com", person=shop.person)
    theirs = shop.people[1].resource_id
    assert reason(shop, maya, "10:00", theirs) == "Tomás is taken from 10:00 to 10:45."
    answer = ask(shop, maya, time="10:00", person=theirs)
    assert "Olivia" not in answer.text
    assert links(answer) == ["Show in the calendar"]
    assert reason(shop, maya, "12:00") == "Maya has Haircut with Olivia Park from 12:00 to 12:45."
    assert links(ask(shop, maya, time="12:00", person=shop.person.resource_id)) == [
        "Open the appointment",
        "Show in the calendar",
    ]


def test_a_colleagues_reason_to_be_away_is_not_told(shop, owner, maya):
    since, until = berlin(f"{TUESDAY} 10:00"), berlin(f"{TUESDAY} 12:00")
    by_the_system(add_hours_off)(shop.business.id, since, until, shop.people[1].resource_id, reason="Therapy")
    theirs = shop.people[1].resource_id
    assert reason(shop, owner, "10:30", theirs) == "Tomás is away: Therapy."
    assert reason(shop, maya, "10:30", theirs) == "Tomás is away then."
    assert "Therapy" not in ask(shop, maya, person=theirs).text


def test_where_staff_see_nothing_of_colleagues_they_ask_about_themselves(shop, maya):
    shop.business.staff_see = "own"
    page = soup(ask(shop, maya))
    assert [it.text for it in page.select("#person option")] == ["Anybody", "Maya"]
    assert "Tomás" not in page.select_one("#explanation").text
    assert ask(shop, maya, person=shop.people[1].resource_id).status_code == 422


def test_whoever_does_not_do_a_service_gives_way_to_anybody_and_brings_their_own(shop, owner):
    wash = add_service(shop.business.id, "Wash", minutes=15, price_cents=1500)
    add_need(shop.business.id, wash.id, [Server(shop.people[1].resource_id)])
    page = soup(ask(shop, owner, service=wash.id, person=shop.person.resource_id))
    assert page.select_one("#person option[selected]").text == "Anybody"
    june = hire(shop.business.id, "June")
    cut = add_service(shop.business.id, "Beard", minutes=15, price_cents=1500)
    add_need(shop.business.id, cut.id, [Server(june.resource_id)])
    page = soup(ask(shop, owner, person=june.resource_id))
    assert page.select_one("#service option[selected]").text == "Beard"


def test_the_calendar_and_a_new_booking_lead_here(shop, owner):
    slug = shop.business.slug
    calendar = owner.get(f"/manage/{slug}/calendar/?view=day&date={TUESDAY}")
    assert f"/manage/{slug}/calendar/explanation?date={TUESDAY}" in calendar.text
    asked = {"service": shop.service.id, "date": TUESDAY, "time": "10:05", "person": shop.person.resource_id}
    form = owner.get(f"/manage/{slug}/appointments/new", query_string=asked)
    [link] = [it for it in soup(form).select("#visit a") if "explanation" in it["href"]]
    assert title(owner.get(link["href"])) == ["10:05 is not offered"]


def test_public_pages_are_the_same_for_members_and_lead_them_here_without_a_cookie(app, shop, owner):
    shop.business.status = "open"
    db.session.flush()
    address = f"{shop.page}?service={shop.service.id}&date={TUESDAY}"
    page = app.test_client().get(address)
    assert "Set-Cookie" not in page.headers
    [line] = soup(page).select("[data-for-members]")
    assert line.has_attr("hidden")
    assert line["data-for-members"] == shop.business.slug
    assert title(owner.get(line.a["href"] + "&time=10:00")) == ["10:00 is offered"]
    assert soup(owner.get(address)).select_one("[data-for-members]") == line
    framed = app.test_client().get(f"/w/{shop.business.slug}/book?service={shop.service.id}&date={TUESDAY}")
    assert framed.status_code == 200
    assert "data-for-members" not in framed.text


def test_a_fragment_is_the_explanation_alone(shop, owner):
    [root] = [it for it in soup(ask(shop, owner, HTMX, time="10:00")).children if it.name]
    assert root["id"] == "explanation"


@pytest.mark.parametrize(
    "query",
    [
        {"service": "999999"},
        {"service": "x"},
        {"person": "999999"},
        {"date": "2027-02-30"},
        {"date": "1999-01-01"},
        {"time": "25:00"},
        {"time": "soon"},
        {"date": "2027-03-28", "time": "02:30"},
    ],
)
def test_what_cannot_be_asked_is_said_and_kept(shop, owner, query):
    answer = ask(shop, owner, **query)
    assert answer.status_code == 422
    assert soup(answer).select(".field-error, .form-errors")
    assert not soup(answer).select("#chart")


@pytest.mark.parametrize("on", ["2000-01-01", "2100-12-31", "2027-10-31", "2027-03-28"])
def test_the_edges_of_the_calendar_and_the_nights_clocks_change(shop, owner, on):
    answer = ask(shop, owner, date=on, time="12:00")
    assert answer.status_code == 200
    assert title(answer) == ["12:00 is not offered"]


def test_a_time_that_comes_twice_is_answered_twice(shop, owner):
    answer = ask(shop, owner, date="2027-10-31", time="02:30")
    assert title(answer) == ["02:30 CEST is not offered", "02:30 CET is not offered"]
    one = ask(shop, owner, at="2027-10-31T02:30:00+01:00")
    assert title(one) == ["02:30 is not offered"]
    assert soup(one).select_one("#date")["value"] == "2027-10-31"


def test_after_midnight_it_is_still_the_evening_before(shop, owner):
    set_week(shop.business.id, dict.fromkeys(range(7), [(18 * 60, 26 * 60)]))
    answer = ask(shop, owner, date="2027-03-03", time="01:00")
    assert title(answer) == ["01:00 is offered"]
    assert soup(answer).select_one("#chart h2").text == "Tuesday 2 March"


def test_a_page_that_is_closed_and_a_service_that_is_not_online_are_said(shop, owner):
    shop.service.bookable = False
    assert "Customers cannot book this service online" in ask(shop, owner).text
    shop.business.status = "draft"
    assert "Your booking page is not open" in ask(shop, owner).text


def test_somebody_of_another_business_and_strangers_see_nothing(app, shop, owner):
    other = a_shop()
    foreign = ask(shop, owner, service=other.service.id)
    assert foreign.status_code == 422
    stranger = signed_in(app, a_membership(a_business()).user)
    assert ask(shop, stranger).status_code == 404
    assert ask(shop, app.test_client()).status_code == 303


def test_a_business_without_services_says_so(app, frozen):
    business = a_business()
    browser = signed_in(app, a_membership(business).user)
    answer = browser.get(f"/manage/{business.slug}/calendar/explanation")
    assert answer.status_code == 200
    assert "No services yet" in answer.text


def test_the_statements_do_not_grow_with_people_and_bookings(app, frozen, queries):
    def counted(shop):
        browser = signed_in(app, a_membership(shop.business).user)
        ask(shop, browser)
        with queries() as seen:
            assert ask(shop, browser, HTMX, time="10:00").status_code == 200
        return len(seen)

    small, large = a_shop(), a_shop(6)
    hire(large.business.id, "Zoe")
    for hour in range(9, 17):
        for person in large.people:
            a_booking(
                large, berlin(f"{TUESDAY} {hour:02}:00"), f"{hour}-{person.resource_id}@example.com", person
            )
    assert counted(small) == counted(large) == 13


@pytest.fixture
def colour(shop):
    """Something the second person does, an hour long."""
    service = add_service(shop.business.id, "Colour", minutes=60, price_cents=None)
    add_need(shop.business.id, service.id, [Server(shop.people[1].resource_id)])
    return service


def of_a_visit(shop, owner, *services, time=None, **query):
    later = {f"service{number}": it.id for number, it in enumerate(services[1:], 2)}
    asked = {"service": services[0].id, **later, **query}
    return ask(shop, owner, **asked, **({"time": time} if time else {}))


def said(answer):
    found = soup(answer).select_one(".why-reason")
    return " ".join(found.text.split()) if found else None


def test_of_several_services_the_one_in_the_way_is_named_with_the_time_it_would_begin(shop, owner, colour):
    a_booking(shop, berlin(f"{TUESDAY} 11:00"), person=shop.people[1])
    answer = of_a_visit(shop, owner, shop.service, colour, time="10:00")
    assert title(answer) == ["10:00 is not offered"]
    assert said(answer) == (
        "Colour at 10:45 is in the way: Tomás has Haircut with Olivia Park from 11:00 to 11:45."
    )
    [alone] = soup(answer).select(".why-answer .buttons a")
    assert " ".join(alone.text.split()) == "Only Colour, 10:45"
    assert title(owner.get(alone["href"])) == ["10:45 is not offered"]
    assert title(of_a_visit(shop, owner, shop.service, colour, time="09:00")) == ["09:00 is offered"]
    lines = [" ".join(it.text.split()) for it in soup(answer).select(".why-piece")]
    assert any(it.startswith("09:30–10:45 Colour at 10:15 is in the way") for it in lines), lines
    late = of_a_visit(shop, owner, shop.service, colour, time="16:30")
    assert said(late) == ("Colour at 17:15 is in the way: It would last until 18:15, but you close at 18:00.")


def test_the_form_of_a_booking_with_several_services_asks_about_all_of_them(shop, owner, colour):
    new = f"/manage/{shop.business.slug}/appointments/new"
    query = {"service": shop.service.id, "service2": colour.id, "date": TUESDAY}
    page = soup(owner.post(new, data=query))
    link = page.select_one(".picks-why a")["href"]
    assert f"service2={colour.id}" in link
    chosen = [it["value"] for it in soup(owner.get(link)).select(".why-fields option[selected]")]
    assert str(colour.id) in chosen


def test_services_of_others_and_classes_are_no_part_of_a_visit(shop, owner, colour):
    yoga = add_service(shop.business.id, "Yoga", minutes=60, capacity=8, price_cents=None)
    for strange in (add_service(a_business().id, "Elsewhere", minutes=30, price_cents=None), yoga):
        assert of_a_visit(shop, owner, shop.service, strange).status_code == 422
    assert of_a_visit(shop, owner, yoga, shop.service).status_code == 200
    assert ask(shop, owner, service=shop.service.id, service2="x").status_code == 422


def test_a_visit_takes_as_many_statements_however_many_services(shop, owner, colour, queries):
    of_a_visit(shop, owner, shop.service, colour)
    counts = []
    for services in ((shop.service, colour), (shop.service, colour, shop.service, colour)):
        with queries() as seen:
            assert of_a_visit(shop, owner, *services, time="10:00").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_on_a_day_the_business_is_closed_nobody_is_said_to_be_away_for_it(shop, owner):
    """Who has hours of their own is there by these, who has none would be; and nothing "can begin" on such a day."""
    tuesday, tomas = date.fromisoformat(TUESDAY), shop.people[1]
    set_week(shop.business.id, {1: [(600, 720)]}, tomas.resource_id)
    by_the_system(add_days_off)(shop.business.id, tuesday, tuesday, None, reason="Stocktaking")
    maya = shop.person.resource_id
    assert "Maya is there: There whenever you are open. Nothing in the way." in chart(
        ask(shop, owner, person=maya)
    )
    there = chart(ask(shop, owner, person=tomas.resource_id))
    assert "Tomás is there: There 10:00–12:00. Would allow 10:00–11:15." in there
    assert not any("Can begin" in it for it in there)
    assert "Opening hours: Closed. Stocktaking. Nothing can begin." in there
    both = chart(ask(shop, owner))
    assert "Maya: There whenever you are open. Nothing can begin." in both


def test_on_a_closed_day_who_is_away_themselves_is_not_there(shop, owner):
    tuesday, maya = date.fromisoformat(TUESDAY), shop.person.resource_id
    by_the_system(add_days_off)(shop.business.id, tuesday, tuesday, None)
    set_week(shop.business.id, {2: [(600, 720)]}, maya)
    assert "Maya is there: Not there. Nothing can begin." in chart(ask(shop, owner, person=maya))


def chart(answer):
    """Each row of the chart, in words."""
    rows = soup(answer).select(".why-row")
    words = [[" ".join(it.text.split()) for it in row.select(".why-name, .why-words p")] for row in rows]
    return [": ".join(it) for it in words]


@pytest.fixture
def flat(app, frozen):
    """A flat to stay in from three in the afternoon to eleven in the morning, two nights at least."""
    business = a_business(notice_amount=0)
    room = add_resource(business.id, "space", "Sea flat").id
    columns = {"arrival": time(15), "departure": time(11), "min_units": 2, "max_units": 5}
    nights = add_service(business.id, "Stay", unit="night", minutes=None, price_cents=9000, **columns)
    add_need(business.id, nights.id, [Server(room)], "space")
    return SimpleNamespace(business=business, service=nights, room=room)


def why_no_stay(flat, day=TUESDAY):
    """What is said about the stay of a day, in a list and when it is asked for; the same."""
    manager = a_membership(flat.business)
    explained = explain(manager, flat.service.id, (), date.fromisoformat(day), None, clock.now())
    [(start, _end, _left, cause)] = explained.set_times()
    words = Words(explained.service, explained.explanation.facts.clock)
    said = words.sentence(cause)
    assert words.sentence(explained.answer(start).cause) == said
    return said


def stays(flat, first, last):
    wish = Wish(
        flat.service.id,
        epoch_minute(berlin(f"{first} 15:00")),
        end=epoch_minute(berlin(f"{last} 11:00")),
    )
    olivia = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")
    return book(flat.business, wish, olivia, by=ANNA, now=clock.now())[0]


def test_a_stay_that_is_taken_names_what_is_taken(flat):
    stays(flat, "2027-03-02", "2027-03-05")
    assert why_no_stay(flat) == "Sea flat is taken then."
    assert why_no_stay(flat, "2027-03-01") == "Sea flat is taken then."


def test_a_stay_taken_for_one_night_names_who_is_in_it(flat):
    flat.service.min_units = 1
    stays(flat, "2027-03-02", "2027-03-03")
    assert why_no_stay(flat) == "Sea flat has Stay with Olivia Park from 15:00 to 11:00."


def test_a_stay_with_a_night_that_is_closed_is_not_said_to_be_outside_of_hours(flat):
    set_week(flat.business.id, dict.fromkeys(range(5), [(540, 1080)]))
    by_the_system(add_days_off)(flat.business.id, date(2027, 3, 3), date(2027, 3, 3), reason="Painting")
    assert why_no_stay(flat) == "You are closed then."
    assert why_no_stay(flat, "2027-03-03") == "Closed: Painting."


def test_a_stay_in_a_flat_that_is_out_of_use_says_so(flat):
    by_the_system(add_days_off)(flat.business.id, date(2027, 3, 3), date(2027, 3, 3), flat.room)
    assert why_no_stay(flat) == "Sea flat is away then."
