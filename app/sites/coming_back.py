"""Where customers come from who pay on a page of its own: a page of a website that may show the widget.

An address that anybody can write says so. It becomes a link and never more, and only to websites the business lets in.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.businesses.models import Business
from app.core.signing import read, sign
from app.sites.finding import listed_as, origins_of
from app.sites.models import ORIGIN

_PURPOSE = "website"
_LONGEST = 1000
# Nobody's name or password stands before the host, and nothing that one browser reads in another way than the next.
_ORIGIN = re.compile(rf"{ORIGIN.strip('^$')}(?=[/?#]|\Z)")
_REST = re.compile(r"[!#-;=?-\[\]-_a-~]*")


@dataclass(frozen=True, slots=True)
class Website:
    """`address` is the page to come back to, `host` what it is called, `token` both in an address of ours."""

    address: str
    host: str
    token: str


def website_of(business: Business, given: str) -> Website | None:
    """The website an address names, or a token of ours that holds one; none where the business does not let it in.

    Of an address that is too long or strange only the origin counts. A token stays as it is, so that what Stripe is
    asked once more is asked in the same words.
    """
    is_raw = given.startswith("http")
    address = given if is_raw else _signed(business, given)
    found = _ORIGIN.match(address)
    if found is None or not (business.framed_anywhere or listed_as(found[0], origins_of(business.id))):
        return None
    origin, rest = found[0], address[found.end() :].partition("#")[0]
    is_plain = len(address) <= _LONGEST and _REST.fullmatch(rest)
    page = origin + rest if is_plain else origin
    token = sign(_PURPOSE, [business.id, page]) if is_raw else given
    return Website(page, urlsplit(origin).hostname or "", token)


def _signed(business: Business, token: str) -> str:
    """What we signed for this business; the empty text for anything else."""
    kept = read(_PURPOSE, token)
    is_ours = isinstance(kept, list) and len(kept) == 2 and kept[0] == business.id
    return str(kept[1]) if is_ours else ""
