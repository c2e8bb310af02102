"""bin/upgrade-data, from the older PostgreSQL in the wheel to the newer."""

import os
import subprocess

import pytest

from app.core.engines import binaries, identity

from .conftest import Build
from .house import House


@pytest.fixture
def old_house(build: Build) -> House:
    """A house whose data was made by the oldest installed PostgreSQL."""
    trees = binaries.postgres_trees()
    if len(trees) < 2:
        pytest.skip("one PostgreSQL only")
    house = build(new=True)
    house.data.mkdir()
    subprocess.run(
        [
            trees[-1].tool("initdb"),
            "-D",
            house.data / "postgres",
            "-U",
            "daybook",
            "--auth=trust",
            "--no-sync",
            "--locale=C",
            "--encoding=UTF8",
        ],
        preexec_fn=identity.choose(trees[-1].tool("postgres"), house.data).become,
        env={**os.environ, "LC_ALL": "C"},
        check=True,
        capture_output=True,
    )
    return house


def test_data_stays_with_its_version_until_it_is_carried_over(old_house: House) -> None:
    trees = binaries.postgres_trees()
    old_house.open()
    old_house.sql("CREATE TABLE kept AS SELECT 7 AS number")
    assert old_house.sql("SELECT current_setting('server_version_num')::int / 10000") == [(trees[-1].major,)]
    refused = old_house.call("upgrade-data")
    assert refused.returncode == 1
    assert "already runs" in refused.stderr
    old_house.stop()

    done = old_house.call("upgrade-data")
    assert done.returncode == 0, done.stdout + done.stderr
    old_house.open()
    assert old_house.sql("SELECT current_setting('server_version_num')::int / 10000") == [(trees[0].major,)]
    assert old_house.sql("SELECT number FROM kept") == [(7,)]
    assert (old_house.data / f"postgres-{trees[-1].major}-before-upgrade").is_dir()
    old_house.stop()
    again = old_house.call("upgrade-data")
    assert (
        again.stdout
        == f"The database already has the newest installed version, PostgreSQL {trees[0].major}.\n"
    )


def test_an_upgrade_cut_short_between_its_renames_is_not_mistaken_for_a_first_start(build: Build) -> None:
    house = build()
    kept = house.data / "postgres-16-before-upgrade"
    (house.data / "postgres").rename(kept)
    house.begin()
    assert house.process.wait(20) == 1
    assert "bin/upgrade-data was cut short. Run it again; nothing is lost." in house.said
    house.call("upgrade-data")
    assert house.open().sql("SELECT 1") == [(1,)]
