"""The reports of customers, new and returning, and of cancellations."""

from datetime import datetime

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.reports.clients import clients_of
from app.reports.figures import Column, Figure, Report, Table
from app.reports.losses import cancellations_of
from app.reports.pairs import Pair
from app.reports.visits import visits_of

WHO: dict[str, LazyString] = {
    "customer": _("The customer"),
    "member": _("Your team"),
    "system": _("Daybook, by your rules"),
}
HOW_LONG = [
    _("After it had begun"),
    _("Less than 2 hours"),
    _("2 to 24 hours"),
    _("1 to 3 days"),
    _("3 to 7 days"),
    _("A week or more"),
]
MOST_REASONS = 12


def customers_report(pair: Pair, now: datetime) -> Report:
    """Who came for the first time and who came back. Two statements."""
    came, was = pair.both(lambda frame: clients_of(frame, now))
    back = _("Of %(n)s whose 90 days are over", n=came.watched)
    figures = [
        Figure(_("Customers"), "count", came.total.all, was.total.all, "up", _("Each counted once")),
        Figure(_("New"), "count", came.total.new, was.total.new, "up", _("Never here before")),
        Figure(_("Returning"), "count", came.total.known, was.total.known, "up", _("Were here before")),
        Figure(_("New ones who came again"), "share", came.kept, was.kept, "up", back),
    ]
    columns = [Column("", "stretch"), Column(_("Customers")), Column(_("New")), Column(_("Returning"))]
    columns.append(Column(_("Share of new ones"), "share"))
    rows = [
        [span, it.all, it.new, it.known, it.share_new]
        for span, it in zip(pair.now.stretches, came.stretches, strict=True)
        if it.all
    ]
    return Report(
        "customers",
        figures,
        [
            pair.chart(
                _("New customers"),
                "count",
                [it.new for it in came.stretches],
                [it.new for it in was.stretches],
            ),
            pair.chart(
                _("Returning customers"),
                "count",
                [it.known for it in came.stretches],
                [it.known for it in was.stretches],
            ),
        ],
        [Table(_("New and returning"), columns, rows)],
        notes=[
            _("New is whose first visit ever, confirmed or done, is in the period."),
            _(
                "Whoever comes in several stretches of time counts in each of them, and once in the figures above."
            ),
            _("Came again: another visit done on a later day, within 90 days after the first."),
        ],
        empty=not (came.total.all or was.total.all),
    )


def cancellations_report(pair: Pair) -> Report:
    """What was given up, by whom, why and how late. Four statements."""
    now, before = pair.both(visits_of)
    gone, gone_before = pair.both(cancellations_of)
    total, was = now.total, before.total
    figures = [
        Figure(_("Cancelled"), "count", total["cancelled"], was["cancelled"], "down"),
        Figure(_("Share"), "share", total.given_up, was.given_up, "down", _("Of all that was firm once")),
        Figure(
            _("Late"),
            "share",
            gone.share_late,
            gone_before.share_late,
            "down",
            _("Less than 24 hours before"),
        ),
    ]
    reasons = {it or _("No reason given"): number for it, number in gone.reasons[:MOST_REASONS]}
    others = sum(number for _reason, number in gone.reasons[MOST_REASONS:])
    whom = [[WHO[key], gone.by_whom.get(key, 0), gone_before.by_whom.get(key, 0)] for key in WHO]
    lengths = [list(it) for it in zip(HOW_LONG, gone.steps, gone_before.steps, strict=True)]
    rows = [[it, number] for it, number in reasons.items()] + (
        [[_("Other reasons"), others]] if others else []
    )
    counts = [Column(_("Cancelled")), Column(lazy_pgettext("report", "Before"))]
    return Report(
        "cancellations",
        figures,
        [
            pair.chart(
                _("Cancelled visits"),
                "count",
                [it["cancelled"] for it in now.stretches],
                [it["cancelled"] for it in before.stretches],
            )
        ],
        [
            Table(_("Why"), [Column(_("Reason"), "text"), counts[0]], rows, bars=1),
            Table(_("Who cancelled"), [Column(_("Who"), "text"), *counts], whom, bars=1),
            Table(_("How long before"), [Column(_("Before the visit"), "text"), *counts], lengths, bars=1),
        ],
        notes=[_("A visit counts on the day it was for, whenever it was cancelled.")],
        empty=not (total.settled or was.settled),
    )
