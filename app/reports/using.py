"""The report of how much of the open time of people and rooms is booked."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from app.businesses.models import Business
from app.reports.figures import Column, Figure, Report, Table, Words
from app.reports.pairs import Pair, pair_of
from app.reports.people import Resource, Time, Use, resources_of, use_of
from app.reports.spans import Span

PEOPLE, ROOMS = "staff", "space"


def used_time(business: Business, now: Span, before: Span) -> tuple[Pair, Use, Use]:
    """Both periods with what the time of everybody and everything was used for. Five statements."""
    resources = resources_of(business.id)
    pair = pair_of(business, now, before, [it.id for it in resources])
    return pair, use_of(pair.now, resources), use_of(pair.before, resources)


def utilisation_report(pair: Pair, now: Use, before: Use) -> Report:
    """What was booked of the time that was open."""
    figures, charts, tables = [], [], []
    for kind, label, by, title, words in (
        (
            *(PEOPLE, _("Person"), _("By person"), _("Open time of people that is booked")),
            (_("People booked"), _("Booked time of people"), _("Open time of people")),
        ),
        (
            *(ROOMS, _("Room"), _("By room"), _("Open time of rooms that is booked")),
            (_("Rooms booked"), _("Booked time of rooms"), _("Open time of rooms")),
        ),
    ):
        total, was = now.total(kind), before.total(kind)
        if total == was == Time():
            continue
        figures += [
            Figure(words[0], "share", total.share, was.share, "up"),
            Figure(words[1], "minutes", total.booked, was.booked, "up"),
            Figure(words[2], "minutes", total.open, was.open),
        ]
        charts.append(pair.chart(title, "share", *shares_of(pair, kind, now, before)))
        tables.append(_table(by, label, now.of(kind), before.of(kind)))
    return Report(
        "utilisation",
        figures,
        charts,
        tables,
        notes=[
            _(
                "Open is when somebody is there while you are open, by the hours that hold now; days off are not."
            ),
            _(
                "Booked is the time of visits that are confirmed or done, wherever it lies; a class counts once."
            ),
            _("Time before and after visits is not booked; it stands in a column of its own."),
        ],
        empty=not tables,
    )


def shares_of(pair: Pair, kind: str, now: Use, before: Use) -> list[list[float | None]]:
    """How much of the open time is booked in each stretch of both periods."""
    both = (now.together(kind), pair.now), (before.together(kind), pair.before)
    return [[it.share for it in times] or [None] * len(frame.stretches) for times, frame in both]


def _table(title: Words, label: Words, now: dict[Resource, Time], before: dict[Resource, Time]) -> Table:
    columns = [Column(label, "text"), Column(_("Booked"), "minutes"), Column(_("Open"), "minutes")]
    columns += [Column(_("Booked of open"), "share"), Column(lazy_pgettext("report", "Before"), "share")]
    columns.append(Column(_("Around visits"), "minutes"))
    rows = []
    for it in {**now, **before}:
        time = now.get(it, Time())
        rows.append([it.name, time.booked, time.open, time.share, before.get(it, Time()).share, time.around])
    return Table(title, columns, rows, bars=3)
