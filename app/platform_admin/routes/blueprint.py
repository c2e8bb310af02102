"""Who comes in: platform admins. To everybody else there is no such address, whatever they send there."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, g, request, session
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed

from app.auth.administering import is_platform_admin
from app.auth.guards import is_somebody_there, signed_in_only
from app.core.actor import Actor
from app.error_pages import page
from app.history_in_words import action_in_words
from app.platform_admin.moderating import how_many_wait
from app.way_back import lead_back

bp = Blueprint("platform_admin", __name__, url_prefix="/admin")


@bp.url_value_preprocessor
def admins_only(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything else is looked at, also the token of a form: a page that is not there asks for none."""
    if not _is_admin():
        abort(404)
    g.is_admin = True


@bp.before_request
def note_use() -> Response | None:
    """Speak their language, and note that the session is in use."""
    return signed_in_only()


@bp.context_processor
def counts() -> dict[str, Any]:
    """The number in the tabs, which are not on the page that others see."""
    return {"waiting_count": how_many_wait()} if "is_admin" in g else {}


@bp.app_errorhandler(MethodNotAllowed)
def wrong_method(error: MethodNotAllowed) -> Response:
    """That an address takes another method says that it is there."""
    is_ours = f"{request.path}/".startswith(f"{bp.url_prefix}/")
    if is_ours and not _is_admin():
        return page(404)
    return lead_back(error)


def platform() -> Actor:
    """The platform as the one who decides; which admin it was, admins see."""
    return Actor("admin", "Daybook", current_user.id)


def in_words(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What `decisions` found, each with what it is called: (event, title, user, business)."""
    return [(event, action_in_words(event.action), user, business) for event, user, business in rows]


def _is_admin() -> bool:
    """Whether an admin asks. Of others nothing stays: an answer that was made for nobody is what they get elsewhere."""
    if is_somebody_there() and is_platform_admin(current_user.id):
        return True
    g.pop("_login_user", None)
    session.accessed = False
    return False
