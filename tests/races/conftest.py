"""Who takes part in races, and a server whose guards are taken away, to prove that the races would notice."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app import create_app
from tests.conftest import SERVER_NAME, a_database, settings
from tests.races.crew import Crew, a_crew
from tests.races.invariants import broken, newest_business
from tests.serving import Served, serving


@pytest.fixture(autouse=True)
def nothing_broken(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every race on the guarded server all invariants hold at the businesses of that race."""
    if "served" not in request.fixturenames:
        yield
        return
    served = request.getfixturevalue("served")
    before = newest_business(served)
    yield
    assert broken(served, before) == {}


@pytest.fixture(scope="session")
def crew(served: Served) -> Iterator[Crew]:
    """Those who act without a browser, ready for `served`."""
    with a_crew(served.app.config["SQLALCHEMY_DATABASE_URI"]) as hands:
        yield hands


@pytest.fixture(scope="session")
def unguarded(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server without lock and constraint: only for negative controls."""
    log = tmp_path_factory.mktemp("unguarded") / "log"
    with a_database(f"{SERVER_NAME}_{worker_id}_unguarded") as url:
        unguard(url)
        with serving(create_app(settings(url)), url, log) as running:
            yield running


def unguard(url: str) -> None:
    """Drop the constraints, and put something that cannot be locked in the place of the schedules."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in (
            "ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap",
            "ALTER TABLE bookings DROP CONSTRAINT fk_bookings_business_id_appointment_id_live",
            "ALTER TABLE appointments DROP CONSTRAINT ck_appointments_dead_is_empty",
            "ALTER TABLE schedules RENAME TO real_schedules",
            """CREATE FUNCTION all_schedules() RETURNS SETOF real_schedules LANGUAGE plpgsql
               AS 'BEGIN RETURN QUERY SELECT * FROM real_schedules; END'""",
            "CREATE VIEW schedules AS SELECT * FROM all_schedules()",
            """CREATE RULE inserting AS ON INSERT TO schedules
               DO INSTEAD INSERT INTO real_schedules VALUES (NEW.business_id, 0)""",
            "CREATE RULE updating AS ON UPDATE TO schedules DO INSTEAD NOTHING",
            "DROP INDEX uq_reviews_of_booking",
            # Codes are counted from what was read, as a program would do it that does not ask the table.
            "ALTER TABLE coupons RENAME TO real_coupons",
            """CREATE FUNCTION all_coupons() RETURNS SETOF real_coupons LANGUAGE plpgsql
               AS 'BEGIN RETURN QUERY SELECT * FROM real_coupons; END'""",
            "CREATE VIEW coupons AS SELECT * FROM all_coupons()",
            """CREATE RULE counting AS ON UPDATE TO coupons
               DO INSTEAD UPDATE real_coupons SET uses = NEW.uses WHERE id = NEW.id RETURNING real_coupons.*""",
        ):
            connection.execute(sa.text(statement))
