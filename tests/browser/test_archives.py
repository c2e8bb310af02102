"""A business taken along into another installation, and one that ends, as an owner clicks them."""

import contextvars
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from app import create_app
from app.appointments.models import Appointment, Booking
from app.appointments.reminder_rules import PRESETS, add_rule
from app.archives.jobs import delete_businesses, write_archives
from app.auth.accounts import find_user
from app.auth.models import UserSession
from app.auth.sessions import PROVED_FOR
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.businesses.pictures import keep_picture
from app.cli import init_cli
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.archives.comparing import rows
from tests.browser.conftest import DESKTOP, PHONE, each_look, faults_of
from tests.conftest import SERVER_NAME, a_database, settings
from tests.factories import PASSWORD, Shop, a_visit, add_resource, by_the_system
from tests.pictures import a_drawing
from tests.serving import Served

pytestmark = pytest.mark.browser
PATIENCE = 30_000  # milliseconds
KINDS = ("completed", "no_show", "cancelled", "completed")
Run = Callable[..., str]


@pytest.fixture(scope="module")
def elsewhere(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Another installation: a database and a folder of its own, and nobody in it when it begins."""
    with a_database(f"{SERVER_NAME}_{worker_id}_elsewhere") as url:
        app = create_app(settings(url, DAYBOOK_DATA=tmp_path_factory.mktemp("elsewhere")))
        init_cli(app)
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Business)) == 0
            db.session.rollback()
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def run(elsewhere: Flask) -> Run:
    """`flask …` in the other installation; what it says."""

    def run(*words: str | Path) -> str:
        runner = elsewhere.test_cli_runner()
        result = contextvars.Context().run(runner.invoke, args=[str(it) for it in words])
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def full(served: Served, shop: Shop, owner: str) -> Shop:
    """The shop with a room, a logo, a reminder, visits that were and one that is to come."""
    with served.app.app_context():
        business, now = (
            load_business(shop.business.id),
            clock.now().replace(minute=0, second=0, microsecond=0),
        )
        business.logo = by_the_system(keep_picture)(business.id, "logo", a_drawing())
        add_rule(business, PRESETS["soon"], by=SYSTEM, now=now)
        add_resource(business.id, "space", "Cabin")
        for days, status in enumerate(KINDS, start=1):
            visit = a_visit(business, now - timedelta(days=days), status=status, person=shop.person)
            if status == "cancelled":
                visit.cancelled_at, visit.cancelled_by, visit.cancel_reason = now, "customer", "Ill"
        a_visit(business, now + timedelta(days=7), person=shop.person, customer="Jörg Müßig")
        db.session.commit()
    return shop


def forget_proof(served: Served, email: str) -> None:
    """As if the password had been typed a while ago."""
    with served.app.app_context():
        user = find_user(email)
        assert user
        theirs = update(UserSession).where(UserSession.user_id == user.id)
        db.session.execute(theirs.values(proved_at=clock.now() - PROVED_FOR))
        db.session.commit()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def prove(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your password, please")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Continue")


def write_now(served: Served) -> None:
    """The server of these tests has no worker."""
    with served.app.app_context():
        write_archives()


def moved(run: Run, file: Path, owner: str, slug: str, again: Path) -> None:
    """Bring a file into the other installation, as whoever runs it does, and write it there into another one."""
    run("user", "create", owner, "--name", "Maya Lindqvist")
    assert f"/b/{slug}/, and closed" in run("business", "import", file, "--owner", owner)
    run("business", "export", slug, again)


def assert_the_same(file: Path, again: Path) -> None:
    before, after = rows(file), rows(again)
    assert after["audit_events"].pop()["action"] == "business.imported"
    assert after.keys() == before.keys()
    for table in before:
        assert after[table] == before[table], table
    filled = {name for name, of_table in before.items() if of_table}
    assert filled >= {"allocations", "bookings", "customers", "memberships", "reminder_rules", "uploads"}
    with zipfile.ZipFile(file) as here, zipfile.ZipFile(again) as there:
        assert pictures_in(here) == pictures_in(there) != []
        assert json.loads(here.read("archive.json"))["rows"].keys() == before.keys() - {"businesses"}


def pictures_in(archive: zipfile.ZipFile) -> list[bytes]:
    """The files of the pictures, whatever they are called."""
    return sorted(archive.read(it) for it in archive.namelist() if it.startswith("pictures/"))


@each_look
def test_a_business_is_exported_imported_elsewhere_and_the_same(
    visit, served, full, owner, run, tmp_path, size, dark
):
    slug = full.business.slug
    page = visit(f"/manage/{slug}/data", member=owner, size=size, dark=dark)
    expect(page.get_by_role("heading", name="Take it with you")).to_be_visible()
    found = {"before": faults_of(page)}
    forget_proof(served, owner)
    press(page, "Write the file")
    prove(page)
    expect(page.get_by_role("status").filter(has_text="It is being written.")).to_be_visible(timeout=PATIENCE)
    found["asked"] = faults_of(page)
    write_now(served)
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=PATIENCE)  # It asks by itself.
    expect(page.get_by_role("button", name="Write a new file")).to_be_visible()
    found["made"] = faults_of(page)
    with page.expect_download(timeout=PATIENCE) as download:
        link.click()
    assert re.fullmatch(rf"daybook-{slug}-\d{{4}}-\d\d-\d\d\.zip", download.value.suggested_filename)
    file, again = tmp_path / "taken.zip", tmp_path / "again.zip"
    download.value.save_as(file)
    moved(run, file, owner, slug, again)
    assert_the_same(file, again)
    assert {step: faults for step, faults in found.items() if faults} == {}


def test_without_a_script_the_file_is_asked_for_and_fetched(visit, served, full, owner, run, tmp_path):
    slug = full.business.slug
    page = visit(f"/manage/{slug}/data", member=owner, script=False)
    press(page, "Write the file")
    expect(page.get_by_text("You may leave this page and come back.")).to_be_visible(timeout=PATIENCE)
    write_now(served)
    page.goto(f"/manage/{slug}/data")
    forget_proof(served, owner)
    page.get_by_role("link", name="Download").click()
    with page.expect_download(timeout=PATIENCE) as download:
        prove(page)
    file, again = tmp_path / "taken.zip", tmp_path / "again.zip"
    download.value.save_as(file)
    moved(run, file, owner, slug, again)
    assert_the_same(file, again)


def stay_away(served: Served, shop: Shop) -> None:
    """Nobody is expected any more."""
    with served.app.app_context():
        mine = shop.business.id
        ahead = select(Appointment.id).where(
            Appointment.business_id == mine, Appointment.starts_at > clock.now()
        )
        theirs = update(Booking).where(Booking.business_id == mine, Booking.appointment_id.in_(ahead))
        gone = {"status": "cancelled", "cancelled_at": clock.now(), "cancelled_by": "customer"}
        db.session.execute(theirs.values(gone))
        db.session.commit()


def let_its_time_pass(served: Served, shop: Shop) -> None:
    """As if the grace had ended, and the worker had come by."""
    with served.app.app_context():
        mine = update(Business).where(Business.id == shop.business.id)
        db.session.execute(mine.values(ends_at=clock.now() - timedelta(minutes=1)))
        db.session.commit()
        assert delete_businesses() == 1


@pytest.mark.parametrize(
    ("size", "dark", "script"),
    [(DESKTOP, False, True), (PHONE, True, True), (DESKTOP, False, False)],
    ids=["desktop-light", "phone-dark", "no-script"],
)
def test_a_business_ends_is_kept_and_ends_for_good(visit, served, full, owner, size, dark, script):
    slug, found = full.business.slug, {}

    def look(step: str) -> None:
        if script:
            found[step] = faults_of(page)

    page = visit(f"/manage/{slug}/data", member=owner, size=size, dark=dark, script=script)
    word = page.get_by_label("The last part of its address")
    expect(page.get_by_text("1 booking is still ahead")).to_be_visible()
    look("ahead")
    word.fill("another")
    press(page, "Delete this business")
    expect(page.get_by_text("exactly as it stands here").first).to_be_visible(timeout=PATIENCE)
    expect(word).to_have_value("another")
    word.fill(slug)
    press(page, "Delete this business")
    expect(page.get_by_text("Cancel it first, so that its customer knows.").first).to_be_visible(
        timeout=PATIENCE
    )
    look("refused")
    stay_away(served, full)
    forget_proof(served, owner)
    press(page, "Delete this business")
    prove(page)
    expect(page.get_by_text("will be deleted on")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Nobody can book any more.")).to_be_visible()
    expect(word).to_have_count(0)
    look("ending")
    stranger = visit(f"/b/{slug}/", size=size)
    expect(stranger.get_by_role("heading", name="Ann's Salon")).to_have_count(0)
    press(page, "Keep it")
    expect(page.get_by_text("It stays. Its page is still closed")).to_be_visible(timeout=PATIENCE)
    look("kept")
    word.fill(slug)
    press(page, "Delete this business")
    expect(page.get_by_text("will be deleted on")).to_be_visible(timeout=PATIENCE)
    let_its_time_pass(served, full)
    answer = page.goto(f"/manage/{slug}/data")
    assert answer.status == 404
    assert {step: faults for step, faults in found.items() if faults} == {}
