"""Migrations: a migrated database is the one the models describe, and two upgrades at once do no harm."""

import os
import subprocess
import sys

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

import app.tables  # noqa: F401
from app import create_app
from app.business_hours.weekly import set_rota
from app.cli import init_cli
from app.config import ROOT
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.conftest import SERVER_NAME, an_empty_database, settings
from tests.factories import a_business

CATALOGUE = {
    "columns": """
        SELECT c.relname || '.' || a.attname,
               concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                         'default ' || pg_get_expr(d.adbin, d.adrelid), 'identity ' || nullif(a.attidentity::text, ''),
                         'generated ' || nullif(a.attgenerated::text, ''),
                         'collation ' || nullif(a.attcollation::int, 100))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
          AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) || ' valid ' || convalidated
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "indexes": """
        SELECT i.indrelid::regclass || ' ' || i.indexrelid::regclass,
               pg_get_indexdef(i.indexrelid) || ' valid ' || i.indisvalid
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "functions": "SELECT oid::regprocedure::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "types": """
        SELECT typname, typtype::text FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')""",
    "sequences": "SELECT sequencename::text, concat_ws(' ', data_type, increment_by, cycle) FROM pg_sequences",
    "extensions": "SELECT extname::text, extversion FROM pg_extension",
}


def described(connection: sa.Connection) -> dict[str, str]:
    """Everything the catalogue says about the tables, Alembic's own left out."""
    found = {
        f"{kind} {name}": text
        for kind, query in CATALOGUE.items()
        for name, text in connection.execute(sa.text(query))
    }
    return {name: text for name, text in found.items() if "alembic_version" not in name}


def test_a_migrated_database_is_the_one_the_models_describe(database_url: str, worker_id: str) -> None:
    with an_empty_database(f"{SERVER_NAME}_{worker_id}_models") as url:
        fresh, migrated = (sa.create_engine(at, poolclass=sa.NullPool) for at in (url, database_url))
        db.metadata.create_all(fresh)
        with fresh.connect() as of_models, migrated.connect() as of_migrations:
            models, migrations = described(of_models), described(of_migrations)
    assert len(models) > 100
    different = {
        name: {"models": models.get(name), "migrations": migrations.get(name)}
        for name in models.keys() | migrations.keys()
        if models.get(name) != migrations.get(name)
    }
    assert different == {}


def test_the_constraint_the_product_stands_on_is_in_the_migrated_database(app: Flask) -> None:
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'allocations_no_overlap'"
    judge = db.session.scalar(sa.text(query))
    assert "EXCLUDE USING gist" in judge
    assert "int8range(resource_id, resource_id, '[]'::text) WITH =" in judge
    assert "tstzrange(starts_at, ends_at) WITH &&" in judge
    assert "WHERE ((live AND (NOT overlap_ok)))" in judge


def test_there_is_one_newest_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


@pytest.mark.commits
def test_two_upgrades_of_an_empty_database_at_once_both_succeed(worker_id: str) -> None:
    with an_empty_database(f"{SERVER_NAME}_{worker_id}_twice") as url:
        environ = os.environ | {"DATABASE_URL": url, "SECRET_KEY": "of-this-test-alone"}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        pipes = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
            "cwd": ROOT,
            "env": environ,
        }
        upgrades = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
        said = [upgrade.communicate(timeout=60)[0] for upgrade in upgrades]
        assert [upgrade.returncode for upgrade in upgrades] == [0, 0], "\n".join(said)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1


@pytest.mark.commits
def test_rows_of_a_rota_survive_going_back_and_forth(worker_id: str) -> None:
    with an_empty_database(f"{SERVER_NAME}_{worker_id}_forth") as url:
        app = create_app(settings(url))
        init_cli(app)
        with app.app_context():
            upgrade()
            weeks = [{0: [(540, 1080)]}, {1: [(540, 1080)]}]
            set_rota(a_business().id, weeks, by=SYSTEM, now=clock.now())
            db.session.commit()
            for step in (lambda: downgrade(revision="0001"), upgrade):
                db.session.remove()
                step()
            rows = db.session.execute(sa.text("SELECT rota_week, rota_of FROM weekly_hours ORDER BY 1"))
            assert [tuple(row) for row in rows] == [(0, 1), (1, 2)]
            db.session.remove()
            db.engine.dispose()
