"""Accidents on order, for the server of these tests: each happens once, in one request of one business.

An accident is a file; taking it away by a rename is what makes it happen, so of all workers one has it.
"""

import os
import signal
import time
from pathlib import Path
from typing import Any

from flask import g, has_app_context, request
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

FOLDER = "ACCIDENTS"  # The setting that names the folder.
LOCKING = ("FROM schedules", "FOR UPDATE")
STEP = 0.5  # seconds one slow statement takes


class Accidents:
    """The folder, as the test sees it. `page` is where the business is booked, /b/<slug>/book."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def order(self, kind: str, form: str, page: str, seconds: float = 0) -> Path:
        """Let it happen to whoever sends this form next; the path of a file that is there once it has begun."""
        name = f"{kind}@{form}@{page.split('/')[2]}"
        draft = self.folder / f"{name}.draft"
        draft.write_text(str(seconds))
        draft.rename(self.folder / name)
        return self.folder / f"{name}.begun"


def remember_the_form() -> None:
    """Called before each request of a shop, because accidents also happen when the request is already gone."""
    if request.endpoint and request.path.startswith("/b/"):
        g.sent_to = f"{request.endpoint}@{request.path.split('/')[2]}"


def arrange(folder: Path) -> None:
    """Called in the server: watch every commit and rollback, and every taking of a business's lock."""

    def begins(kind: str) -> float | None:
        """The seconds of an accident that was ordered for this request, taken by nobody else; None if there is none."""
        if not has_app_context() or "sent_to" not in g:
            return None
        name = f"{kind}@{g.sent_to}"
        begun = folder / f"{name}.begun"
        try:
            (folder / name).rename(begun)
        except FileNotFoundError:
            return None
        return float(begun.read_text())

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(Engine, "commit")
    def before_commit(_connection: Connection) -> None:
        if begins("dies before commit") is not None:
            die()

    @event.listens_for(Session, "after_commit")
    def after_commit(session: Session) -> None:
        if not session.in_nested_transaction() and begins("dies after commit") is not None:
            die()

    @event.listens_for(Engine, "rollback")
    def before_rollback(connection: Connection) -> None:
        if begins("is cut before rollback") is not None:
            number = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            with connection.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})

    @event.listens_for(Engine, "after_cursor_execute")
    def after_lock(_connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
        if not all(words in statement for words in LOCKING):
            return
        if seconds := begins("stalls"):
            time.sleep(seconds)
        if seconds := begins("is slow"):
            with cursor.connection.cursor() as slow:
                for _ in range(int(seconds / STEP)):
                    slow.execute("SELECT pg_sleep(%s)", [STEP])
