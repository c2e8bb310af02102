"""Where somebody is signed in, and ending it there."""

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.account.routes.home import bp
from app.auth.accounts import load_user
from app.auth.browsers import browser_of, rough_address
from app.auth.sessions import end_other_sessions, end_session_of, sessions_of
from app.core import clock, hx
from app.core.db import db


@bp.get("/sessions")
def sessions() -> Response:
    """Each browser with what it calls itself and when it was used last."""
    found = sessions_of(current_user.id, clock.now())
    page = render_template(
        "account/sessions.html",
        user=load_user(current_user.id),
        sessions=[(it, browser_of(it.user_agent), rough_address(it.address)) for it in found],
        current=current_user.session.id,
    )
    return make_response(page)


@bp.post("/sessions/<id:session_id>/ending")
def create_ending(session_id: int) -> Response:
    """Sign one browser out. One that is nobody's, or somebody else's, is simply not there any more."""
    end_session_of(current_user.id, session_id, clock.now())
    db.session.commit()
    flash(_("That browser is signed out."), "good")
    return hx.go_to(url_for(".sessions"))


@bp.post("/sessions/ending")
def create_endings() -> Response:
    """Sign out everywhere else."""
    end_other_sessions(current_user.id, current_user.session.id, clock.now())
    db.session.commit()
    flash(_("You are signed out everywhere else."), "good")
    return hx.go_to(url_for(".sessions"))
