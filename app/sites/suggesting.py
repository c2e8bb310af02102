"""The website that a business says it has, if its list does not know it yet."""

from collections.abc import Collection

from app.businesses.models import Business
from app.sites.finding import listed_as, twin_of
from app.sites.origins import NotAWebsite, origin_of, shown


def suggested_site(business: Business, listed: Collection[str], home: str) -> str | None:
    """As people know it, while the list is empty; `home` is our own origin."""
    if listed or not business.website:
        return None
    try:
        origin = origin_of(business.website)
    except NotAWebsite:
        return None
    return None if listed_as(origin, (home, twin_of(home))) else shown(origin)
