"""What somebody says about themselves: name, language, messages, address."""

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from app.account.forms.person import EmailForm, PersonForm
from app.account.routes.home import bp
from app.auth.accounts import change_profile, load_user
from app.auth.checking import ask_check, ask_new_address
from app.auth.guards import actor
from app.auth.signing_in import slow_down_mail, slow_down_password
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import network_address


@bp.get("/person")
def edit_person() -> Response:
    """Name, language, zone and messages."""
    return page("account/person.html", PersonForm(load_user(current_user.id)))


@bp.post("/person")
@retrying
def update_person() -> Response:
    """Keep them."""
    user = load_user(current_user.id)
    form = PersonForm(user)
    if not form.validate():
        return page("account/person.html", form, 422)
    change_profile(user, form.columns, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".edit_person"))


@bp.get("/email")
def edit_email() -> Response:
    """The address, whether it is confirmed, and the way to another."""
    return page("account/email.html", EmailForm())


@bp.post("/email")
@retrying
def update_email() -> Response:
    """Send a link to the new address; until it is used all stays as it is."""
    form = EmailForm()
    if not form.validate():
        return page("account/email.html", form, 422)
    try:
        slow_down_password(current_user.id)
        slow_down_mail("address", str(form.email.data), network_address())
        user = load_user(current_user.id)
        ask_new_address(user, str(form.email.data), str(form.password.data), now=clock.now())
    except DomainError as refusal:
        return page("account/email.html", form.refuse(refusal), refusal.status, refusal)
    db.session.commit()
    flash(_("A link is on its way to that address. Nothing changes until you use it."), "good")
    return hx.go_to(url_for(".edit_email"))


@bp.post("/email/link")
@retrying
def create_email_link() -> Response:
    """Send the link that confirms the address once more."""
    try:
        slow_down_mail("address", current_user.email, network_address())
    except DomainError as refusal:
        flash(str(refusal.message), "bad")
        return hx.go_to(url_for(".edit_email"))
    ask_check(load_user(current_user.id), now=clock.now())
    db.session.commit()
    flash(_("A link is on its way to %(email)s.", email=current_user.email), "good")
    return hx.go_to(url_for(".edit_email"))


def page(template: str, form: FlaskForm, status: int = 200, refusal: DomainError | None = None) -> Response:
    """A page with a form about the account."""
    if refusal:
        undo()
    shown = render_template(template, form=form, refusal=refusal, user=load_user(current_user.id))
    return make_response(shown, status, refusal.headers if refusal else {})
