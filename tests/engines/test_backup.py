"""A backup taken while Daybook runs, and what restoring it may and may not do."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from .conftest import Build
from .house import House


def uploaded(house: House, words: str) -> Path:
    """One file in the uploads folder."""
    path = house.data / "uploads" / "logo.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)
    return path


@pytest.fixture
def saved(build: Build, tmp_path: Path) -> Path:
    """A backup of a running house whose table `kept` holds 7."""
    house = build().open()
    house.sql("CREATE TABLE kept AS SELECT 7 AS number")
    house.sql("CREATE TABLE also_kept ()")
    uploaded(house, "seven")
    target = tmp_path / "saved.tar"
    done = house.call("backup", str(target))
    assert (done.returncode, done.stdout) == (0, f"Saved in {target}.\n")
    assert target.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".saved")] == []
    house.stop()
    return target


def asleep(house: House, statement: str) -> str:
    """What a statement says in a house that does not run."""
    code = (
        "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL'].replace('+psycopg2', '')); "
        f"k = c.cursor(); k.execute({statement!r}); c.commit(); print(k.fetchall() if k.description else '')"
    )
    done = house.call("with", "--", "python", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_backup_restores_into_an_empty_house_and_never_silently_over_another(
    build: Build, saved: Path
) -> None:
    house = build()
    done = house.call("restore", str(saved))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Restored saved.tar of ")
    assert asleep(house, "SELECT number FROM kept") == "[(7,)]"
    assert (house.data / "uploads" / "logo.png").read_text() == "seven"

    asleep(house, "UPDATE kept SET number = 8")
    uploaded(house, "eight")
    refused = house.call("restore", str(saved))
    assert refused.returncode == 1
    assert refused.stderr == (
        "The database is not empty, so nothing was restored. To lose what is there now, add --replace.\n"
    )
    assert asleep(house, "SELECT number FROM kept") == "[(8,)]"

    assert house.call("restore", "--replace", str(saved)).returncode == 0
    assert asleep(house, "SELECT number FROM kept") == "[(7,)]"
    assert (house.data / "uploads" / "logo.png").read_text() == "seven"
    assert [path.name for path in house.data.iterdir() if path.name.startswith("restore")] == []


def test_a_restore_that_fails_half_way_leaves_nothing(build: Build, saved: Path) -> None:
    house = build()
    asleep(house, "CREATE TYPE kept AS ENUM ()")
    refused = house.call("restore", str(saved))
    assert refused.returncode == 1
    assert "psql failed: " in refused.stderr
    assert 'type "kept" already exists' in refused.stderr
    assert asleep(house, "SELECT to_regclass('also_kept')") == "[(None,)]"
    assert not (house.data / "uploads").exists()


def test_a_running_house_is_not_restored_over(build: Build, saved: Path) -> None:
    house = build().open()
    refused = house.call("restore", "--replace", str(saved))
    assert refused.stderr == "Daybook is running with this data. Stop it first, then do this again.\n"


def test_a_damaged_backup_changes_nothing(build: Build, saved: Path, tmp_path: Path) -> None:
    house = build()
    asleep(house, "CREATE TABLE mine AS SELECT 1 AS number")
    words = saved.read_bytes()
    at = words.index(b"PGDMP") + 600
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(words[:at] + bytes(200) + words[at + 200 :])
    cut = tmp_path / "cut.tar"
    cut.write_bytes(words[: len(words) // 4])
    for source in (damaged, cut, tmp_path / "none.tar"):
        refused = house.call("restore", "--replace", str(source))
        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
        assert "Traceback" not in refused.stderr
    assert asleep(house, "SELECT number FROM mine") == "[(1,)]"


@pytest.mark.parametrize("name", ["uploads/../../../escaped", "/tmp/escaped", "lock"])
def test_a_backup_that_reaches_outside_is_refused(build: Build, tmp_path: Path, name: str) -> None:
    source = tmp_path / "bad.tar"
    with tarfile.open(source, "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    house = build(new=True)
    refused = house.call("restore", str(source))
    assert refused.stderr == f"{source} is not a backup made by bin/backup, or it is damaged.\n"
    assert sorted(os.listdir(house.data)) == []


def test_an_existing_file_is_not_overwritten_by_a_backup(build: Build, saved: Path) -> None:
    before = saved.read_bytes()
    refused = build(new=True).call("backup", str(saved))
    assert (refused.returncode, refused.stderr) == (1, f"{saved} exists already. Choose another name.\n")
    assert saved.read_bytes() == before
