from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.core.db import db
from tests.factories import Shop, a_shop


@pytest.fixture
def shop(app: Flask, frozen: object) -> Shop:
    return a_shop(people=2)


@pytest.fixture
def of(client: FlaskClient) -> Callable[..., Any]:
    """Asks for, or sends a form to, a page of a visit; by default GET."""

    def ask(booking: Booking, rest: str = "", data: Any = None, **more: Any) -> Any:
        address = f"/bookings/{receipt_token(booking)}{rest}"
        db.session.flush()
        return client.get(address, **more) if data is None else client.post(address, data=data, **more)

    return ask
