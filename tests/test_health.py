"""What supervisors and load balancers ask."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.core.db import db
from tests.conftest import settings

NOWHERE = "postgresql+psycopg2://nobody@/nothing?host=/nonexistent"


@pytest.fixture(scope="module")
def stranded() -> Flask:
    """An application whose database is away."""
    return create_app(settings(NOWHERE))


def test_a_living_process_says_so_without_a_database(stranded: Flask) -> None:
    answer = stranded.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")
    assert answer.mimetype == "text/plain"


def test_a_process_with_a_migrated_database_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_process_in_production_says_that_messages_wait_for_a_mail_server(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_ENV", "production")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready; messages wait for MAIL_SERVER\n")
    monkeypatch.setitem(app.config, "MAIL_SERVER", "smtp.example.com")
    assert client.get("/readyz").text == "ready\n"


def test_a_process_without_its_database_is_not_ready(stranded: Flask) -> None:
    answer = stranded.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.usefixtures("behind")
def test_a_process_whose_database_waits_for_a_migration_is_not_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 503


def test_a_process_goes_on_while_a_newer_one_has_migrated(app: Flask, client: FlaskClient) -> None:
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'from_tomorrow'"))
    assert client.get("/readyz").status_code == 200


@pytest.fixture(
    params=["DELETE FROM alembic_version", "UPDATE alembic_version SET version_num = 'yesterday'"]
)
def behind(app: Flask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database stands at no migration, or at one that another has replaced."""
    monkeypatch.setattr("app.health.replaced_migrations", lambda: {"yesterday"})
    db.session.execute(sa.text(request.param))


def test_the_migrations_that_others_replaced_are_read_from_their_files(app: Flask) -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from app.config import ROOT
    from app.health import replaced_migrations

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    script = ScriptDirectory.from_config(config)
    assert {step.revision for step in script.walk_revisions()} - replaced_migrations() == set(
        script.get_heads()
    )
