"""Every route, called by everybody who may and may not: the status is declared here, and a refusal changes no row.

A route that is missing from the table fails the test, so a new one has to say who may use it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.account.forms.business import new_ticket
from app.appointments.cancelling import cancel
from app.appointments.changing import change_status
from app.appointments.class_dates import cancel_date
from app.appointments.codes import use_code
from app.appointments.finding import hold_token, receipt_token
from app.appointments.finishing import arrive
from app.appointments.flow.forms.wish import new_flow
from app.appointments.models import Appointment, Booking
from app.appointments.moving import move
from app.appointments.notices import NOTICES
from app.appointments.reminder_rules import Rule, add_rule
from app.appointments.reminding import rules_of
from app.appointments.settling_up import give_back_for, take_for
from app.auth.links import make_link, token_of
from app.auth.models import User
from app.business_hours.away import add_days_off
from app.business_hours.models import TimeOff
from app.business_hours.special import set_special_day
from app.business_hours.weekly import set_rota, set_week
from app.businesses.inviting import invite
from app.businesses.inviting import token_of as token_of_invitation
from app.businesses.models import Invitation
from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.signing import sign
from app.customers.blocking import block
from app.customers.imports.importing import begin_checking, keep_file
from app.customers.imports.knowing import Earlier
from app.customers.imports.reading import read_pasted
from app.customers.imports.steps import check_some
from app.customers.meeting import Contact, find_known, meet
from app.customers.models import Customer
from app.customers.noting import find_note, remove_note, write_note
from app.customers.tagging import add_tag
from app.customers.unwanted import wishes_token
from app.feeds.making import make_feed
from app.feeds.making import token_of as token_of_feed
from app.feeds.models import Feed
from app.feeds.others import add_calendar
from app.notifications.kinds import Wording
from app.notifications.leaving_out import set_sent
from app.notifications.models import Notification
from app.notifications.rewording import Place, back_to_ours, reword, version_of
from app.orders.basket import Basket, Entry, write_basket
from app.orders.billing import find_bill
from app.orders.changing import change_order, lock_order
from app.orders.finding import order_token
from app.orders.models import Order, OrderSettings
from app.orders.ruling import OPEN_END, pause_orders
from app.payments.couponing import coupons_of, has_codes, switch_coupon
from app.payments.models import Invoice, PaymentSettings, Refund
from app.payments.owing import AlreadyIssued
from app.payments.stripe.account import keep_keys
from app.reviews.answering import reply
from app.reviews.finding import find_subject, review_of, review_token
from app.reviews.models import Review
from app.reviews.writing import Said, review
from app.schedule.serving import Server, put_away
from app.schedule.wall_clock import epoch_minute
from app.services.asking import QuestionWish, ask
from app.services.categorizing import add_category, categories_of
from app.sites.allowing import allow_site
from app.sites.seeing import see
from app.waitlist.finding import entry_token
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.offering import offer_by_hand
from tests.appointments.looking import appointment_of
from tests.conftest import NOW, all_undone
from tests.factories import (
    PASSWORD,
    Shop,
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    a_timetable,
    a_user,
    a_visit,
    add_need,
    add_resource,
    add_service,
    berlin,
    by_the_system,
    hire,
    signed_in,
)
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.payments.coupons import a_coupon
from tests.payments.owed import failed_refund, to_review
from tests.reviews.visiting import say
from tests.waitlist.waiting import waits

# The house stands in a transaction of its own, longer than one test.
pytestmark = pytest.mark.commits
# A customer has an account and works nowhere; whoever is elsewhere owns another business.
CALLERS = ("stranger", "customer", "elsewhere", "staff", "manager", "owner")
MEMBERS = ("staff", "manager", "owner")
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
LONG_WEEK = dict.fromkeys(range(5), [(540, 1080)])


@dataclass(frozen=True)
class Call:
    """What to send to a route and the status each caller gets. `values` fill the address, `form` the body.

    A route that every caller may use alike says `anybody`. `changes` are the callers whose call may write.
    """

    status: Mapping[str, int]
    values: Callable[["House"], dict[str, Any]] = lambda house: {}
    form: Callable[["House"], dict[str, Any]] = lambda house: {}
    changes: tuple[str, ...] = ()


@dataclass
class House:
    """A business that can be booked, with a booking and a hold."""

    shop: Shop = field(default_factory=a_shop)
    yoga: Shop = field(init=False, repr=False)
    other: Booking | None = field(init=False, repr=False, default=None)
    dates: list[int] = field(init=False, repr=False)
    date: Appointment = field(init=False, repr=False)
    words: str = field(init=False, repr=False)
    kitchen: Kitchen = field(init=False, repr=False)
    callers: dict[str, User | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.business = self.shop.business
        self.booking = a_booking(self.shop, berlin("2027-03-02 10:00"))
        self.held = a_hold(self.shop, berlin("2027-03-02 11:00"))
        self.colleague = hire(self.business.id, "June")
        self.former = hire(self.business.id, "Ravi")
        by_the_system(put_away)(self.business.id, self.former.resource_id)
        self.room, self.old_room = (add_resource(self.business.id, "space", name) for name in ("One", "Two"))
        by_the_system(put_away)(self.business.id, self.old_room.id)
        self.off = {of: self.a_day_off(of) for of in (None, self.shop.person.resource_id)}
        self.callers = {caller: self.a_caller(caller) for caller in CALLERS}

    def a_caller(self, caller: str) -> User | None:
        """Who asks; a stranger is nobody."""
        if caller == "stranger":
            return None
        user = a_user(email_checked_at=clock.now())
        if caller != "customer":
            role, business = (
                ("owner", a_business("elsewhere")) if caller == "elsewhere" else (caller, self.business)
            )
            a_membership(business, role, user)
        return user

    def a_day_off(self, of: int | None) -> TimeOff:
        """A season, a special day and a day off of the business or of somebody."""
        by_the_system(set_special_day)(self.business.id, date(2027, 4, 1), [(600, 720)], of)
        if of:
            by_the_system(set_week)(self.business.id, LONG_WEEK, of)
        season = {"valid_from": date(2027, 6, 1), "valid_until": date(2027, 8, 31)}
        by_the_system(set_rota)(self.business.id, [LONG_WEEK], of, **season)
        return by_the_system(add_days_off)(self.business.id, date(2027, 5, 1), date(2027, 5, 2), of)


def anybody(status: int) -> dict[str, int]:
    return dict.fromkeys(CALLERS, status)


def members(status: int, *, staff: int | None = None, manager: int | None = None) -> dict[str, int]:
    """Strangers sign in, other tenants find nothing, and roles that may not are told so."""
    return {
        "stranger": 303,
        "customer": 404,
        "elsewhere": 404,
        "staff": staff or status,
        "manager": manager or status,
        "owner": status,
    }


def signed_in_only(status: int) -> dict[str, int]:
    return anybody(status) | {"stranger": 303}


SIGNED_IN = CALLERS[1:]
SLUG = {"values": lambda house: {"slug": house.business.slug}}
MANAGERS = ("manager", "owner")
MANAGERS_READ, MANAGERS_WRITE = members(200, staff=403), members(303, staff=403)
PERSON = {"values": lambda house: {"slug": house.business.slug, "resource_id": house.shop.person.resource_id}}
FORMER = {"values": lambda house: {"slug": house.business.slug, "resource_id": house.former.resource_id}}
ROOM = {"values": lambda house: {"slug": house.business.slug, "resource_id": house.room.id}}
OLD_ROOM = {"values": lambda house: {"slug": house.business.slug, "resource_id": house.old_room.id}}
OF_PERSON = {"values": lambda house: PERSON["values"](house) | {"room": "staff"}}
HELD = {"values": lambda house: {"slug": house.business.slug, "hold": hold_token(house.held)}}


def a_wish_form(house: House) -> dict[str, Any]:
    """What a browser sends to hold a time that is free."""
    return {
        "service": house.shop.service.id,
        "staff": "any",
        "start": berlin("2027-03-02 12:00").isoformat(),
        "flow": new_flow(house.business.id),
    }


def a_contact_form(_house: House) -> dict[str, Any]:
    """What a browser sends to book what is held."""
    return {"name": "Grace Hopper", "email": "grace@example.com"}


def a_person_form(house: House) -> dict[str, Any]:
    """Somebody who goes on to perform what they are booked for."""
    return {"name": "Ada Lovell", "colour": "3", "services": [house.shop.service.id]}


def a_name_form(_house: House) -> dict[str, Any]:
    return {"name": "Chair 7"}


def a_week_form(_house: House) -> dict[str, Any]:
    """An hour longer than before, so that nothing that is booked lies outside of it."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    hours = {"open": "1", "from": "9:00", "until": "19:00"}
    return {"keeps": "own"} | {f"{day}-{name}": value for day in days for name, value in hours.items()}


def a_holiday(_house: House) -> dict[str, Any]:
    return {"days": "2027-05-17"}


def pasted_hours(_house: House) -> dict[str, Any]:
    return {"pasted": "Mo-Fr 9-18"}


def a_special_day_form(_house: House) -> dict[str, Any]:
    return {"on": "2027-12-24", "label": "Christmas Eve"}


def a_season_form(house: House) -> dict[str, Any]:
    return a_week_form(house) | {"since": "2028-06-01", "until": "2028-08-31"}


def a_time_off_form(_house: House) -> dict[str, Any]:
    return {"kind": "days", "first_on": "2027-08-02"}


def hours_table(room: str, whose: dict[str, Any]) -> dict[tuple[str, str], Call]:
    """The pages of a week, of special days and of time off, of the business or of somebody."""
    find = whose["values"]
    of_day = {"values": lambda house: find(house) | {"day": "2027-04-01"}}
    of_off = {"values": lambda house: find(house) | {"off_id": house.off[find(house).get("resource_id")].id}}
    of_season = {"values": lambda house: find(house) | {"day": "2027-06-01"}}
    read, write = {"status": MANAGERS_READ}, {"status": MANAGERS_WRITE, "changes": MANAGERS}
    nothing_removed = Call(MANAGERS_WRITE, **whose)
    return {
        ("GET", f"{room}.edit"): Call(**read, **whose),
        ("POST", f"{room}.update"): Call(form=a_week_form, **write, **whose),
        ("POST", f"{room}.create_draft"): Call(form=pasted_hours, **read, **whose),
        ("GET", f"{room}.index_holidays"): Call(**read, **whose),
        ("POST", f"{room}.create_holidays"): Call(form=a_holiday, **write, **whose),
        ("GET", f"{room}.index_special_days"): Call(**read, **whose),
        ("GET", f"{room}.new_special_day"): Call(**read, **whose),
        ("POST", f"{room}.create_special_day"): Call(form=a_special_day_form, **write, **whose),
        ("GET", f"{room}.edit_special_day"): Call(**read, **of_day),
        ("POST", f"{room}.update_special_day"): Call(form=a_special_day_form, **write, **of_day),
        ("POST", f"{room}.create_special_day_removal"): Call(**write, **of_day),
        ("POST", f"{room}.create_special_day_return"): nothing_removed,
        ("GET", f"{room}.index_seasons"): Call(**read, **whose),
        ("GET", f"{room}.new_season"): Call(**read, **whose),
        ("POST", f"{room}.create_season"): Call(form=a_season_form, **write, **whose),
        ("GET", f"{room}.edit_season"): Call(**read, **of_season),
        ("POST", f"{room}.update_season"): Call(form=a_season_form, **write, **of_season),
        ("POST", f"{room}.create_season_removal"): Call(**write, **of_season),
        ("GET", f"{room}.index_time_off"): Call(**read, **whose),
        ("GET", f"{room}.new_time_off"): Call(**read, **whose),
        ("POST", f"{room}.create_time_off"): Call(form=a_time_off_form, **write, **whose),
        ("GET", f"{room}.show_time_off"): Call(**read, **of_off),
        ("POST", f"{room}.create_time_off_removal"): Call(**write, **of_off),
        ("POST", f"{room}.create_time_off_return"): nothing_removed,
    }


def a_feed_of(house: House) -> Feed:
    """A link of the business, made by an owner."""
    owner = a_membership(house.business)
    return make_feed(owner, None, "full", by=SYSTEM, now=clock.now())


def of_feed(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "feed_id": a_feed_of(house).id}


def of_other_calendar(house: House) -> dict[str, Any]:
    """A calendar elsewhere that keeps somebody of the business busy."""
    owner, person = a_membership(house.business), house.shop.person.resource_id
    kept = add_calendar(owner, person, "Private", "https://example.com/a.ics", by=SYSTEM, now=clock.now())
    return {"slug": house.business.slug, "calendar_id": kept.id}


def a_calendar_form(house: House) -> dict[str, Any]:
    return {
        "person": house.shop.person.resource_id,
        "name": "Private",
        "address": "webcal://example.com/a.ics",
    }


def feeds_table() -> dict[tuple[str, str], Call]:
    """Links for calendar programs."""
    token = {"values": lambda house: {"token": token_of_feed(a_feed_of(house))}}
    return {
        # That it was read is noted.
        ("GET", "subscriptions.show"): Call(anybody(200), changes=CALLERS, **token),
        ("GET", "feeds.index"): Call(members(200), **SLUG),
        # Staff who are nobody on the calendar have nothing to choose.
        ("POST", "feeds.create"): Call(
            members(303, staff=422),
            form=lambda house: {"whose": "all", "detail": "busy"},
            changes=MANAGERS,
            **SLUG,
        ),
        ("POST", "feeds.create_rotation"): Call(members(403, staff=404), of_feed),
        ("POST", "feeds.create_revocation"): Call(members(303, staff=404), of_feed, changes=MANAGERS),
        ("POST", "feeds.create_other"): Call(
            members(303, staff=422), form=a_calendar_form, changes=MANAGERS, **SLUG
        ),
        ("POST", "feeds.create_reading"): Call(members(303, staff=404), of_other_calendar, changes=MANAGERS),
        ("POST", "feeds.create_other_removal"): Call(
            members(303, staff=404), of_other_calendar, changes=MANAGERS
        ),
    }


def of_service(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "service_id": house.shop.service.id}


def of_category(house: House) -> dict[str, Any]:
    name = f"Heading {len(categories_of(house.business.id))}"
    heading = add_category(house.business.id, name, by=SYSTEM, now=clock.now())
    return {"slug": house.business.slug, "category_id": heading.id}


def of_question(house: House) -> dict[str, Any]:
    asked = ask(house.business.id, QuestionWish("Any allergies?"), by=SYSTEM, now=clock.now())
    ask(house.business.id, QuestionWish("Anything else?"), by=SYSTEM, now=clock.now())
    return {"slug": house.business.slug, "question_id": asked.id}


def of_class(house: House) -> dict[str, Any]:
    house.yoga = a_class(house)
    return {"slug": house.business.slug, "service_id": house.yoga.service.id}


def of_class_time(house: House) -> dict[str, Any]:
    values = of_class(house)
    return values | {"class_time_id": a_timetable(house.yoga).dates[0].class_time_id}


def of_class_date(house: House) -> dict[str, Any]:
    values = of_class(house)
    house.date = a_timetable(house.yoga).dates[0]
    return values | {"date_id": house.date.id}


def of_cancelled_date(house: House) -> dict[str, Any]:
    values = of_class_date(house)
    cancel_date(house.business, house.date, by=SYSTEM, now=clock.now())
    return values


def of_import(status: str) -> Callable[[House], dict[str, Any]]:
    """A file with one customer, who is not one yet."""

    def values(house: House) -> dict[str, Any]:
        by = Actor("member", "Maya")
        it = keep_file(house.business.id, "old.csv", read_pasted("Name\nAnn Lee"), by=by, now=clock.now())
        if status == "checked":
            begin_checking(it, {"name": 0}, 1, by=by, now=clock.now())
            check_some(it, Earlier())
        return {"slug": house.business.slug, "import_id": it.id}

    return values


def of_customer(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "customer_id": house.booking.customer_id}


def customer_of(house: House) -> Customer:
    return db.session.get_one(Customer, (house.business.id, house.booking.customer_id))


def of_tagged_customer(house: House) -> dict[str, Any]:
    by_the_system(add_tag)(customer_of(house), "VIP")
    return of_customer(house)


def of_blocked_customer(house: House) -> dict[str, Any]:
    by_the_system(block)(customer_of(house), "Never came")
    return of_customer(house)


def of_note(house: House) -> dict[str, Any]:
    note = by_the_system(write_note)(customer_of(house), "Likes tea.")
    return {**of_customer(house), "note_id": note.id}


def of_removed_note(house: House) -> dict[str, Any]:
    values = of_note(house)
    by_the_system(remove_note)(find_note(customer_of(house), values["note_id"]))
    return values


def a_note_form(house: House) -> dict[str, Any]:
    return {"body": "Likes coffee."}


def of_twin(house: House) -> dict[str, Any]:
    """Somebody who is there a second time."""
    meet(house.business.id, Contact("Grace Hopper", "grace@example.com"), clock.now())
    return of_customer(house)


def a_merger_form(house: House) -> dict[str, Any]:
    twin = find_known(house.business.id, Contact("Grace Hopper", "grace@example.com"))
    return {"other": twin.id if twin else 0, "survivor": "one", "name": "one", "email": "other"}


def of_past_customer(house: House) -> dict[str, Any]:
    """Somebody with nothing ahead, who can be forgotten."""
    past = meet(house.business.id, Contact("Grace Hopper", "grace@example.com"), clock.now())
    return {"slug": house.business.slug, "customer_id": past.id}


def a_member_booking_form(house: House) -> dict[str, Any]:
    """What a browser sends to book for somebody who calls."""
    return {
        "service": house.shop.service.id,
        "date": "2027-03-02",
        "time": "14:00",
        "who": "new",
        "name": "Grace Hopper",
        "every": "0",
        "ends": "times",
    }


def a_class(house: House) -> Shop:
    """A class of the house with people of its own, not on the timetable yet."""
    columns = {"capacity": 8, "minutes": 60, "price_cents": None, "advance_days": 14}
    yoga = add_service(house.business.id, "Yoga", **columns)
    people = (hire(house.business.id, "Trainer"), hire(house.business.id, "Stand-in"))
    add_need(house.business.id, yoga.id, [Server(it.resource_id) for it in people])
    return Shop(house.business, yoga, people)


def a_service_form(house: House) -> dict[str, Any]:
    """As long as it was, and by whom it was, so that what is booked is as before."""
    people = {"people": [house.shop.person.resource_id]}
    return people | {
        "name": "Colour",
        "kind": "visit",
        "minutes": "30",
        "step": "15",
        "notice_unit": "hours",
        "bookable": "y",
    }


def of_keys(house: House) -> dict[str, Any]:
    """Keys for tests, which do not count yet."""
    settings = db.session.get(PaymentSettings, house.business.id) or PaymentSettings(
        business_id=house.business.id
    )
    keep_keys(settings, "pk_test_simulator", "sk_test_simulator", None, live=False)
    db.session.add(settings)
    return {"slug": house.business.slug, "mode": "test"}


def of_live_mode(house: House) -> dict[str, Any]:
    """Keys there are none of."""
    return {"slug": house.business.slug, "mode": "live"}


def a_terms_form(_house: House) -> dict[str, Any]:
    return {"prepay": "full", "gives": "own", "no_show": "0", "step-1-amount": "2", "step-1-share": "50"}


def a_question_form(_house: House) -> dict[str, Any]:
    return {"label": "Hair length?", "kind": "text"}


def a_class_time_form(house: House) -> dict[str, Any]:
    person = house.yoga.person.resource_id
    return {"weekday": "2", "starts": "18:00", "every": "1", "need-1-resource": person}


def of_appointment(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "appointment_id": house.booking.appointment_id}


def of_moved(house: House) -> dict[str, Any]:
    start = epoch_minute(berlin("2027-03-02 15:00"))
    move(house.business, appointment_of(house.booking), start=start, by=SYSTEM, now=clock.now())
    return of_appointment(house)


def of_message(house: House) -> dict[str, Any]:
    """The confirmation of the booking, as it is planned."""
    [message] = db.session.query(Notification).filter_by(business_id=house.business.id).limit(1)
    return {"slug": house.business.slug, "message_id": message.id}


def of_sent_message(house: House) -> dict[str, Any]:
    values = of_message(house)
    sent = {"status": "sent", "sent_at": clock.now()}
    db.session.execute(sa.update(Notification).filter_by(id=values["message_id"]).values(sent))
    return values


def of_failed_message(house: House) -> dict[str, Any]:
    values = of_message(house)
    db.session.execute(sa.update(Notification).filter_by(id=values["message_id"]).values(status="failed"))
    return {"slug": values["slug"]}


def of_pair(house: House) -> dict[str, Any]:
    if house.other is None:
        house.other = a_booking(house.shop, berlin("2027-03-02 16:00"), "sam@example.com")
    return of_appointment(house)


def of_booking(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "booking_id": house.booking.id}


def of_visit(at: str, status: str = "confirmed") -> dict[str, Any]:
    """A booking at another time, with its rows written directly."""

    def find(house: House) -> dict[str, Any]:
        visit = a_visit(house.business, berlin(at), status=status)
        return {"slug": house.business.slug, "booking_id": visit.id}

    return {"values": find}


def of_cancelled(house: House) -> dict[str, Any]:
    cancel(house.business, house.booking, by=SYSTEM, now=clock.now())
    return of_booking(house)


def of_place(house: House) -> dict[str, Any]:
    values = of_class(house)
    house.dates = [it.id for it in a_timetable(house.yoga).dates]
    booking = a_booking(house.yoga, berlin("2027-03-02 18:00"))
    return {"slug": values["slug"], "booking_id": booking.id}


def a_move_form(house: House) -> dict[str, Any]:
    version = appointment_of(house.booking).version
    person = house.shop.person.resource_id
    when = {"date": "2027-03-02", "time": "14:00", "person": person, "minutes": 30}
    return when | {"version": version}


def a_version_form(house: House) -> dict[str, Any]:
    return {"version": appointment_of(house.booking).version}


def a_swap_form(house: House) -> dict[str, Any]:
    assert house.other
    other = appointment_of(house.other)
    return a_version_form(house) | {"other": f"{other.id}:{other.version}"}


def desk_table() -> dict[tuple[str, str], Call]:
    """The panel of an appointment: staff may open it only if it takes their time, and here it never does."""
    today, yesterday = of_visit("2027-03-01 12:00"), of_visit("2027-02-28 12:00")
    requested = of_visit("2027-03-03 12:00", "requested")
    read, write = {"status": MANAGERS_READ}, {"status": MANAGERS_WRITE, "changes": MANAGERS}

    def one(verb: str, name: str, values: Any, form: Any = lambda house: {}) -> tuple[Any, Call]:
        found = values["values"] if isinstance(values, dict) else values
        return (verb, f"appointments.{name}"), Call(
            values=found, form=form, **(read if verb == "GET" else write)
        )

    return dict(
        [
            one("GET", "show", of_appointment),
            one("POST", "create_note", of_booking, lambda house: {"note": "Likes tea"}),
            one("GET", "new_move", of_appointment),
            one("POST", "create_move", of_appointment, a_move_form),
            one("POST", "create_return", of_moved, a_version_form),
            one("GET", "new_swap", of_pair),
            one("POST", "create_swap", of_pair, a_swap_form),
            one("GET", "new_place_move", of_place),
            one("POST", "create_place_move", of_place, lambda house: {"date": house.dates[1]}),
            one("POST", "create_acceptance", requested),
            one("POST", "create_unpaid_acceptance", requested),
            one("GET", "new_declination", requested),
            one("POST", "create_declination", requested),
            one("POST", "create_arrival", today),
            one("POST", "create_arrival_removal", {"values": of_arrived}),
            one("POST", "create_completion", yesterday),
            one("POST", "create_no_show", yesterday),
            one("GET", "new_cancellation", of_booking),
            one("POST", "create_cancellation", of_booking),
            one("POST", "create_undo", of_cancelled),
            one("GET", "new_payment", of_booking),
            one("POST", "create_payment", of_booking, a_payment_form),
            one("GET", "new_refund", of_money()),
            one("POST", "create_refund", of_money(), a_refund_form),
            one("POST", "create_handover", of_money(back=True)),
            one("POST", "create_invoice", of_booking),
            one("GET", "new_code", of_booking),
            one("POST", "create_code", of_code, lambda house: {"code": "SUMMER-10"}),
            one("POST", "create_code_removal", of_used_code),
            one("GET", "show_invoice", of_money(issued=True)),
        ]
    )


def of_code(house: House) -> dict[str, Any]:
    """A booking that a code could make cheaper."""
    if not has_codes(house.business.id):
        a_coupon(house.business)
    return of_booking(house)


def of_used_code(house: House) -> dict[str, Any]:
    values = of_code(house)
    with suppress(AlreadyIssued):
        use_code(house.business, house.booking, "SUMMER-10", by=SYSTEM, now=clock.now())
    return values


def of_money(*, issued: bool = False, back: bool = False) -> Callable[[House], dict[str, Any]]:
    """A booking some or all of which was paid in cash, and some of that is to be handed back."""

    def find(house: House) -> dict[str, Any]:
        cents = 4500 if issued else 1000
        paid = {"key": "k" * 16, "by": SYSTEM, "now": clock.now()}
        payment = take_for(house.business, house.booking, cents, "cash", note=None, **paid)
        values = of_booking(house)
        if issued:
            invoice = db.session.get_one(Invoice, (house.business.id, payment.invoice_id))
            return values | {"invoice": invoice.uid}
        if back:
            give_back_for(house.business, house.booking, 500, reason="Unhappy", is_owed=True, **paid)
            newest = db.session.query(Refund).order_by(Refund.id.desc()).first()
            return values | {"refund_id": newest.id}
        return values

    return find


def a_payment_form(_house: House) -> dict[str, Any]:
    return {"amount": "10.00", "method": "cash"}


def a_refund_form(_house: House) -> dict[str, Any]:
    return {"amount": "10.00", "reason": "Unhappy", "then": "less"}


def of_invoice(house: House) -> dict[str, Any]:
    invoice = of_money(issued=True)(house)["invoice"]
    return {"token": receipt_token(house.booking), "invoice": invoice}


def of_refund(house: House) -> dict[str, Any]:
    values = of_money(back=True)(house)
    return {"slug": values["slug"], "refund_id": values["refund_id"]}


def of_review(house: House) -> dict[str, Any]:
    """A payment that waits for a decision."""
    return {"slug": house.business.slug, "payment_id": to_review(house.business).id}


def a_decision_form(_house: House) -> dict[str, Any]:
    return {"decision": "give_back", "reason": "Not theirs"}


def of_failed_refund(house: House) -> dict[str, Any]:
    """A refund that Stripe could not give back."""
    return {"slug": house.business.slug, "refund_id": failed_refund(house.business).id}


def of_report(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "name": "utilisation"}


def money_table() -> dict[tuple[str, str], Call]:
    """The money pages of a business, and its reports."""
    pages = (
        *("index", "index_outstanding", "index_refunds", "index_reviews"),
        *("show_takings", "show_outstanding", "show_refunds"),
    )
    return {
        **{("GET", f"money.{name}"): Call(MANAGERS_READ, **SLUG) for name in pages},
        ("GET", "reports.index"): Call(MANAGERS_READ, **SLUG),
        ("GET", "reports.show"): Call(MANAGERS_READ, of_report),
        ("GET", "reports.show_table"): Call(MANAGERS_READ, of_report),
        ("POST", "money.create_handover"): Call(MANAGERS_WRITE, of_refund, changes=MANAGERS),
        ("GET", "money.show_code"): Call(MANAGERS_READ, of_coupon),
        ("GET", "money.show_review"): Call(MANAGERS_READ, of_review),
        ("POST", "money.create_question"): Call(MANAGERS_WRITE, of_review, changes=MANAGERS),
        ("POST", "money.create_decision"): Call(MANAGERS_WRITE, of_review, a_decision_form, changes=MANAGERS),
        ("POST", "money.create_repeat"): Call(
            MANAGERS_WRITE, of_failed_refund, lambda house: {"way": "hand"}, changes=MANAGERS
        ),
    }


def of_arrived(house: House) -> dict[str, Any]:
    visit = a_visit(house.business, berlin("2027-03-01 12:00"))
    arrive(house.business, visit, by=SYSTEM, now=clock.now())
    return {"slug": house.business.slug, "booking_id": visit.id}


def of_rule(house: House) -> dict[str, Any]:
    known = rules_of(house.business.id)
    rule = known[0] if known else add_rule(house.business, Rule(), by=SYSTEM, now=clock.now())
    return {"slug": house.business.slug, "rule_id": rule.id}


def of_coupon(house: House) -> dict[str, Any]:
    known = coupons_of(house.business.id).rows
    coupon = known[0] if known else a_coupon(house.business)
    return {"slug": house.business.slug, "coupon_id": coupon.id}


def of_coupon_that_is_off(house: House) -> dict[str, Any]:
    values = of_coupon(house)
    by_the_system(switch_coupon)(coupons_of(house.business.id).rows[0], active=False)
    return values


def a_coupon_form(_house: House) -> dict[str, Any]:
    return {"code": "AUTUMN", "kind": "amount", "amount": "5.00"}


def a_rule_form(_house: House) -> dict[str, Any]:
    """What a browser sends to remind two days before."""
    return {"amount": 2, "unit": "days", "about": "before", "channel": "email"}


def of_wishes(house: House) -> dict[str, Any]:
    return {"token": wishes_token(house.business.id, house.booking.customer_id, "reminder", "email")}


def a_waiter(house: House) -> WaitlistEntry:
    """Somebody who waits for a Tuesday with another one behind them."""
    first, _second = (waits(house.shop, date(2027, 3, 6)) for _ in range(2))
    first.from_on, first.until_on = date(2027, 3, 2), date(2027, 3, 2)
    db.session.flush()
    return first


def an_offer(house: House) -> WaitlistOffer:
    """What they are offered: each time another time, on Tuesday afternoons."""
    before = db.session.scalar(sa.select(sa.func.count()).select_from(WaitlistOffer)) or 0
    week, half_hour = divmod(before, 8)
    start = epoch_minute(berlin("2027-03-02 14:00")) + 30 * half_hour + 7 * 24 * 60 * week
    return offer_by_hand(house.business, a_waiter(house), start, by=SYSTEM, now=clock.now())


def of_waiting(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "entry_id": a_waiter(house).id}


def of_offer(house: House) -> dict[str, Any]:
    offer = an_offer(house)
    return {"slug": house.business.slug, "entry_id": offer.entry_id, "offer_id": offer.id}


def of_held(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "visit": an_offer(house).visit}


def of_entry(house: House) -> dict[str, Any]:
    return {"token": entry_token(a_waiter(house))}


def of_own_offer(house: House) -> dict[str, Any]:
    offer = an_offer(house)
    entry = db.session.get_one(WaitlistEntry, (house.business.id, offer.entry_id))
    return {"token": entry_token(entry), "offer_id": offer.id}


def a_wish_to_wait(house: House) -> dict[str, Any]:
    """What a browser sends to wait for a Saturday, when the shop is closed."""
    return {
        "service": house.shop.service.id,
        "staff": "any",
        "places": 1,
        "from_on": "2027-03-06",
        "until_on": "2027-03-06",
        "time": "any",
    }


def a_wider_wish(house: House) -> dict[str, Any]:
    return a_wish_to_wait(house) | {"until_on": "2027-03-07"}


def a_waiting_form(house: House) -> dict[str, Any]:
    return a_wish_to_wait(house) | {"name": "Grace Hopper", "phone": "+49 30 5550142", "key": "k" * 22}


def a_joining_form(house: House) -> dict[str, Any]:
    token = sign("waitlist_form", [house.business.id, "n" * 16, 0])
    return a_wish_to_wait(house) | {"name": "Grace", "email": "grace@example.com", "form": token}


def a_time_form(_house: House) -> dict[str, Any]:
    return {"start": berlin("2027-03-02 14:00").isoformat()}


MANAGERS = ("manager", "owner")


def a_business_form(_house: House) -> dict[str, Any]:
    """What a browser sends to change what a business says about itself."""
    return {
        "name": "Zoe's",
        "trade": "",
        "country": "DE",
        "currency": "EUR",
        "language": "en-GB",
        "zone": "Europe/Berlin",
    }


def a_policy_form(_house: House) -> dict[str, Any]:
    """What a browser sends to change how customers can book."""
    return {
        "amount": 3,
        "unit": "hours",
        "advance_days": 30,
        "hold_minutes": 10,
        "until": 360,
        "until_unit": "hours",
    }


OF_RECEIPT = {"values": lambda house: {"token": receipt_token(house.booking)}}


def a_new_time_form(_house: House) -> dict[str, Any]:
    """What a browser sends to move a booking to a time it has shown beside the old one."""
    start = berlin("2027-03-03 12:00").isoformat()
    return {"start": start, "shown": start}


def of_withdrawn(house: House) -> dict[str, Any]:
    """A booking that its customer cancelled a moment ago."""
    cancel(house.business, house.booking, by=Actor("customer", "Olivia"), now=clock.now())
    return {"token": receipt_token(house.booking)}


def own_table() -> dict[tuple[str, str], Call]:
    """What whoever has the link of a visit can do with it, signed in or not."""
    read, write = {"status": anybody(200), **OF_RECEIPT}, {"status": anybody(303), "changes": CALLERS}
    return {
        ("GET", "bookings.show"): Call(**read),
        ("GET", "bookings.show_calendar"): Call(**read),
        ("GET", "bookings.new_time"): Call(**read),
        ("GET", "bookings.new_time_slots"): Call(**read),
        ("POST", "bookings.create_move"): Call(form=a_new_time_form, **write, **OF_RECEIPT),
        ("POST", "bookings.create_offered_time"): Call(anybody(422), **OF_RECEIPT),
        ("GET", "bookings.new_cancellation"): Call(**read),
        ("POST", "bookings.create_cancellation"): Call(**write, **OF_RECEIPT),
        ("POST", "bookings.create_return"): Call(values=of_withdrawn, **write),
        # Where nothing is to be paid there is nothing to see.
        ("GET", "bookings.new_payment"): Call(anybody(303), **OF_RECEIPT),
        ("GET", "bookings.show_payment"): Call(anybody(303), **OF_RECEIPT),
        ("POST", "bookings.create_payment"): Call(anybody(303), **OF_RECEIPT),
        ("POST", "bookings.create_intent"): Call(anybody(409), **OF_RECEIPT),
        ("GET", "bookings.edit_details"): Call(**read),
        ("POST", "bookings.update_details"): Call(form=a_contact_form, **write, **OF_RECEIPT),
        ("GET", "lost_links.new"): Call(anybody(200), **SLUG),
        ("POST", "lost_links.create"): Call(
            form=lambda house: {"email": "olivia@example.com"}, **write, **SLUG
        ),
    }


def of_words(house: House) -> dict[str, Any]:
    place = {"kind": "booking_confirmed", "channel": "email", "language": "de"}
    return {"slug": house.business.slug} | place


def of_own_words(house: House) -> dict[str, Any]:
    place, words = Place("booking_confirmed", "email", "de"), Wording("Hallo", "Moin")
    own = reword(house.business.id, place, words, seen="", by=SYSTEM, now=clock.now())
    house.words = version_of(own)
    return of_words(house)


def of_given_up_words(house: House) -> dict[str, Any]:
    values = of_own_words(house)
    place = Place("booking_confirmed", "email", "de")
    back_to_ours(house.business.id, place, seen=house.words, by=SYSTEM, now=clock.now())
    return values


def of_messages(house: House) -> dict[str, Any]:
    """Messages a business can do without."""
    return {"slug": house.business.slug, "name": "order_ready", "way": "email"}


def of_unsent_messages(house: House) -> dict[str, Any]:
    """Messages a business does without."""
    set_sent(house.business.id, "order_ready", "email", sent=False, by=SYSTEM, now=clock.now())
    return of_messages(house)


def a_wording_form(_house: House) -> dict[str, Any]:
    return {"subject": "Moin {customer_name}", "body": "Bis bald!"}


def wordings_table() -> dict[tuple[str, str], Call]:
    """The words of messages."""
    read, write = {"status": MANAGERS_READ}, {"status": MANAGERS_WRITE, "changes": MANAGERS}
    tries = {"values": of_words, "form": a_wording_form}
    return {
        ("GET", "wordings.index"): Call(**read, **SLUG),
        ("GET", "wordings.edit"): Call(**read, values=of_words),
        ("POST", "wordings.update"): Call(**write, **tries),
        ("GET", "wordings.show_preview"): Call(**read, values=of_words),
        ("POST", "wordings.create_preview"): Call(**read, **tries),
        ("POST", "wordings.create_reading"): Call(**read, **tries),
        ("POST", "wordings.create_test"): Call(**read, **tries, changes=MANAGERS),
        ("POST", "wordings.create_removal"): Call(
            **write, values=of_own_words, form=lambda house: {"seen": house.words}
        ),
        ("POST", "wordings.create_return"): Call(**write, values=of_given_up_words),
        ("POST", "wordings.create_omission"): Call(**write, values=of_messages),
        ("POST", "wordings.create_resumption"): Call(**write, values=of_unsent_messages),
    }


def a_shop_form(_house: House) -> dict[str, Any]:
    """What a browser sends to open one more business."""
    return {"business": "Bloom", "trade": "beauty", "country": "AT", "ticket": new_ticket()}


def of_link(purpose: str, endpoint_user: bool = True) -> Callable[[House], dict[str, Any]]:
    """A link by mail for an account that is none of the callers'."""

    def find(_house: House) -> dict[str, Any]:
        user = a_user()
        link = make_link(
            purpose, user.email if endpoint_user else "new@example.com", user.id, now=clock.now()
        )
        return {"token": token_of(link)}

    return find


def an_invitation(house: House) -> Invitation:
    inviter = a_membership(house.business, "owner", a_user(email_checked_at=clock.now()))
    return invite(house.business, "june@example.com", "staff", None, by=inviter, now=clock.now())


def of_invitation(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "invitation_id": an_invitation(house).id}


def of_invited(house: House) -> dict[str, Any]:
    return {"token": token_of_invitation(an_invitation(house))}


def of_member(house: House) -> dict[str, Any]:
    return {"slug": house.business.slug, "membership_id": a_membership(house.business, "staff").id}


def of_shop(house: House) -> dict[str, Any]:
    return {"shop": house.business.slug}


def a_new_password_form(_house: House) -> dict[str, Any]:
    return {"new": "seven slow rivers"}


def a_new_person_form(_house: House) -> dict[str, Any]:
    return {"name": "June Moss", "password": "seven slow rivers"}


def account_table() -> dict[tuple[str, str], Call]:
    """What belongs to a person, and the links they get by mail."""
    mail = {"form": lambda house: {"email": "june@example.com"}, "changes": CALLERS}
    own, change = {"status": signed_in_only(200)}, {"status": signed_in_only(303), "changes": SIGNED_IN}
    nothing = signed_in_only(303)
    return {
        ("GET", "auth.new_reset"): Call(anybody(200)),
        ("POST", "auth.create_reset"): Call(anybody(303), **mail),
        ("GET", "auth.show_sent_reset"): Call(anybody(200)),
        ("GET", "auth.edit_reset"): Call(anybody(200), of_link("reset")),
        ("POST", "auth.update_reset"): Call(anybody(303), of_link("reset"), a_new_password_form, CALLERS),
        ("GET", "auth.show_confirmation"): Call(signed_in_only(403), of_link("email_check")),
        ("POST", "auth.create_confirmation"): Call(signed_in_only(403), of_link("email_check")),
        ("GET", "new_account.new"): Call(nothing | {"stranger": 200}),
        ("POST", "new_account.create"): Call(anybody(303), **mail),
        ("GET", "new_account.show_sent"): Call(anybody(200)),
        ("GET", "new_account.edit"): Call(anybody(200), of_link("account")),
        ("POST", "new_account.update"): Call(
            anybody(303), of_link("account", False), a_new_person_form, CALLERS
        ),
        ("GET", "account.index"): Call(**own),
        ("GET", "account.edit_person"): Call(**own),
        ("POST", "account.update_person"): Call(
            form=lambda house: {"name": "Somebody", "language": "de", "zone": ""}, **change
        ),
        ("GET", "account.edit_email"): Call(**own),
        ("POST", "account.update_email"): Call(
            form=lambda house: {"email": "june@example.com", "password": PASSWORD}, **change
        ),
        ("POST", "account.create_email_link"): Call(**change),
        ("GET", "account.sessions"): Call(**own),
        ("POST", "account.create_ending"): Call(nothing, lambda house: {"session_id": 1}),
        ("POST", "account.create_endings"): Call(nothing),
        ("GET", "account.show_second_factor"): Call(**own),
        ("GET", "account.new_second_factor"): Call(**own),
        # Neither a code that is right, nor anything to switch off.
        ("POST", "account.create_second_factor"): Call(
            signed_in_only(422), form=lambda house: {"one_time_code": "000000"}
        ),
        ("POST", "account.create_recovery_codes"): Call(nothing),
        ("POST", "account.create_second_factor_removal"): Call(nothing),
        ("GET", "auth.new_code"): Call(anybody(303)),
        ("POST", "auth.create_code"): Call(anybody(303)),
        ("GET", "auth.new_recovery_code"): Call(anybody(303)),
        ("POST", "auth.create_recovery_code"): Call(anybody(303)),
        ("GET", "auth.new_proof"): Call(**own),
        # They have signed in at this very moment, so the row says so already.
        ("POST", "auth.create_proof"): Call(nothing, form=lambda house: {"proof": PASSWORD}),
        ("GET", "account.show_export"): Call(**own),
        ("GET", "account.new_deletion"): Call(**own),
        # Whoever is the only owner of a business stays.
        ("POST", "account.create_deletion"): Call(
            signed_in_only(303) | {"owner": 422, "elsewhere": 422},
            form=lambda house: {"password": PASSWORD},
            changes=("customer", "staff", "manager"),
        ),
        ("POST", "account.create_favourite"): Call(values=of_shop, **change),
        ("POST", "account.create_favourite_removal"): Call(nothing, of_shop),
        ("GET", "invitations.show"): Call(anybody(200), of_invited),
        # A stranger makes an account on the way; everybody else has another address than the invitation.
        ("POST", "invitations.create_membership"): Call(
            anybody(403) | {"stranger": 303}, of_invited, a_new_person_form, ("stranger",)
        ),
        ("GET", "staff.index_members"): Call(MANAGERS_READ, **SLUG),
        ("POST", "staff.update_sight"): Call(
            MANAGERS_WRITE, form=lambda house: {"staff_see": "all"}, changes=MANAGERS, **SLUG
        ),
        ("GET", "staff.edit_member"): Call(MANAGERS_READ, of_member),
        ("POST", "staff.update_member"): Call(
            members(303, staff=403, manager=403), of_member, lambda house: {"role": "manager"}, ("owner",)
        ),
        ("POST", "staff.create_member_departure"): Call(MANAGERS_WRITE, of_member, changes=MANAGERS),
        ("GET", "staff.new_invitation"): Call(MANAGERS_READ, **SLUG),
        ("POST", "staff.create_invitation"): Call(
            MANAGERS_WRITE,
            form=lambda house: {"email": "june@example.com", "role": "staff"},
            changes=MANAGERS,
            **SLUG,
        ),
        ("POST", "staff.create_invitation_renewal"): Call(MANAGERS_WRITE, of_invitation, changes=MANAGERS),
        ("POST", "staff.create_invitation_revocation"): Call(MANAGERS_WRITE, of_invitation, changes=MANAGERS),
        ("POST", "settings.create_listing"): Call(
            members(303, staff=403, manager=403), changes={"owner"}, **SLUG
        ),
        ("POST", "settings.create_listing_removal"): Call(members(303, staff=403, manager=403), **SLUG),
    }


def a_sign_up_form(house: House) -> dict[str, Any]:
    """What a browser sends for somebody new."""
    person = {"name": "Rosa Klein", "email": "rosa@example.com", "password": "a quiet morning"}
    return a_shop_form(house) | person


def of_site(house: House) -> dict[str, Any]:
    """A website on the list, where the widget was seen."""
    allow_site(house.business, "example.com", home="https://book.example.org", by=SYSTEM, now=clock.now())
    see(house.business, "https://example.com", "works", home="https://book.example.org", now=clock.now())
    return {"slug": house.business.slug}


def an_origin_form(_house: House) -> dict[str, Any]:
    return {"origin": "https://example.com"}


def sites_table() -> dict[tuple[str, str], Call]:
    """The page about an owner's own website, and what pages there report."""
    changing = {"status": MANAGERS_WRITE, "changes": MANAGERS}
    return {
        ("GET", "sites.index"): Call(MANAGERS_READ, of_site),
        ("POST", "sites.create_site"): Call(
            form=lambda house: {"website": "example.org"}, **changing, **SLUG
        ),
        ("POST", "sites.create_site_removal"): Call(values=of_site, form=an_origin_form, **changing),
        ("POST", "sites.update_anywhere"): Call(form=lambda house: {"anywhere": "y"}, **changing, **SLUG),
        ("POST", "sites.create_sighting_removal"): Call(values=of_site, form=an_origin_form, **changing),
        # Only what a browser says of the page it is on is kept.
        ("POST", "widget.create_sighting"): Call(anybody(204), form=an_origin_form, **SLUG),
        ("GET", "widget.note_sighting"): Call(anybody(200), **SLUG),
    }


def archives_table() -> dict[tuple[str, str], Call]:
    """What owners alone may do with all of a business. There is no archive yet, and somebody is still expected."""
    owners = {"staff": 403, "manager": 403}
    return {
        ("GET", "archives.index"): Call(members(200, **owners), **SLUG),
        ("POST", "archives.create_archive"): Call(members(303, **owners), changes=("owner",), **SLUG),
        ("GET", "archives.show_archive"): Call(
            members(404, **owners), lambda house: {"slug": house.business.slug, "name": "x" * 22}
        ),
        ("POST", "archives.create_end"): Call(
            members(409, **owners), form=lambda house: {"word": house.business.slug}, **SLUG
        ),
        ("POST", "archives.create_end_removal"): Call(members(303, **owners), **SLUG),
    }


def of_menu(house: House) -> dict[str, Any]:
    """What the business sells, and a basket with a bottle."""
    if not hasattr(house, "kitchen"):
        house.kitchen = a_kitchen(house.shop)
    house.kitchen.pizza.active = True
    db.session.get_one(OrderSettings, house.business.id).paused_until = None
    return {"slug": house.business.slug}


def of_items(house: House) -> dict[str, Any]:
    return of_menu(house) | {"service_id": house.kitchen.service.id}


def of_item(house: House) -> dict[str, Any]:
    return of_menu(house) | {"item_id": house.kitchen.pizza.id}


def of_retired_item(house: House) -> dict[str, Any]:
    values = of_item(house)
    house.kitchen.pizza.active = False
    return values


def of_choice(house: House) -> dict[str, Any]:
    return of_menu(house) | {"choice_id": house.kitchen.large.choice_id}


def of_option(house: House) -> dict[str, Any]:
    return of_menu(house) | {"option_id": house.kitchen.small.id}


def of_order(house: House) -> dict[str, Any]:
    of_menu(house)
    return {"token": order_token(an_order(house.kitchen, contact=Contact("Ida Noor", "ida@example.com")))}


def of_board_order(house: House) -> dict[str, Any]:
    """An order as members call it."""
    slug = of_menu(house)["slug"]
    order = an_order(house.kitchen, contact=Contact("Ida Noor", "ida@example.com"))
    return {"slug": slug, "order_id": order.id}


def of_ready_order(house: House) -> dict[str, Any]:
    values = of_board_order(house)
    order = db.session.get_one(Order, (house.business.id, values["order_id"]))
    for status in ("accepted", "ready"):
        change_order(order, status, by=SYSTEM, now=clock.now())
    return values


def of_billed_order(house: House) -> dict[str, Any]:
    """One that was handed over, with its invoice."""
    values = of_ready_order(house)
    order = db.session.get_one(Order, (house.business.id, values["order_id"]))
    change_order(order, "fulfilled", by=SYSTEM, now=clock.now())
    bill = find_bill(order)
    assert bill
    return values | {"invoice": bill.uid}


def board_table() -> dict[tuple[str, str], Call]:
    """The orders as members see to them: everybody who works there."""
    read, of_one = {"status": members(200)}, {"values": of_board_order}
    write = {"status": members(303), "changes": MEMBERS}
    paid = {"amount": "12.00", "method": "cash", "key": "a-key-of-this-one-form"}
    return {
        ("GET", "order_board.index"): Call(**read, **SLUG),
        ("GET", "order_board.changes"): Call(**read, **SLUG),
        ("GET", "order_board.index_past"): Call(**read, **SLUG),
        ("POST", "order_board.create_past_table"): Call(members(200, staff=403), changes=MANAGERS, **SLUG),
        ("POST", "order_board.create_pause"): Call(
            values=of_menu, form=lambda house: {"until": "hour"}, **write
        ),
        ("POST", "order_board.create_resumption"): Call(values=of_paused_orders, **write),
        ("GET", "order_board.show"): Call(**read, **of_one),
        ("GET", "order_board.show_ticket"): Call(**read, **of_one),
        ("GET", "order_board.show_invoice"): Call(members(200), of_billed_order),
        ("POST", "order_board.create_step"): Call(
            form=lambda house: {"step": "placed-accepted"}, **write, **of_one
        ),
        ("POST", "order_board.update_note"): Call(
            form=lambda house: {"member_note": "Called."}, **write, **of_one
        ),
        ("GET", "order_board.new_handover"): Call(values=of_ready_order, **read),
        ("POST", "order_board.create_handover"): Call(
            values=of_ready_order, form=lambda house: {"paid": "cash", "shown": "1200"}, **write
        ),
        ("GET", "order_board.new_ending"): Call(**read, **of_one),
        ("POST", "order_board.create_ending"): Call(
            form=lambda house: {"was": "placed", "reason": "Sold out."}, **write, **of_one
        ),
        ("GET", "order_board.new_payment"): Call(**read, **of_one),
        ("POST", "order_board.create_payment"): Call(form=lambda house: paid, **write, **of_one),
    }


def of_paper(house: House) -> dict[str, Any]:
    """The invoice of an order that was handed over."""
    of_menu(house)
    order = an_order(house.kitchen, contact=Contact("Ida Noor", "ida@example.com"))
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    bill = find_bill(order)
    return {"token": order_token(order), "invoice": bill and bill.uid}


def of_paused_orders(house: House) -> dict[str, Any]:
    values = of_menu(house)
    pause_orders(house.business.id, OPEN_END, by=SYSTEM, now=clock.now())
    return values


def a_bottle_form(house: House) -> dict[str, Any]:
    """What a browser sends to order a bottle."""
    basket = write_basket(house.business.id, Basket((Entry(house.kitchen.bottle.id),)))
    number = sign("order_form", [house.business.id, "a-number-of-its-own", int(clock.now().timestamp())])
    who = {"name": "Grace Hopper", "email": "grace@example.com", "form": number}
    return who | {"basket": basket, "shown": "250", "way": "pickup", "payment": "later", "due": "asap"}


def an_item_form(_house: House) -> dict[str, Any]:
    return {"name": "Calzone", "price": "11.50", "most": "9", "weekdays": ["0", "1"]}


def orders_table() -> dict[tuple[str, str], Call]:
    """What can be ordered, as customers see it and as its owner looks after it."""
    read, write = {"status": MANAGERS_READ}, {"status": MANAGERS_WRITE, "changes": MANAGERS}
    everybody, down = anybody(200), {"move": "down"}
    an_option = {"name": "Tiny", "extra": "1"}
    return {
        ("GET", "ordering.menu"): Call(everybody, of_menu),
        ("GET", "ordering.item"): Call(everybody, _of_bottle),
        # The basket is in the next address.
        ("POST", "ordering.create_entry"): Call(anybody(303), _of_bottle, lambda house: {"quantity": "1"}),
        ("GET", "ordering.checkout"): Call(everybody, of_menu),
        ("POST", "ordering.look"): Call(everybody, of_menu, a_bottle_form),
        ("POST", "ordering.create"): Call(anybody(303), of_menu, a_bottle_form, CALLERS),
        ("GET", "orders.show"): Call(everybody, of_order),
        # All of it can be had as it was: it leads to the basket.
        ("GET", "orders.show_basket"): Call(anybody(303), of_order),
        ("POST", "orders.create_cancellation"): Call(anybody(303), of_order, changes=CALLERS),
        # Where nothing is to be paid online there is nothing to see.
        ("GET", "orders.new_payment"): Call(anybody(303), of_order),
        ("GET", "orders.show_payment"): Call(anybody(303), of_order),
        ("POST", "orders.create_payment"): Call(anybody(303), of_order),
        ("POST", "orders.create_intent"): Call(anybody(409), of_order),
        # Twice changes nothing.
        ("POST", "orders.create_promise"): Call(anybody(303), of_order),
        ("GET", "orders.show_invoice"): Call(everybody, of_paper),
        ("GET", "order_settings.edit"): Call(**read, **SLUG),
        ("POST", "order_settings.update"): Call(
            form=lambda house: {"pickup": "y", "prepare": "20", "advance_days": "3", "prepay": "on_site"},
            **write,
            **SLUG,
        ),
        ("POST", "order_settings.create_pause"): Call(
            values=of_menu, form=lambda house: {"until": "hour"}, **write
        ),
        ("POST", "order_settings.create_resumption"): Call(values=of_paused_orders, **write),
        ("GET", "items.index"): Call(members(200), of_items),
        ("GET", "items.new"): Call(values=of_items, **read),
        ("POST", "items.create"): Call(values=of_items, form=an_item_form, **write),
        ("GET", "items.edit"): Call(values=of_item, **read),
        ("POST", "items.update"): Call(values=of_item, form=an_item_form, **write),
        ("POST", "items.update_position"): Call(values=of_item, form=lambda house: down, **write),
        ("POST", "items.update_sold_out"): Call(
            members(303), of_item, lambda house: {"sold_out": "y"}, MEMBERS
        ),
        ("POST", "items.create_retirement"): Call(values=of_item, **write),
        ("POST", "items.create_return"): Call(values=of_retired_item, **write),
        ("POST", "items.create_choice"): Call(
            values=of_item,
            form=lambda house: {"choice-name": "Crust", "choice-least": "0", "choice-most": "1"},
            **write,
        ),
        ("POST", "items.update_choice"): Call(
            values=of_choice,
            form=lambda house: {
                f"choice-{house.kitchen.large.choice_id}-{name}": value
                for name, value in {"name": "How big", "least": "1", "most": "1"}.items()
            },
            **write,
        ),
        ("POST", "items.update_choice_position"): Call(values=of_choice, form=lambda house: down, **write),
        ("POST", "items.create_choice_removal"): Call(values=of_choice, **write),
        ("POST", "items.create_option"): Call(
            values=of_choice,
            form=lambda house: {
                f"of-{house.kitchen.large.choice_id}-{name}": value for name, value in an_option.items()
            },
            **write,
        ),
        ("POST", "items.update_option"): Call(
            values=of_option,
            form=lambda house: {
                f"option-{house.kitchen.small.id}-{name}": value for name, value in an_option.items()
            },
            **write,
        ),
        ("POST", "items.update_option_position"): Call(values=of_option, form=lambda house: down, **write),
        ("POST", "items.create_option_removal"): Call(values=of_option, **write),
    }


def of_review_link(house: House) -> dict[str, Any]:
    """A visit of its own that is over."""
    booking = a_visit(house.business, clock.now() - timedelta(hours=2), status="completed")
    return {"token": review_token(booking)}


def of_said(house: House) -> dict[str, Any]:
    """The same, and what was said of it."""
    values = of_review_link(house)
    say(house.shop, find_subject(values["token"]))
    return values


def of_written_review(house: House) -> dict[str, Any]:
    said = review_of(find_subject(of_said(house)["token"]))
    return {"slug": house.business.slug, "review_id": said.id}


def of_answered_review(house: House) -> dict[str, Any]:
    values = of_written_review(house)
    said = db.session.get_one(Review, (house.business.id, values["review_id"]))
    reply(said, "Thank you.", by=SYSTEM, now=clock.now())
    return values


def of_shown_review(house: House) -> dict[str, Any]:
    values = of_written_review(house)
    said = db.session.get_one(Review, (house.business.id, values["review_id"]))
    return {"slug": house.business.slug, "uid": said.uid}


def a_report_form(house: House) -> dict[str, Any]:
    number = sign("review_report", [house.business.id, "a-number", int(clock.now().timestamp())])
    return {"reason": "insult", "form": number}


def reviews_table() -> dict[tuple[str, str], Call]:
    """Reviews, as customers write them, everybody reads them and the business answers them."""
    write = {"status": MANAGERS_WRITE, "changes": MANAGERS}
    five = {"form": lambda house: {"stars": "5"}}
    return {
        ("GET", "reviews.write"): Call(anybody(200), of_review_link),
        ("POST", "reviews.create"): Call(anybody(303), of_review_link, changes=CALLERS, **five),
        ("GET", "reviews.edit_review"): Call(anybody(200), of_said),
        ("POST", "reviews.update"): Call(anybody(303), of_said, changes=CALLERS, **five),
        ("POST", "reviews.preview"): Call(anybody(200), of_review_link, **five),
        ("GET", "public_reviews.index"): Call(anybody(200), **SLUG),
        ("GET", "public_reviews.new_report"): Call(anybody(200), of_shown_review),
        ("POST", "public_reviews.create_report"): Call(anybody(303), of_shown_review, a_report_form, CALLERS),
        ("GET", "manage_reviews.index"): Call(members(200), **SLUG),
        ("POST", "manage_reviews.create_reply"): Call(
            values=of_written_review, form=lambda house: {"words": "Thank you."}, **write
        ),
        ("POST", "manage_reviews.create_reply_removal"): Call(values=of_answered_review, **write),
        ("POST", "manage_reviews.create_report"): Call(
            values=of_written_review, form=lambda house: {"reason": "insult"}, **write
        ),
    }


def _of_bottle(house: House) -> dict[str, Any]:
    return of_menu(house) | {"number": house.kitchen.bottle.id}


def of_platform(house: House) -> dict[str, Any]:
    return {"business_id": house.business.id}


def of_held_review(house: House) -> dict[str, Any]:
    """A review that waits for a decision."""
    by_the_system(change_status)(house.booking, "completed")
    said = by_the_system(review)(house.business, house.booking, Said(1, None, "see https://spam.example"))
    return {"business_id": house.business.id, "review_id": said.id}


def platform_table() -> dict[tuple[str, str], Call]:
    """To everybody here there is none of this; tests/platform_admin has those who may."""
    nobody = anybody(404)
    return {
        ("GET", "platform_admin.index"): Call(nobody),
        ("GET", "platform_admin.index_decisions"): Call(nobody),
        ("GET", "platform_admin.show"): Call(nobody, of_platform),
        ("POST", "platform_admin.create_suspension"): Call(
            nobody, of_platform, lambda house: {"ground": "fraud"}
        ),
        ("POST", "platform_admin.create_suspension_removal"): Call(
            nobody, of_platform, lambda house: {"words": "Papers came."}
        ),
        ("GET", "platform_admin.reviews"): Call(nobody),
        ("GET", "platform_admin.review"): Call(nobody, of_held_review),
        ("POST", "platform_admin.create_decision"): Call(
            nobody, of_held_review, lambda house: {"verdict": "hidden", "ground": "insult"}
        ),
    }


TABLE: dict[tuple[str, str], Call] = {
    **sites_table(),
    **archives_table(),
    **orders_table(),
    **board_table(),
    **reviews_table(),
    ("GET", "assets.favicon"): Call(anybody(200)),
    ("GET", "assets.show"): Call(anybody(200), lambda house: {"version": "x", "name": "css/app.css"}),
    ("GET", "widget_script.show"): Call(anybody(200)),
    ("GET", "media.show"): Call(anybody(404), lambda house: {"name": "nothing-here.webp"}),
    ("GET", "health.alive"): Call(anybody(200)),
    ("GET", "health.ready"): Call(anybody(200)),
    ("GET", "style_guide.show"): Call(anybody(200)),
    ("GET", "mailbox.index"): Call(anybody(200)),
    ("GET", "mailbox.show"): Call(anybody(404), lambda house: {"number": 1}),
    ("GET", "mailbox.show_page"): Call(anybody(404), lambda house: {"number": 1}),
    ("GET", "mailbox.show_file"): Call(anybody(404), lambda house: {"number": 1, "name": "x.ics"}),
    ("GET", "auth.new_session"): Call(anybody(303) | {"stranger": 200}),
    ("POST", "auth.create_session"): Call(anybody(422), form=lambda house: {"email": "x", "password": "x"}),
    ("POST", "auth.destroy_session"): Call(anybody(303), changes=SIGNED_IN),
    ("GET", "auth.edit_password"): Call(signed_in_only(200)),
    ("POST", "auth.update_password"): Call(
        signed_in_only(303),
        form=lambda house: {"current": PASSWORD, "new": "another good one"},
        changes=SIGNED_IN,
    ),
    **account_table(),
    ("GET", "sign_up.new"): Call(anybody(303) | {"stranger": 200}),
    ("POST", "sign_up.create"): Call(anybody(303), form=a_sign_up_form, changes=CALLERS),
    ("GET", "shops.new"): Call(signed_in_only(200)),
    ("POST", "shops.create"): Call(signed_in_only(303), form=a_shop_form, changes=SIGNED_IN),
    ("GET", "dashboard.index"): Call(members(200), **SLUG),
    ("GET", "dashboard.requests"): Call(members(200), **SLUG),
    ("GET", "calendar.show"): Call(members(200), **SLUG),
    ("GET", "calendar.changes"): Call(members(200), **SLUG),
    ("GET", "explanations.show"): Call(members(200), **SLUG),
    ("GET", "staff.index"): Call(members(200), **SLUG),
    ("GET", "staff.index_former"): Call(MANAGERS_READ, **SLUG),
    ("GET", "staff.new"): Call(MANAGERS_READ, **SLUG),
    ("POST", "staff.create"): Call(MANAGERS_WRITE, form=a_person_form, changes=MANAGERS, **SLUG),
    ("GET", "staff.edit"): Call(MANAGERS_READ, **PERSON),
    ("POST", "staff.update"): Call(MANAGERS_WRITE, form=a_person_form, changes=MANAGERS, **PERSON),
    ("POST", "staff.update_position"): Call(
        MANAGERS_WRITE, form=lambda house: {"move": "down"}, changes=MANAGERS, **PERSON
    ),
    ("GET", "staff.edit_profile"): Call(members(403), **PERSON),
    ("POST", "staff.update_profile"): Call(members(403), **PERSON),
    ("GET", "staff.new_departure"): Call(MANAGERS_READ, **PERSON),
    ("POST", "staff.create_departure"): Call(
        MANAGERS_WRITE,
        lambda house: {"slug": house.business.slug, "resource_id": house.colleague.resource_id},
        changes=MANAGERS,
    ),
    ("POST", "staff.create_return"): Call(MANAGERS_WRITE, changes=MANAGERS, **FORMER),
    ("GET", "rooms.index"): Call(MANAGERS_READ, **SLUG),
    ("GET", "rooms.new"): Call(MANAGERS_READ, **SLUG),
    ("POST", "rooms.create"): Call(MANAGERS_WRITE, form=a_name_form, changes=MANAGERS, **SLUG),
    ("GET", "rooms.edit"): Call(MANAGERS_READ, **ROOM),
    ("POST", "rooms.update"): Call(MANAGERS_WRITE, form=a_name_form, changes=MANAGERS, **ROOM),
    ("GET", "rooms.new_removal"): Call(MANAGERS_READ, **ROOM),
    ("POST", "rooms.create_removal"): Call(MANAGERS_WRITE, changes=MANAGERS, **ROOM),
    ("POST", "rooms.create_return"): Call(MANAGERS_WRITE, changes=MANAGERS, **OLD_ROOM),
    **desk_table(),
    **wordings_table(),
    **hours_table("hours", SLUG),
    **hours_table("own_hours", OF_PERSON),
    ("GET", "new_booking.new"): Call(members(200), **SLUG),
    ("POST", "new_booking.redraw"): Call(members(200), form=a_member_booking_form, **SLUG),
    # Staff who serve nobody have nothing to book.
    ("POST", "new_booking.create"): Call(
        members(303, staff=422), form=a_member_booking_form, changes=MANAGERS, **SLUG
    ),
    ("GET", "customers.index"): Call(members(200), **SLUG),
    ("GET", "customers.matches"): Call(members(303), **SLUG),
    ("GET", "customers.show"): Call(members(200, staff=403), of_customer),
    ("GET", "customer_imports.index"): Call(members(200, staff=403), **SLUG),
    ("POST", "customer_imports.create"): Call(
        members(303, staff=403), form=lambda house: {"pasted": "Name\nAnn Lee"}, changes=MANAGERS, **SLUG
    ),
    ("GET", "customer_imports.show"): Call(members(200, staff=403), of_import("checked")),
    ("GET", "customer_imports.edit_columns"): Call(members(200, staff=403), of_import("read")),
    ("POST", "customer_imports.update_columns"): Call(
        members(303, staff=403),
        of_import("read"),
        form=lambda house: {"column_0": "name", "header": "y"},
        changes=MANAGERS,
    ),
    ("POST", "customer_imports.create_confirmation"): Call(
        members(303, staff=403),
        of_import("checked"),
        form=lambda house: {"known": "leave"},
        changes=MANAGERS,
    ),
    ("POST", "customer_imports.create_abandonment"): Call(
        members(303, staff=403), of_import("checked"), changes=MANAGERS
    ),
    ("GET", "customer_imports.show_refused"): Call(members(200, staff=403), of_import("checked")),
    ("GET", "customers.new"): Call(MANAGERS_READ, **SLUG),
    ("POST", "customers.create"): Call(MANAGERS_WRITE, form=a_name_form, changes=MANAGERS, **SLUG),
    ("GET", "customers.edit"): Call(MANAGERS_READ, of_customer),
    ("POST", "customers.update"): Call(MANAGERS_WRITE, of_customer, a_name_form, MANAGERS),
    ("POST", "customers.create_tag"): Call(
        MANAGERS_WRITE, of_customer, lambda house: {"tag": "VIP"}, MANAGERS
    ),
    ("POST", "customers.create_tag_removal"): Call(
        MANAGERS_WRITE, of_tagged_customer, lambda house: {"tag": "VIP"}, MANAGERS
    ),
    ("POST", "customers.create_note"): Call(MANAGERS_WRITE, of_customer, a_note_form, MANAGERS),
    ("GET", "customers.edit_note"): Call(MANAGERS_READ, of_note),
    ("POST", "customers.update_note"): Call(MANAGERS_WRITE, of_note, a_note_form, MANAGERS),
    ("POST", "customers.create_note_removal"): Call(MANAGERS_WRITE, of_note, changes=MANAGERS),
    ("POST", "customers.create_note_return"): Call(MANAGERS_WRITE, of_removed_note, changes=MANAGERS),
    ("GET", "customers.new_block"): Call(MANAGERS_READ, of_customer),
    ("POST", "customers.create_block"): Call(MANAGERS_WRITE, of_customer, changes=MANAGERS),
    ("POST", "customers.create_block_removal"): Call(MANAGERS_WRITE, of_blocked_customer, changes=MANAGERS),
    ("POST", "customers.create_table"): Call(members(200, staff=403), changes=MANAGERS, **SLUG),
    ("GET", "customers.duplicates"): Call(MANAGERS_READ, **SLUG),
    ("GET", "customers.new_merger"): Call(MANAGERS_READ, of_customer),
    ("POST", "customers.create_merger"): Call(MANAGERS_WRITE, of_twin, form=a_merger_form, changes=MANAGERS),
    ("POST", "customers.create_copy"): Call(members(200, staff=403), of_customer, changes=MANAGERS),
    ("GET", "customers.new_erasure"): Call(MANAGERS_READ, of_customer),
    ("POST", "customers.create_erasure"): Call(
        MANAGERS_WRITE, of_past_customer, form=lambda house: {"name": "Grace Hopper"}, changes=MANAGERS
    ),
    ("GET", "services.index"): Call(members(200, staff=403), **SLUG),
    ("GET", "services.new"): Call(members(200, staff=403), **SLUG),
    ("POST", "services.create"): Call(members(303, staff=403), form=a_service_form, changes=MANAGERS, **SLUG),
    ("GET", "services.edit"): Call(members(200, staff=403), of_service),
    ("POST", "services.update"): Call(members(303, staff=403), of_service, a_service_form, MANAGERS),
    ("POST", "services.update_position"): Call(
        members(303, staff=403), of_service, lambda house: {"move": "up"}
    ),
    ("POST", "services.create_retirement"): Call(members(303, staff=403), of_service, changes=MANAGERS),
    ("POST", "services.create_return"): Call(members(303, staff=403), of_service, changes=MANAGERS),
    ("POST", "services.create_copy"): Call(members(303, staff=403), of_service, changes=MANAGERS),
    ("POST", "services.create_sample"): Call(
        members(303, staff=403), form=lambda house: {"sample": "0"}, changes=MANAGERS, **SLUG
    ),
    ("GET", "services.categories"): Call(members(200, staff=403), **SLUG),
    ("POST", "services.create_category"): Call(
        members(303, staff=403), form=lambda house: {"name": "Care"}, changes=MANAGERS, **SLUG
    ),
    ("POST", "services.update_category"): Call(
        members(303, staff=403), of_category, lambda house: {"name": "Care"}, MANAGERS
    ),
    ("POST", "services.update_category_position"): Call(
        members(303, staff=403), of_category, lambda house: {"move": "up"}
    ),
    ("POST", "services.create_category_removal"): Call(
        members(303, staff=403), of_category, changes=MANAGERS
    ),
    ("GET", "services.questions"): Call(members(200, staff=403), of_service),
    ("POST", "services.create_question"): Call(
        members(303, staff=403), of_service, a_question_form, MANAGERS
    ),
    ("POST", "services.update_question"): Call(
        members(303, staff=403), of_question, a_question_form, MANAGERS
    ),
    ("POST", "services.update_question_position"): Call(
        members(303, staff=403), of_question, lambda house: {"move": "down"}, MANAGERS
    ),
    ("POST", "services.create_question_removal"): Call(
        members(303, staff=403), of_question, changes=MANAGERS
    ),
    ("GET", "timetable.index"): Call(members(200, staff=403), of_class),
    ("POST", "timetable.create"): Call(members(303, staff=403), of_class, a_class_time_form, MANAGERS),
    ("GET", "timetable.new_ending"): Call(members(200, staff=403), of_class_time),
    ("POST", "timetable.create_ending"): Call(
        members(303, staff=403), of_class_time, lambda house: {"last_on": "2027-03-02"}, MANAGERS
    ),
    ("GET", "class_dates.show"): Call(members(200, staff=403), of_class_date),
    ("POST", "class_dates.update_time"): Call(
        members(303, staff=403),
        of_class_date,
        lambda house: {"day": "2027-03-03", "starts": "17:00", "version": house.date.version},
        MANAGERS,
    ),
    ("POST", "class_dates.update_stand_in"): Call(
        members(303, staff=403),
        of_class_date,
        lambda house: {"person": house.yoga.people[1].resource_id, "version": house.date.version},
        MANAGERS,
    ),
    ("POST", "class_dates.update_places"): Call(
        members(303, staff=403),
        of_class_date,
        lambda house: {"places": "9", "version": house.date.version},
        MANAGERS,
    ),
    ("POST", "class_dates.create_cancellation"): Call(
        members(303, staff=403), of_class_date, lambda house: {"version": house.date.version}, MANAGERS
    ),
    ("POST", "class_dates.create_restoration"): Call(
        members(303, staff=403), of_cancelled_date, lambda house: {"version": house.date.version}, MANAGERS
    ),
    ("GET", "waitlist.index"): Call(members(200), **SLUG),
    ("GET", "waitlist.show_held"): Call(members(303), of_held),
    ("GET", "waitlist.new"): Call(members(200), **SLUG),
    # Staff who serve nobody have nothing anybody could wait for.
    ("POST", "waitlist.create"): Call(members(303, staff=422), form=a_waiting_form, changes=MANAGERS, **SLUG),
    ("POST", "waitlist.update_position"): Call(
        MANAGERS_WRITE, of_waiting, lambda house: {"move": "down"}, MANAGERS
    ),
    ("GET", "waitlist.new_removal"): Call(MANAGERS_READ, of_waiting),
    ("POST", "waitlist.create_removal"): Call(MANAGERS_WRITE, of_waiting, changes=MANAGERS),
    ("GET", "waitlist.new_offer"): Call(MANAGERS_READ, of_waiting),
    ("POST", "waitlist.create_offer"): Call(MANAGERS_WRITE, of_waiting, a_time_form, MANAGERS),
    ("POST", "waitlist.create_booking"): Call(MANAGERS_WRITE, of_waiting, a_time_form, MANAGERS),
    ("POST", "waitlist.create_withdrawal"): Call(MANAGERS_WRITE, of_offer, changes=MANAGERS),
    ("GET", "waiting.new"): Call(anybody(200), **SLUG),
    ("POST", "waiting.create"): Call(anybody(303), form=a_joining_form, changes=CALLERS, **SLUG),
    ("GET", "waiting.asked"): Call(anybody(200), **SLUG),
    ("GET", "waiting.show"): Call(anybody(200), of_entry),
    ("GET", "waiting.edit"): Call(anybody(200), of_entry),
    ("POST", "waiting.update"): Call(anybody(303), of_entry, a_wider_wish, CALLERS),
    ("POST", "waiting.create_removal"): Call(anybody(303), of_entry, changes=CALLERS),
    ("GET", "waiting.show_offer"): Call(anybody(200), of_own_offer),
    ("POST", "waiting.create_booking"): Call(anybody(303), of_own_offer, changes=CALLERS),
    ("POST", "waiting.create_refusal"): Call(anybody(303), of_own_offer, changes=CALLERS),
    ("GET", "waiting.new_earlier"): Call(anybody(200), lambda house: {"token": receipt_token(house.booking)}),
    ("POST", "waiting.create_earlier"): Call(
        anybody(303),
        lambda house: {"token": receipt_token(house.booking)},
        lambda house: a_wish_to_wait(house) | {"from_on": "2027-03-01"},
        CALLERS,
    ),
    ("GET", "history.index"): Call(MANAGERS_READ, **SLUG),
    ("GET", "history.show_table"): Call(MANAGERS_READ, **SLUG),
    ("GET", "settings.edit"): Call(members(200, staff=403), **SLUG),
    ("GET", "share.show"): Call(members(200), **SLUG),
    ("GET", "share.poster"): Call(members(200), **SLUG),
    ("GET", "share.code_svg"): Call(members(200), **SLUG),
    ("GET", "share.code_png"): Call(members(200), **SLUG),
    ("POST", "settings.update"): Call(
        members(303, staff=403), form=a_business_form, changes=("manager", "owner"), **SLUG
    ),
    ("GET", "settings.edit_look"): Call(members(200, staff=403), **SLUG),
    ("POST", "settings.update_look"): Call(
        members(303, staff=403), form=lambda house: {"brand_hue": 15}, changes=("manager", "owner"), **SLUG
    ),
    ("GET", "settings.edit_policy"): Call(members(200, staff=403), **SLUG),
    ("POST", "settings.update_policy"): Call(
        members(303, staff=403), form=a_policy_form, changes=("manager", "owner"), **SLUG
    ),
    ("GET", "payment_terms.edit"): Call(members(200, staff=403), **SLUG),
    ("POST", "payment_terms.update"): Call(
        members(303, staff=403), form=a_terms_form, changes=MANAGERS, **SLUG
    ),
    ("GET", "payment_terms.edit_of_service"): Call(members(200, staff=403), of_service),
    ("POST", "payment_terms.update_of_service"): Call(
        members(303, staff=403), of_service, a_terms_form, changes=MANAGERS
    ),
    ("POST", "payment_terms.create_meaning"): Call(members(200, staff=403), of_service),
    ("GET", "online_payment.index"): Call(MANAGERS_READ, **SLUG),
    ("POST", "online_payment.update"): Call(
        members(303, staff=403, manager=403), of_keys, lambda house: {"mode": "test"}, changes=("owner",)
    ),
    # Without keys nobody is asked whose they are.
    ("GET", "online_payment.show_account"): Call(MANAGERS_READ, of_live_mode),
    ("GET", "online_payment.edit"): Call(members(200, staff=403, manager=403), of_keys),
    # What is wrong with it is said before Stripe is asked.
    ("POST", "online_payment.update_keys"): Call(members(422, staff=403, manager=403), of_keys),
    ("GET", "online_payment.new_removal"): Call(members(200, staff=403, manager=403), of_keys),
    ("POST", "online_payment.create_removal"): Call(
        members(303, staff=403, manager=403),
        of_keys,
        lambda house: {"password": PASSWORD},
        changes=("owner",),
    ),
    ("GET", "settings.edit_texts"): Call(members(200, staff=403), **SLUG),
    ("POST", "settings.update_texts"): Call(
        members(303, staff=403),
        form=lambda house: {"terms": "Be kind."},
        changes=("manager", "owner"),
        **SLUG,
    ),
    ("GET", "settings.edit_address"): Call(members(200, staff=403, manager=403), **SLUG),
    ("POST", "settings.update_address"): Call(
        members(303, staff=403, manager=403),
        form=lambda house: {"slug": "another-address"},
        changes=("owner",),
        **SLUG,
    ),
    ("POST", "dashboard.create_opening"): Call(members(303, staff=403), **SLUG),
    ("GET", "dashboard.closing"): Call(members(200, staff=403, manager=403), **SLUG),
    ("POST", "dashboard.create_closing"): Call(
        members(303, staff=403, manager=403), changes=("owner",), **SLUG
    ),
    ("GET", "storefront.index"): Call(anybody(200)),
    ("GET", "storefront.robots"): Call(anybody(200)),
    ("GET", "storefront.sitemap"): Call(anybody(200)),
    ("GET", "storefront.sitemap_part"): Call(anybody(404), lambda house: {"number": 7}),
    ("GET", "storefront.show"): Call(anybody(200), **SLUG),
    ("GET", "storefront.show_text"): Call(
        anybody(404), lambda house: {"slug": house.business.slug, "topic": "terms"}
    ),
    **feeds_table(),
    ("GET", "flow.new"): Call(anybody(200), **SLUG),
    ("GET", "short_links.show"): Call(anybody(302), lambda house: {"code": house.business.short_code}),
    ("GET", "widget.show_availability"): Call(anybody(200), **SLUG),
    ("GET", "flow.slots"): Call(anybody(200), **SLUG),
    ("GET", "flow.holds"): Call(anybody(303), **SLUG),
    ("POST", "flow.create_hold"): Call(anybody(303), form=a_wish_form, changes=CALLERS, **SLUG),
    ("GET", "flow.details"): Call(anybody(200), **HELD),
    ("POST", "flow.confirm"): Call(anybody(303), form=a_contact_form, changes=CALLERS, **HELD),
    ("GET", "flow.priced"): Call(anybody(303), **HELD),
    ("POST", "flow.price"): Call(anybody(200), form=a_contact_form, **HELD),
    ("GET", "coupons.index"): Call(MANAGERS_READ, **SLUG),
    ("GET", "coupons.new"): Call(MANAGERS_READ, **SLUG),
    ("POST", "coupons.create"): Call(MANAGERS_WRITE, form=a_coupon_form, changes=MANAGERS, **SLUG),
    ("GET", "coupons.edit"): Call(MANAGERS_READ, of_coupon),
    ("POST", "coupons.update"): Call(MANAGERS_WRITE, of_coupon, a_coupon_form, changes=MANAGERS),
    ("POST", "coupons.create_pause"): Call(MANAGERS_WRITE, of_coupon, changes=MANAGERS),
    ("POST", "coupons.create_return"): Call(MANAGERS_WRITE, of_coupon_that_is_off, changes=MANAGERS),
    ("GET", "reminders.index"): Call(MANAGERS_READ, **SLUG),
    ("POST", "reminders.create"): Call(
        MANAGERS_WRITE, form=lambda house: {"preset": "soon"}, changes=MANAGERS, **SLUG
    ),
    ("GET", "reminders.edit"): Call(MANAGERS_READ, of_rule),
    ("POST", "reminders.update"): Call(MANAGERS_WRITE, of_rule, a_rule_form, changes=MANAGERS),
    ("POST", "reminders.update_review_invitations"): Call(
        MANAGERS_WRITE, form=lambda house: {"asks": "no"}, changes=MANAGERS, **SLUG
    ),
    ("POST", "reminders.create_removal"): Call(MANAGERS_WRITE, of_rule, changes=MANAGERS),
    ("GET", "notices.edit"): Call(members(200), **SLUG),
    ("POST", "notices.update"): Call(
        members(303), form=lambda house: dict.fromkeys(NOTICES, "own"), changes=MANAGERS, **SLUG
    ),
    ("GET", "answers.show"): Call(anybody(200), lambda house: {"token": receipt_token(house.booking)}),
    ("POST", "answers.create"): Call(
        anybody(303),
        lambda house: {"token": receipt_token(house.booking)},
        lambda house: {"answer": "coming"},
        changes=CALLERS,
    ),
    ("GET", "messages.show"): Call(anybody(200), of_wishes),
    ("POST", "messages.update"): Call(
        anybody(303), of_wishes, lambda house: {"wish": "off"}, changes=CALLERS
    ),
    ("GET", "notifications.index"): Call(MANAGERS_READ, **SLUG),
    ("GET", "notifications.show"): Call(MANAGERS_READ, of_message),
    ("GET", "notifications.show_page"): Call(MANAGERS_READ, of_message),
    ("POST", "notifications.create_copy"): Call(MANAGERS_WRITE, of_sent_message, changes=MANAGERS),
    ("POST", "notifications.create_omission"): Call(MANAGERS_WRITE, of_message, changes=MANAGERS),
    ("POST", "notifications.create_acknowledgement"): Call(
        MANAGERS_WRITE, of_failed_message, changes=MANAGERS
    ),
    ("GET", "texting.edit"): Call(MANAGERS_READ, **SLUG),
    ("POST", "texting.update"): Call(
        MANAGERS_WRITE,
        form=lambda house: {"sms_limit": "50", "sms_countries": ["DE"]},
        changes=MANAGERS,
        **SLUG,
    ),
    ("POST", "webhooks.create_text_report"): Call(anybody(403), lambda house: {"message_id": 1}),
    ("POST", "stripe_reports.create_report"): Call(
        anybody(400), lambda house: {"business_id": house.business.id}
    ),
    ("GET", "bookings.show"): Call(anybody(200), lambda house: {"token": receipt_token(house.booking)}),
    ("GET", "bookings.show_calendar"): Call(
        anybody(200), lambda house: {"token": receipt_token(house.booking)}
    ),
    ("GET", "bookings.show_invoice_of_visit"): Call(anybody(200), of_invoice),
    **money_table(),
    **own_table(),
    **platform_table(),
}


def framed(call: Call) -> Call:
    """The same in the frame of the widget, where the business stands in the address: nobody is anybody there."""
    return replace(call, values=lambda house: {"slug": house.business.slug, **call.values(house)})


IN_WIDGET = {"flow", "bookings", "ordering", "orders"}
TABLE |= {
    (method, f"widget.{endpoint}"): framed(call)
    for (method, endpoint), call in TABLE.items()
    if endpoint.partition(".")[0] in IN_WIDGET
}


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(scope="module")
def standing(app) -> Iterator[House]:
    """Built once for all routes."""
    with time_machine.travel(NOW, tick=False), all_undone(app):
        yield House()


@pytest.fixture
def house(app, standing) -> Iterator[House]:
    """As it was built: what the routes before did to it is undone."""
    with undone(app):
        yield copy(standing)


def browser_of(app: Flask, house: House, caller: str) -> FlaskClient:
    """A new one each time, with what the caller was given at the sign-in."""
    user = house.callers[caller]
    return signed_in(app, user) if user else app.test_client()


def address_of(app: Flask, endpoint: str, call: Call, house: House) -> str:
    with app.test_request_context():
        return app.url_for(endpoint, **call.values(house))


def rows() -> dict[str, int]:
    """For each table a number that changes with any row of it."""
    db.session.commit()
    return dict(db.session.execute(each_table()).all())


@cache
def each_table() -> sa.TextClause:
    counts = (
        f"SELECT '{table.name}', coalesce(sum(hashtext(t::text)::bigint), 0) + count(*) FROM {table.name} t"
        for table in db.metadata.sorted_tables
    )
    return sa.text(" UNION ALL ".join(counts))


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """What is written inside, committed or not, is gone afterwards."""
    db.session.commit()
    point = db._app_engines[app][None].begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        point.rollback()
        db.session.expire_all()


def test_every_route_is_in_the_table(app):
    missing = routes(app) - TABLE.keys()
    gone = TABLE.keys() - routes(app)
    assert not missing, f"say who may call these: {sorted(missing)}"
    assert not gone, f"these are no routes: {sorted(gone)}"


@pytest.mark.parametrize(("method", "endpoint"), sorted(TABLE))
def test_a_route_lets_in_whom_the_table_says_and_a_refusal_changes_no_row(app, house, method, endpoint):
    """A method that the address does not have is refused, whoever asks."""
    call = TABLE[method, endpoint]
    address = address_of(app, endpoint, call, house)
    form = call.form(house) if method == "POST" else None
    others = METHODS - set(app.url_map.bind("localhost").allowed_methods(urlsplit(address).path))
    refusals = {it: refusal_of(it, endpoint, address) for it in others}
    wrong = {}
    for caller in CALLERS:
        with undone(app):
            browser = browser_of(app, house, caller)
            before = rows()
            refused = {it: browser.open(address, method=it).status_code for it in asked_of(caller, others)}
            answer = browser.open(address, method=method, data=form)
            changed = {name for name, number in rows().items() if number != before[name]}
        is_right = answer.status_code == call.status[caller] and bool(changed) == (caller in call.changes)
        if not is_right or refused.items() - refusals.items():
            wrong[caller] = answer.status_code, changed, refused, answer.text
    assert not wrong


def asked_of(caller: str, methods: set[str]) -> set[str]:
    """The methods to try. Addresses are read before callers: two of them say what the others would."""
    return methods if caller in ("stranger", "owner") else set()


def refusal_of(method: str, endpoint: str, address: str) -> int:
    """405; a page of members that is only a form's address leads back, and of /admin nobody hears."""
    if endpoint.startswith("platform_admin."):
        return 404
    return 303 if method == "GET" and address.startswith("/manage/") else 405
