import contextvars

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.businesses.finding import find_business
from app.core.db import db
from tests.factories import a_business


@pytest.fixture
def run(app):
    def run(command):
        db.session.commit()
        result = contextvars.Context().run(app.test_cli_runner().invoke, args=command.split(" "))
        db.session.expire_all()
        return result

    return run


def test_a_business_is_put_on_the_first_page_and_taken_off_again(run, client):
    a_business("anns", name="Ann's")
    assert "Ann&#39;s" not in client.get("/").text
    done = run("business list-publicly anns")
    assert (done.exit_code, done.output) == (0, "Ann's can be searched for.\n")
    assert "Ann&#39;s" in client.get("/").text
    assert run("business unlist anns").exit_code == 0
    assert not find_business("anns").listed
    assert "Ann&#39;s" not in client.get("/").text


def test_it_is_written_down_once_however_often_it_is_said(run):
    a_business("anns")
    for _ in range(2):
        run("business list-publicly anns")
    events = db.session.scalars(sa.select(AuditEvent).filter_by(action="business.listed")).all()
    assert [(event.actor_name, event.changes) for event in events] == [
        ("command line", {"listed": [False, True]})
    ]


def test_a_draft_is_found_as_soon_as_it_is_open(run):
    a_business("anns", status="draft")
    assert "as soon as it is open" in run("business list-publicly anns").output


@pytest.mark.parametrize("command", ["list-publicly", "unlist"])
def test_a_business_that_does_not_exist_is_said(run, command):
    result = run(f"business {command} nowhere")
    assert (result.exit_code, "There is no business at nowhere." in result.output) == (1, True)
