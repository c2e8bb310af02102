"""The word in the address of a business's page."""

from collections.abc import Iterator
from itertools import count

from sqlalchemy import or_, select, union

from app.businesses.models import Business, FormerSlug
from app.core.db import db
from app.core.text import words_of

LONGEST = 60
# Words that somebody might take for a page of ours, or that may become one.
RESERVED = frozenset(
    {
        *("about", "account", "accounts", "admin", "api", "app", "assets", "bin", "blog", "book"),
        *("booking", "bookings", "business", "businesses", "contact", "customer", "customers"),
        *("daybook", "demo", "docs", "feeds", "healthz", "help", "home", "imprint", "info"),
        *("legal", "login", "logout", "mail", "manage", "media", "new", "null", "orders", "pages"),
        *("platform", "pricing", "privacy", "public", "readyz", "root", "search", "settings"),
        *("sign-in", "sign-out", "sign-up", "signin", "signup", "staff", "static", "status"),
        *("support", "system", "terms", "test", "undefined", "w", "webhooks", "widget", "www"),
    }
)


def slug_of(text: str) -> str:
    """`text` in small letters, digits and dashes, at most LONGEST; empty where it has none of the alphabet."""
    words = ["".join(c for c in word if c.isascii()) for word in words_of(text)]
    return "-".join(word for word in words if word)[:LONGEST].strip("-")


def free_slugs(name: str, instead: str) -> Iterator[str]:
    """Addresses for a business of this name that nobody has or had, the best first: ann, ann-2, ann-3.

    `instead` is taken where nothing of the name can stand in an address. Another may be faster: its key judges.
    """
    base = slug_of(name) or instead
    # Room for the number, whatever it becomes.
    begin = base[: LONGEST - 12].rstrip("-")
    theirs = [
        select(table.slug).where(or_(table.slug == base, table.slug.startswith(f"{begin}-")))
        for table in (Business, FormerSlug)
    ]
    taken = RESERVED | set(db.session.scalars(union(*theirs)))
    numbered = (f"{begin}-{number}" for number in count(2))
    yield from (slug for slug in _first(base, numbered) if slug not in taken)


def _first(base: str, others: Iterator[str]) -> Iterator[str]:
    yield base
    yield from others
