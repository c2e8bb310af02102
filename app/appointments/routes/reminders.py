"""What customers are told before and after their visits, as the business wants it."""

from collections.abc import Iterable

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.appointments.forms.reminders import RuleForm, rule_in_words
from app.appointments.reminder_rules import (
    PRESETS,
    add_rule,
    change_rule,
    find_rule,
    remove_rule,
    visits_ahead,
)
from app.appointments.reminding import rules_of
from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.notifications.models import ReminderRule
from app.notifications.sms.allowance import settings_of

bp = Blueprint("reminders", __name__, url_prefix="/manage/<slug>/settings/messages")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """All reminders and follow-ups, and the form for another one."""
    return _index(RuleForm(formdata=None))


@bp.post("/reminders")
@needs_role("manager")
@retrying
def create() -> Response:
    """One more reminder or follow-up; one of those everybody has by one click."""
    preset = PRESETS.get(request.form.get("preset", ""))
    form = RuleForm(preset, formdata=None) if preset else RuleForm()
    if not preset and not form.validate():
        return _index(form, 422)
    try:
        add_rule(g.business, preset or form.rule, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _index(form.refuse(refusal), refusal.status)
    return _kept()


@bp.get("/reminders/<id:rule_id>")
@needs_role("manager")
def edit(rule_id: int) -> Response:
    """One reminder, to change it."""
    rule = _load(rule_id)
    return _edit(rule, RuleForm(rule))


@bp.post("/reminders/<id:rule_id>")
@needs_role("manager")
@retrying
def update(rule_id: int) -> Response:
    """Keep another time or another way."""
    rule = _load(rule_id)
    form = RuleForm(rule)
    if not form.validate():
        return _edit(rule, form, 422)
    try:
        change_rule(rule, form.rule, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _edit(rule, form.refuse(refusal), refusal.status)
    return _kept()


@bp.post("/reminders/<id:rule_id>/removal")
@needs_role("manager")
@retrying
def create_removal(rule_id: int) -> Response:
    """Remind by it no more."""
    remove_rule(_load(rule_id), by=actor(), now=clock.now())
    return _kept()


def _load(rule_id: int) -> ReminderRule:
    return find_rule(g.business.id, rule_id) or abort(404)


def _kept() -> Response:
    """Commit, and say what it means for who has booked already."""
    count = visits_ahead(g.business.id, clock.now())
    db.session.commit()
    if count:
        words = ngettext(
            "Saved. %(num)d booking ahead follows the new reminders.",
            "Saved. %(num)d bookings ahead follow the new reminders.",
            count,
        )
    else:
        words = _("Saved.")
    flash(words, "good")
    return hx.go_to(url_for(".index"))


def _index(form: RuleForm, status: int = 200) -> Response:
    rules = rules_of(g.business.id)
    page = render_template(
        "appointments/settings/reminders.html",
        form=form,
        rules=[(it, rule_in_words(it)) for it in rules],
        presets=_left(rules),
        asks_for_reviews=settings_of(g.business.id).asks_for_reviews,
    )
    return make_response(page, status)


def _edit(rule: ReminderRule, form: RuleForm, status: int = 200) -> Response:
    page = render_template(
        "appointments/settings/reminder.html", form=form, rule=rule, words=rule_in_words(rule)
    )
    return make_response(page, status)


def _left(rules: Iterable[ReminderRule]) -> list[tuple[str, str, str]]:
    """The presets that are not used yet: name, whether before or after, words."""
    used = {tuple(getattr(it, name) for name in PRESETS["day"].columns) for it in rules}
    return [
        (name, it.about, rule_in_words(it))
        for name, it in PRESETS.items()
        if tuple(it.columns.values()) not in used
    ]
