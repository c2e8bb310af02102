"""A mail server, an app that sends to it, and no message but those of the test."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete

from app.core.db import db
from app.notifications.models import Notification
from tests.notifications.post import Post, a_post


@pytest.fixture(autouse=True)
def _no_other_messages(request: pytest.FixtureRequest, transaction: None) -> Iterator[None]:
    """Tests that commit leave theirs; what is deleted here comes back with the end of the test, unless it commits."""
    if "app" not in request.fixturenames:
        yield
        return
    with request.getfixturevalue("app").app_context():
        db.session.execute(delete(Notification))
        db.session.commit()
    yield


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """The mail server that the app sends to during this test."""
    with a_post() as running:
        monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
        monkeypatch.setitem(app.config, "MAIL_PORT", running.port)
        monkeypatch.setitem(app.config, "MAIL_DEFAULT_SENDER", "bookings@daybook.example")
        yield running
