"""What all pages of the flow share: whose they are, and how much one visitor may hold."""

from typing import Any

from flask import Blueprint, abort, current_app, g

from app.appointments.limiting import HoldLimits
from app.businesses.guards import find_shown_business

bp = Blueprint("flow", __name__)


@bp.url_value_preprocessor
def load_business(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address, for every page of the flow."""
    g.business = find_shown_business((values or {}).pop("slug")) or abort(404)


@bp.url_defaults
def same_business(_endpoint: str, values: dict[str, Any]) -> None:
    """Links inside the flow stay with the business."""
    if "business" in g:
        values.setdefault("slug", g.business.slug)


def hold_limits() -> HoldLimits:
    """How much one visitor may hold, as the settings say."""
    names = "FLOW", "ADDRESS", "ADDRESS_AND_BUSINESS", "CONTACT"
    return HoldLimits(*(current_app.config[f"HOLDS_PER_{name}"] for name in names))
