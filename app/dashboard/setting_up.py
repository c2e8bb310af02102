"""The check list of a page that is not open for bookings yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.appointments.models import Booking
from app.business_hours.models import WeeklyHours
from app.businesses.models import Business
from app.core.db import db
from app.orders.menu import has_menu
from app.schedule.loading import load_facts
from app.schedule.slots import open_slots
from app.schedule.wall_clock import days_between, local_date
from app.services.models import Service
from app.services.offering import bookable_services
from app.staff.team import performers_of

LOOK_AHEAD = timedelta(days=14)
MOST_SERVICES = 10  # So many are looked through for a free time; who has more has set up their page.
WITH_IMPRINT = {"AT", "CH", "DE"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing of the check list. `page` is the endpoint where it is done; `wanted` names it when it is missing.

    `weight` is required, recommended or optional.
    """

    title: LazyString
    text: str | LazyString
    done: bool
    page: str
    wanted: LazyString
    weight: str = "recommended"


@dataclass(frozen=True, slots=True)
class SetUp:
    """How far a draft has come. `has_bookings`: it was open before, so there are days to look at."""

    steps: tuple[Step, ...]
    has_bookings: bool

    @property
    def missing(self) -> tuple[Step, ...]:
        """What keeps the page from opening."""
        return tuple(step for step in self.steps if step.weight == "required" and not step.done)

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)


def set_up_of(business: Business, now: datetime) -> SetUp:
    """The check list of a business that is not open yet."""
    steps = [_hours(business), _service(business, now), _contact(business), _place(business)]
    if business.country in WITH_IMPRINT:
        steps.append(_imprint(business))
    return SetUp((*steps, _picture(business)), _has(Booking, business))


def _hours(business: Business) -> Step:
    done = _has(WeeklyHours, business, resource_id=None)
    text = _("Customers can choose times while you are open.") if done else _("Say when you are open.")
    return Step(_("Opening hours"), text, done, "hours.edit", _("opening hours"), "required")


def _service(business: Business, now: datetime) -> Step:
    """Something to book that somebody performs, with a free time in the next two weeks, or something to order."""
    services = bookable_services(business.id)
    performers = performers_of(business.id, [it.id for it in services])
    performed = [it for it in services if performers[it.id]]
    done = has_menu(business.id) or any(_has_free_time(business, it, now) for it in performed[:MOST_SERVICES])
    page = "services.index"
    if done:
        text: LazyString = _("Look through their names, lengths and prices.")
    elif not services:
        text = _("Add what customers can book.")
    elif not performed:
        text, page = _("Say who does it: nobody performs your services yet."), "staff.index"
    else:
        text, page = _("No time is free in the next two weeks. Look at your hours."), "hours.edit"
    return Step(_("Services"), text, done, page, _("a service with a free time"), "required")


def _contact(business: Business) -> Step:
    reached = business.email or business.phone
    text = (
        gettext("Customers reach you at %(contact)s.", contact=reached)
        if reached
        else _("Give an e-mail address or a phone number.")
    )
    return Step(
        _("How to reach you"), text, bool(reached), "settings.edit", _("a way to reach you"), "required"
    )


def _place(business: Business) -> Step:
    done = bool(business.street and business.city)
    text = (
        _("Customers see where you are.") if done else _("Add street and town, so that customers find you.")
    )
    return Step(_("Name and address"), text, done, "settings.edit", _("an address"))


def _imprint(business: Business) -> Step:
    text = (
        _("It is linked at the foot of your page.")
        if business.imprint
        else _("The law of your country asks most businesses for one.")
    )
    return Step(_("Imprint"), text, bool(business.imprint), "settings.edit_texts", _("an imprint"))


def _picture(business: Business) -> Step:
    done = bool(business.logo or business.cover)
    text = (
        _("Your page looks like yours.")
        if done
        else _("Pages with a picture are remembered, and look finished.")
    )
    return Step(_("Logo or picture"), text, done, "settings.edit_look", _("a picture"), "optional")


def _has_free_time(business: Business, service: Service, now: datetime) -> bool:
    today = local_date(now, business.zone)
    last = today + LOOK_AHEAD
    slots = open_slots(load_facts(business, service.id, today, last, now), days_between(today, last), now)
    return any(slots.values())


def _has(table: type[Booking] | type[WeeklyHours], business: Business, **more: None) -> bool:
    """Whether the business has any such row."""
    some = select(table.business_id).filter_by(business_id=business.id, **more).limit(1)
    return db.session.scalar(some) is not None
