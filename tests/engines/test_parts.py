"""The pure parts: Procfile, settings, trees, addresses, the sockets' folder."""

import os
import tempfile
from pathlib import Path

import pytest

from app.core.engines import folders, identity, procfile
from app.core.engines.binaries import Tree, tree_for
from app.core.engines.database import Database
from app.core.engines.errors import EngineError
from app.core.engines.settings import Settings


def test_a_procfile_names_commands_in_order(tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text("# the house\nrelease: flask db upgrade\n\nweb:granian wsgi:app\n")
    assert list(procfile.read(path).items()) == [("release", "flask db upgrade"), ("web", "granian wsgi:app")]


@pytest.mark.parametrize("words", ["", "release: x", "web", "web:", "we b: x"])
def test_a_procfile_that_starts_nothing_or_is_garbled_is_refused(tmp_path: Path, words: str) -> None:
    (tmp_path / "Procfile").write_text(words)
    with pytest.raises(EngineError):
        procfile.read(tmp_path / "Procfile")


@pytest.mark.parametrize(
    ("command", "is_replaced"),
    [
        ("flask worker", True),
        ("python -c 'a; b'", True),
        ("a && b", False),
        ("a; b", False),
        ("a | b", False),
    ],
)
def test_the_shell_is_replaced_by_a_simple_command_only(command: str, is_replaced: bool) -> None:
    assert procfile.shell(command)[2].startswith("exec ") is is_replaced


def test_empty_addresses_count_as_none() -> None:
    read = Settings.read({"DATABASE_URL": "", "REDIS_URL": "", "PORT": "", "HOST": ""})
    assert (read.database_url, read.redis_url, read.port, read.host) == (None, None, 8000, "127.0.0.1")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://localhost:8000/"),
        ("127.0.0.1", "http://localhost:8000/"),
        ("fd00::7", "http://[fd00::7]:8000/"),
        ("day.local", "http://day.local:8000/"),
    ],
)
def test_the_printed_address_can_be_opened(host: str, address: str) -> None:
    assert Settings.read({"HOST": host}).address == address


def test_the_tree_of_the_data_is_used_and_a_new_folder_gets_the_newest() -> None:
    trees = [Tree(18, Path("/18")), Tree(16, Path("/16"))]
    assert tree_for(16, trees).major == 16
    assert tree_for(None, trees).major == 18
    with pytest.raises(EngineError, match="bin/upgrade-data"):
        tree_for(15, trees)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_a_password_never_stands_in_the_address_a_client_is_given(scheme: str) -> None:
    found = Database.at(f"{scheme}://ann:p%40ss@db.example:5433/day?sslmode=require")
    assert found == Database("postgresql://ann@db.example:5433/day?sslmode=require", "p@ss")
    assert Database.at("postgresql+psycopg2://daybook@/daybook?host=/tmp/x").url == (
        "postgresql://daybook@/daybook?host=/tmp/x"
    )


def test_a_sockets_folder_that_others_can_enter_is_refused(
    land: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Path(tempfile.mkdtemp(dir=land))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(land))
    (land / f"daybook-{folders.fingerprint(data)}").mkdir(mode=0o755)
    with pytest.raises(EngineError, match="belongs to somebody else"):
        folders.make_socket_folder(data, identity.myself())


def test_sockets_of_a_deep_temporary_folder_still_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(deep))
    data = tmp_path / "var"
    data.mkdir()
    made = folders.make_socket_folder(data, identity.myself())
    try:
        assert len(os.fsencode(made / folders.LONGEST_SOCKET)) <= folders.SOCKET_PATH_LIMIT
    finally:
        folders.remove_tree(made)
