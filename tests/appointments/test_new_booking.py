"""The form in which a member books for a customer."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.appointments.models import Booking
from app.audit.models import AuditEvent
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact, meet
from app.customers.models import Customer
from app.notifications.models import Notification
from app.schedule.serving import Server
from tests.factories import (
    Shop,
    a_booking,
    a_business,
    a_membership,
    a_shop,
    a_timetable,
    a_user,
    add_need,
    add_service,
    berlin,
    signed_in,
)
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shop(app, frozen):
    return a_shop(2, minutes=45)


@pytest.fixture
def page(shop):
    return f"/manage/{shop.business.slug}/appointments"


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.fixture
def maya(app, shop):
    """Somebody who works here and sees to her own customers."""
    user = a_user()
    shop.person.user_id = user.id
    return signed_in(app, a_membership(shop.business, "staff", user).user)


def said(response, where="#new-booking"):
    return " ".join(soup(response).select_one(where).text.split())


def sent(shop, time="10:00", **more):
    """What a browser sends for somebody new with the first person on Tuesday."""
    return {
        "service": shop.service.id,
        "person": shop.person.resource_id,
        "date": "2027-03-02",
        "time": time,
        "who": "new",
        "name": "Olivia Park",
        "email": "Olivia@Example.com",
        "phone": "030 123456",
        "every": "0",
        "ends": "times",
        "times": "6",
        "key": "a-key-of-this-form",
    } | more


def bookings():
    return list(db.session.scalars(select(Booking).order_by(Booking.id)))


def known(shop, name="Zoe Gray", email="zoe@example.com", phone=None):
    customer = meet(shop.business.id, Contact(name, email, phone), clock.now())
    db.session.commit()
    return customer


def test_the_address_fills_in_what_it_says(shop, page, manager):
    zoe = known(shop)
    query = {
        "date": "2027-03-02",
        "time": "10:07",
        "person": shop.people[1].resource_id,
        "service": shop.service.id,
        "customer": zoe.id,
    }
    form = soup(manager.get(f"{page}/new", query_string=query))
    assert form.select_one("#service option[selected]").text == "Haircut"
    assert form.select_one("#person option[selected]").text == "Tomás"
    assert (form.select_one("#date")["value"], form.select_one("#time")["value"]) == ("2027-03-02", "10:07")
    assert "Zoe Gray" in form.select_one(".known-customer").text
    assert "45 min" in form.select_one("#visit").text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?date=x&time=99&person=a&service=7&customer=-1",
        "?customer=99999999999999999999",
        "?date=2027-02-30",
    ],
)
def test_what_makes_no_sense_in_the_address_is_left_out(page, manager, query):
    answer = manager.get(f"{page}/new{query}")
    assert answer.status_code == 200
    assert soup(answer).select_one("#service option[selected]") is None


def test_a_fragment_is_the_form_alone(page, manager):
    answer = manager.get(f"{page}/new", headers=HTMX)
    assert [it["id"] for it in soup(answer).find_all(recursive=False)] == ["new-booking"]


def test_somebody_new_is_booked_and_found_from_then_on(shop, page, manager):
    answer = manager.post(page, data=sent(shop, note="Curly", member_note="Pays cash"))
    assert answer.status_code == 303
    [booking] = bookings()
    assert (booking.status, booking.source, booking.performer_name) == ("confirmed", "staff", "Maya")
    assert booking.appointment.starts_at == berlin("2027-03-02 10:00")
    assert (booking.contact_name, booking.contact_email) == ("Olivia Park", "olivia@example.com")
    assert (booking.contact_phone, booking.note, booking.member_note) == ("+4930123456", "Curly", "Pays cash")
    found = manager.get(f"/manage/{shop.business.slug}/customers/matches?q=oli", headers=HTMX)
    assert "Olivia Park" in found.text


def test_members_book_off_the_grid_and_without_notice(shop, page, manager):
    assert manager.post(page, data=sent(shop, "10:07", date="2027-03-01")).status_code == 303
    [event] = db.session.scalars(select(AuditEvent).filter_by(action="booking.confirmed"))
    assert event.changes["overridden"] == [None, ["off_grid"]]


def test_somebody_known_is_booked_for_and_what_is_stored_of_them_stays(shop, page, manager):
    zoe = known(shop)
    data = sent(shop, who="known", customer=zoe.id, name="Other", email="other@example.com")
    assert manager.post(page, data=data).status_code == 303
    db.session.refresh(zoe)
    assert (zoe.name, zoe.email, zoe.phone) == ("Zoe Gray", "zoe@example.com", "+4930123456")
    [booking] = bookings()
    assert (booking.customer_id, booking.contact_name) == (zoe.id, "Zoe Gray")
    assert booking.contact_email == "zoe@example.com"


def test_a_walk_in_needs_no_name_and_is_in_no_list(shop, page, manager):
    a_membership(shop.business, "owner")
    assert manager.post(page, data=sent(shop, who="walk_in", name="", email="", tell="y")).status_code == 303
    [booking] = bookings()
    assert (booking.source, booking.contact_name, booking.contact_email) == ("walk_in", "Walk-in", None)
    assert db.session.scalars(select(Notification.id)).all() == []
    assert "No customers yet" in manager.get(f"/manage/{shop.business.slug}/customers").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"service": ""}, "Please choose a service"),
        ({"service": "999999"}, "choose from what is shown"),
        ({"person": "999999"}, "does not do that"),
        ({"date": ""}, "choose a day"),
        ({"date": "2027-02-30"}, "There is no such day"),
        ({"time": ""}, "choose a time"),
        ({"time": "25:00"}, "not a time of day"),
        ({"name": " "}, "write down a name"),
        ({"who": "known"}, "choose a customer"),
        ({"who": "known", "customer": "99999999999999999999"}, "choose a customer"),
        ({"who": "nobody"}, "Not a valid choice"),
        ({"email": "x@y"}, "does not look like an e-mail"),
        ({"phone": "1"}, "does not look like a phone"),
        ({"every": "9"}, "Not a valid choice"),
        ({"every": "abc", "ends": "until", "until": "2027-05-02"}, "Not a valid choice"),
        ({"every": "1", "times": "1"}, "between 2 and 26"),
        ({"every": "1", "times": "99"}, "between 2 and 26"),
        ({"every": "1", "times": ""}, "how often"),
        ({"every": "1", "ends": "until", "until": ""}, "choose a day"),
        ({"every": "1", "ends": "until", "until": "2027-03-03"}, "does not come again"),
        ({"date": "2027-03-28", "time": "02:30"}, "That time does not exist"),
        ({"date": "2027-10-31", "time": "02:30"}, "twice that night"),
        ({"note": "x" * 1001}, "at most 1,000"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(shop, page, manager, changes, sentence):
    data = sent(shop, phone="030 555", reason="") | changes
    answer = manager.post(page, data=data)
    assert answer.status_code == 422
    assert sentence in said(answer)
    form = soup(answer)
    assert form.select_one("#entry [name=name]")["value"] == data["name"].strip()
    assert form.select_one("[name=email]")["value"] == data["email"]
    assert form.select_one(".form-errors a, .form-errors li")
    assert bookings() == []


def test_somebody_new_with_an_address_the_business_knows_is_asked_about(shop, page, manager):
    zoe = known(shop)
    data = sent(shop, name="Olivia Park", email="Zoe@example.com", note="Two sugars")
    answer = manager.post(page, data=data)
    assert answer.status_code == 422
    assert "Zoe Gray has this address. Is it the same person?" in said(answer, "#whom")
    form = soup(answer).select_one("#entry")
    typed = {name: form.select_one(f"[name={name}]")["value"] for name in ("name", "email", "phone", "time")}
    assert typed == {name: data[name] for name in typed}
    assert form.select_one("[name=another]") is None
    assert bookings() == []
    same = form.select_one("button[name=same]")
    assert " ".join(same.text.split()) == "Book for Zoe Gray"
    answer = manager.post(page, data=data | {"same": same["value"]})
    assert answer.status_code == 303
    [booking] = bookings()
    assert (booking.customer_id, booking.contact_name, booking.note) == (zoe.id, "Zoe Gray", "Two sugars")


def test_with_the_address_changed_somebody_new_is_written_down(shop, page, manager):
    zoe = known(shop)
    assert manager.post(page, data=sent(shop, email="zoe@example.com")).status_code == 422
    assert manager.post(page, data=sent(shop, email="olivia@example.com")).status_code == 303
    assert bookings()[0].customer_id != zoe.id


def test_sending_the_form_for_somebody_new_twice_asks_nothing(shop, page, manager):
    for _ in range(2):
        assert manager.post(page, data=sent(shop)).status_code == 303
    assert len(bookings()) == 1


def test_who_shares_a_phone_number_can_be_written_down_as_somebody_else(shop, page, manager):
    zoe = known(shop, email=None, phone="+4930123456")
    data = sent(shop, email="")
    answer = manager.post(page, data=data)
    assert answer.status_code == 422
    assert "Zoe Gray has this number. Is it the same person?" in said(answer, "#whom")
    assert manager.post(page, data=data | {"another": "1"}).status_code == 303
    [booking] = bookings()
    assert booking.customer_id != zoe.id
    assert (booking.contact_name, booking.contact_phone) == ("Olivia Park", "+4930123456")


def test_before_a_series_is_booked_it_asks_too(shop, page, manager):
    zoe = known(shop)
    data = sent(shop, email="zoe@example.com", every="1", times="2")
    dates = {"reviewed": "1", "take": ["2027-03-02", "2027-03-09"]}
    answer = manager.post(page, data=data | dates)
    assert answer.status_code == 422
    assert "Zoe Gray has this address." in said(answer, "#whom")
    chosen = data | {"same": str(zoe.id)}
    form = soup(manager.post(page, data=chosen)).select_one("#dates")
    kept = {it["name"]: it["value"] for it in form.select("input[type=hidden]")}
    assert (kept["who"], kept["customer"]) == ("known", str(zoe.id))
    assert manager.post(page, data=kept | dates).status_code == 303
    assert {it.customer_id for it in bookings()} == {zoe.id}


def test_somebody_of_another_business_is_nobody_one_can_be_the_same_as(shop, page, manager):
    elsewhere = known(a_shop())
    answer = manager.post(page, data=sent(shop) | {"same": elsewhere.id})
    assert answer.status_code == 422
    assert bookings() == []


def test_a_service_person_or_customer_of_another_business_is_no_choice(shop, page, manager):
    other = a_shop()
    stranger = known(other, "Strange", "strange@example.com")
    for changes in (
        {"service": other.service.id},
        {"person": other.person.resource_id},
        {"who": "known", "customer": stranger.id},
    ):
        assert manager.post(page, data=sent(shop, **changes)).status_code == 422
    assert bookings() == []
    assert "Strange" not in manager.get(f"{page}/new?customer={stranger.id}").text


def test_of_a_time_the_clock_shows_twice_one_is_chosen(shop, page, manager):
    night = sent(shop, "02:30", date="2027-10-31")
    both = soup(manager.post(page, data=night)).select("[name=start]")
    assert [it["value"][-6:] for it in both] == ["+02:00", "+01:00"]
    data = night | {"start": both[1]["value"], "despite": "closed staff_off"}
    assert manager.post(page, data=data).status_code == 303
    assert bookings()[0].appointment.starts_at.isoformat() == "2027-10-31T01:30:00+00:00"


def test_who_is_taken_is_said_in_the_members_words_and_the_times_around_it_are_offered(shop, page, manager):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person, email="zoe@example.com")
    answer = manager.post(page, data=sent(shop, "10:15"))
    assert answer.status_code == 409
    assert "Maya has Olivia Park’s Haircut 10:00–10:45" in said(answer, ".objections")
    assert "10:45" in said(answer, ".picks")
    assert len(bookings()) == 1
    assert soup(answer).select_one("[name=despite]")["value"] == "busy"


def test_a_manager_squeezes_in_and_it_is_written_down(shop, page, manager):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person, email="zoe@example.com")
    data = sent(shop, "10:15", despite="busy", reason="She is in pain")
    assert manager.post(page, data=data).status_code == 303
    events = db.session.scalars(select(AuditEvent).filter_by(action="booking.confirmed")).all()
    assert (events[-1].changes["overridden"][1], events[-1].reason) == (["busy"], "She is in pain")


def test_what_was_not_seen_is_not_set_aside(shop, page, manager):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person, email="zoe@example.com")
    assert manager.post(page, data=sent(shop, "10:15", despite="closed")).status_code == 409


def test_outside_the_hours_a_member_is_asked_first(shop, page, manager):
    answer = manager.post(page, data=sent(shop, "20:00"))
    assert answer.status_code == 422
    assert "Outside opening hours: open from 09:00 to 18:00" in said(answer, ".objections")
    box = soup(answer).select_one("[name=despite]")
    assert manager.post(page, data=sent(shop, "20:00", despite=box["value"])).status_code == 303


def test_staff_book_their_own_time_only(shop, page, maya):
    form = soup(maya.get(f"{page}/new?service={shop.service.id}"))
    assert form.select("#person") == []
    data = sent(shop, person=shop.people[1].resource_id)
    assert maya.post(page, data=data).status_code == 422
    # Whoever has less to do would be asked first.
    a_booking(shop, berlin("2027-03-02 15:00"), person=shop.person, email="zoe@example.com")
    assert maya.post(page, data=sent(shop, person="any")).status_code == 303
    assert [it.performer_name for it in bookings()] == ["Maya", "Maya"]


def test_staff_squeeze_nothing_in_but_may_work_late(shop, page, maya):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person, email="zoe@example.com")
    answer = maya.post(page, data=sent(shop, "10:15", despite="busy"))
    assert answer.status_code == 409
    assert "ask a manager" in said(answer, ".objections")
    assert soup(answer).select("[name=despite]") == []
    assert maya.post(page, data=sent(shop, "20:00", despite="closed staff_off")).status_code == 303


def test_staff_are_shown_what_they_do_and_nothing_else(shop, page, maya, manager):
    colour = add_service(shop.business.id, "Colour", minutes=90, price_cents=9000)
    add_need(shop.business.id, colour.id, [Server(shop.people[1].resource_id)])
    assert "Colour" not in said(maya.get(f"{page}/new"), "#service")
    assert "Colour" in said(manager.get(f"{page}/new"), "#service")
    assert maya.post(page, data=sent(shop, service=colour.id)).status_code == 422


def test_staff_who_serve_nobody_are_told_why_there_is_no_form(app, shop, page):
    browser = signed_in(app, a_membership(shop.business, "staff").user)
    answer = browser.get(f"{page}/new")
    assert (answer.status_code, "You do none of the services" in answer.text) == (200, True)
    assert browser.post(page, data=sent(shop)).status_code == 422


def test_what_the_clicked_person_does_comes_first(shop, page, manager):
    colour = add_service(shop.business.id, "Colour", minutes=90, price_cents=9000)
    add_need(shop.business.id, colour.id, [Server(shop.people[1].resource_id)])
    groups = soup(manager.get(f"{page}/new?person={shop.person.resource_id}")).select("#service optgroup")
    assert [(it["label"], it.text.split()) for it in groups] == [
        ("With Maya", ["Haircut"]),
        ("With others", ["Colour"]),
    ]


def test_services_are_added_taken_away_and_booked_in_a_row(shop, page, manager):
    beard = add_service(shop.business.id, "Beard", minutes=20, price_cents=2000)
    add_need(shop.business.id, beard.id, [Server(shop.person.resource_id, price_cents=1500)])
    added = manager.post(f"{page}/new", data=sent(shop, add="1"))
    assert added.status_code == 200
    assert [it["name"] for it in soup(added).select("#visit select")] == ["service", "person", "service2"]
    both = sent(shop, service2=beard.id, person2=shop.person.resource_id)
    drawn = said(manager.post(f"{page}/new", data=both), "#visit")
    assert "20 min · €15.00" in drawn
    assert "Total €60.00" in drawn
    less = soup(manager.post(f"{page}/new", data=both | {"remove": "1"}))
    assert less.select_one("#service option[selected]").text == "Beard"
    assert manager.post(page, data=both).status_code == 303
    cut, shave = bookings()
    assert cut.visit == shave.visit
    assert shave.appointment.starts_at == cut.appointment.ends_at


def test_redrawing_saves_nothing_and_complains_about_nothing(shop, page, manager):
    answer = manager.post(f"{page}/new", data=sent(shop, name="", time=""))
    assert answer.status_code == 200
    assert soup(answer).select(".has-error, .form-errors") == []
    assert bookings() == []
    assert db.session.scalars(select(Customer)).all() == []


def test_a_free_time_is_picked(shop, page, manager):
    drawn = manager.post(f"{page}/new", data=sent(shop, ""))
    picks = soup(drawn).select(".pick")
    assert picks[0].text.strip() == "09:00"
    again = soup(manager.post(f"{page}/new", data=sent(shop, "", pick=picks[1]["value"])))
    assert again.select_one("#time")["value"] == "09:15"
    assert {it.text.strip() for it in again.select(".pick[aria-pressed]")} == {"09:15"}


def test_without_scripts_a_customer_is_found_with_a_button(shop, page, manager):
    zoe = known(shop)
    drawn = soup(manager.post(f"{page}/new", data=sent(shop, who="known", q="gray", find="1")))
    choice, nobody = drawn.select("[name=customer]")
    assert (choice["type"], choice["value"], nobody["value"]) == ("radio", str(zoe.id), "")
    chosen = sent(shop, who="known", q="gray", customer=[zoe.id, ""])
    assert manager.post(page, data=chosen).status_code == 303
    nobody = manager.post(f"{page}/new", data=sent(shop, who="known", q="nobody", find="1"))
    assert "Nobody is called that" in nobody.text


def test_another_customer_can_be_chosen(shop, page, manager):
    zoe = known(shop)
    drawn = soup(manager.post(f"{page}/new", data=sent(shop, who="known", customer=zoe.id, change="1")))
    assert drawn.select(".known-customer") == []


def test_a_blocked_customer_is_warned_about_and_booked_all_the_same(shop, page, manager):
    zoe = known(shop)
    zoe.blocked = True
    db.session.commit()
    assert "blocked" in said(manager.get(f"{page}/new?customer={zoe.id}"), "#whom")
    assert manager.post(page, data=sent(shop, who="known", customer=zoe.id)).status_code == 303


def test_an_address_somebody_else_has_is_refused_and_what_was_typed_is_kept(shop, page, manager):
    known(shop, "Ann", "ann@example.com")
    zoe = known(shop, "Zoe Gray", None, "+4930777777")
    data = sent(shop, who="known", customer=zoe.id, email="ann@example.com")
    answer = manager.post(page, data=data)
    assert answer.status_code == 409
    assert "Another customer has this e-mail address" in said(answer)
    assert soup(answer).select_one("[name=email]")["value"] == "ann@example.com"
    assert bookings() == []


def test_the_limit_of_a_customer_is_asked_about(shop, page, manager):
    shop.service.customer_limit = 1
    zoe = known(shop)
    data = sent(shop, who="known", customer=zoe.id)
    assert manager.post(page, data=data).status_code == 303
    again = data | {"time": "12:00", "key": "another-key-of-a-form"}
    answer = manager.post(page, data=again)
    assert answer.status_code == 409
    assert "more than the limit" in said(answer, ".objections")
    assert manager.post(page, data=again | {"despite": "limit"}).status_code == 303


def test_the_same_form_twice_is_one_booking(shop, page, manager):
    answers = [manager.post(page, data=sent(shop)) for _ in range(3)]
    assert {it.status_code for it in answers} == {303}
    assert len({it.location for it in answers}) == 1
    assert len(bookings()) == 1


def test_what_was_booked_is_shown_where_the_form_was(shop, page, manager):
    whole = manager.post(page, data=sent(shop))
    address = f"{page}/{bookings()[0].appointment_id}"
    assert (whole.status_code, whole.location) == (303, address)
    on_calendar = HTMX | {"HX-Current-URL": f"http://localhost/manage/{shop.business.slug}/calendar/"}
    beside = manager.post(page, data=sent(shop), headers=on_calendar)
    assert (beside.status_code, beside.location) == (303, address)
    on_its_page = HTMX | {"HX-Current-URL": f"http://localhost{page}/new?date=2027-03-02"}
    alone = manager.post(page, data=sent(shop), headers=on_its_page)
    assert (alone.status_code, alone.headers["HX-Redirect"]) == (204, address)


@pytest.mark.parametrize(("ticked", "told"), [({"tell": "y"}, True), ({}, False)])
def test_the_customer_is_told_if_that_is_ticked(shop, page, manager, ticked, told):
    assert soup(manager.get(f"{page}/new")).select_one("[name=tell]").has_attr("checked")
    assert manager.post(page, data=sent(shop) | ticked).status_code == 303
    assert ("olivia@example.com" in db.session.scalars(select(Notification.recipient)).all()) is told


def test_a_new_form_has_a_key_of_its_own_and_keeps_it(shop, page, manager):
    keys = [soup(manager.get(f"{page}/new")).select_one("#key")["value"] for _ in range(2)]
    assert keys[0] != keys[1]
    drawn = manager.post(f"{page}/new", data=sent(shop, key=keys[0]))
    assert soup(drawn).select_one("#key")["value"] == keys[0]
    assert (
        soup(manager.post(f"{page}/new", data=sent(shop, key="short"))).select_one("#key")["value"] != "short"
    )


@pytest.fixture
def yoga(shop):
    service = add_service(shop.business.id, "Yoga", minutes=60, price_cents=1200, capacity=3, advance_days=14)
    add_need(shop.business.id, service.id, [Server(it.resource_id) for it in shop.people])
    yoga = Shop(shop.business, service, shop.people)
    a_timetable(yoga)
    return yoga


def dates_in(response):
    return [" ".join(it.text.split()) for it in soup(response).select("#class_date option")][1:]


def test_places_of_a_class_are_booked_on_one_of_its_dates(shop, yoga, page, manager):
    drawn = manager.get(f"{page}/new?service={yoga.service.id}&date=2027-03-02&time=18:00")
    assert dates_in(drawn)[0] == "Tue 2 Mar, 18:00 · Maya · 3 of 3 free"
    chosen = soup(drawn).select_one("#class_date option[selected]")
    data = sent(shop, "", service=yoga.service.id, class_date=chosen["value"], places="2")
    assert manager.post(page, data=data).status_code == 303
    [booking] = bookings()
    assert (booking.places, booking.appointment.places_taken, booking.total_cents) == (2, 2, 2400)
    assert dates_in(manager.get(f"{page}/new?service={yoga.service.id}"))[0].endswith("1 of 3 free")


def test_where_a_class_is_chosen_one_place_is_meant(shop, yoga, page, manager):
    drawn = soup(manager.post(f"{page}/new", data=sent(shop, service=yoga.service.id)))
    assert drawn.select_one("#places")["value"] == "1"


def test_only_managers_overbook_a_class(shop, yoga, page, manager, maya):
    chosen = soup(manager.get(f"{page}/new?service={yoga.service.id}")).select("#class_date option")[1]
    data = sent(shop, "", service=yoga.service.id, class_date=chosen["value"], places="4", despite="full")
    assert maya.post(page, data=data).status_code == 409
    refused = manager.post(page, data=data | {"despite": ""})
    assert "not enough places" in said(refused, ".objections")
    assert manager.post(page, data=data).status_code == 303
    assert bookings()[0].appointment.overbooked


def test_staff_see_the_dates_they_lead(app, shop, yoga, page, maya):
    user = a_user()
    shop.people[1].user_id = user.id
    tomas = signed_in(app, a_membership(shop.business, "staff", user).user)
    assert dates_in(maya.get(f"{page}/new?service={yoga.service.id}"))
    assert dates_in(tomas.get(f"{page}/new?service={yoga.service.id}")) == []


def test_a_date_of_a_class_has_to_be_chosen_and_be_one_of_its_own(shop, yoga, page, manager):
    for value in ("", "999999", "x"):
        data = sent(shop, "", service=yoga.service.id, class_date=value, places="1")
        assert manager.post(page, data=data).status_code == 422
    data = sent(shop, "", service=yoga.service.id, class_date="", places="0")
    assert "between 1 and 99" in manager.post(page, data=data).text


def reviewed(page, manager, data):
    return manager.post(page, data=data)


def test_a_visit_that_comes_again_is_looked_at_date_by_date_before_anything_is_booked(shop, page, manager):
    a_booking(shop, berlin("2027-03-09 10:00"), person=shop.person, email="zoe@example.com")
    data = sent(shop, every="1", times="3")
    answer = manager.post(page, data=data)
    assert answer.status_code == 200
    assert len(bookings()) == 1
    dates = soup(answer)
    assert [it["value"] for it in dates.select("[name=take][checked]")] == ["2027-03-02", "2027-03-16"]
    ways = {it["value"].partition(":")[0]: it["value"] for it in dates.select("[name='on-2027-03-09']")}
    assert ways.keys() == {"skip", "start", "person", "anyway"}
    assert "Tue 9 Mar, 10:00 · Taken" in said(answer)
    kept = {it["name"]: it["value"] for it in dates.select("#dates input[type=hidden]")}
    whole = kept | {"take": ["2027-03-02", "2027-03-16"]}
    for way, performer, time in (("person", "Tomás", "10:00"), ("start", "Maya", "09:15")):
        one = whole | {"on-2027-03-09": ways[way], "key": f"a-key-for-{way}-0001", "time": kept["time"]}
        one |= {"email": f"{way}@example.com"}
        if way == "start":
            one |= {"take": []}
        assert manager.post(page, data=one).status_code == 303
        [moved] = [it for it in bookings() if it.local_start.date().day == 9][-1:]
        assert (moved.performer_name, moved.local_start.strftime("%H:%M")) == (performer, time)


def test_all_dates_of_a_series_are_booked_together_and_those_left_out_are_not(shop, page, manager):
    data = sent(shop, every="2", times="4", reviewed="1", take=["2027-03-02", "2027-03-30"])
    assert manager.post(page, data=data).status_code == 303
    made = bookings()
    assert [it.local_start.date().isoformat() for it in made] == ["2027-03-02", "2027-03-30"]
    assert made[0].series == made[1].series is not None


def test_a_series_of_which_nothing_is_left_is_refused(shop, page, manager):
    answer = manager.post(page, data=sent(shop, every="1", times="3", reviewed="1"))
    assert answer.status_code == 422
    assert "Every date is left out" in said(answer)
    assert bookings() == []


def test_a_date_that_was_taken_meanwhile_books_nothing_and_is_shown_again(shop, page, manager):
    a_booking(shop, berlin("2027-03-09 10:00"), person=shop.person, email="zoe@example.com")
    data = sent(shop, every="1", times="2", reviewed="1", take=["2027-03-02", "2027-03-09"])
    answer = manager.post(page, data=data)
    assert answer.status_code == 409
    assert "· Taken" in said(answer)
    assert len(bookings()) == 1


@pytest.mark.parametrize(
    "way", ["start:x", "start:2027-03-09T10:00:00+09:00", "person:999999", "person:", "x", ""]
)
def test_a_way_nobody_was_offered_leaves_a_date_out(shop, page, manager, way):
    data = sent(shop, every="1", times="2", reviewed="1", take="2027-03-02") | {"on-2027-03-09": way}
    assert manager.post(page, data=data).status_code == 303
    assert len(bookings()) == 1


def test_staff_give_no_date_of_a_series_to_a_colleague(shop, page, maya):
    a_booking(shop, berlin("2027-03-09 10:00"), person=shop.person, email="zoe@example.com")
    data = sent(shop, every="1", times="2")
    assert "person:" not in maya.post(page, data=data).text
    other = f"person:{shop.people[1].resource_id}"
    data |= {"reviewed": "1", "take": "2027-03-02", "on-2027-03-09": other}
    assert maya.post(page, data=data).status_code == 303
    assert {it.performer_name for it in bookings() if it.contact_name == "Olivia Park"} == {"Maya"}


def test_a_class_comes_again_on_its_own_dates(shop, yoga, page, manager):
    chosen = soup(manager.get(f"{page}/new?service={yoga.service.id}")).select("#class_date option")[1]
    data = sent(
        shop, "", service=yoga.service.id, class_date=chosen["value"], places="1", every="1", times="4"
    )
    answer = manager.post(page, data=data)
    dates = [it["value"] for it in soup(answer).select("[name=take]")]
    assert dates[:2] == ["2027-03-02", "2027-03-09"]
    assert "Does not happen then" in said(answer)
    assert manager.post(page, data=data | {"reviewed": "1", "take": dates}).status_code == 303
    assert {it.appointment.capacity for it in bookings()} == {3}


def in_the_way(shop):
    """Somebody has the second of three Tuesdays."""
    a_booking(shop, berlin("2027-03-09 10:00"), person=shop.person, email="zoe@example.com")
    return sent(shop, every="1", times="3")


def choices(answer, on="2027-03-09"):
    """What can be chosen for a date, and what is."""
    ways = soup(answer).select(f"[name='on-{on}']")
    return [it["value"] for it in ways], [it["value"] for it in ways if it.has_attr("checked")]


def test_a_manager_books_one_date_of_a_series_anyway(shop, page, manager):
    data = in_the_way(shop)
    ways, chosen = choices(manager.post(page, data=data))
    assert (ways[-1], chosen) == ("anyway:busy", ["skip"])
    kept = {"reviewed": "1", "take": ["2027-03-02", "2027-03-16"], "reason": "She insists"}
    answer = manager.post(page, data=data | kept | {"on-2027-03-09": "anyway:busy"})
    assert answer.status_code == 303
    made = [it for it in bookings() if it.series]
    assert [it.local_start.day for it in made] == [2, 9, 16]
    audit = [
        db.session.scalars(select(AuditEvent).filter_by(action="booking.confirmed", subject_id=it.id)).one()
        for it in made
    ]
    assert ["overridden" in it.changes for it in audit] == [False, True, False]
    assert audit[1].changes["overridden"] == [None, ["busy"]]
    assert audit[1].reason == "She insists"


def test_what_was_set_aside_at_first_is_proposed_for_the_dates_it_speaks_against(shop, page, manager):
    data = in_the_way(shop)
    assert choices(manager.post(page, data=data | {"despite": "busy"}))[1] == ["anyway:busy"]
    assert choices(manager.post(page, data=data | {"despite": "closed"}))[1] == ["skip"]


def test_staff_do_not_take_what_is_taken_for_one_date_either(shop, page, maya):
    data = in_the_way(shop)
    ways, _ = choices(maya.post(page, data=data))
    assert not [it for it in ways if it.startswith("anyway")]
    kept = {"reviewed": "1", "take": ["2027-03-02", "2027-03-16"], "on-2027-03-09": "anyway:busy"}
    assert maya.post(page, data=data | kept).status_code == 409
    assert len(bookings()) == 1


def test_staff_book_a_date_of_their_own_outside_of_hours_anyway(shop, page, maya):
    data = sent(shop, "20:00", every="1", times="2")
    answer = maya.post(page, data=data)
    both = {f"on-{on}": choices(answer, on)[0][-1] for on in ("2027-03-02", "2027-03-09")}
    assert set(both.values()) == {"anyway:closed"}
    assert "Tue 2 Mar, 20:00 · Closed then" in said(answer)
    assert maya.post(page, data=data | both | {"reviewed": "1"}).status_code == 303
    assert len(bookings()) == 2


def test_only_what_was_seen_is_set_aside_for_a_date(shop, page, manager):
    data = in_the_way(shop)
    kept = {"reviewed": "1", "take": ["2027-03-02"], "on-2027-03-09": "anyway:closed"}
    answer = manager.post(page, data=data | kept)
    assert answer.status_code == 409
    assert choices(answer)[0][-1] == "anyway:busy"
    assert len(bookings()) == 1


def test_the_number_of_statements_grows_with_nothing(shop, page, manager, queries):
    query = {
        "service": shop.service.id,
        "date": "2027-03-02",
        "time": "10:00",
        "person": shop.person.resource_id,
    }
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person, email="zoe@example.com")
    counts = []
    for round_ in range(2):
        with queries() as sent_:
            assert manager.get(f"{page}/new", query_string=query).status_code == 200
        counts.append(len(sent_))
        for number in range(5 - 5 * round_):
            more = add_service(shop.business.id, f"More {round_} {number}", minutes=30, price_cents=1)
            add_need(shop.business.id, more.id, [Server(it.resource_id) for it in shop.people])
            at = berlin("2027-03-02 11:00") + timedelta(minutes=45 * number)
            a_booking(shop, at, person=shop.person, email=f"c{round_}{number}@example.com")
    assert counts[0] == counts[1] <= 20


def test_no_raw_markup_of_a_customer_is_ever_shown(shop, page, manager):
    zoe = known(shop, "<script>alert(1)</script>", "zoe@example.com")
    for answer in (
        manager.get(f"{page}/new?customer={zoe.id}"),
        manager.get(f"/manage/{shop.business.slug}/customers"),
        manager.get(f"/manage/{shop.business.slug}/customers/matches?q=script", headers=HTMX),
    ):
        assert "<script>alert" not in answer.text
        assert re.search("&lt;script&gt;alert", answer.text)


def test_another_business_is_nothing_to_a_member(app, shop, page):
    stranger = signed_in(app, a_membership(a_business(), "owner").user)
    assert stranger.get(f"{page}/new").status_code == 404
    assert stranger.post(page, data=sent(shop)).status_code == 404
