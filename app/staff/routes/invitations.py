"""Asking somebody to work here."""

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import proved_only
from app.auth.signing_in import slow_down_mail
from app.businesses.guards import needs_role
from app.businesses.inviting import GIVES, find_open_invitation, invite, invite_again, revoke
from app.businesses.models import Invitation
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import network_address
from app.staff.forms import InvitationForm
from app.staff.roster import people
from app.staff.routes.room import bp


@bp.get("/invitations/new")
@needs_role("manager")
def new_invitation() -> Response:
    """Whom to ask, to do what."""
    return _page(_form(request.args.get("person", "")))


@bp.post("/invitations")
@needs_role("manager")
@proved_only
@retrying
def create_invitation() -> Response:
    """Send it. Whoever has one already gets another, with a new link."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    email, role = str(form.email.data), form.role.data
    try:
        slow_down_mail("invitation", email, network_address())
        invite(g.business, email, role, form.resource_id, by=g.membership, now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("An invitation is on its way to %(email)s.", email=email), "good")
    return hx.go_to(url_for(".index_members"))


@bp.post("/invitations/<id:invitation_id>/renewal")
@needs_role("manager")
@retrying
def create_invitation_renewal(invitation_id: int) -> Response:
    """Once more, with a new link and three more days."""
    invitation = _load(invitation_id)
    try:
        slow_down_mail("invitation", invitation.email, network_address())
        invite_again(g.business, invitation, by=g.membership, now=clock.now())
    except DomainError as refusal:
        return _refused(refusal)
    db.session.commit()
    flash(_("An invitation is on its way to %(email)s.", email=invitation.email), "good")
    return hx.go_to(url_for(".index_members"))


@bp.post("/invitations/<id:invitation_id>/revocation")
@needs_role("manager")
@retrying
def create_invitation_revocation(invitation_id: int) -> Response:
    """Take it back."""
    invitation = _load(invitation_id)
    try:
        revoke(invitation, by=g.membership, now=clock.now())
    except DomainError as refusal:
        return _refused(refusal)
    db.session.commit()
    flash(_("The invitation of %(email)s is taken back.", email=invitation.email), "good")
    return hx.go_to(url_for(".index_members"))


def _form(person: str = "") -> InvitationForm:
    return InvitationForm(GIVES[g.membership.role], people(g.business.id, active=True), person)


def _page(form: InvitationForm, status: int = 200) -> Response:
    return make_response(render_template("staff/invitation.html", form=form), status)


def _refused(refusal: DomainError) -> Response:
    undo()
    if refusal.status == 403:
        abort(403)
    flash(str(refusal.message), "bad")
    return hx.go_to(url_for(".index_members"))


def _load(invitation_id: int) -> Invitation:
    return find_open_invitation(g.business.id, invitation_id) or abort(404)
