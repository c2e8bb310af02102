from sqlalchemy import func, select

from app.appointments.models import Booking
from app.businesses.models import Business
from app.cli.demo import MEMBERS, PASSWORD, SLUG
from app.core.db import db
from tests.factories import a_business


def run(app):
    """`flask demo ensure`, in the test's own transaction."""
    from app.cli.demo import ensure

    return app.test_cli_runner().invoke(ensure, obj=None, catch_exceptions=False)


def test_an_empty_installation_gets_a_lively_business_and_says_how_to_sign_in(app, frozen, client):
    said = run(app).output
    assert f"/b/{SLUG}/" in said
    assert all(email in said for email, _, _ in MEMBERS)
    assert PASSWORD in said
    assert db.session.scalar(select(func.count()).select_from(Booking).filter_by(status="confirmed")) > 50
    page = client.get(f"/b/{SLUG}/")
    assert page.status_code == 200
    assert all(words in page.text for words in ("Beard and scalp", "Dogs are welcome", "Imprint"))


def test_a_second_start_changes_nothing(app, frozen):
    run(app)
    before = db.session.scalar(select(func.count()).select_from(Booking))
    run(app)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == before


def test_an_installation_in_use_gets_no_demo(app, frozen):
    a_business()
    assert SLUG not in run(app).output
    assert db.session.scalar(select(func.count()).select_from(Business)) == 1


def test_production_gets_no_demo_with_a_password_everybody_knows(app, frozen, monkeypatch):
    monkeypatch.setitem(app.config, "DAYBOOK_ENV", "production")
    assert run(app).output == ""
    assert db.session.scalar(select(func.count()).select_from(Business)) == 0
