"""Where messages are sent for real: a database, a Valkey, a mail server, workers and clocks, of one test each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import create_app
from app.core.db import db
from tests.conftest import settings
from tests.faults.engines import Valkey
from tests.faults.programs import Start, starting
from tests.faults.sending import FOLDER
from tests.notifications.post import Post, a_post
from tests.serving import Served

ROWS = sa.text(
    "SELECT id, kind, status, attempts, recipient, message_id, resent_at IS NOT NULL AS resent FROM notifications"
    " ORDER BY id"
)
# Only of what was tried: an invitation to say how it was is for tomorrow.
AT_ONCE = sa.text(
    "UPDATE notifications SET send_at = now() WHERE status = 'pending' AND attempts > 0 AND send_at > now()"
)


@pytest.fixture
def post() -> Iterator[Post]:
    with a_post() as running:
        yield running


@pytest.fixture
def house(database: str, valkey: Valkey, tmp_path: Path) -> Served:
    """The database without any message, and an app that rings for those it plans."""
    app = create_app(settings(database, REDIS_URL=valkey.url))
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM notifications"))
        db.session.execute(sa.text("DELETE FROM cron_runs"))
        db.session.commit()
    return Served("", app, tmp_path / "log")


@pytest.fixture
def start(house: Served, valkey: Valkey, post: Post, tmp_path: Path) -> Iterator[Start]:
    """Starts `flask clock` or `flask worker`, with accidents on order; all are ended after the test."""
    database = house.app.config["SQLALCHEMY_DATABASE_URI"]
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(post.port), "MAIL_DEFAULT_SENDER": "b@example.com"}
    accidents = {"FLASK_APP": "tests.faults.sending", FOLDER: str(tmp_path)}
    with starting(house, database, valkey, **mail, **accidents) as start:
        yield start


def rows(house: Served) -> list[sa.Row]:
    """All messages and what has become of them."""
    with house.app.app_context():
        return list(db.session.execute(ROWS).all())


def hurry(house: Served) -> None:
    """Let nothing wait that was put off.

    On a busy machine the mail server of the test may take longer than a sender waits for it. Then its message is tried
    again after half a minute and after two more, as it should be, and no test waits for as long.
    """
    with house.app.app_context():
        db.session.execute(AT_ONCE)
        db.session.commit()
