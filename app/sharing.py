"""How a public page is found and passed on: its address, its languages, its picture, and whether indexes keep it."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale

from app.assets import asset
from app.businesses.models import Business
from app.i18n import CARRYING, LANGUAGES
from app.media import picture

# The pages that say the same to everybody. Their other addresses, such as that of a day and a person, are this one.
SHARED = {"storefront.index", "storefront.show", "storefront.show_text", "flow.new", "public_reviews.index"}
ANY_PICTURE = "share.png"  # 1200 × 630 px, for whoever has none.


class Shared(NamedTuple):
    """`address` is the one of this page in its language, `languages` are (tag, address), the first for everybody else.

    Both are empty for a page that is nobody else's. `image` is shown large unless it is a logo.
    """

    is_indexed: bool
    address: str
    languages: list[tuple[str, str]]
    locale: str
    other_locales: list[str]
    image: str
    is_large: bool


def init_sharing(app: Flask) -> None:
    """Offer `shared_page()` to the layout of public pages."""
    app.jinja_env.globals["shared_page"] = shared_page


def shared_page(is_search: bool = False) -> Shared:
    """What the head of this page says; `is_search`: it shows what somebody looked for, which no index keeps."""
    is_shared = request.endpoint in SHARED and request.method in ("GET", "HEAD") and not g.get("preview")
    is_private = request.blueprint in CARRYING and not is_shared
    locale = str(get_locale())
    image, is_large = picture_shared(g.get("business"))
    return Shared(
        is_indexed=not (is_private or is_search),
        address=_address(_chosen_language()) if is_shared else "",
        languages=_languages() if is_shared and not is_search else [],
        locale=locale,
        other_locales=[it for tag in LANGUAGES if (it := tag.replace("-", "_")) != locale],
        image=whole(image),
        is_large=is_large,
    )


def whole(address: str) -> str:
    """An address of ours as the world writes it."""
    return str(current_app.config["PUBLIC_BASE_URL"]) + address


def home_origin() -> str:
    """Our own origin, as a browser writes it."""
    parts = urlsplit(whole(""))
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _chosen_language() -> str | None:
    """The language that stands in the address; without one the page speaks what its reader speaks."""
    chosen = request.args.get("lang")
    return chosen if chosen in LANGUAGES else None


def _languages() -> list[tuple[str, str]]:
    return [("x-default", _address(None)), *((tag, _address(tag)) for tag in LANGUAGES)]


def _address(language: str | None) -> str:
    values = dict(request.view_args or {})
    if business := g.get("business"):
        values["slug"] = business.slug
    return whole(url_for(str(request.endpoint), **values | {"lang": language}))


def picture_shared(business: Business | None) -> tuple[str, bool]:
    """What stands beside an address that somebody sends: a path of ours, and whether it is shown large."""
    key = business and (business.cover or business.logo)
    if not business or not key:
        return asset(ANY_PICTURE), True
    return picture(key), bool(business.cover)
