"""The reports of bookings and of those who did not come."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from app.appointments.statuses import SOURCES, WORDS
from app.reports.figures import Column, Figure, Heat, Report, Table, Words
from app.reports.losses import absentees_of
from app.reports.pairs import Pair
from app.reports.visits import Tally, made_in, visits_of


def bookings_report(pair: Pair) -> Report:
    """What was booked for the period and what became of it. Four statements."""
    now, before = pair.both(visits_of)
    made, made_before = pair.both(made_in)
    total, was = now.total, before.total
    figures = [
        Figure(_("Bookings"), "count", total.kept, was.kept, "up", _("Confirmed or done")),
        Figure(_("Done"), "count", total["completed"], was["completed"], "up", _("The customer was served")),
        Figure(
            _("Still to come"), "count", total["confirmed"], was["confirmed"], None, _("Confirmed, not done")
        ),
        Figure(_("Newly made"), "count", sum(made), sum(made_before), "up", _("Booked now, for any day")),
    ]
    statuses = [[WORDS[it], total[it], was[it]] for it in WORDS if it != "held" and (total[it] or was[it])]
    return Report(
        "bookings",
        figures,
        [
            pair.chart(
                _("Bookings"),
                "count",
                [it.kept for it in now.stretches],
                [it.kept for it in before.stretches],
            ),
            pair.chart(_("Newly made"), "count", made, made_before),
        ],
        [
            Table(
                _("What became of them"),
                [Column(_("State"), "text"), Column(_("Now")), Column(lazy_pgettext("report", "Before"))],
                statuses,
                bars=1,
            ),
            _kept_table(_("Where they came from"), _("From"), _named(now.sources), _named(before.sources)),
            _kept_table(_("By service"), _("Service"), now.services, before.services),
            _kept_table(_("By person"), _("Person"), _people(now.people), _people(before.people)),
        ],
        Heat(_("When people come"), dict(now.hours)),
        [
            _("A booking counts on the business day of its visit; one newly made, on the day it was made."),
            _("Each place of a class that was booked is a booking of its own."),
        ],
        empty=not (total or was or sum(made)),
    )


def no_shows_report(pair: Pair) -> Report:
    """To what nobody came. Three statements."""
    now, before = pair.both(visits_of)
    total, was = now.total, before.total
    figures = [
        Figure(_("Did not come"), "count", total["no_show"], was["no_show"], "down"),
        Figure(_("Share"), "share", total.missed, was.missed, "down", _("Of the visits whose time has come")),
        Figure(_("Done"), "count", total["completed"], was["completed"], "up"),
    ]
    people = absentees_of(pair.now)
    most = [[it.name, it.missed, it.booked, it.missed / it.booked] for it in people]
    columns = [Column(_("Customer"), "text"), Column(_("Did not come"))]
    columns += [Column(_("Of visits")), Column(_("Share"), "share")]
    return Report(
        "no_shows",
        figures,
        [
            pair.chart(
                _("Share of visits to which nobody came"),
                "share",
                [it.missed for it in now.stretches],
                [it.missed for it in before.stretches],
            )
        ],
        [
            _missed_table(_("By service"), _("Service"), now.services, before.services),
            _missed_table(_("By person"), _("Person"), _people(now.people), _people(before.people)),
            Table(_("Customers who missed the most"), columns, most, 1, [it.id for it in people]),
        ],
        notes=[
            _("Only visits that are done, or to which nobody came, are counted. What was cancelled is not.")
        ],
        empty=not (total.over or was.over),
    )


def _kept_table(
    title: Words, label: Words, now: Mapping[Words, Tally], before: Mapping[Words, Tally]
) -> Table:
    rows: list[list[Any]] = [
        [key, now.get(key, Tally()).kept, before.get(key, Tally()).kept] for key in {**now, **before}
    ]
    rows = sorted((it for it in rows if it[1] or it[2]), key=lambda it: (-it[1], -it[2], str(it[0])))
    return Table(
        title,
        [Column(label, "text"), Column(_("Bookings")), Column(lazy_pgettext("report", "Before"))],
        rows,
        bars=1,
    )


def _missed_table(
    title: Words, label: Words, now: Mapping[Words, Tally], before: Mapping[Words, Tally]
) -> Table:
    columns = [Column(label, "text"), Column(_("Did not come")), Column(_("Of visits"))]
    columns += [Column(_("Share"), "share"), Column(_("Share before"), "share")]
    rows = [
        [key, it["no_show"], it.over, it.missed, before.get(key, Tally()).missed]
        for key, it in now.items()
        if it.over
    ]
    return Table(title, columns, sorted(rows, key=lambda it: (-it[3], -it[1], str(it[0]))), bars=3)


def _named(sources: Mapping[str, Tally]) -> dict[Words, Tally]:
    return {SOURCES[key]: it for key, it in sources.items()}


def _people(people: Mapping[str | None, Tally]) -> dict[Words, Tally]:
    return {key or _("Nobody in particular"): it for key, it in people.items()}
