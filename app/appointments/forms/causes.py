"""Why a time is not offered, in the words of those who work there."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from app.appointments.bars import Row
from app.appointments.blaming import Blame, Cause, Keeper
from app.appointments.calendar.reading import Taken
from app.appointments.explaining import Answer, Explained, Line
from app.core.intervals import Interval
from app.dates import clock_hour, epoch_clock, lead_time, minutes
from app.dates import day as day_in_words
from app.schedule.facts import ServiceRules
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import DAY, WallClock, utc


class Words:
    """Sentences about one service on the clock of its shop."""

    def __init__(self, service: ServiceRules, clock: WallClock) -> None:
        self.service, self.clock = service, clock

    def at(self, minute: int) -> str:
        """The clock time of an epoch minute; midnight at the end of something is 24:00 nowhere, but 00:00."""
        return epoch_clock(minute, self.clock.zone)

    def hour(self, minute: int) -> str:
        """A full hour as it stands above the bars: 13:00 or 1 PM."""
        return clock_hour(self.clock.shows(minute)[1] // 60)

    def span(self, since: int, until: int) -> str:
        """09:00–12:30."""
        return f"{self.at(since)}–{self.at(until)}"

    def spans(self, those: Sequence[Interval]) -> str:
        """09:00–12:30 and 13:15–18:00."""
        words = [self.span(*it) if it[0] != it[1] else self.at(it[0]) for it in those]
        if len(words) < 2:
            return "".join(words)
        return _("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])

    def sentence(self, cause: Cause) -> str:
        """The one reason that is given for a start."""
        words: dict[Refusal, Callable[[Cause], str]] = {
            Refusal.CLOSED: self._closed,
            Refusal.STAFF_OFF: self._off,
            Refusal.BUSY: self._busy,
            Refusal.NO_ROOM: self._no_room,
            Refusal.LIMIT: self._limit,
            Refusal.TOO_SOON: self._too_soon,
            Refusal.TOO_FAR: self._too_far,
            Refusal.OFF_GRID: self._off_grid,
            Refusal.FULL: lambda _cause: _("All places are taken."),
        }
        return words[cause.refusal](cause)

    def exactly(self, minute: int) -> str:
        """The clock time with the zone's short name, for an hour that comes twice."""
        zone = utc(minute).astimezone(ZoneInfo(self.clock.zone)).tzname() or ""
        return f"{self.at(minute)} {zone}"

    def starts(self, can: Sequence[Interval], last: int) -> str:
        """From when to when something can begin, the last minute included; what goes on is said until `last`."""
        return self.spans([(start, end if end == last else max(start, end - 1)) for start, end in can])

    def stretch(self, line: Line) -> str:
        """The steps a line of the day is about, from the first to the last; without any all of its time."""
        if not line.steps:
            return self.span(line.start, line.end)
        first, last = line.steps[0], line.steps[-1]
        return self.at(first) if first == last else self.span(first, last)

    def wire(self, minute: int) -> dict[str, str]:
        """The date and the time of an epoch minute as the form of a new booking is asked for them."""
        on, wall = self.clock.shows(minute)
        return {"date": on.isoformat(), "time": f"{wall // 60:02}:{wall % 60:02}"}

    @property
    def step(self) -> str:
        """How long it is from one step to the next."""
        return minutes(self.service.step)

    def verdict(self, answer: Answer, when: str) -> str:
        """Whether a time is offered, in so many words."""
        if answer.is_offered:
            return _("%(time)s is offered", time=when)
        return _("%(time)s is not offered", time=when)

    def rules(self, refused: Sequence[Refusal]) -> str:
        """What some refusals are called."""
        names = {
            Refusal.CLOSED: _("opening hours"),
            Refusal.STAFF_OFF: _("working hours"),
            Refusal.BUSY: _("bookings"),
            Refusal.NO_ROOM: _("rooms and helpers"),
            Refusal.LIMIT: _("limit of the day"),
            Refusal.TOO_SOON: _("notice"),
            Refusal.TOO_FAR: _("how far ahead"),
            Refusal.OFF_GRID: _("steps"),
            Refusal.FULL: _("places"),
        }
        return _in_a_row([names[it] for it in refused])

    def detail(self, row: Row, explained: Explained) -> str:
        """What a row of the chart is made of: when the business is open or somebody is there, or the rule itself."""
        blame = explained.blame
        if row.kind == Refusal.CLOSED:
            labels = [label for _stretch, label in blame.stretches_away(None) if label]
            hours = blame.hours_of_shop()
            said = _("Open %(hours)s.", hours=self.spans(hours)) if hours else _("Closed.")
            return " ".join([said, *(f"{label}." for label in labels)])
        if row.kind in (Refusal.STAFF_OFF, "person") and row.resource:
            return self._there(row.resource, blame)
        if row.kind == Refusal.TOO_SOON:
            return self.notice()
        if row.kind == Refusal.TOO_FAR:
            return self.window()
        return ""

    def _there(self, resource: int, blame: Blame) -> str:
        away = [self.spans([it]) + f" {label}" for it, label in blame.stretches_away(resource) if label]
        hours = blame.hours_of(resource)
        if hours:
            said = _("There %(hours)s.", hours=self.spans(hours))
        elif blame.comes_when_open(resource):
            said = _("There whenever you are open.")
        else:
            said = _("Not there.")
        return " ".join([said, *(f"{it}." for it in away)])

    def bookings(self, row: Row, explained: Explained) -> list[str]:
        """What takes the time of the person a row is about, each with its buffers."""
        blame = explained.blame
        if row.resource is None or row.kind not in (Refusal.BUSY, "person"):
            return []
        return [
            f"{self.span(it.taken_from, it.taken_until)} {self.taken(it) if blame.opens(it) else _('taken')}"
            for it in blame.taken_of(row.resource)
        ]

    def taken(self, it: Taken) -> str:
        """What somebody's time is taken for, to those who may open it."""
        if it.is_class:
            return _("the class %(service)s", service=it.service)
        if it.status == "held" and not it.is_offered:
            return _("%(service)s, which is being booked right now", service=it.service)
        if it.who is None:
            return _("%(service)s for a walk-in", service=it.service)
        return _("%(service)s with %(customer)s", service=it.service, customer=it.who)

    def notice(self) -> str:
        """How long before customers must book."""
        amount = self.service.notice_amount
        if not amount:
            return _("Customers can book until it begins.")
        if self.service.notice_unit == "days":
            return ngettext(
                "Customers must book %(num)d day before.", "Customers must book %(num)d days before.", amount
            )
        return _("Customers must book %(time)s before.", time=lead_time(amount))

    def window(self) -> str:
        """How far ahead customers can book."""
        days = self.service.advance_days
        if days is None:
            return _("Customers can book as far ahead as they like.")
        return ngettext(
            "Customers can book %(num)d day ahead.", "Customers can book up to %(num)d days ahead.", days
        )

    def _closed(self, it: Cause) -> str:
        if it.kind == "closure":
            return _("Closed: %(reason)s.", reason=it.label) if it.label else _("You are closed then.")
        if it.kind == "all_day":
            return _("You are closed all day.")
        if it.kind == "into":
            return _(
                "It would last until %(end)s, but you close at %(close)s.",
                end=self.at(it.until or 0),
                close=self.at(it.since or 0),
            )
        return _("Outside your opening hours: open %(hours)s.", hours=self.spans(it.hours))

    def _off(self, it: Cause) -> str:
        who = {"person": it.person}
        if it.kind == "nobody":
            return _("Nobody who works here does this service.")
        if it.kind == "away":
            if it.label:
                return _("%(person)s is away: %(reason)s.", reason=it.label, **who)
            return _("%(person)s is away then.", **who)
        if it.kind == "off_day":
            return _("%(person)s does not work that day.", **who)
        when = {"since": self.at(it.since or 0), "until": self.at(it.until or 0)}
        if it.kind == "break":
            return _("%(person)s has a break from %(since)s to %(until)s.", **when, **who)
        if it.kind == "into_break":
            return _("It would last into %(person)s’s break from %(since)s to %(until)s.", **when, **who)
        if it.kind == "into":
            return _(
                "It would last until %(until)s, but %(person)s is only there until %(since)s.", **when, **who
            )
        return _("%(person)s is only there %(hours)s.", hours=self.spans(it.hours), **who)

    def _busy(self, it: Cause) -> str:
        who = {"person": it.person}
        # The clock alone does not say until when a stay of several days goes on.
        if it.since is None or it.until is None or it.taken is None or it.until - it.since > DAY:
            return _("%(person)s is taken then.", **who)
        if it.kind != "booked":
            return _("%(person)s is taken from %(since)s to %(until)s.", **who, **self._around(it))
        what = self.taken(it.taken)
        if it.tidying:
            buffer = minutes(it.until - it.taken.ends)
            return _(
                "%(person)s has %(what)s until %(until)s, and then %(buffer)s buffer.",
                what=what,
                until=self.at(it.taken.ends),
                buffer=buffer,
                **who,
            )
        sentence = _(
            "%(person)s has %(what)s from %(since)s to %(until)s.", what=what, **who, **self._around(it)
        )
        if it.preparing:
            return sentence + " " + _("This service needs a buffer beside it.")
        return sentence

    def _around(self, it: Cause) -> dict[str, str]:
        """The time of the appointment itself, where its buffers are known."""
        since, until = it.since or 0, it.until or 0
        if it.kind == "booked" and it.taken:
            first, last = max(since, it.taken.starts), min(until, it.taken.ends)
            since, until = (first, last) if first < last else (since, until)
        return {"since": self.at(since), "until": self.at(until)}

    def _no_room(self, it: Cause) -> str:
        if not it.keepers:
            return _("Nothing can fill what this service needs besides.")
        words = [self._keeper(one) for one in it.keepers]
        if it.kind == "space":
            return _("No room is free: %(rooms)s.", rooms=", ".join(words))
        return _("Nobody is free to help: %(people)s.", people=", ".join(words))

    def _keeper(self, it: Keeper) -> str:
        if it.until is None:
            return _("%(name)s is out of use or needed beside it", name=it.name)
        return _("%(name)s is taken until %(until)s", name=it.name, until=self.at(it.until))

    def _limit(self, it: Cause) -> str:
        if it.kind == "person":
            return ngettext(
                "%(person)s takes %(num)d booking a day, and has it.",
                "%(person)s takes %(num)d bookings a day, and has them.",
                it.number,
                person=it.person,
            )
        return ngettext(
            "You allow %(num)d booking of this service a day, and it is taken.",
            "You allow %(num)d bookings of this service a day, and they are taken.",
            it.number,
        )

    def _too_soon(self, it: Cause) -> str:
        if it.kind == "over":
            return _("This time is over.")
        on, _wall = self.clock.shows(it.since or 0)
        return _(
            "%(rule)s The first time now is %(time)s on %(day)s.",
            rule=self.notice(),
            time=self.at(it.since or 0),
            day=day_in_words(on),
        )

    def _too_far(self, _cause: Cause) -> str:
        return self.window()

    def _off_grid(self, it: Cause) -> str:
        near = [self.at(one) for one in it.near]
        if self.service.has_set_times:
            if not near:
                return _("It does not happen then.")
            return _("It does not happen then, but at %(times)s.", times=_in_a_row(near))
        step = minutes(self.service.step)
        if not near:
            return _("It is offered every %(step)s, and this is between two steps.", step=step)
        return _("It is offered every %(step)s: next to this at %(times)s.", step=step, times=_in_a_row(near))


def _in_a_row(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return _("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])
