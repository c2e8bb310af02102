"""Structured logs: one line per request, each with a request id, and never a token or an address."""

import logging
import re
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict

log = structlog.get_logger("daybook")
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_DETAIL = re.compile(r"^DETAIL:.*?(?=\n\n+(?:\[SQL|The above|During)|\Z)", re.DOTALL | re.MULTILINE)


def init_logs(app: Flask) -> None:
    """Set up structlog and log every request by its rule, because a path may hold a secret link."""
    configure(app.config["LOG_FORMAT"], app.config["LOG_LEVEL"])
    app.before_request(begin)
    app.after_request(end)


def configure(style: str, level: str) -> None:
    """Log as `text` for people or `json` for machines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_values,
    ]
    # Plain: a traceback made pretty shows local variables, and the secret key and passwords are among them.
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )


def without_values(_log: Any, _method: str, line: EventDict) -> EventDict:
    """Take out of a database error the row it was about, which PostgreSQL quotes in full."""
    if "exception" in line:
        line["exception"] = _DETAIL.sub("DETAIL: left out", line["exception"])
    return line


def begin() -> None:
    """Take the proxy's request id when it is a plain one, else make one."""
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def end(response: Response) -> Response:
    """One line per request; `ms` is milliseconds."""
    if "request_id" in g:
        response.headers["X-Request-Id"] = g.request_id
        if request.endpoint != "assets.show":
            rule = request.url_rule.rule if request.url_rule else "-"
            ms = round((time.perf_counter() - g.began) * 1000, 1)
            log.info("request", method=request.method, rule=rule, status=response.status_code, ms=ms)
    return response
