"""Whether this process is alive, and whether it can work: for supervisors and load balancers."""

import functools
import re

from flask import Blueprint, Response, make_response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.config import ROOT
from app.core.db import db
from app.core.mail import way_out

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """The process answers; it asks nobody else, so a lost database restarts no web server."""
    return plain("alive", 200)


@bp.get("/readyz")
def ready() -> Response:
    """The database answers and has every migration this code knows; 503 with the reason otherwise."""
    try:
        applied = set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
    except (DBAPIError, PoolTimeout):
        db.session.rollback()
        return plain("the database does not answer, or was never migrated", 503)
    # A version this code does not know is a newer one: while a deploy rolls, the old processes go on.
    if not applied or applied & replaced_migrations():
        return plain("the database waits for `flask db upgrade`", 503)
    return plain("ready" if way_out() != "none" else "ready; messages wait for MAIL_SERVER", 200)


@functools.cache
def replaced_migrations() -> set[str]:
    """All but the newest, read from their files: importing Alembic would take 11 MB in every web process."""
    files = (ROOT / "migrations" / "versions").glob("*.py")
    lines = [
        line for file in files for line in file.read_text().splitlines() if line.startswith("down_revision")
    ]
    return {name for line in lines for name in re.findall(r"[\"'](\w+)[\"']", line)}


def plain(words: str, status: int) -> Response:
    """A line for programs; 503 says when to ask again, in seconds."""
    response = make_response(f"{words}\n", status)
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "2"
    return response
