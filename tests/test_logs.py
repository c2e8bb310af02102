"""What the logs must not know: who booked, what they typed, and the keys of the house."""

import json
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core.db import db
from app.customers.models import Customer
from app.logs import configure
from tests.factories import PASSWORD, a_business


@pytest.fixture(autouse=True)
def as_before() -> Any:
    """Leave the settings of the logs as they were."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def failing(password: str) -> None:
    """Fail with a secret in a local variable."""
    raise RuntimeError(f"not to be found in {len(password)} letters")


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_error_is_logged_without_the_values_at_hand(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(style, "INFO")
    try:
        failing(PASSWORD)
    except RuntimeError as error:
        structlog.get_logger("test").error("unexpected", exc_info=error)
    told = capsys.readouterr().out
    assert "RuntimeError" in told
    assert PASSWORD not in told


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_row_the_database_refused_is_not_quoted(
    app: Flask, style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(style, "INFO")
    business = a_business()
    with pytest.raises(DBAPIError) as refused, db.session.begin_nested():
        db.session.add(Customer(business_id=business.id, name="Olivia\n\nPark", email="OLIVIA@example.com"))
    structlog.get_logger("test").error("unexpected", exc_info=refused.value)
    told = capsys.readouterr().out
    assert "INSERT INTO customers" in (json.loads(told)["exception"] if style == "json" else told)
    assert "Olivia" not in told
    assert "OLIVIA" not in told
    assert "Park" not in told
