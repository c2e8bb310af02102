"""What stands in the way of a time, in the words of somebody who works there."""

from flask_babel import gettext as _

from app.appointments.objecting import InTheWay, Objection
from app.dates import clock_at, hours
from app.schedule.verdict import Refusal


def in_words(objection: Objection, zone: str) -> str:
    """One sentence; moments on the clock of the shop."""
    person = objection.person
    if objection.refusal == Refusal.BUSY:
        return _has(objection, zone)
    if objection.refusal == Refusal.CLOSED:
        return _closed(objection, zone)
    if objection.refusal == Refusal.STAFF_OFF:
        if not objection.there:
            return _("%(person)s is off that day.", person=person)
        return _("%(person)s is only there %(hours)s.", person=person, hours=hours(objection.there))
    if objection.refusal == Refusal.NO_ROOM:
        return _("What it needs besides %(person)s, such as a room, is taken then.", person=person)
    if objection.refusal == Refusal.LIMIT:
        return _("There are as many bookings of this kind that day as you allow.")
    if objection.refusal == Refusal.FULL:
        return _("There are not enough places left.")
    return _("The rules for bookings do not allow that time.")


def _has(objection: Objection, zone: str) -> str:
    if not objection.others:
        return _("%(person)s has something else at that time.", person=objection.person)
    others = [_other(it, zone) for it in objection.others]
    if len(others) == 1:
        return _("%(person)s has %(other)s at that time.", person=objection.person, other=others[0])
    return _(
        "%(person)s has %(one)s and %(other)s at that time.",
        person=objection.person,
        one=others[0],
        other=others[1],
    )


def _other(it: InTheWay, zone: str) -> str:
    words = {
        "service": it.service,
        "start": clock_at(it.starts_at, zone),
        "end": clock_at(it.ends_at, zone),
    }
    if it.customer is None:
        return _("a %(service)s that is being booked now, %(start)s–%(end)s,", **words)
    return _("%(customer)s’s %(service)s %(start)s–%(end)s", customer=it.customer, **words)


def _closed(objection: Objection, zone: str) -> str:
    if objection.opens is None or objection.closes is None:
        return _("Outside opening hours: closed all day.")
    return _(
        "Outside opening hours: open from %(opens)s to %(closes)s.",
        opens=clock_at(objection.opens, zone),
        closes=clock_at(objection.closes, zone),
    )
