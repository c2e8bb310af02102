"""Who is signed in, and what a browser keeps to show it."""

import functools
import secrets
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user

from app.auth import sessions
from app.auth.accounts import check_password, load_user
from app.auth.checking import need_checked
from app.auth.forms import ProofForm
from app.auth.halfway import LIVES, Halfway, find_halfway, halfway_token
from app.auth.models import User
from app.auth.sessions import OpenSession
from app.auth.signing_in import Device, account_key, slow_down_password, with_account
from app.core import clock, hx
from app.core.actor import Actor
from app.core.db import db, undo
from app.core.errors import DomainError
from app.core.framing import is_framed
from app.core.signing import read, sign
from app.core.tries import tries
from app.error_pages import typed

P = ParamSpec("P")
R = TypeVar("R")

DEVICE_COOKIE = "daybook_device"
DEVICE_SECONDS = 400 * 24 * 3600  # The longest a browser keeps a cookie.
STEP_COOKIE = "daybook_step"

login_manager = LoginManager()
login_manager.session_protection = None


class SignedIn(UserMixin):
    """The person at the other end of the request. The cookie names their session, not them."""

    def __init__(self, token: str, found: OpenSession) -> None:
        self.token = token
        self.session = found
        self.id = found.user_id
        self.name = found.name
        self.email = found.email
        self.language = found.language

    def get_id(self) -> str:
        return self.token


def init_sessions(app: Flask) -> None:
    """Install sessions that are rows. The row decides how long they live, so the cookie is never renewed."""
    app.config["PERMANENT_SESSION_LIFETIME"] = sessions.LONGEST
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    # init_app would also read the session for every answer, to renew a remember cookie that is not used here.
    app.login_manager = login_manager  # type: ignore[attr-defined]
    login_manager.user_loader(load_signed_in)
    # The proxy asks for the row when a template first uses it, so public pages never do.
    app.context_processor(lambda: {"current_user": current_user})
    tries.configure(app.config)


def load_signed_in(token: str) -> SignedIn | None:
    """The session of a cookie, if it is alive."""
    found = sessions.find_session(token, clock.now())
    return SignedIn(token, found) if found else None


def is_somebody_shown() -> bool:
    """Whether the answer was made for somebody signed in. Asks for nobody: public pages do without the session."""
    return bool(getattr(g.get("_login_user"), "is_authenticated", False))


def signed_in_only() -> Response | None:
    """Let nobody in who is not signed in, speak their language, and note that the session is in use."""
    if not current_user.is_authenticated:
        return hx.sign_in_first(url_for("auth.new_session", next=page_to_return_to()))
    g.language = current_user.language
    handler = current_app.view_functions[request.endpoint] if request.endpoint else None
    if not getattr(handler, "is_unnoticed", False) and sessions.note_use(current_user.session, clock.now()):
        db.session.commit()
    return None


def known_visitor() -> Any:
    """Who is signed in, on a page that everybody may see: a browser without our cookie is asked nothing.

    Their own language is that of the page, unless its address says another.
    """
    if not is_somebody_there():
        return None
    g.language = current_user.language
    return current_user


def is_somebody_there() -> bool:
    """Whether a page that everybody may see is asked for by somebody signed in. In a frame elsewhere nobody is."""
    has_session = current_app.config["SESSION_COOKIE_NAME"] in request.cookies and not is_framed()
    return has_session and bool(current_user.is_authenticated)


def unnoticed(handler: Callable[P, R]) -> Callable[P, R]:
    """Mark a handler that a page asks by itself, so that asking does not keep the session alive."""
    handler.is_unnoticed = True  # type: ignore[attr-defined]
    return handler


def needs_sign_in(handler: Callable[P, R]) -> Callable[P, R | Response]:
    """`signed_in_only` for one handler of a blueprint that lets strangers in."""

    @functools.wraps(handler)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return signed_in_only() or handler(*args, **kwargs)

    return guarded


def proved_only(handler: Callable[P, R]) -> Callable[P, R | Response]:
    """Let only somebody go on who typed their password in this browser in the last 15 minutes (sessions.PROVED_FOR).

    Others are asked for it first and led back; what they sent waits in the page meanwhile, unless there was a password
    or a file in it. Stands between `needs_role` and `retrying`. tests/test_proved.py has the list of who wears it.
    """

    @functools.wraps(handler)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return proof_first() or handler(*args, **kwargs)

    guarded.is_proved_only = True  # type: ignore[attr-defined]
    return guarded


def proof_first() -> Response | None:
    """The page that asks for the password; None for somebody who has just typed it, there or somewhere else."""
    if sessions.is_proved(current_user.session, clock.now()):
        return None
    if request.method != "POST" or hx.wants_partial():
        return hx.sign_in_first(url_for("auth.new_proof", next=page_to_return_to()))
    form = ProofForm(next=page_to_return_to())
    if "proof" not in request.form:
        return proof_page(ProofForm(formdata=None, next=page_to_return_to()), 403)
    if not form.validate():
        return proof_page(form, 422)
    try:
        prove(str(form.proof.data))
    except DomainError as refusal:
        return proof_page(form.refuse(refusal), refusal.status, refusal)
    return None


def prove(password: str) -> None:
    """Note that whoever sits there knows the password. Raises WrongPassword or TooManyTries."""
    slow_down_password(current_user.id)
    check_password(load_user(current_user.id), password)
    sessions.note_proof(current_user.session.id, clock.now())
    db.session.commit()


def proof_page(form: ProofForm, status: int = 200, refusal: DomainError | None = None) -> Response:
    """Where the password is typed once more. Of a form that was sent, what stood in it is sent again with it."""
    if refusal:
        undo()
    is_own = request.endpoint == "auth.create_proof"
    kept = typed(but="proof") if request.method == "POST" and not is_own else None
    page = render_template("auth/proof.html", form=form, refusal=refusal, kept=kept)
    return make_response(page, status, refusal.headers if refusal else {})


def page_to_return_to() -> str | None:
    """The page somebody looked at when they had to sign in; for a post the page its form stood on."""
    if request.method in ("GET", "HEAD") or hx.wants_partial():
        return hx.current_page()
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host:
        return None
    return f"{page.path}?{page.query}" if page.query else page.path


def checked_only() -> None:
    """Let only somebody signed in go on who has shown that mail reaches them. Raises AddressUnchecked."""
    need_checked(load_user(current_user.id))


def actor() -> Actor:
    """The signed-in person as the one who acts."""
    return Actor("member", current_user.name, current_user.id, source="staff")


def sign_in(user: User, *, remembered: bool) -> None:
    """Start a session with a new token for this browser; the one it had ends."""
    now = clock.now()
    if current_user.is_authenticated:
        sessions.end_session(current_user.session.id, now)
    agent = request.user_agent.string[:300] or None
    token, opened = sessions.start_session(
        user, now, remembered=remembered, address=request.remote_addr, user_agent=agent
    )
    session.clear()
    session.permanent = remembered
    login_user(SignedIn(token, opened))


def second_step_first(user: User, *, remembered: bool, wanted: str | None) -> Response:
    """Lead somebody whose password was right to the second step. Until that is done there is no session."""
    response = hx.go_to(url_for("auth.new_code"))
    response.set_cookie(
        STEP_COOKIE,
        halfway_token(user, remembered=remembered, wanted=wanted, now=clock.now()),
        max_age=int(LIVES.total_seconds()),
        path=url_for("auth.new_session"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def somebody_halfway() -> Halfway | None:
    """Whose password was right in this browser a moment ago."""
    return find_halfway(request.cookies.get(STEP_COOKIE, ""), clock.now())


def forget_step(response: Response) -> Response:
    """Whoever has done the second step needs the note of the first no more."""
    response.delete_cookie(STEP_COOKIE, path=url_for("auth.new_session"))
    return response


def sign_out() -> None:
    """End the session row, and with it every copy of the cookie."""
    if current_user.is_authenticated:
        sessions.end_session(current_user.session.id, clock.now())
    session.clear()


def device() -> Device:
    """The browser as its own cookie describes it; a new one if it has none."""
    known = read("device", request.cookies.get(DEVICE_COOKIE, ""))
    if known is None:
        return Device(secrets.token_urlsafe(16))
    return Device(known["id"], tuple(known["accounts"]))


def remember_device(response: Response, email: str) -> Response:
    """Let the browser show later that this account signed in with it. Sent only where accounts are opened and used."""
    known = with_account(device(), account_key(email))
    payload: dict[str, Any] = {"id": known.id, "accounts": list(known.accounts)}
    for endpoint in ("auth.new_session", "sign_up.new"):
        response.set_cookie(
            DEVICE_COOKIE,
            sign("device", payload),
            max_age=DEVICE_SECONDS,
            path=url_for(endpoint),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response
