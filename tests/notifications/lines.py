"""Messages about nothing, by the thousand, for tests of who has a turn."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert

from app.core.db import db
from app.notifications import kinds
from app.notifications.kinds import Kind, Letter, Wording
from app.notifications.models import Notification

KIND = "greeting"


@pytest.fixture
def greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that is always wanted, has a text message, and can wait at night."""
    words = Wording("Hello {name}, see you soon.")
    known = Kind(
        wanted=lambda _row: None,
        words=lambda _row: Letter("Ann", {}, fills={"name": "Olivia"}),
        wordings={"sms": words},
        title="Greeting",
        waits=True,
        again=True,
    )
    monkeypatch.setitem(kinds._kinds, KIND, known)
    return


def a_line(business_id: int | None, count: int, send_at: datetime, **columns: Any) -> list[int]:
    """So many messages of one business, or about accounts; their ids."""
    rows = [
        {
            "business_id": business_id,
            "subject_kind": "nothing",
            "subject_id": number,
            "dedupe_key": f"b{business_id}:{columns.get('channel', 'email')}:nothing{number}:{send_at}",
            "kind": KIND,
            "recipient": f"guest{number}@example.com",
            "language": "en-GB",
            "send_at": send_at,
            **columns,
        }
        for number in range(count)
    ]
    return list(db.session.scalars(insert(Notification).returning(Notification.id), rows))
