"""The room, and how a page of it finds whom it is about."""

from flask import Blueprint, abort, g

from app.businesses.guards import members_only
from app.staff.models import StaffMember
from app.staff.roster import Person, find_person, find_staff_member

bp = Blueprint("staff", __name__, url_prefix="/manage/<slug>/staff")
bp.before_request(members_only)


def load(resource_id: int) -> Person:
    """Somebody of this business, or 404."""
    return find_person(g.business.id, resource_id) or abort(404)


def load_row(resource_id: int) -> StaffMember:
    """Their row, to change it; or 404."""
    return find_staff_member(g.business.id, resource_id) or abort(404)
