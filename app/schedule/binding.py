"""What the timetable holds on to: a class time keeps whom and what it was laid with."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time

from babel.dates import format_time, get_day_names
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.businesses.models import Business
from app.core.db import db
from app.core.errors import DomainError
from app.schedule.class_times import goes_on
from app.schedule.grouping import NeedWish
from app.schedule.models import ClassTime, ClassTimeResource, Resource
from app.schedule.wall_clock import local_date

# What one service takes, by position.
Needs = Mapping[int, NeedWish]


class OnTheTimetable(DomainError):
    """A class happens with what is to be taken from it, or without what is to be added."""

    message = _(
        "This class is on the timetable with what you have changed. Please end that class time first."
    )


def check_class_times(
    business_id: int, was: Mapping[int, Needs], becomes: Mapping[int, Needs], *, now: datetime
) -> None:
    """Raise OnTheTimetable for the first class time that could not be laid any more, with the needs of each service."""
    taken = {
        service: {
            at: was[service][at].resources - needs[at].resources for at in was[service].keys() & needs.keys()
        }
        for service, needs in becomes.items()
    }
    added = {service: needs.keys() - was[service].keys() for service, needs in becomes.items()}
    touched = [service for service in becomes if added[service] or any(taken[service].values())]
    if not touched:
        return
    for class_time, resources, names in _class_times(business_id, touched, now):
        service = class_time.service_id
        when = {"weekday": _weekday(class_time), "time": _clock(class_time)}
        gone = [at for at, resource in resources.items() if resource in taken[service].get(at, ())]
        if gone:
            sentence = gettext(
                "%(name)s is on the timetable for this class: %(weekday)s, %(time)s."
                " Please end that class time first.",
                name=names[resources[gone[0]]],
                **when,
            )
            raise OnTheTimetable(sentence)
        if added[service] - resources.keys():
            sentence = gettext(
                "This class is on the timetable without what you have added: %(weekday)s, %(time)s."
                " Please end that class time first, and put it back with it.",
                **when,
            )
            raise OnTheTimetable(sentence)


def _class_times(
    business_id: int, service_ids: Collection[int], now: datetime
) -> Iterable[tuple[ClassTime, dict[int, int], dict[int, str]]]:
    """The class times that go on, each with what fills its needs (by position) and what that is called."""
    business = db.session.get_one(Business, business_id)
    today = local_date(now, business.zone)
    found = (
        select(ClassTime, ClassTimeResource.position, Resource.id, Resource.name)
        .join(
            ClassTimeResource,
            (ClassTimeResource.business_id == ClassTime.business_id)
            & (ClassTimeResource.class_time_id == ClassTime.id),
        )
        .join(
            Resource,
            (Resource.business_id == ClassTimeResource.business_id)
            & (Resource.id == ClassTimeResource.resource_id),
        )
        .where(
            ClassTime.business_id == business_id,
            ClassTime.service_id.in_(service_ids),
            goes_on(today),
        )
        .order_by(ClassTime.id)
    )
    known: dict[int, tuple[ClassTime, dict[int, int], dict[int, str]]] = {}
    for class_time, position, resource, name in db.session.execute(found):
        _same, resources, names = known.setdefault(class_time.id, (class_time, {}, {}))
        resources[position], names[resource] = resource, name
    return known.values()


def _weekday(class_time: ClassTime) -> str:
    return str(get_day_names("wide", "stand-alone", get_locale())[class_time.weekday])


def _clock(class_time: ClassTime) -> str:
    hour, minute = divmod(class_time.starts_min, 60)
    return format_time(time(hour, minute), "short", locale=get_locale())
