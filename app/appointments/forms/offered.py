"""What a calendar says of a time that is kept for somebody who waits, or whose payment takes its time."""

from collections.abc import Callable

from flask_babel import gettext as _

from app.appointments.calendar.reading import Taken
from app.dates import clock_at, date_in, epoch_clock, short_day
from app.schedule.wall_clock import utc


def offered_in(zone: str) -> Callable[[Taken], str]:
    """To whom it is offered, and until when on the clock of `zone`."""
    return lambda taken: _(
        "Offered to %(name)s until %(time)s", name=taken.who, time=epoch_clock(taken.kept_until or 0, zone)
    )


def kept_until_in(zone: str) -> Callable[[Taken], str]:
    """The day and time until when it is kept while a payment is on its way."""

    def when(taken: Taken) -> str:
        until = utc(taken.kept_until or 0)
        return _("%(day)s, %(time)s", day=short_day(date_in(until, zone)), time=clock_at(until, zone))

    return when
