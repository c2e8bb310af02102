"""Several services in one visit, a second person, several places, a whole month, and a clock of one's own."""

import pytest

from app.appointments.flow.forms.wish import new_flow
from app.appointments.models import Booking
from app.business_hours.special import set_special_day
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.models import Resource
from app.schedule.serving import Server
from tests.factories import a_booking, a_shop, a_timetable, add_need, add_service, berlin, set_week
from tests.reading import soup, words

HTMX = {"HX-Request": "true"}
TUESDAY = "date=2027-03-02"


@pytest.fixture
def beard(shop):
    """A second service of the shop, which only Maya does."""
    service = add_service(shop.business.id, "Beard", minutes=20, price_cents=2000)
    add_need(shop.business.id, service.id, [Server(shop.person.resource_id)])
    db.session.commit()
    return service


def times(response):
    return [it["value"][11:16] for it in soup(response).select("input[name=start]")]


def labels(response):
    return [it["aria-label"] for it in soup(response).select("input[name=start]")]


def total(response):
    return soup(response).select_one(".price-total dd").text.strip()


def names_sent(response):
    """The names and values of what the form would send."""
    form = soup(response).select_one("#flow")
    chosen = [it for it in form.select("input") if it["type"] == "hidden" or it.has_attr("checked")]
    return {it["name"]: it["value"] for it in chosen if it["name"] != "flow"}


def test_a_service_can_be_added_and_removed_again(client, shop, beard):
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}"))
    adding = client.get(shown.select_one("#add-service")["href"])
    assert [it["value"] for it in soup(adding).select("input[name=service2]")] == [
        str(shop.service.id),
        str(beard.id),
    ]
    assert not soup(adding).select("#slots"), "a time is chosen for the whole visit"
    both = client.get(f"{shop.page}?service={shop.service.id}&service2={beard.id}&{TUESDAY}")
    assert names_sent(both)["service2"] == str(beard.id)
    assert total(both) == "€65.00"
    assert times(both)[-1] == "17:00", "50 minutes end at 17:50"
    without = client.get(soup(both).select_one("#without-1")["href"])
    assert names_sent(without)["service"] == str(beard.id)
    assert "service2" not in names_sent(without)


def test_each_service_can_have_a_person_of_its_own(client, shop, beard):
    tomas = shop.people[1].resource_id
    both = client.get(f"{shop.page}?service={shop.service.id}&staff={tomas}&service2={beard.id}&{TUESDAY}")
    assert names_sent(both)["staff"] == str(tomas)
    assert "staff2" not in names_sent(both), "only Maya does it"
    assert "Tomás" in soup(both).select_one(".summary").text
    assert "Maya" in soup(both).select_one(".summary").text


def test_a_visit_of_two_services_is_held_and_confirmed(client, shop, beard, wished, contact):
    held = client.post(f"{shop.page}/holds", data=wished | {"service2": str(beard.id), "staff2": "any"})
    assert held.status_code == 303
    details = soup(client.get(held.location))
    assert [it.text.strip() for it in details.select(".summary-value")][:2] == ["Haircut", "Beard"]
    assert details.select_one(".price-total dd").text.strip() == "€65.00"
    receipt = client.post(held.location, data=contact)
    assert receipt.status_code == 303
    found = db.session.query(Booking).order_by(Booking.id).all()
    assert [(it.service_name, it.status) for it in found] == [
        ("Haircut", "confirmed"),
        ("Beard", "confirmed"),
    ]
    assert [it.local_start.time().isoformat() for it in found] == ["10:00:00", "10:30:00"]


def test_the_way_back_from_the_details_leads_to_the_same_visit(client, shop, beard, wished):
    form = wished | {"service2": str(beard.id), "guest2": "2", "together": "no"}
    held = client.post(f"{shop.page}/holds", data=form)
    back = soup(client.get(held.location)).select_one(".summary-change")["href"]
    again = client.get(back)
    assert names_sent(again) | {"service2": str(beard.id), "guest2": "2", "together": "no"} == names_sent(
        again
    )
    assert soup(again).select_one("input[name=start][checked]")["value"] == wished["start"]


def test_a_second_person_comes_at_the_same_time_and_says_their_name(client, shop, wished, contact):
    query = f"?service={shop.service.id}&service2={shop.service.id}&guest2=2&{TUESDAY}"
    shown = client.get(shop.page + query)
    assert names_sent(shown)["together"] == "yes"
    assert "Second person" in soup(shown).select_one("#visit").text
    form = wished | {"service2": str(shop.service.id), "guest2": "2", "together": "yes"}
    held = client.post(f"{shop.page}/holds", data=form)
    assert soup(client.get(held.location)).select_one("input[name=guest_name]")
    client.post(held.location, data=contact | {"guest_name": "Sam"})
    found = db.session.query(Booking).order_by(Booking.guest).all()
    assert [(it.guest, it.guest_name, it.local_start.hour) for it in found] == [(1, None, 10), (2, "Sam", 10)]


def test_with_one_person_at_work_two_come_one_after_the_other(client, app, frozen):
    shop = a_shop(people=1)
    query = f"?service={shop.service.id}&service2={shop.service.id}&guest2=2&{TUESDAY}"
    shown = client.get(shop.page + query)
    assert not soup(shown).select("input[name=together]")
    assert times(shown)[-1] == "17:00"


def test_two_who_want_the_same_person_come_one_after_the_other(client, shop):
    maya = shop.person.resource_id
    query = f"?service={shop.service.id}&staff={maya}&service2={shop.service.id}&staff2={maya}&guest2=2"
    shown = client.get(f"{shop.page}{query}&{TUESDAY}&together=yes")
    assert not soup(shown).select("input[name=together]")
    assert times(shown)[-1] == "17:00"


def test_a_visit_has_six_services_at_most(client, shop):
    more = "&".join(f"service{n}={shop.service.id}" for n in range(2, 12))
    shown = client.get(f"{shop.page}?service={shop.service.id}&{more}&{TUESDAY}")
    assert len(soup(shown).select("#visit li")) == 6
    assert not soup(shown).select("#add-service, #add-guest")


def test_what_is_no_part_of_a_visit_is_said(client, shop, beard):
    other = a_shop()
    for wrong in ("999999999999999999999", "x", "0", str(other.service.id)):
        shown = client.get(f"{shop.page}?service={shop.service.id}&service2={wrong}&{TUESDAY}")
        assert shown.status_code == 422
        assert "not offered here" in shown.text
    shown = client.get(
        f"{shop.page}?service={shop.service.id}&service2={beard.id}&staff2={shop.people[1].resource_id}"
    )
    assert shown.status_code == 422
    assert "does not do this" in shown.text


def test_what_is_no_part_of_a_visit_is_not_held(client, shop, wished, rows):
    before = rows()
    other = a_shop()
    for wrong in ("x", str(other.service.id)):
        answer = client.post(f"{shop.page}/holds", data=wished | {"service2": wrong})
        assert answer.status_code == 422
    assert rows()["bookings"] == before["bookings"]


def test_a_lost_time_of_a_visit_leads_to_times_for_all_of_it(client, shop, beard, wished, contact, frozen):
    visit = wished | {"service2": str(beard.id)}
    details = client.post(f"{shop.page}/holds", data=visit).location
    frozen.shift(3600)
    a_booking(shop, berlin("2027-03-02 10:30"), person=shop.person)
    answer = client.post(details, data=contact)
    assert answer.status_code == 409
    [first, *_] = soup(answer).select("input[name=start]")
    again = client.post(details, data=contact | {"start": first["value"]})
    assert again.status_code == 303
    assert {it.status for it in db.session.query(Booking).filter_by(contact_email=contact["email"])} == {
        "confirmed"
    }


# Places


@pytest.fixture
def evening(app, frozen):
    """A class of three on Tuesdays at six."""
    shop = a_shop(capacity=3, minutes=60, advance_days=14)
    a_timetable(shop)
    return shop


def test_several_places_of_a_class_are_one_booking(client, evening, contact):
    shown = client.get(f"{evening.page}?service={evening.service.id}&places=2")
    assert [it.text for it in soup(shown).select("#places option[selected]")] == ["2"]
    assert total(shown) == "€90.00"
    form = {
        "service": str(evening.service.id),
        "start": berlin("2027-03-02 18:00").isoformat(),
        "flow": new_flow(evening.business.id),
        "places": "2",
    }
    held = client.post(f"{evening.page}/holds", data=form)
    assert "2 places" in soup(client.get(held.location)).select_one(".summary").text
    client.post(held.location, data=contact)
    [booking] = db.session.query(Booking).all()
    assert (booking.places, booking.total_cents) == (2, 9000)
    assert times(client.get(f"{evening.page}?service={evening.service.id}&places=2&{TUESDAY}")) == []
    assert times(client.get(f"{evening.page}?service={evening.service.id}&{TUESDAY}")) == ["18:00"]


@pytest.mark.parametrize("places", ["0", "-1", "1.5", "99", "1_0", "NaN", "1e3", "٢"])
def test_other_numbers_of_places_are_one_or_the_most_there_are(client, evening, places):
    shown = client.get(f"{evening.page}?service={evening.service.id}&places={places}")
    assert [it.text for it in soup(shown).select("#places option[selected]")] == ["1"]


def test_a_class_is_had_alone(client, evening):
    cut = add_service(evening.business.id, "Cut", minutes=30, price_cents=1000)
    add_need(evening.business.id, cut.id, [Server(evening.person.resource_id)])
    db.session.commit()
    shown = client.get(f"{evening.page}?service={evening.service.id}")
    assert not soup(shown).select("#add-service, #add-guest")
    shown = client.get(f"{evening.page}?service={cut.id}&service2={evening.service.id}")
    assert shown.status_code == 422


# A month


def test_a_month_shows_which_days_have_room(client, shop):
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}&month=2027-03"))
    free = [it.get_text(" ", strip=True).split(",")[0] for it in shown.select("a.month-day")]
    assert free[0] == "Monday 1 March"
    assert len(free) == 23, "March 2027 has 23 days from Monday to Friday"
    assert shown.select_one("#whole-month").text.strip() == "Week"
    assert shown.select_one(".month-day[aria-current]").get_text(" ", strip=True).startswith("Monday 1 March")


def test_a_day_that_is_full_or_closed_has_no_room_in_its_month(client, app, frozen):
    shop = a_shop(minutes=540)
    a_booking(shop, berlin("2027-03-02 09:00"))
    set_special_day(shop.business.id, berlin("2027-03-03 09:00").date(), [], by=SYSTEM, now=clock.now())
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}&month=2027-03"))
    free = {it.get_text(" ", strip=True).split(",")[0] for it in shown.select("a.month-day")}
    assert not free & {"Tuesday 2 March", "Wednesday 3 March"}
    assert "Thursday 4 March" in free
    assert "Tuesday 2 March, nothing free" in shown.select_one(".month").text


def test_months_follow_each_other_as_far_as_can_be_booked(client, shop):
    first = soup(client.get(f"{shop.page}?service={shop.service.id}&month=2027-03"))
    assert first.select_one("#earlier-days") is None
    second = soup(client.get(first.select_one("#later-days")["href"]))
    assert second.select_one(".days-title").text == "April 2027"
    assert [it.get_text(strip=True) for it in second.select("a.month-day")][-1].startswith("Friday 30 April")
    assert second.select_one("#later-days") is None, "sixty days end on the thirtieth of April"
    assert (
        soup(client.get(second.select_one("#earlier-days")["href"])).select_one(".days-title").text
        == "March 2027"
    )


def test_a_day_that_is_over_is_not_called_full(client, shop, frozen):
    frozen.move_to(berlin("2027-03-15 12:00"))
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}&month=2027-03")).select_one(".month").text
    assert "Friday 12 March" in shown
    assert "Friday 12 March, nothing free" not in shown
    assert "Sunday 28 March, nothing free" in shown


@pytest.mark.parametrize("month", ["2027-13", "2027", "x", "9999-01", "1999-12", "2027-3"])
def test_a_month_there_is_not_is_a_sentence(client, shop, month):
    shown = client.get(f"{shop.page}?service={shop.service.id}&month={month}")
    assert shown.status_code == 422
    assert "no such day" in shown.text


@pytest.mark.parametrize(("month", "title"), [("2020-01", "March 2027"), ("2090-01", "April 2027")])
def test_a_month_nobody_can_book_is_the_nearest_one(client, shop, month, title):
    shown = client.get(f"{shop.page}?service={shop.service.id}&month={month}")
    assert soup(shown).select_one(".days-title").text == title


def test_a_day_of_the_month_leads_back_to_its_week(client, shop):
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}&month=2027-03"))
    week = client.get(shown.select_one("#day-2027-03-17")["href"])
    assert (
        soup(week).select_one('.day[aria-current="date"]').text.split(",")[0].strip() == "Wednesday 17 March"
    )


def test_a_month_asks_the_database_as_often_as_a_week(client, shop, queries):
    base = f"{shop.page}/slots?service={shop.service.id}&"
    db.session.commit()
    with queries() as of_week:
        client.get(base + TUESDAY, headers=HTMX)
    with queries() as of_month:
        client.get(f"{base}month=2027-04", headers=HTMX)
    assert len(of_month) == len(of_week) <= 6


def test_a_visit_asks_the_database_as_often_for_five_services_as_for_two(client, shop, beard, queries):
    two = f"{shop.page}?service={shop.service.id}&service2={beard.id}&{TUESDAY}"
    five = two + "".join(f"&service{n}={beard.id}" for n in range(3, 6))
    with queries() as of_two:
        client.get(two)
    with queries() as of_five:
        client.get(five)
    assert len(of_five) == len(of_two) <= 8


# The customer's clock


@pytest.fixture
def lesson(app, frozen):
    """A shop whose service happens online."""
    return a_shop(online=True)


def test_times_online_are_shown_on_the_clock_of_the_customer(client, lesson):
    shown = client.get(f"{lesson.page}?service={lesson.service.id}&zone=Asia/Tokyo&date=2027-03-02")
    first, *_, last = soup(shown).select("input[name=start]")
    assert first["value"] == "2027-03-01T16:00:00+01:00", "what is sent is the shop's own time"
    assert first["aria-label"] == "Book 00:00 on Tuesday 2 March with Maya, 16:00 in Berlin"
    assert last["aria-label"] == "Book 23:45 on Tuesday 2 March with Maya, 15:45 in Berlin"


def test_all_of_a_day_of_the_shop_is_offered_on_whatever_clock(client, lesson):
    def starts(zone):
        found = set()
        for day in ("2027-03-07", "2027-03-08", "2027-03-09", "2027-03-10"):
            shown = client.get(f"{lesson.page}?service={lesson.service.id}&zone={zone}&date={day}")
            found |= {it["value"] for it in soup(shown).select("input[name=start]")}
        return {it for it in found if it.startswith("2027-03-09")}

    usual = starts("Europe/Berlin")
    assert len(usual) == 35
    for zone in (
        "Asia/Tokyo",
        "America/Los_Angeles",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Asia/Kathmandu",
    ):
        assert starts(zone) == usual


def test_both_clocks_are_named_until_the_end(client, lesson, contact):
    form = {
        "service": str(lesson.service.id),
        "start": "2027-03-02T16:30:00+01:00",
        "flow": new_flow(lesson.business.id),
        "zone": "Asia/Tokyo",
    }
    chosen = client.get(
        f"{lesson.page}?service={lesson.service.id}&zone=Asia/Tokyo&start=2027-03-02T16:30:00%2B01:00"
    )
    for shown in (chosen, client.get(client.post(f"{lesson.page}/holds", data=form).location)):
        told = words(soup(shown).select_one(".summary"))
        assert "Wed 3 Mar, 00:30" in told
        assert "Tokyo time. That is Tue 2 Mar, 16:30, Berlin time." in told
    details = client.post(f"{lesson.page}/holds", data=form).location
    client.post(details, data=contact)
    [booking] = db.session.query(Booking).filter_by(status="confirmed")
    assert (booking.customer_zone, booking.zone) == ("Asia/Tokyo", "Europe/Berlin")


def test_on_site_there_is_the_clock_of_the_shop_alone(client, shop, wished, contact):
    shown = client.get(f"{shop.page}?service={shop.service.id}&zone=Asia/Tokyo&{TUESDAY}")
    assert times(shown)[0] == "09:00"
    assert not soup(shown).select("#zone")
    client.post(
        client.post(f"{shop.page}/holds", data=wished | {"zone": "Asia/Tokyo"}).location, data=contact
    )
    [booking] = db.session.query(Booking).all()
    assert booking.customer_zone is None


def test_a_business_can_keep_to_its_own_clock(client, lesson):
    lesson.business.shows_customer_zone = False
    db.session.commit()
    shown = client.get(f"{lesson.page}?service={lesson.service.id}&zone=Asia/Tokyo&{TUESDAY}")
    assert times(shown)[0] == "09:00"
    assert not soup(shown).select("#zone")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe/Berlin", "US/Pacific"])
def test_a_zone_nobody_lives_in_is_the_shops(client, lesson, zone):
    shown = client.get(f"{lesson.page}?service={lesson.service.id}&zone={zone}&{TUESDAY}")
    assert labels(shown)[0] == "Book 09:00 on Tuesday 2 March with Maya"


def test_a_zone_is_found_by_the_name_it_had_before(client, lesson):
    shown = client.get(f"{lesson.page}?service={lesson.service.id}&zone=Asia/Calcutta&{TUESDAY}")
    assert [it["value"] for it in soup(shown).select("#zone option[selected]")] == ["Asia/Kolkata"]
    assert labels(shown)[0] == "Book 13:30 on Tuesday 2 March with Maya, 09:00 in Berlin"


def test_an_evening_past_midnight_belongs_to_the_customers_date(client, lesson):
    set_week(lesson.business.id, dict.fromkeys(range(5), [(20 * 60, 27 * 60)]))
    db.session.commit()
    own = client.get(f"{lesson.page}?service={lesson.service.id}&zone=Europe/Lisbon&date=2027-03-02")
    assert labels(own)[0] == "Book 00:00 on Tuesday 2 March with Maya, 01:00 in Berlin"
    shops = client.get(f"{lesson.page}?service={lesson.service.id}&date=2027-03-02")
    assert labels(shops)[0].startswith("Book 20:00 on Tuesday 2 March")


# What reviews found


def test_the_same_service_twice_has_people_of_its_own_each_time(client, shop):
    shown = soup(client.get(f"{shop.page}?service={shop.service.id}&service2={shop.service.id}&{TUESDAY}"))
    assert len(shown.select("input[name=staff]")) == len(shown.select("input[name=staff2]")) == 3
    ids = [it["id"] for it in shown.select("input[type=radio]")]
    assert len(ids) == len(set(ids))


def test_an_address_of_times_that_is_typed_shows_the_whole_page(client, shop, beard):
    for query in ("", f"?service={shop.service.id}"):
        shown = client.get(f"{shop.page}/slots{query}")
        assert shown.status_code == 200
        assert soup(shown).select("input[name=service]")


def test_who_is_left_when_the_first_guest_has_nothing_more_is_the_first(client, shop, beard):
    both = f"{shop.page}?service={shop.service.id}&service2={beard.id}&guest2=2&service3={beard.id}&guest3=2"
    left = client.get(soup(client.get(both)).select_one("#without-1")["href"])
    assert not soup(left).select("input[name^=guest]")
    assert "Second person" not in soup(left).select_one("#visit").text


def test_what_was_chosen_stays_while_a_service_is_added(client, shop, beard):
    maya = shop.person.resource_id
    shown = client.get(f"{shop.page}?service={shop.service.id}&staff={maya}&{TUESDAY}")
    adding = client.get(soup(shown).select_one("#add-service")["href"])
    sent = names_sent(adding)
    assert (sent["staff"], sent["date"]) == (str(maya), "2027-03-02")


def test_other_times_than_the_lost_one_are_on_the_clock_of_the_customer(client, lesson, contact, frozen):
    form = {
        "service": str(lesson.service.id),
        "start": "2027-03-02T10:00:00+01:00",
        "flow": new_flow(lesson.business.id),
        "zone": "Asia/Tokyo",
    }
    details = client.post(f"{lesson.page}/holds", data=form).location
    frozen.shift(3600)
    a_booking(lesson, berlin("2027-03-02 10:00"))
    shown = client.post(details, data=contact)
    assert shown.status_code == 409
    assert labels(shown)[0] == "Book 18:30 on Tuesday 2 March"


def test_a_late_evening_far_away_is_offered_on_whatever_date_it_is_here(client, app, frozen):
    shop = a_shop(online=True)
    shop.business.zone = "America/Los_Angeles"
    set_week(shop.business.id, {4: [(18 * 60, 28 * 60)]})
    db.session.commit()
    base = f"{shop.page}?service={shop.service.id}&zone=Pacific/Auckland"
    sunday = client.get(f"{base}&date=2027-03-14")
    assert "Book 00:00 on Sunday 14 March with Maya, 03:00 in Los Angeles" in labels(sunday)
    assert labels(client.get(f"{base}&month=2027-03&date=2027-03-14")) == labels(sunday)


def test_a_customer_may_have_no_more_in_one_visit_than_at_all(client, shop, beard, wished, contact):
    shop.business.customer_limit = 1
    db.session.commit()
    details = client.post(f"{shop.page}/holds", data=wished | {"service2": str(beard.id)}).location
    refused = client.post(details, data=contact)
    assert refused.status_code == 422
    assert "as many bookings ahead" in refused.text
    shop.business.customer_limit = 2
    db.session.commit()
    assert client.post(details, data=contact).status_code == 303


def test_nobody_is_held_for_more_than_they_may_do_in_a_day(client, app, frozen):
    shop = a_shop()
    db.session.get_one(Resource, (shop.business.id, shop.person.resource_id)).daily_limit = 1
    db.session.commit()
    form = {
        "service": str(shop.service.id),
        "service2": str(shop.service.id),
        "start": berlin("2027-03-02 10:00").isoformat(),
        "flow": new_flow(shop.business.id),
    }
    assert client.post(f"{shop.page}/holds", data=form).status_code == 409
    assert client.post(f"{shop.page}/holds", data=form | {"service2": ""}).status_code == 303


def test_a_class_without_dates_says_so(client, app, frozen):
    shop = a_shop(capacity=5)
    shown = client.get(f"{shop.page}?service={shop.service.id}")
    assert "No dates yet" in shown.text
