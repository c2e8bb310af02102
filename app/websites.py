"""The website from which somebody came to pay on a page of its own: every link keeps it, so that they find back."""

from typing import Any

from flask import g, request

from app.core.framing import is_framed
from app.sites.coming_back import Website, website_of


def website() -> Website | None:
    """The website around the frame, or the one to come back to; none where the business does not let it in."""
    if "website" not in g:
        given = request.args.get("host" if is_framed() else "back", "")
        g.website = website_of(g.business, given) if given else None
    found: Website | None = g.website
    return found


def website_token() -> str | None:
    """What an address of ours carries of it."""
    found = website()
    return found.token if found else None


def keep_website(_endpoint: str, values: dict[str, Any]) -> None:
    """For url_defaults. In a frame the addresses say already where it stands."""
    if "business" in g and not is_framed() and "back" in request.args:
        values.setdefault("back", website_token())
