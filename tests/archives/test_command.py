"""`flask business export` and `import`, with a transaction of their own."""

import contextvars
import zipfile

import pytest
import sqlalchemy as sa

from app.archives.jobs import delete_businesses
from app.archives.writing import stand_still
from app.businesses.finding import find_business
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.customers.models import Customer
from tests.factories import a_booking, a_membership, a_shop, a_user, berlin

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("folder", "frozen")]


@pytest.fixture
def run(app):
    def run(*words):
        db.session.commit()
        result = contextvars.Context().run(app.test_cli_runner().invoke, args=["business", *map(str, words)])
        db.session.expire_all()
        return result

    return run


@pytest.fixture
def shop(app):
    with app.app_context():
        shop = a_shop()
        a_booking(shop, berlin("2027-03-02 10:00"))
        db.session.commit()
        yield shop
        db.session.rollback()
        db.session.execute(sa.update(Business).values(status="draft", ends_at=clock.now()))
        db.session.commit()
        delete_businesses()


@pytest.fixture
def owner(shop):
    return a_membership(shop.business, "owner", a_user()).user.email


def test_a_business_moves_by_two_commands(run, shop, owner, tmp_path):
    slug, file = shop.business.slug, tmp_path / "shop.zip"
    out = run("export", slug, file)
    assert out.exit_code == 0, out.output
    assert str(file) in out.output
    here = run("import", file, "--owner", owner, "--slug", "second-home")
    assert (here.exit_code, here.output) == (0, "Ann's Salon is here, at /b/second-home/, and closed.\n")
    business = find_business("second-home")
    customers = db.session.scalars(sa.select(Customer.name).filter_by(business_id=business.id)).all()
    assert customers == ["Olivia Park"]


def test_a_file_that_is_there_is_not_written_over(run, shop, tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    assert run("export", shop.business.slug, file).exit_code != 0
    assert file.read_text() == "mine"


def test_what_cannot_be_brought_in_is_said(run, shop, owner, tmp_path):
    file = tmp_path / "shop.zip"
    run("export", shop.business.slug, file)
    assert "no account" in run("import", file, "--owner", "nobody@example.com").output
    assert "Another business has this address" in run("import", file, "--owner", owner).output
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("archive.json", "[]")
    assert "damaged" in run("import", bad, "--owner", owner).output


def test_what_changes_meanwhile_is_not_in_it(app, shop):
    with db.engine.connect() as other:
        db.session.rollback()
        stand_still()
        names = sa.select(Customer.name).filter_by(business_id=shop.business.id)
        assert db.session.scalars(names).all() == ["Olivia Park"]
        other.execute(
            sa.update(Customer).where(Customer.business_id == shop.business.id).values(name="Olive")
        )
        other.commit()
        assert db.session.scalars(names).all() == ["Olivia Park"]
        db.session.rollback()
        assert db.session.scalars(names).all() == ["Olive"]
