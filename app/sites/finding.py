"""Which websites may show the widget of a business."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from sqlalchemy import bindparam, func, select

from app.businesses.models import Business
from app.core.db import db
from app.sites.models import Site

_ORIGINS = select(Site.origin).where(Site.business_id == Business.id).order_by(Site.origin)
# Every page of the widget asks it: the business, and who may show it, at once.
_BY_SLUG = select(Business, func.array(_ORIGINS.scalar_subquery())).where(Business.slug == bindparam("slug"))


def find_framed(slug: str) -> tuple[Business | None, list[str] | None]:
    """The business at this slug, whatever its status, and the origins that may stand around its frame.

    They are for `frame-ancestors`, our own pages aside; None means any.
    """
    found = db.session.execute(_BY_SLUG, {"slug": slug}).one_or_none()
    if found is None:
        return None, None
    business, origins = found
    return business, None if business.framed_anywhere else with_twins(origins)


def origins_of(business_id: int) -> list[str]:
    """The origins on the list of a business, in the order of the alphabet."""
    rows = select(Site.origin).where(Site.business_id == business_id).order_by(Site.origin)
    return list(db.session.scalars(rows))


def with_twins(origins: Iterable[str]) -> list[str]:
    """Each with its twin, which is the same website: with www. or without."""
    both = (it for origin in origins for it in (origin, twin_of(origin)))
    return list(dict.fromkeys(both))


def twin_of(origin: str) -> str:
    """The other name of a website: https://www.example.com of https://example.com, and the other way round."""
    parts = urlsplit(origin)
    host = parts.netloc
    return f"{parts.scheme}://{host.removeprefix('www.') if host.startswith('www.') else f'www.{host}'}"


def listed_as(origin: str, origins: Collection[str]) -> str | None:
    """Which of these websites a page of `origin` belongs to; None if to none of them.

    As a browser compares them: one that is listed with http:// is let in with https:// too
    (https://www.w3.org/TR/CSP3/#match-schemes).
    """
    names = [origin, twin_of(origin)]
    parts = urlsplit(origin)
    if parts.scheme == "https" and not parts.port:
        names += [f"http{it.removeprefix('https')}" for it in names]
    return next((it for it in names if it in origins), None)
