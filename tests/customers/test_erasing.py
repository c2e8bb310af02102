"""Somebody is forgotten: nothing that names them is left in any table, and what was taken stays."""

import io
import json
import zipfile

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, text

import app.tables  # noqa: F401
from app.appointments.cancelling import cancel
from app.appointments.customer_history import history_of
from app.appointments.models import Booking
from app.appointments.personal import BookedAhead
from app.audit.models import AuditEvent
from app.core import parcels
from app.core.db import db
from app.customers.copying import WORDS
from app.customers.erasing import OtherName, erase, everything_about
from app.customers.meeting import Contact, meet
from app.customers.merging import merge
from app.customers.models import Customer, CustomerNote
from app.customers.noting import write_note
from app.customers.tagging import add_tag
from app.notifications.models import Notification
from tests.conftest import NOW
from tests.factories import ANNA, a_booking, a_membership, a_shop, a_user, berlin, by_the_system, signed_in

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin("2027-03-02 10:00")
NAME, EMAIL, PHONE = "Quirina Zabrowski", "quirina@example.com", "+49305550199"
TRACES = ("quirina", "zabrowski", "5550199", "hates cats", "knows mozart")


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def quirina(shop):
    """Somebody with a past: a visit, a cancelled booking, notes, tags, messages and a row merged into theirs."""
    one = meet(shop.business.id, Contact(NAME, EMAIL, PHONE), NOW)
    for hour in (10, 12):
        booking = a_booking(shop, TEN.replace(hour=hour), email=EMAIL)
        booking.contact_name, booking.contact_phone = NAME, PHONE
        booking.note, booking.member_note, booking.guest_name = "Hates cats", "Knows Mozart", "Quirina's son"
        booking.answers = {"1": {"answer": "Hates cats"}}
        by_the_system(cancel)(shop.business, booking)
    write_note(one, "Quirina hates cats", by=ANNA, now=NOW)
    add_tag(one, "Knows Mozart", by=ANNA, now=NOW)
    other = meet(shop.business.id, Contact("Quirina Z.", "quirina.z@example.com"), NOW)
    merge(shop.business.id, one.id, other.id, by=ANNA, now=NOW)
    db.session.flush()
    return one


def traces():
    """Every text of every table of the business that still names them: (table, column, value)."""
    db.session.flush()
    found = []
    for table in db.metadata.tables.values():
        if "business_id" not in table.columns:
            continue
        for row in db.session.execute(select(table)).mappings():
            for column, value in row.items():
                words = json.dumps(value, ensure_ascii=False, default=str).casefold()
                found += [(table.name, column, value) for trace in TRACES if trace in words]
    return found


def test_nothing_that_names_them_is_left_anywhere(shop, quirina):
    assert {it[0] for it in traces()} >= {"customers", "bookings", "notifications", "audit_events"}
    erase(quirina, NAME, by=ANNA, now=NOW)
    assert traces() == []


def test_the_row_the_visits_and_the_takings_stay(shop, quirina, frozen):
    booking = a_booking(shop, TEN, email=EMAIL)
    frozen.move_to(TEN.replace(day=3))
    before = history_of(shop.business.id, quirina.id, TEN.replace(day=3))
    erase(quirina, f"  {NAME.upper()} ", by=ANNA, now=TEN.replace(day=3))
    after = history_of(shop.business.id, quirina.id, TEN.replace(day=3))
    assert (after.came, after.cancelled, after.spent) == (before.came, before.cancelled, before.spent)
    kept = db.session.get(Customer, (shop.business.id, quirina.id), populate_existing=True)
    assert (kept.name, kept.erased_at) == ("Erased", TEN.replace(day=3))
    assert db.session.get(Booking, (shop.business.id, booking.id)).total_cents == 4500


def test_whoever_is_expected_is_not_forgotten(shop, quirina):
    a_booking(shop, TEN, email=EMAIL)
    with pytest.raises(BookedAhead, match="Haircut"):
        erase(quirina, NAME, by=ANNA, now=NOW)


def test_another_name_erases_nobody(shop, quirina):
    with pytest.raises(OtherName):
        erase(quirina, "Quirina", by=ANNA, now=NOW)
    assert quirina.erased_at is None


def test_messages_that_wait_are_never_sent(shop, quirina):
    erase(quirina, NAME, by=ANNA, now=NOW)
    about = db.session.query(Notification).filter(Notification.customer_id == quirina.id)
    assert {it.recipient for it in about.populate_existing()} == {"erased"}
    assert not {it.status for it in about} & {"pending", "claimed", "transmitting"}


def test_the_journal_says_who_erased_and_when(shop, quirina):
    erase(quirina, NAME, by=ANNA, now=NOW)
    [event] = db.session.query(AuditEvent).filter_by(action="customer.erased")
    assert (event.subject_id, event.actor_name, event.changes) == (quirina.id, "Anna", {})


def test_the_address_is_free_for_somebody_new(shop, quirina):
    erase(quirina, NAME, by=ANNA, now=NOW)
    fresh = meet(shop.business.id, Contact(NAME, EMAIL), NOW)
    assert fresh.id != quirina.id


def test_a_copy_has_all_that_is_kept(app, shop, quirina):
    told = everything_about(quirina, NOW)
    words = json.dumps(told, ensure_ascii=False)
    for trace in ("Hates cats", "Knows Mozart", EMAIL, PHONE, "quirina.z@example.com", "Haircut"):
        assert trace in words
    page = f"/manage/{shop.business.slug}/customers/{quirina.id}"
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    answer = manager.post(f"{page}/copies")
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as both:
        assert set(json.loads(both.read("customer.json"))) == set(told)
        page = BeautifulSoup(both.read("customer.html"), "html.parser")
    text = page.get_text(" ", strip=True)
    for trace in (
        "Hates cats",
        "Knows Mozart",
        EMAIL,
        "quirina.z@example.com",
        "Haircut",
        "2027-03-02 10:00",
    ):
        assert trace in text
    assert {"Bookings", "Notes", "Known as", "Messages"} <= {it.text for it in page.select("h2")}
    assert "45.00 EUR" in text


def test_every_word_of_a_copy_is_known(app, shop, quirina):
    """A copy for people shows no name of ours."""
    told = everything_about(quirina, NOW)
    fields = {name for value in told.values() if isinstance(value, list) for it in value for name in it}
    assert fields | {it for it in told if it != "exported_at"} <= WORDS.keys() | {"currency"}


def test_what_was_written_of_the_whole_business_before_is_thrown_away(
    app, shop, quirina, monkeypatch, tmp_path
):
    """Also what was being written at that moment: it looked at the business before they were gone."""
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", str(tmp_path))
    business_id, others = shop.business.id, shop.business.id + 1
    for owner in (business_id, others):
        parcels.ask_for(owner)
        with parcels.making(parcels.asked_for()[0]) as to:
            to.write(NAME.encode())
    parcels.ask_for(business_id)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    with parcels.making(parcels.asked_for()[0]) as to:
        to.write(NAME.encode())
        page = f"/manage/{shop.business.slug}/customers/{quirina.id}"
        assert manager.post(f"{page}/erasure", data={"name": NAME}).status_code == 303
    assert [it.is_made for it in parcels.parcels_of(business_id)] == [False]
    assert [it.is_made for it in parcels.parcels_of(others)] == [True]
    [waiting] = parcels.asked_for()
    with parcels.making(waiting) as to:
        to.write(b"nobody")
    [made] = parcels.parcels_of(business_id)
    assert parcels.find_parcel(business_id, made.name).read_bytes() == b"nobody"


def test_whoever_is_refused_to_be_forgotten_stays_in_what_was_written(
    app, shop, quirina, monkeypatch, tmp_path
):
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", str(tmp_path))
    parcels.ask_for(shop.business.id)
    with parcels.making(parcels.asked_for()[0]) as to:
        to.write(b"all")
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    page = f"/manage/{shop.business.slug}/customers/{quirina.id}"
    assert manager.post(f"{page}/erasure", data={"name": "Somebody"}).status_code == 422
    assert parcels.parcels_of(shop.business.id)[0].is_made


def test_a_manager_erases_by_typing_the_name_and_staff_do_not(app, shop, quirina):
    page = f"/manage/{shop.business.slug}/customers/{quirina.id}"
    user = a_user()
    shop.person.user_id = user.id
    maya = signed_in(app, a_membership(shop.business, "staff", user).user)
    assert maya.post(f"{page}/erasure", data={"name": NAME}).status_code == 403
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    assert manager.get(f"{page}/erasure").status_code == 200
    wrong = manager.post(f"{page}/erasure", data={"name": "Somebody"})
    assert wrong.status_code == 422
    assert "That is not the name" in wrong.text
    assert manager.post(f"{page}/erasure", data={"name": NAME}).status_code == 303
    assert manager.get(page).status_code == 404
    assert db.session.query(CustomerNote).count() == 0
    assert db.session.scalar(text("SELECT count(*) FROM customers WHERE erased_at IS NOT NULL")) == 2
