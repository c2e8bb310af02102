"""The business days of a calendar, and where a minute stands in the column of its day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from app.appointments.calendar.people import Somebody
from app.businesses.models import Business
from app.core.intervals import Interval
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.open_time import Piece, day_begins, own_time, shared, shop_time, spans
from app.schedule.wall_clock import DAY, utc

LONGEST_COLUMN = 36 * 60
_ROLLS_OVER = 12 * 60  # What reaches so far into the next day is shown there too.


class Days:
    """The business days first to last, with the hours of everybody shown: one statement.

    A column begins at the midnight of its day and may go on past the next one, as an evening does. On a night the
    clock is put back, both hours of one name stand at the same height.
    """

    def __init__(self, business: Business, shown: Sequence[Somebody], first: date, last: date) -> None:
        calendar = Calendar(business.zone, first, last)
        self.calendar = with_hours(calendar, business.id, [it.id for it in shown])
        self._pieces = shop_time(self.calendar)
        self._open: dict[int | None, dict[date, list[Piece]]] = {}
        begins = day_begins(self.calendar, self._pieces)
        self._midnights = {day: midnight for day, _, midnight in self.calendar.days}
        self._days = [day for day, _ in begins]
        self._begins = [minute for _, minute in begins]

    @property
    def limits(self) -> tuple[datetime, datetime]:
        """When the first day begins and the last is over (UTC)."""
        return self.moment(self.calendar.first), self.moment(self.calendar.last + timedelta(1))

    def moment(self, day: date) -> datetime:
        """When a day begins (UTC)."""
        return utc(self._begin(day))

    def limits_of(self, day: date) -> Interval:
        """When a day begins and is over (epoch minutes)."""
        return self._begin(day), self._begin(day + timedelta(1))

    def opens(self, somebody: Somebody | None, day: date) -> list[Interval]:
        """When a person or a room is there on a day, or when the business is open; wall minutes."""
        whose = somebody.id if somebody else None
        if whose not in self._open:
            own = None if whose is None else own_time(self.calendar, whose)
            by_day = self._open[whose] = defaultdict(list)
            for piece in shared(self._pieces, own):
                by_day[piece[3]].append(piece)
        return [self.on_the_wall(day, *span) for span in spans(self._open[whose].get(day, ()))]

    def on_the_wall(self, day: date, start: int, end: int) -> Interval:
        """A stretch of time (epoch minutes) in wall minutes of a day, within what a column can show.

        What seems to end before it began, because the clock was put back meanwhile, is as high as it is long.
        """
        midnight = self._midnights[day]
        if midnight is not None:
            top, foot = start - midnight, end - midnight
        else:
            top, foot = self._wall(day, start), self._wall(day, end)
            if foot <= top:
                foot = top + end - start
        return max(0, min(top, LONGEST_COLUMN - 5)), max(5, min(foot, LONGEST_COLUMN))

    def split(self, start: int, end: int) -> Iterator[tuple[date, int, int]]:
        """A stretch of time by the days it is shown on: the one it begins on, and those it reaches far into."""
        at = bisect_right(self._begins, start) - 1
        while at + 1 < len(self._begins) and end - self._begins[at + 1] > _ROLLS_OVER:
            yield self._days[at], start, self._begins[at + 1]
            at, start = at + 1, self._begins[at + 1]
        yield self._days[at], start, end

    def _begin(self, day: date) -> int:
        return self._begins[self._days.index(day)]

    def _wall(self, day: date, minute: int) -> int:
        on, wall = self.calendar.clock.shows(minute)
        return (on - day).days * DAY + wall
