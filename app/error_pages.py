"""What people see when something went wrong: a sentence and a way on, never a trace."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask.globals import request_ctx
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core import hx
from app.core.db import PASSING, sqlstate, undo
from app.core.errors import DomainError, TemporarilyUnavailable
from app.logs import log

PAGES = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503}
AGAIN = {429, 500, 503}  # The same request may succeed in a moment; after 409 it is better to look first.
AWAY = {"08", "53", "57"}  # SQLSTATE classes: connection lost, out of resources, shutting down or cut short.
BUSY = {*PASSING, "25P03", "25P04"}  # The last two: cut off for idling, or for taking too long in all.
# Fields that are never written into a page.
SECRETS = {"password", "current", "new", "secret", "signing", "proof", "one_time_code", "recovery_code"}


def init_error_pages(app: Flask) -> None:
    """Answer every failure with its page, or with an alert when a fragment was asked for."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(DBAPIError, database_error)
    app.register_error_handler(PoolTimeout, unavailable)
    app.register_error_handler(Exception, unexpected)
    app.teardown_appcontext(leave_nothing_open)


def leave_nothing_open(_error: BaseException | None) -> None:
    """What is undone once the answer is made may meet a broken connection, and the answer must leave all the same."""
    undo()


def http_error(error: HTTPException) -> Response:
    """An abort() or a routing error, or whatever happened while another error's page was made."""
    if error.response is not None:
        return make_response(error.response)
    if isinstance(failure := getattr(error, "original_exception", None), DBAPIError):
        return database_error(failure)
    response = page(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def stale_form(_error: CSRFError) -> Response:
    """A form whose token belongs to another session, or to none."""
    return page(
        400, _("This form is from an earlier session. Please go back, reload the page and try again.")
    )


def refused(error: DomainError) -> Response:
    """A refusal no handler caught."""
    undo()
    if error.status >= 500:
        forget_rows()
    response = page(error.status, str(error.message))
    response.headers.update(error.headers)
    return response


def database_error(error: DBAPIError) -> Response:
    """Odd values are the sender's fault (422); a busy or lost database is nobody's (503)."""
    undo()
    state = sqlstate(error)
    if state.startswith("22"):
        return page(422)
    if state[:2] in AWAY or state in BUSY or lost(error):
        return unavailable(error)
    return unexpected(error)


def lost(error: DBAPIError) -> bool:
    """Whether the connection broke, or was never made: psycopg2 gives such errors no SQLSTATE."""
    return error.connection_invalidated or (
        type(error).__name__ == "OperationalError" and not sqlstate(error)
    )


def unavailable(error: Exception) -> Response:
    """The database is away or overloaded: say so and when to try again, in seconds."""
    log.warning("unavailable", error=type(error).__name__)
    return refused(TemporarilyUnavailable())


def unexpected(error: Exception) -> Response:
    """A fault of ours: logged in full, shown as a sentence."""
    log.error("unexpected", exc_info=error)
    undo()
    forget_rows()
    return page(500)


def forget_rows() -> None:
    """Reading them again may be what fails, so neither the language nor the menu of the page may ask for them."""
    g.pop("business", None)
    g.pop("membership", None)


def page(code: int, message: str | None = None) -> Response:
    """The page for a status, or an alert for htmx. `message` replaces the page's own sentence."""
    code = code if code in PAGES else (500 if code >= 500 else 400)
    if request_ctx.url_adapter is None:
        # The host is none of ours, so no page with links can be drawn.
        return Response(f"{code}\n", code, mimetype="text/plain")
    if getattr(current_app.view_functions.get(request.endpoint or ""), "answers_json", False):
        return make_response({"error": str(message or in_a_sentence(code))}, code)
    if hx.wants_partial():
        return hx.alert(message or _("Something went wrong. Please reload the page and try again."), code)
    again = another_try(code in AGAIN) if code in AGAIN | {409} else None
    return make_response(render_template(f"errors/{code}.html", message=message, again=again), code)


def in_a_sentence(code: int) -> str:
    """What went wrong, for a program that asked, where the refusal itself does not say it."""
    sentences = {
        404: _("We cannot find what you ask for."),
        429: _("There were too many requests from you in a short time. Please wait a minute and try again."),
    }
    return sentences.get(code, _("Something went wrong. Please try again in a moment."))


@dataclass(frozen=True)
class AnotherTry:
    """How to ask once more: the address, and for a form what was typed and the keys in it; None means a link."""

    address: str
    fields: list[tuple[str, str]] | None = None


def another_try(resend: bool) -> AnotherTry | None:
    """A form once more with what was typed; otherwise a link to the same address, if it is that of a page."""
    query = request.query_string.decode()
    address = f"{request.script_root}/{quote(request.path.lstrip('/'))}{'?' if query else ''}{query}"
    fields = typed() if resend and request.method == "POST" else None
    return AnotherTry(address, fields) if fields is not None or is_page() else None


def is_page() -> bool:
    """Whether the address is also one to look at, and by the same rule: not every child of /book is a booking."""
    rule = request.url_rule
    return request.method == "GET" or any(
        rule and it.rule == rule.rule and "GET" in (it.methods or ())
        for it in current_app.url_map.iter_rules()
    )


def typed(but: str | None = None) -> list[tuple[str, str]] | None:
    """The fields of the form `but` one; None if a password or a file is among them, or if it cannot be read."""
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name != but]
        files = request.files
    except HTTPException:
        return None
    return None if files or any(name in SECRETS for name, _value in fields) else fields
