"""Who can sign in here, in which role."""

from flask import Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.accounts import load_user
from app.auth.guards import actor, proved_only
from app.businesses.changing import change_business
from app.businesses.guards import needs_role
from app.businesses.inviting import GIVES, open_invitations
from app.businesses.joining import join, load_membership, members_of
from app.businesses.models import ROLES, Membership
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.staff.forms import ROLE_NAMES, RoleForm, SightForm
from app.staff.leaving import sign_out_of
from app.staff.routes.room import bp


@bp.get("/members")
@needs_role("manager")
def index_members() -> Response:
    """Who signs in here, who was asked to, and what staff see of each other."""
    return _members(SightForm(obj=g.business))


@bp.post("/members/sight")
@needs_role("manager")
def update_sight() -> Response:
    """What staff see of the appointments of their colleagues."""
    form = SightForm()
    if not form.validate():
        return _members(form, 422)
    change_business(g.business, {"staff_see": form.staff_see.data}, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".index_members"))


@bp.get("/members/<id:membership_id>")
@needs_role("manager")
def edit_member(membership_id: int) -> Response:
    """Their role, and the end of it."""
    member = _load_below(membership_id)
    return _page(member, RoleForm(ROLES, member.role))


@bp.post("/members/<id:membership_id>")
@needs_role("owner")
@proved_only
@retrying
def update_member(membership_id: int) -> Response:
    """Another role. Nobody changes their own, and an owner stays."""
    member = _load_below(membership_id)
    form = RoleForm(ROLES, member.role)
    if not form.validate():
        return _page(member, form, 422)
    try:
        join(g.business, load_user(member.user_id), form.role.data, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(_load_below(membership_id), form.refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".index_members"))


@bp.post("/members/<id:membership_id>/departure")
@needs_role("manager")
@proved_only
@retrying
def create_member_departure(membership_id: int) -> Response:
    """They cannot sign in here any more. The person on the calendar, if they are one, stays."""
    member = _load_below(membership_id)
    try:
        sign_out_of(g.business, load_user(member.user_id), by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(_load_below(membership_id), RoleForm(ROLES, member.role).refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("%(name)s cannot sign in here any more.", name=member.user.name), "good")
    return hx.go_to(url_for(".index_members"))


def _page(member: Membership, form: RoleForm, status: int = 200) -> Response:
    return make_response(render_template("staff/member.html", member=member, form=form), status)


def _load_below(membership_id: int) -> Membership:
    """A member whom this one may look after: owners anybody, managers only staff; others get 403."""
    member = load_membership(g.business.id, membership_id) or abort(404)
    if member.role not in GIVES[g.membership.role]:
        abort(403)
    return member


def _members(form: SightForm, status: int = 200) -> Response:
    page = render_template(
        "staff/members.html",
        form=form,
        members=members_of(g.business.id),
        invitations=open_invitations(g.business.id),
        gives=GIVES[g.membership.role],
        roles=ROLE_NAMES,
        now=clock.now(),
    )
    return make_response(page, status)
