"""The words of messages: all at a glance, and each in an editor that shows what its readers get."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor, checked_only
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.i18n import LANGUAGES
from app.notifications.choosing_words import every_wording, read_words, words_for
from app.notifications.forms.wordings import WordingForm
from app.notifications.kinds import Wording, find_kind, kinds_with_wordings
from app.notifications.rehearsing import may_text
from app.notifications.rewording import Place, back_to_ours, find_own, last_changes, reword, version_of
from app.notifications.wording import wording_of

bp = Blueprint("wordings", __name__, url_prefix="/manage/<slug>/settings/wordings")
bp.before_request(members_only)
PLACE = "/<kind>/<any(email, sms):channel>/<language>"


@bp.before_request
@needs_role("manager")
def load_place() -> None:
    """Which words an address is about; 404 where there are none. Sets `g.place`."""
    values = request.view_args or {}
    if "kind" not in values:
        return
    g.place = Place(values.pop("kind"), values.pop("channel"), values.pop("language"))
    kind = kinds_with_wordings().get(g.place.kind)
    if kind is None or g.place.channel not in kind.wordings or g.place.language not in LANGUAGES:
        abort(404)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """Every kind of message, in every language."""
    languages = _languages()
    listed = every_wording(g.business.id, list(languages))
    page = render_template("notifications/wordings.html", listed=listed, languages=languages)
    return make_response(page)


@bp.get(PLACE)
@needs_role("manager")
def edit() -> Response:
    """The words of one message."""
    return show_editor(form_of_place())


@bp.post(PLACE)
@needs_role("manager")
@retrying
def update() -> Response:
    """Keep the words."""
    form = form_of_place()
    if not form.is_to_be_kept():
        return show_editor(form, 422)
    try:
        checked_only()
        reword(g.business.id, g.place, form.wording, seen=form.seen.data or "", by=actor(), now=clock.now())
    except DomainError as refusal:
        db.session.rollback()
        return show_editor(form.refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(_address())


@bp.post(f"{PLACE}/removal")
@needs_role("manager")
@retrying
def create_removal() -> Response:
    """Say what we say."""
    try:
        back_to_ours(g.business.id, g.place, seen=request.form.get("seen", ""), by=actor(), now=clock.now())
    except DomainError as refusal:
        db.session.rollback()
        return show_editor(form_of_place().refuse(refusal), refusal.status)
    db.session.commit()
    return hx.go_to(_address())


@bp.post(f"{PLACE}/return")
@needs_role("manager")
@retrying
def create_return() -> Response:
    """Have the words again that were given up last."""
    change = last_changes(g.business.id, [g.place]).get(g.place)
    if change is None or change.was is None:
        return hx.go_to(_address())
    try:
        checked_only()
        reword(g.business.id, g.place, change.was, seen="", by=actor(), now=clock.now())
    except DomainError as refusal:
        db.session.rollback()
        return show_editor(form_of_place().refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("Your words are back."), "good")
    return hx.go_to(_address())


def form_of_place() -> WordingForm:
    """The form with what was typed, or with what the message says now."""
    own = find_own(g.business.id, g.place)
    return WordingForm(g.place, _words_now(), version_of(own), g.business.country)


def show_editor(form: WordingForm, status: int = 200, partial: str = "_reading", **more: Any) -> Response:
    """The editor; for a targeted request only what it asks for."""
    kind = find_kind(g.place.kind)
    own = find_own(g.business.id, g.place)
    form.look_at(version_of(own))
    return hx.render(
        "notifications/wording.html",
        f"notifications/{partial}.html",
        status,
        form=form,
        place=g.place,
        kind=kind,
        languages=_languages(),
        own=own,
        change=last_changes(g.business.id, [g.place]).get(g.place),
        words=words_for(g.business.id, g.place),
        reading=read_words(g.business.id, g.place, form.wording),
        now_says=_words_now(),
        version=version_of(own),
        may_text=may_text(g.business.id),
        **more,
    )


def _words_now() -> Wording:
    return wording_of(g.business.id, **asdict(g.place)) or Wording("")


def _languages() -> dict[str, str]:
    """The languages of Daybook by name, the one of the business first."""
    own = g.business.language
    return {it: LANGUAGES[it] for it in sorted(LANGUAGES, key=lambda tag: tag != own)}


def _address() -> str:
    return url_for("wordings.edit", **asdict(g.place))
