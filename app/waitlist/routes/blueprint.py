"""What the pages of those who wait share: whose they are, and by which entry.

No session and no cookie: a signed token stands in the address, or a signed number in the form.
"""

from typing import Any

from flask import Blueprint, abort, current_app, g

from app.appointments.limiting import HoldLimits
from app.businesses.finding import load_business
from app.businesses.guards import find_shown_business
from app.waitlist.finding import find_by_token
from app.waitlist.models import WaitlistEntry

bp = Blueprint("waiting", __name__)


@bp.url_value_preprocessor
def load_business_of_address(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address, where its name stands in it."""
    if values and "slug" in values:
        g.business = find_shown_business(values.pop("slug")) or abort(404)


@bp.url_defaults
def same_business(endpoint: str, values: dict[str, Any]) -> None:
    """Links from here stay with the business."""
    is_asked = current_app.url_map.is_endpoint_expecting(endpoint, "slug")
    if "business" in g and is_asked:
        values.setdefault("slug", g.business.slug)


def load_entry(token: str) -> WaitlistEntry:
    """The entry of a link, and its business; 404 for a wrong or revoked one."""
    entry = find_by_token(token) or abort(404)
    g.business = load_business(entry.business_id)
    return entry


def hold_limits() -> HoldLimits:
    """How much one visitor may hold, as the settings say."""
    names = "FLOW", "ADDRESS", "ADDRESS_AND_BUSINESS", "CONTACT"
    return HoldLimits(*(current_app.config[f"HOLDS_PER_{name}"] for name in names))
