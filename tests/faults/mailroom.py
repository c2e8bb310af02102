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
