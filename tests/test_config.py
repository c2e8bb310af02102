"""Settings come from the environment once, and what is unsafe or makes no sense does not start."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.config import ROOT, ConfigurationError, database_url, kept_secret, settings_from

KEY = "n0t-a-default-but-32-characters-long"
PRODUCTION = {
    "DAYBOOK_ENV": "production",
    "DATABASE_URL": "postgresql://db/daybook",
    "PUBLIC_BASE_URL": "https://book.example.com/",
    "SECRET_KEY": KEY,
}


def read(**changes: str) -> dict[str, Any]:
    """The settings of a production environment with `changes`."""
    return settings_from(PRODUCTION | changes)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u@h:5432/d?sslmode=require", "postgresql+psycopg2://u@h:5432/d?sslmode=require"),
        ("postgres://u@h/d", "postgresql+psycopg2://u@h/d"),
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg2://u@h/d"),
        ("postgresql:///d?host=/run/pg", "postgresql+psycopg2:///d?host=/run/pg"),
    ],
)
def test_every_way_to_write_a_postgresql_address_means_psycopg2(given: str, used: str) -> None:
    assert database_url(given) == used
    assert read(DATABASE_URL=given)["SQLALCHEMY_DATABASE_URI"] == used


@pytest.mark.parametrize("url", ["", "sqlite:///x.db", "mysql://h/d", "postgresql+asyncpg://h/d", "h/d"])
def test_another_database_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL"):
        read(DATABASE_URL=url)


@pytest.mark.parametrize(
    "key", ["", "dev", "change-me", KEY[:31], "a" * 64, "secretsecretsecretsecretsecretsecret"]
)
def test_production_refuses_a_missing_short_or_simple_secret(key: str) -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        read(SECRET_KEY=key)


def test_production_refuses_to_guess_its_address() -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_BASE_URL"):
        read(PUBLIC_BASE_URL="")


@pytest.mark.parametrize(
    "url", ["book.example.com", "ftp://book.example.com", "https://", "https://x.example/?a=1"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_BASE_URL"):
        read(PUBLIC_BASE_URL=url)


def test_a_typing_error_in_the_kind_of_installation_does_not_become_development() -> None:
    with pytest.raises(ConfigurationError, match="DAYBOOK_ENV"):
        read(DAYBOOK_ENV="prodution")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROXIES", "one"),
        ("DATABASE_POOL", "-1"),
        ("DATABASE_STATEMENT_MS", "5s"),
        ("HOLDS_PER_ADDRESS", "٣"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read(**{name: value})


MAIL = {"MAIL_SERVER": "smtp.example.com", "MAIL_DEFAULT_SENDER": "bookings@example.com"}


@pytest.mark.parametrize(
    ("given", "port"),
    [
        ({}, 25),
        ({"MAIL_USE_TLS": "1"}, 587),
        ({"MAIL_USE_SSL": "1"}, 465),
        ({"MAIL_USE_SSL": "1", "MAIL_PORT": "4650"}, 4650),
    ],
)
def test_a_mail_server_is_asked_at_the_port_of_its_encryption(given: dict[str, str], port: int) -> None:
    found = read(**MAIL, **given)
    assert (found["MAIL_SERVER"], found["MAIL_PORT"]) == ("smtp.example.com", port)
    assert found["MAIL_DEFAULT_SENDER"] == "bookings@example.com"


@pytest.mark.parametrize(
    "sender", ["", "bookings", "Bookings <b@example.com>", "a@example.com, b@example.com", "a@b\n"]
)
def test_a_mail_server_needs_one_plain_address_to_send_from(sender: str) -> None:
    with pytest.raises(ConfigurationError, match="MAIL_DEFAULT_SENDER"):
        read(**MAIL | {"MAIL_DEFAULT_SENDER": sender})


def test_a_connection_is_encrypted_in_one_way() -> None:
    with pytest.raises(ConfigurationError, match="MAIL_USE_TLS"):
        read(**MAIL, MAIL_USE_TLS="1", MAIL_USE_SSL="1")


def test_without_a_mail_server_there_is_an_address_to_show() -> None:
    assert (read()["MAIL_SERVER"], read()["MAIL_DEFAULT_SENDER"]) == ("", "bookings@book.example.com")


def test_an_empty_setting_means_the_usual_value() -> None:
    names = ("PROXIES", "LOG_LEVEL", "LOG_FORMAT", "DATABASE_POOL", "REDIS_URL", "TRUSTED_HOSTS")
    assert read(**dict.fromkeys(names, "")) == read()


def test_production_answers_to_its_public_address_and_to_checks_from_its_own_machine() -> None:
    assert read()["TRUSTED_HOSTS"] == ["book.example.com", "localhost", "127.0.0.1"]
    assert read(PUBLIC_BASE_URL="https://Book.Example.com:8443")["TRUSTED_HOSTS"][0] == "book.example.com"
    assert read(TRUSTED_HOSTS="a.example .b.example")["TRUSTED_HOSTS"] == ["a.example", ".b.example"]
    assert read(DAYBOOK_ENV="development")["TRUSTED_HOSTS"] is None
    assert read(PUBLIC_BASE_URL="http://[2001:db8::1]:8000")["TRUSTED_HOSTS"] is None


def test_the_cookie_is_secure_where_the_public_address_is() -> None:
    https, http = read(), read(PUBLIC_BASE_URL="http://book.example.com")
    assert (https["SESSION_COOKIE_SECURE"], http["SESSION_COOKIE_SECURE"]) == (True, False)
    assert https["PUBLIC_BASE_URL"] == "https://book.example.com"
    assert (https["SESSION_COOKIE_HTTPONLY"], https["SESSION_COOKIE_SAMESITE"]) == (True, "Lax")


def test_a_csrf_token_lives_as_long_as_its_session() -> None:
    assert read()["WTF_CSRF_TIME_LIMIT"] is None


@pytest.mark.parametrize(
    ("url", "storage"),
    [
        ("", "memory://"),
        ("redis://h:6379/0", "redis://h:6379/0"),
        ("unix:///run/v.sock", "redis+unix:///run/v.sock"),
    ],
)
def test_rate_limits_are_counted_in_redis_where_there_is_one(url: str, storage: str) -> None:
    settings = read(REDIS_URL=url)
    assert settings["RATELIMIT_STORAGE_URI"] == storage
    assert settings["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"]


def test_development_keeps_a_secret_of_its_own_that_nobody_else_can_read(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": "postgresql://db/d", "DAYBOOK_DATA": str(tmp_path / "new")}
    first, second = settings_from(environ), settings_from(environ)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 32
    file = tmp_path / "new" / "secret.key"
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]


def test_those_who_start_at_once_keep_the_same_secret(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def start(path: Path) -> str:
        together.wait(10)
        return kept_secret(path)

    with ThreadPoolExecutor(8) as pool:
        for attempt in range(25):
            path = tmp_path / f"secret-{attempt}.key"
            assert set(pool.map(start, [path] * 8)) == {path.read_text()}


@pytest.mark.parametrize("words", [["-c", "import wsgi"], ["-m", "flask", "user", "list"]])
def test_the_application_and_its_commands_say_in_one_sentence_why_they_do_not_start(words: list[str]) -> None:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, *words]
    run = subprocess.run(
        command, env=environ | {"DAYBOOK_ENV": "production"}, cwd=ROOT, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert (
        run.stderr == "Set PUBLIC_BASE_URL to the address customers use, such as https://book.example.com.\n"
    )
