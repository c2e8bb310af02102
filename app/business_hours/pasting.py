"""Weekly hours as people write and paste them, read into a week, and a week as OpenStreetMap writes it.

What is read is the weekly part of https://wiki.openstreetmap.org/wiki/Key:opening_hours, and what websites say in four
languages: "Mo-Fr 09:00-12:30, 13:15-18:00; Sa 10:00-02:00", "Montag bis Freitag 9 – 18 Uhr", "Mon: 9am to 5pm". The
libraries for that form say whether it is open at a moment, and refuse whatever is not exactly in it.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from app.business_hours.pasted_words import Token, tokens
from app.core.intervals import Interval

DAY = 1440
EVERY_DAY = tuple(range(7))
_OSM = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAYS = {"days", "holiday"}
_HOURS = {"time", "closed", "always"}


@dataclass(slots=True)
class Pasted:
    """What was found: weekday (0 is Monday) to intervals in minutes from midnight, earliest first.

    `left` are the pieces that were not understood, as they were written; `holidays` those about public or school
    holidays, which no week can say. `is_read` is false where there was nothing to take over.
    """

    week: dict[int, list[Interval]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    holidays: list[str] = field(default_factory=list)
    is_read: bool = False


class _Unclear(Exception):
    """A piece that says nothing one can be sure of."""


@dataclass(slots=True)
class _Piece:
    """Days with their hours, or half of that; `line` counts what stands between semicolons or ends of lines."""

    line: int
    tokens: list[Token] = field(default_factory=list)

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)

    @property
    def has_days(self) -> bool:
        return self.has(*_DAYS)

    @property
    def has_hours(self) -> bool:
        return self.has(*_HOURS)

    def words(self, text: str) -> str:
        """The piece as it was written."""
        return " ".join(text[self.tokens[0].since : self.tokens[-1].until].split()).strip(" ,")


def read_week(text: str, language: str = "en") -> Pasted:
    """Read hours leniently. Of words that are days in several languages, `language` (de) decides. Never raises.

    As in OpenStreetMap, a later line takes the place of an earlier one on its days, and a comma adds to them; hours
    that overlap take the place too, and the same days once more are more hours.
    """
    text = unicodedata.normalize("NFC", text)
    found, lines = Pasted(), dict[int, int]()
    former: Sequence[int] | None = EVERY_DAY
    for piece in _joined(_pieces(tokens(text, language))):
        if piece.has("holiday"):
            found.holidays.append(piece.words(text))
        if piece.has("holiday") and not piece.has("days"):
            continue
        try:
            days, hours = _days(piece, former), _hours(piece)
            if found.is_read and not (hours or piece.has("days")):
                raise _Unclear
        except _Unclear:
            found.left.append(piece.words(text))
            former = None
            continue
        for day in days:
            adds = lines.get(day) == piece.line or days == former
            found.week[day] = _with(found.week.get(day, []) if adds else [], hours)
            lines[day] = piece.line
        former, found.is_read = days, True
    found.week = {day: hours for day, hours in sorted(found.week.items()) if hours}
    return found


def write_week(week: Mapping[int, Sequence[Interval]]) -> str:
    """A week in OpenStreetMap's form: Mo-Fr 09:00-12:30,13:15-18:00; Sa 10:00-02:00. A week without hours: off."""
    if all(list(week.get(day, ())) == [(0, DAY)] for day in EVERY_DAY):
        return "24/7"
    groups: dict[tuple[Interval, ...], list[int]] = {}
    for day in EVERY_DAY:
        if week.get(day):
            groups.setdefault(tuple(week[day]), []).append(day)
    rules = [f"{_names(days)} {','.join(_span(*it) for it in hours)}" for hours, days in groups.items()]
    return "; ".join(rules) or "off"


def _names(days: Sequence[int]) -> str:
    """Mo-We,Fr."""
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), lambda it: it[1] - it[0])]
    return ",".join(_OSM[run[0]] if len(run) == 1 else f"{_OSM[run[0]]}-{_OSM[run[-1]]}" for run in runs)


def _span(opens: int, closes: int) -> str:
    closes = closes if closes == DAY else closes % DAY
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


def _pieces(those: Iterable[Token]) -> Iterator[_Piece]:
    """One piece for each new list of days, or of hours where those are said first; and for each line and remark."""
    piece, last = _Piece(0), ""
    for token in those:
        whole = piece.has_days and piece.has_hours
        begins_days = token.kind in _DAYS and last in _HOURS
        begins_hours = token.kind in _HOURS and (last in _DAYS or token.kind == "closed")
        if token.kind in {"end", "remark"} or (whole and (begins_days or begins_hours)):
            if piece.has(*_DAYS, *_HOURS, "other"):
                yield piece
            last, piece = "", _Piece(piece.line + (token.kind == "end"))
        if token.kind == "remark":
            yield _Piece(piece.line, [token])
        elif token.kind != "end" and (piece.tokens or token.kind not in {"and", "to"}):
            piece.tokens.append(token)
            last = token.kind if token.kind != "and" else last
    if piece.has(*_DAYS, *_HOURS, "other"):
        yield piece


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Days on one line and their hours on the next, as one piece."""
    waiting: _Piece | None = None
    for piece in pieces:
        if waiting and not piece.has_days and piece.has_hours:
            waiting.tokens += piece.tokens
            yield waiting
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = piece if piece.has_days and not piece.has_hours else None
        if not waiting:
            yield piece
    if waiting:
        yield waiting


def _days(piece: _Piece, former: Sequence[int] | None) -> Sequence[int]:
    """The days of a piece; without any the `former`. Raises _Unclear."""
    if piece.has("other", "remark"):
        raise _Unclear
    said = [token for token in piece.tokens if token.kind != "and"]
    days: list[int] = []
    for at, token in enumerate(said):
        if token.kind != "days":
            continue
        if at > 1 and (said[at - 2].kind, said[at - 1].kind) == ("days", "to"):
            first, last = said[at - 2].days, token.days
            if len(first) != 1 or len(last) != 1:
                raise _Unclear
            days += [(first[0] + step) % 7 for step in range((last[0] - first[0]) % 7 + 1)]
        else:
            days += token.days
    if not days and not former:
        raise _Unclear
    return tuple(dict.fromkeys(days)) or former or ()


def _hours(piece: _Piece) -> list[Interval]:
    """The intervals of a piece, none when it is closed. Raises _Unclear."""
    said = [token for token in piece.tokens if token.kind not in {"days", "holiday", "and"}]
    kinds = [token.kind for token in said if token.kind != "to"]
    if kinds == ["closed"]:
        return []
    if kinds == ["always"]:
        return [(0, DAY)]
    hours = []
    said = _without_dashes_of_days(piece)
    while said:
        if [token.kind for token in said[:3]] != ["time", "to", "time"]:
            raise _Unclear
        hours.append(_interval(said[0], said[2]))
        said = said[3:]
    if not hours:
        raise _Unclear
    return sorted(hours)


def _without_dashes_of_days(piece: _Piece) -> list[Token]:
    """The hours of a piece: times, and the dashes that follow one."""
    said, before = [], ""
    for token in piece.tokens:
        if token.kind in _HOURS or (token.kind == "to" and before == "time"):
            said.append(token)
        before = token.kind
    return said


def _interval(since: Token, until: Token) -> Interval:
    """From and until in minutes; an end at or before the beginning is on the next day. Raises _Unclear."""
    opens, closes = since.minute, until.minute
    if since.half or until.half:
        opens, closes = _of_twelve(since, until)
    elif since.is_bare and until.is_bare and 5 * 60 <= opens < 12 * 60 and 0 < closes <= opens:
        # 9-5 is a day of work far more often than one that ends at five the next morning.
        closes += 12 * 60
    if since.is_midnight:
        opens = 0
    if closes <= opens:
        closes += DAY
    if opens >= DAY or closes > 2 * DAY or closes - opens > DAY:
        raise _Unclear
    return opens, closes


def _of_twelve(since: Token, until: Token) -> Interval:
    """9am-5pm; where only one of both says its half of the day, the other follows from it. Raises _Unclear."""
    if since.half and until.half:
        return _half(since, since.half), _half(until, until.half)
    given, other = (since.half, until) if since.half else (until.half, since)
    if other.minute >= 13 * 60 or other.is_midnight:
        return (_half(since, given), other.minute) if since.half else (other.minute, _half(until, given))
    for half in (given, "p" if given == "a" else "a"):
        opens = _half(since, since.half or half)
        closes = _half(until, until.half or half)
        if opens < closes:
            return opens, closes
    return opens, closes


def _half(token: Token, half: str) -> int:
    """Minutes from midnight of a time from 12 to 11:59."""
    if not 60 <= token.minute < 13 * 60:
        raise _Unclear
    return token.minute % 720 + (720 if half == "p" else 0)


def _with(hours: list[Interval], more: list[Interval]) -> list[Interval]:
    """Both, or only the later ones where they overlap or it is closed."""
    both = sorted([*hours, *more])
    overlap = any(after[0] < before[1] for before, after in pairwise(both))
    return more if overlap or not more else both
