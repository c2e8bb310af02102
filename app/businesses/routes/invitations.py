"""The page of an invitation, for whoever got it by mail."""

from flask import Blueprint, Response, abort, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.auth.accounts import EmailTaken, find_user, load_user
from app.auth.guards import remember_device, sign_in
from app.auth.models import User
from app.auth.passwords import WeakPassword
from app.auth.signing_in import note_sign_in
from app.businesses.inviting import (
    AlreadyMember,
    ForSomebodyElse,
    InvitationOver,
    accept,
    accept_as_new,
    check_open,
    find_invitation,
)
from app.businesses.models import Invitation
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.password_fields import NewPersonForm

bp = Blueprint("invitations", __name__, url_prefix="/invitations")


@bp.get("/<token>")
def show(token: str) -> Response:
    """Who asks, and how to say yes: with a button, after signing in, or with a new account."""
    invitation = _load(token)
    try:
        check_open(invitation, clock.now())
    except InvitationOver as over:
        return _over(invitation, over)
    return _page(invitation, token)


@bp.post("/<token>")
@retrying
def create_membership(token: str) -> Response:
    """Say yes. An existing account signs in first; somebody else's account never joins."""
    invitation = _load(token)
    try:
        check_open(invitation, clock.now())
        if not current_user.is_authenticated:
            return _join_as_new(invitation, token)
        accept(invitation, load_user(current_user.id), now=clock.now())
    except (InvitationOver, AlreadyMember) as over:
        return _over(invitation, over)
    except ForSomebodyElse as refusal:
        return _page(invitation, token, refusal.status)
    db.session.commit()
    return _welcome(invitation)


def _join_as_new(invitation: Invitation, token: str) -> Response:
    if find_user(invitation.email):
        return hx.go_to(url_for("auth.new_session", next=url_for(".show", token=token)))
    form = NewPersonForm()
    if not form.validate():
        return _page(invitation, token, 422, form)
    try:
        user = accept_as_new(invitation, str(form.name.data), str(form.password.data), now=clock.now())
    except (EmailTaken, WeakPassword) as refusal:
        undo(showing_rows=True)
        return _page(invitation, token, refusal.status, form.refuse(refusal))
    return _enter(invitation, user)


def _enter(invitation: Invitation, user: User) -> Response:
    note_sign_in(user, clock.now())
    sign_in(user, remembered=False)
    db.session.commit()
    return remember_device(_welcome(invitation), user.email)


def _page(
    invitation: Invitation, token: str, status: int = 200, form: NewPersonForm | None = None
) -> Response:
    page = render_template(
        "businesses/invitation.html",
        invitation=invitation,
        business=invitation.business,
        token=token,
        form=form or NewPersonForm(formdata=None),
        has_account=find_user(invitation.email) is not None,
    )
    return make_response(page, status)


def _over(invitation: Invitation, refusal: DomainError) -> Response:
    undo(showing_rows=True)
    business = invitation.business
    page = render_template("businesses/invitation_over.html", business=business, refusal=refusal)
    return make_response(page, refusal.status)


def _welcome(invitation: Invitation) -> Response:
    flash(_("Welcome to %(business)s.", business=invitation.business.name), "good")
    return hx.go_to(url_for("dashboard.index", slug=invitation.business.slug))


def _load(token: str) -> Invitation:
    return find_invitation(token) or abort(404)
