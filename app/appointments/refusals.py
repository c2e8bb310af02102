"""Why a booking was refused, in the customer's words."""

from collections.abc import Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, DomainError
from app.schedule.verdict import Refusal

SENTENCES: dict[Refusal, LazyString] = {
    Refusal.CLOSED: _("We are closed at that time. Please choose one of the times shown."),
    Refusal.STAFF_OFF: _("Nobody who does this is there at that time. Please choose one of the times shown."),
    Refusal.BUSY: _("Sorry, that time has just been taken. These are still free."),
    Refusal.TOO_SOON: _("That time is too soon to book online. Please choose a later one."),
    Refusal.TOO_FAR: _("That day is too far ahead to book yet. Please choose an earlier one."),
    Refusal.LIMIT: _("No more bookings of this kind are possible that day. Please choose another day."),
    Refusal.NO_ROOM: _("Sorry, no room is free at that time. Please choose one of the times shown."),
    Refusal.OFF_GRID: _("That time is not offered. Please choose one of the times shown."),
    Refusal.FULL: _("Sorry, there are not enough places left. Please choose another time."),
}
GONE = {Refusal.BUSY, Refusal.NO_ROOM, Refusal.FULL, Refusal.LIMIT}


class SlotTaken(Conflict):
    """Somebody else has the time, the room or the last place. `against` is all that speaks against it, if known."""

    message = SENTENCES[Refusal.BUSY]
    against: tuple[Refusal, ...] = ()


class NotOffered(DomainError):
    """The rules do not offer this start at all. `against` as in SlotTaken."""

    against: tuple[Refusal, ...] = ()


class ServiceGone(NotOffered):
    """No service was chosen, or one that cannot be booked here any more."""

    message = _("That service is not offered here. Please choose another one.")


class PriceChanged(Conflict):
    """The place is free again but costs something else than what was shown."""

    message = _("The price has changed since you chose this time. Please choose it again to see the new one.")


class TooManyHolds(DomainError):
    """Somebody keeps more places than one visitor may."""

    status = 429
    retry_after = 60
    message = _("You already have several bookings waiting to be finished. Please finish one of them first.")


class TooManyBookings(NotOffered):
    """A customer has all the bookings ahead that the business allows one person."""

    message = _("You already have as many bookings ahead as can be made online. Please contact us for more.")


class HoldGone(DomainError):
    """The hold was given up so long ago that nothing of it is left."""

    status = 410
    message = _("This booking was never finished and is gone. Please choose a time again.")


class AlreadyBegun(Conflict):
    """The start has passed."""

    message = _("This has already begun.")


class AlreadyOver(Conflict):
    """What is over stays as it was."""

    message = _("This is already over and cannot be changed any more.")


class TooEarly(DomainError):
    """Nobody can know yet what will become of it."""

    message = _("The appointment has not begun yet. Please wait until then.")


class TooLateToCorrect(DomainError):
    """Whether somebody came is settled a week after the end."""

    message = _("This ended more than a week ago and can no longer be changed.")


class StillBeingBooked(Conflict):
    """Somebody holds the place and is typing their name."""

    message = _("Somebody is booking this right now. Please wait until they have finished.")


class ImpossibleLength(DomainError):
    """An end that is not after the start, or too long after it."""

    message = _("Please choose an end that is after the start and not more than a day later.")


def refuse(refusal: Refusal, against: Iterable[Refusal] = ()) -> DomainError:
    """The error for a refusal: a conflict when the place is gone, else a rule. `against` is all there is besides it."""
    error = (SlotTaken if refusal in GONE else NotOffered)(SENTENCES[refusal])
    error.against = tuple(against)
    return error
