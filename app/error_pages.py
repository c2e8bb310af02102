"""What people see when something went wrong: a sentence and a way on, never a trace."""

from flask import Flask, Response, g, make_response, render_template
from flask.globals import request_ctx
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core import hx
from app.core.db import db, sqlstate
from app.core.errors import DomainError, TemporarilyUnavailable
from app.logs import log

PAGES = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503}


def init_error_pages(app: Flask) -> None:
    """Answer every failure with its page, or with an alert when a fragment was asked for."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(DBAPIError, database_error)
    app.register_error_handler(PoolTimeout, unavailable)
    app.register_error_handler(Exception, unexpected)


def http_error(error: HTTPException) -> Response:
    """An abort() or a routing error."""
    if error.response is not None:
        return make_response(error.response)
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
    db.session.rollback()
    if error.status >= 500:
        forget_rows()
    response = page(error.status, str(error.message))
    if isinstance(error, TemporarilyUnavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def database_error(error: DBAPIError) -> Response:
    """Odd values are the sender's fault (422); a busy or lost database is nobody's (503)."""
    db.session.rollback()
    state = sqlstate(error)
    if state.startswith("22"):
        return page(422)
    if state[:2] in ("08", "57", "53") or state in ("55P03", "25P03", "25P04") or lost(error):
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
    db.session.rollback()
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
    if hx.wants_partial():
        return hx.alert(message or _("Something went wrong. Please reload the page and try again."), code)
    return make_response(render_template(f"errors/{code}.html", message=message), code)
