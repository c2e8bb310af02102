"""Platform admins are made by whoever has the command line, and by nobody else."""

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.cli.admins import admin
from app.core.db import db
from tests.factories import a_user


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(admin, words, catch_exceptions=False)


def test_somebody_is_made_one_and_unmade(app: Flask) -> None:
    user = a_user("ida@example.com", "Ida Root")
    db.session.commit()
    said = run(app, "grant", "Ida@Example.com")
    assert (said.exit_code, "ida@example.com is a platform admin." in said.output) == (0, True)
    assert "second step" in said.output
    assert user.is_platform_admin
    assert run(app, "grant", "ida@example.com").exit_code == 0
    assert "ida@example.com\tIda Root\twithout a second step" in run(app, "list").output
    run(app, "revoke", "ida@example.com")
    assert not user.is_platform_admin
    assert run(app, "list").output == ""
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action.in_(["user.appointed", "user.dismissed"]))
    )
    assert [(it.action, it.actor_kind, it.source) for it in events] == [
        ("user.appointed", "admin", "command"),
        ("user.dismissed", "admin", "command"),
    ]


def test_only_an_account_that_is_there_and_open(app: Flask) -> None:
    user = a_user("gone@example.com", active=False)
    db.session.commit()
    for email, words in (("nobody@example.com", "no account"), ("gone@example.com", "closed")):
        said = run(app, "grant", email)
        assert (said.exit_code, words in said.output) == (1, True)
    assert not user.is_platform_admin
