"""The history of a business, as a page and as a table for other programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from app.audit.models import AuditEvent
from app.businesses.guards import members_only, needs_role
from app.businesses.joining import members_ever
from app.downloads import table_in_parts
from app.history.forms import HistoryForm
from app.history.listing import PAGE, each_event, events_of
from app.history.naming import Names, names_in
from app.history_in_words import Change, action_in_words, changes_of, picture_in_words, reason_in_words
from app.schedule.wall_clock import local_date

bp = Blueprint("history", __name__, url_prefix="/manage/<slug>/audit")
bp.before_request(members_only)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, in words."""

    event: AuditEvent
    title: str
    subject: str | None
    changes: list[Change]
    who: str
    reason: str | None


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """What was changed, by whom, when, and from what to what; the newest first."""
    form = _form()
    found = events_of(g.business.id, form.wish, form.place, PAGE)
    older = found.older and f"{found.older[0].isoformat()}_{found.older[1]}"
    page = render_template(
        "history/index.html",
        form=form,
        days=_by_day(found.rows),
        older=url_for(".index", **form.asked, before=older) if older else None,
        newest=url_for(".index", **form.asked) if form.place else None,
        about=_about(form),
    )
    return make_response(page, 200 if form.is_right else 422)


@bp.get("/table.csv")
@needs_role("manager")
def show_table() -> Response:
    """The same as a table, one line for each thing that was changed."""
    form = _form()
    if not form.is_right:
        abort(422)
    head = [
        _("Date"),
        _("Time"),
        _("What"),
        _("About"),
        _("Field"),
        pgettext("history", "Before"),
        _("After"),
        _("Who"),
        _("Why"),
    ]
    parts = map(_rows, each_event(g.business.id, form.wish))
    return table_in_parts(f"{g.business.slug}-history", head, parts)


def _form() -> HistoryForm:
    return HistoryForm(request.args, members_ever(g.business.id), g.business.zone)


def _lines(events: Sequence[AuditEvent]) -> Iterator[Line]:
    names = names_in(g.business.id, events)
    for it in events:
        subject = picture_in_words(it) or names.get((it.subject_kind, it.subject_id))
        changes = changes_of(it, g.business, names)
        yield Line(it, action_in_words(it.action), subject, changes, _who(it), reason_in_words(it))


def _by_day(events: Sequence[AuditEvent]) -> list[tuple[date, list[Line]]]:
    """The same by days of the business."""
    days = groupby(_lines(events), lambda it: local_date(it.event.at, g.business.zone))
    return [(day, list(those)) for day, those in days]


def _rows(events: Sequence[AuditEvent]) -> Iterator[list[object]]:
    zone = ZoneInfo(g.business.zone)
    for line in _lines(events):
        at = line.event.at.astimezone(zone)
        for change in line.changes or [Change("", None, None)]:
            yield [
                *(at.date().isoformat(), at.strftime("%H:%M"), line.title, line.subject),
                *(change.field, change.was, change.became, line.who, line.reason),
            ]


def _who(event: AuditEvent) -> str:
    """Who did it, and by what way where that is not plain."""
    if event.source == "command":
        return _("whoever runs the installation")
    if event.actor_kind in ("system", "admin"):
        return _("Daybook")
    if event.actor_kind in ("visitor", "customer"):
        return _("the customer, on your website") if event.source == "widget" else _("the customer, online")
    return event.actor_name


def _about(form: HistoryForm) -> str | None:
    """What the one subject is called that is looked at; the page says so."""
    if form.subject is None:
        return None
    kind, number = form.subject
    names: Names = names_in(g.business.id, [AuditEvent(subject_kind=kind, subject_id=number, changes={})])
    return names.get(form.subject) or _("one thing")
