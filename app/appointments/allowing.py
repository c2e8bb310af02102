"""What the customer of a visit may do with it by themselves, until when, and why not. Nothing here asks the database.

What was promised counts: a booking keeps the leeway it was made with (`Booking.policy`), so that stricter settings
change nothing for it. More generous ones do: of the two the more generous counts, each freedom by itself. A booking
from before anything was kept goes by the settings alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.appointments.models import UNANSWERED, WAITED_FOR, Booking
from app.appointments.refusals import AlreadyBegun, AlreadyOver
from app.businesses.leeway import Leeway, leeway_of
from app.businesses.models import Business
from app.core.errors import DomainError


class WhyNot(StrEnum):
    """What keeps a customer from changing something by themselves, in the order in which it is said."""

    OVER = "over"
    BEGUN = "begun"
    OFF = "off"
    LATE = "late"
    OFTEN = "often"
    PAUSED = "paused"


class NotByThemselves(DomainError):
    """The business wants to be asked."""

    message = _("This cannot be changed online. Please contact us.")


class TooLateToChange(DomainError):
    """The last moment for customers has passed."""

    message = _("It is too late to change this online. Please contact us.")


class MovedTooOften(DomainError):
    """The visit was moved as often as customers may."""

    message = _("This was moved as often as is possible online. Please contact us.")


class NoOtherTimes(DomainError):
    """What was booked cannot be booked online any more, so there are no times to choose from."""

    message = _("There are no times to choose from online at the moment. Please contact us.")


_ERRORS: dict[WhyNot, type[DomainError]] = {
    WhyNot.OVER: AlreadyOver,
    WhyNot.BEGUN: AlreadyBegun,
    WhyNot.OFF: NotByThemselves,
    WhyNot.LATE: TooLateToChange,
    WhyNot.OFTEN: MovedTooOften,
    WhyNot.PAUSED: NoOtherTimes,
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a customer may do with a visit at a moment.

    `starts_at` is the earliest start of what is left of it (UTC), `moves` how often they have moved it. `is_asked`:
    all that is left waits for an answer, or for its payment, so nothing is agreed yet. `has_times`: there is
    a page on which other times can be chosen.
    """

    leeway: Leeway
    now: datetime
    starts_at: datetime
    moves: int
    is_ahead: bool
    is_asked: bool
    has_begun: bool
    has_times: bool = True

    @property
    def until(self) -> datetime:
        """The last moment (UTC) at which it can be moved or cancelled online."""
        return self._last_moment(self.starts_at)

    @property
    def moves_left(self) -> int | None:
        """How often it can be moved still; None: as often as they like."""
        most = self.leeway.most_moves
        return None if most is None else max(0, most - self.moves)

    @property
    def against_moving(self) -> WhyNot | None:
        """Why it cannot be moved online."""
        found = {
            WhyNot.OFF: not self.leeway.move,
            WhyNot.LATE: self.now > self.until,
            WhyNot.OFTEN: self.moves_left == 0,
            WhyNot.PAUSED: not self.has_times,
        }
        return self.against_correcting or next((why for why in WhyNot if found.get(why)), None)

    @property
    def against_cancelling(self) -> WhyNot | None:
        """Why it cannot be cancelled online. What nobody has agreed to yet can be withdrawn as long as it is ahead."""
        found = {WhyNot.OFF: not self.leeway.cancel, WhyNot.LATE: self.now > self.until}
        why = next((why for why in WhyNot if found.get(why)), None)
        return self.against_correcting or (None if self.is_asked else why)

    @property
    def against_correcting(self) -> WhyNot | None:
        """Why names, note and answers cannot be corrected online: they can until it begins."""
        if not self.is_ahead:
            return WhyNot.OVER
        return WhyNot.BEGUN if self.has_begun else None

    @property
    def may_move(self) -> bool:
        return self.against_moving is None

    @property
    def may_cancel(self) -> bool:
        return self.against_cancelling is None

    def locks(self, start: datetime) -> bool:
        """Whether a visit that is moved to this start can no longer be changed online at once."""
        return self.now > self._last_moment(start)

    def _last_moment(self, start: datetime) -> datetime:
        """Minutes are real time: on the day on which the clocks change it is an hour earlier or later on the wall."""
        return start.astimezone(UTC) - timedelta(minutes=self.leeway.until_min)


def allowance_of(
    business: Business, bookings: Sequence[Booking], now: datetime, *, has_times: bool = True
) -> Allowance:
    """What may be done with the bookings of a visit; of one of which nothing is left, with what it was."""
    kept = [it for it in bookings if it.live] or list(bookings)
    statuses = {it.status for it in kept}
    starts_at = min(it.appointment.starts_at for it in kept)
    came = any(it.arrived_at or it.started_at or it.status in ("completed", "no_show") for it in kept)
    return Allowance(
        leeway=promised(business, kept[0]),
        now=now,
        starts_at=starts_at,
        moves=max(it.moves for it in kept),
        is_ahead=bool(statuses & set(WAITED_FOR)),
        is_asked=statuses <= set(UNANSWERED),
        has_begun=came or starts_at <= now,
        has_times=has_times and business.status == "open",
    )


def promised(business: Business, booking: Booking) -> Leeway:
    """The leeway a booking was made with, or that of today where it is more generous."""
    today, kept = leeway_of(business), booking.policy.get("leeway")
    return Leeway.read(kept).or_more(today) if kept else today


def allow(why: WhyNot | None) -> None:
    """Raise what speaks against it: AlreadyOver, AlreadyBegun, NotByThemselves, TooLateToChange, MovedTooOften …"""
    if why is not None:
        raise _ERRORS[why]


def sentence(why: WhyNot) -> str | LazyString:
    """The same in words."""
    return _ERRORS[why].message
