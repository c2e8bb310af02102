"""Who may enter the rooms of a business. A blueprint of /manage starts with `bp.before_request(members_only)`."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app, g, request
from flask_babel import lazy_gettext as _
from flask_login import current_user

from app.auth.guards import is_somebody_there, signed_in_only
from app.businesses.finding import find_business
from app.businesses.joining import find_membership, memberships_of
from app.businesses.models import Business
from app.core.errors import DomainError


class SwitchedOff(DomainError):
    """The public pages of a suspended business: as if they were not there, but for a sentence."""

    status = 404
    message = _(
        "This page is switched off at the moment. "
        "If you have booked or ordered here, the link in your mail still works."
    )


P = ParamSpec("P")
R = TypeVar("R")


def init_guards(app: Flask) -> None:
    """Addresses of a business's rooms know which business they are about."""
    app.url_defaults(stay_in_business)


def members_only() -> Response | None:
    """Strangers sign in first; who is no active member sees what a wrong address shows.

    Sets `g.memberships` (all of theirs, by name), `g.membership` and `g.business`, and takes the slug out of the
    handler's arguments.
    """
    answer = signed_in_only()
    if answer:
        return answer
    slug = (request.view_args or {}).pop("slug")
    g.memberships = memberships_of(current_user.id)
    here = [it for it in g.memberships if it.business.slug == slug]
    if not here:
        abort(404)
    g.membership, g.business = here[0], here[0].business
    return None


def needs_role(role: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only this role and those above it in: owner, manager, staff. Others get 403."""

    def guard(handler: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(handler)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not g.membership.is_at_least(role):
                abort(403)
            return handler(*args, **kwargs)

        return guarded

    return guard


def find_shown_business(slug: str) -> Business | None:
    """The business at this slug if whoever asks may see its public pages; `g.preview` says that only members may.

    Nobody's session is looked at for a business that is open, so its pages are the same for everybody. For a draft and
    for no business at all a browser that has a session is asked for it, so that strangers cannot tell the two apart.
    Raises SwitchedOff for one that is suspended.
    """
    business = find_business(slug)
    if business and business.status == "open":
        return business
    if business and business.status == "suspended":
        raise SwitchedOff
    if not is_somebody_there():
        return None
    is_draft = business is not None and business.status == "draft" and request.method in ("GET", "HEAD")
    if not is_draft or find_membership(slug, current_user.id) is None:
        return None
    g.preview = True
    return business


def stay_in_business(endpoint: str, values: dict[str, Any]) -> None:
    """Fill in the slug of the business somebody is in, where an address needs one."""
    if (
        "membership" in g
        and "slug" not in values
        and current_app.url_map.is_endpoint_expecting(endpoint, "slug")
    ):
        values["slug"] = g.business.slug
