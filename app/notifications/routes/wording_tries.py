"""Looking at words before they are kept: as a mail, as a text message, and sent to oneself."""

from flask import Response, abort, g, make_response
from flask_login import current_user

from app.auth.guards import checked_only
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db
from app.core.errors import DomainError
from app.notifications.drawing import draw
from app.notifications.forms.wordings import WordingForm
from app.notifications.kinds import Wording
from app.notifications.rehearsing import rehearse
from app.notifications.routes.wordings import PLACE, bp, form_of_place, show_editor
from app.notifications.samples import sample_of


@bp.get(f"{PLACE}/preview")
@needs_role("manager")
def show_preview() -> Response:
    """The mail as somebody made up would get it."""
    return _letter(None)


@bp.post(f"{PLACE}/preview")
@needs_role("manager")
def create_preview() -> Response:
    """The same with words that are not kept."""
    return _letter(form_of_place().wording)


@bp.post(f"{PLACE}/reading")
@needs_role("manager")
def create_reading() -> Response:
    """What is typed, filled in: beside the form while it is typed, or with all of the page."""
    return show_editor(form_of_place())


@bp.post(f"{PLACE}/test")
@needs_role("manager")
def create_test() -> Response:
    """Send what is typed to whoever typed it."""
    form = form_of_place()
    if not form.is_to_be_tried():
        return show_editor(form, 422, partial="_try", is_tried=True)
    try:
        recipient = _recipient(form)
        rehearse(
            g.business.id,
            g.place,
            form.wording,
            recipient=recipient,
            user_id=current_user.session.user_id,
            now=clock.now(),
        )
    except DomainError as refusal:
        db.session.rollback()
        if hx.wants_partial():
            return hx.alert(str(refusal.message), refusal.status)
        return show_editor(form.refuse(refusal), refusal.status)
    db.session.commit()
    return show_editor(form, partial="_try", sent_to=recipient)


def _recipient(form: WordingForm) -> str:
    """Whoever typed it, at an address that is known to be theirs. Raises AddressUnchecked."""
    checked_only()
    return str(current_user.email) if g.place.channel == "email" else form.recipient or ""


def _letter(wording: Wording | None) -> Response:
    """The page of the mail, in a frame that runs nothing and whose links lead nowhere."""
    if g.place.channel != "email":
        abort(404)
    g.layout = "letter"
    drawn = draw(*sample_of(g.business.id, g.place, wording))
    return make_response(drawn.page.replace("<head>", '<head><base target="_blank">', 1))
