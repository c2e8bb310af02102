"""Addresses on the web, as people type them."""

import re
import unicodedata
from urllib.parse import urlsplit

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def web_address(text: str, schemes: tuple[str, ...] = ("https", "http")) -> str | None:
    """The address of a page in whole, with https:// where it had nothing; None for anything else."""
    whole = text if _SCHEME.match(text) else f"https://{text}"
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").encode("idna").decode()
        is_good = parts.port != 0 and parts.scheme in schemes and "@" not in parts.netloc
    except ValueError:
        return None
    # Marks that cannot be seen could turn the address around before somebody's eyes.
    is_seen = all(unicodedata.category(c) != "Cf" for c in whole)
    if not is_good or not is_seen or not _HOST.fullmatch(host) or re.search(r"[\s\\<>\"]", whole):
        return None
    return parts.scheme + whole[len(parts.scheme) :]
