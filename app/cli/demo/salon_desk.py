"""What the team of Linden Studio does at its desk: knowing its customers, and hours ahead."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from app.appointments.models import Booking
from app.business_hours.away import add_days_off
from app.business_hours.weekly import set_rota
from app.cli.demo.salon import WEEKS, Salon
from app.cli.demo.story import Story
from app.core.db import db
from app.customers.blocking import block
from app.customers.models import Customer
from app.customers.noting import write_note
from app.customers.tagging import add_tag

REGULARS = 12
REGULAR, COLOUR, BESIDES = "Regular", "Colour", ("VIP", "Sends friends", "Pensioner")
NOTES = (
    "Black coffee, and the chair by the window.",
    "Allergic to the lightener we used until spring: patch test first.",
    "Talks about football. Never mention the derby.",
    "Comes straight from the night shift, likes it quiet.",
)
MISSED_TOO_OFTEN = "Did not come, and did not pick up the phone."
THURSDAY = {3: [(840, 1080)]}
HOLIDAY_IN, HOLIDAY = timedelta(52), timedelta(6)  # Behind all that is booked.


def keep_desk(story: Story, salon: Salon) -> None:
    """Tags, notes and somebody who is blocked; from now on June comes every other Thursday, too."""
    story.at(story.now - timedelta(hours=3), lambda now: _know_customers(story, salon, now))
    story.at(story.now - timedelta(hours=2), lambda now: _block_somebody(story, now))
    story.at(story.now - timedelta(24), lambda now: _plan_holiday(story, now))
    story.at(story.now, lambda now: _share_thursdays(story, salon, now))


def _know_customers(story: Story, salon: Salon, now: datetime) -> None:
    regulars = _most(story, REGULARS, Booking.status.in_(("confirmed", "completed")))
    for customer in regulars:
        add_tag(customer, REGULAR, by=story.member, now=now)
    for customer, tag in zip(regulars[::4], BESIDES, strict=False):
        add_tag(customer, tag, by=story.member, now=now)
    for customer, note in zip(regulars, NOTES, strict=False):
        write_note(customer, note, by=story.member, now=now)
    for customer in _most(story, REGULARS, Booking.service_name == salon.services[1].name):
        add_tag(customer, COLOUR, by=story.member, now=now)


def _block_somebody(story: Story, now: datetime) -> None:
    for customer in _most(story, 1, Booking.status == "no_show"):
        block(customer, MISSED_TOO_OFTEN, by=story.member, now=now)


def _plan_holiday(story: Story, now: datetime) -> None:
    first = story.today + HOLIDAY_IN
    add_days_off(story.business.id, first, first + HOLIDAY, reason="Our holidays", by=story.member, now=now)


def _share_thursdays(story: Story, salon: Salon, now: datetime) -> None:
    june = salon.people[2].resource_id
    set_rota(story.business.id, [WEEKS[2], WEEKS[2] | THURSDAY], june, by=story.member, now=now)


def _most(story: Story, number: int, which: ColumnElement[bool]) -> list[Customer]:
    """Those with the most such bookings."""
    found = (
        select(Customer)
        .join(
            Booking,
            (Booking.business_id == Customer.business_id) & (Booking.customer_id == Customer.id),
        )
        .where(Customer.business_id == story.business.id, which)
        .group_by(Customer.business_id, Customer.id)
        .order_by(func.count().desc(), Customer.id)
    )
    return list(db.session.scalars(found.limit(number)))
