"""What is exported and imported is the same business."""

import io
import json
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa

from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.appointments.reminder_rules import PRESETS, add_rule
from app.archives import contents
from app.archives.reading import LARGEST_PART, LONGEST_ROW, NoArchive, OtherVersion, read_archive
from app.archives.writing import write_archive
from app.audit.ids import GONE
from app.audit.models import AuditEvent, record
from app.auth.models import User
from app.businesses.addressing import SlugReserved, SlugTaken
from app.businesses.joining import find_membership
from app.businesses.models import Business
from app.businesses.pictures import keep_picture
from app.core import clock, files
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.models import Customer
from app.notifications.models import Notification
from app.schedule.models import Allocation, Resource
from app.schedule.serving import Server
from app.staff.models import StaffMember
from tests.archives.comparing import rows
from tests.factories import (
    Shop,
    a_booking,
    a_membership,
    a_shop,
    a_timetable,
    a_user,
    add_need,
    add_service,
    berlin,
    by_the_system,
    rooms_of,
)
from tests.pictures import a_drawing

pytestmark = pytest.mark.usefixtures("folder", "frozen")


@pytest.fixture
def shop(app) -> Shop:
    """One with people, a room, a class, a logo, bookings, and a customer who is another's double."""
    shop = a_shop(people=2)
    rooms_of(shop, "Cabin")
    a_membership(shop.business, "owner", a_user(email="maya@example.com", email_checked_at=clock.now()))
    shop.business.logo = by_the_system(keep_picture)(shop.business.id, "logo", a_drawing())
    add_rule(shop.business, PRESETS["soon"], by=SYSTEM, now=clock.now())
    kept = a_booking(shop, berlin("2027-03-02 10:00"))
    gone = a_booking(shop, berlin("2027-03-02 11:00"), email="ada@example.com")
    cancel(shop.business, gone, by=SYSTEM, now=clock.now(), reason="ill")
    ada, olivia = (db.session.get_one(Customer, (shop.business.id, it.customer_id)) for it in (gone, kept))
    double = Customer(business_id=shop.business.id, name="Olivia P.", email=olivia.email, merged_into=ada.id)
    db.session.add(double)
    class_of = add_service(shop.business.id, "Yoga", minutes=60, price_cents=1500, capacity=8)
    add_need(shop.business.id, class_of.id, [Server(shop.person.resource_id)])
    a_timetable(Shop(shop.business, class_of, shop.people))
    db.session.flush()
    return shop


def written(business: Business) -> io.BytesIO:
    file = io.BytesIO()
    write_archive(business.id, file, clock.now(), host="book.example.com")
    return file


def taken_in(file: io.BytesIO, slug: str = "moved", email: str = "maya@example.com") -> Business:
    owner = db.session.scalar(sa.select(User).filter_by(email=email)) or a_user(email=email)
    return read_archive(file, slug=slug, owner=owner, by=SYSTEM, now=clock.now())


def test_what_goes_out_comes_in_again(shop):
    before = rows(written(shop.business))
    business = taken_in(written(shop.business))
    after = rows(written(business))
    assert after.keys() == before.keys()
    imported = after["audit_events"].pop()
    assert imported["action"] == "business.imported"
    for table in before:
        assert after[table] == before[table], table
    filled = {name for name, of_table in before.items() if of_table}
    assert filled >= {
        "allocations",
        "bookings",
        "customers",
        "class_times",
        "uploads",
        "audit_events",
        "schedules",
    }


def test_the_history_names_the_people_of_the_new_home(shop):
    """Ids of people and rooms are other ones there, in what was changed too."""
    first, second = (it.resource_id for it in shop.people)
    need = {"servers": [[first, 4500, None], [second, None, 60]], "stretches": []}
    changes = {
        "performer_id": [first, second],
        "resources": [[[first, second]], []],
        "needs": [None, {"1": first}],
        "need_1": [None, need],
        "capacity": [first, second],
        "person_id": [None, 2**40],
    }
    record(
        "service.needs_changed",
        "service",
        shop.service.id,
        by=SYSTEM,
        at=clock.now(),
        business_id=shop.business.id,
        changes=changes,
    )
    db.session.flush()
    business = taken_in(written(shop.business))
    team = sa.select(Resource.id).filter_by(business_id=business.id, kind="staff").order_by(Resource.id)
    one, two = db.session.scalars(team)
    assert not {one, two} & {first, second}
    hired = sa.select(AuditEvent.subject_id).filter_by(business_id=business.id, action="resource.added")
    assert {one, two} < set(db.session.scalars(hired)), "people, and a room"
    found = sa.select(AuditEvent.changes).filter_by(business_id=business.id, action="service.needs_changed")
    assert db.session.scalars(found.order_by(AuditEvent.id.desc())).first() == {
        "performer_id": [one, two],
        "resources": [[[one, two]], []],
        "needs": [None, {"1": one}],
        "need_1": [None, {"servers": [[one, 4500, None], [two, None, 60]], "stretches": []}],
        "capacity": [first, second],
        "person_id": [None, GONE],
    }


def test_the_new_home_is_closed_and_its_time_is_guarded(shop):
    business = taken_in(written(shop.business))
    assert (business.status, business.listed) == ("draft", False)
    taken = db.session.scalars(sa.select(Allocation).filter_by(business_id=business.id)).all()
    assert taken
    theirs = set(
        db.session.scalars(sa.select(Allocation.resource_id).filter_by(business_id=shop.business.id))
    )
    assert not theirs & {it.resource_id for it in taken}
    assert files.find_file(f"{business.logo}.webp") == files.find_file(f"{shop.business.logo}.webp")
    assert business.logo != shop.business.logo


def test_what_is_booked_next_gets_an_id_of_its_own(shop):
    file = written(shop.business)
    business = taken_in(_edited(file, "rows/bookings.jsonl", lambda row: {**row, "id": row["id"] + 5000}))
    highest = db.session.scalar(sa.select(sa.func.max(Booking.id)).filter_by(business_id=business.id))
    assert highest > 5000
    assert a_booking(shop, berlin("2027-03-03 10:00"), email="new@example.com").id > highest


def test_nothing_is_sent_twice_but_reminders_are_planned_anew(shop):
    waiting = sa.select(sa.func.count()).select_from(Notification).filter_by(status="pending")
    assert db.session.scalar(waiting.filter_by(business_id=shop.business.id)) > 0
    business = taken_in(written(shop.business))
    planned = sa.select(Notification.kind).filter_by(business_id=business.id, status="pending")
    assert set(db.session.scalars(planned)) == {"booking_reminder"}


def test_whoever_brings_it_owns_it(shop):
    stranger = a_user(email="new-owner@example.com")
    business = taken_in(written(shop.business), email=stranger.email)
    membership = find_membership(business.slug, stranger.id)
    assert membership.role == "owner"
    maya = db.session.scalar(sa.select(User).filter_by(email="maya@example.com"))
    assert find_membership(business.slug, maya.id).role == "owner"


def test_who_worked_there_gets_an_account_without_a_password(shop):
    elsewhere = {"email": "maya@elsewhere.example"}
    members = [{"id": it["id"], "name": it["name"], **elsewhere} for it in _members(shop.business)]
    taken_in(_edited_about(written(shop.business), lambda it: {**it, "members": members}))
    user = db.session.scalar(sa.select(User).filter_by(email="maya@elsewhere.example"))
    assert (user.password_hash, user.email_checked_at) == (None, None)


def test_a_slug_that_is_taken_is_refused(shop):
    with pytest.raises(SlugTaken):
        taken_in(written(shop.business), slug=shop.business.slug)


def test_another_version_is_refused(shop):
    for field, value in (("schema", "0001"), ("format", 2)):
        file = _edited_about(written(shop.business), lambda it, f=field, v=value: {**it, f: v})
        with pytest.raises(OtherVersion):
            taken_in(file)


@pytest.mark.parametrize("body", [b"", b"hello", b"PK\x03\x04"])
def test_what_is_no_archive_is_refused(shop, body):
    with pytest.raises(NoArchive):
        taken_in(io.BytesIO(body))


@pytest.mark.parametrize(
    "change",
    [
        {"id": 2**62},
        {"customer_id": 2**40},
        {"status": "delighted"},
        {"total_cents": "much"},
        {"appointment_id": None},
    ],
    ids=lambda it: next(iter(it)),
)
def test_a_row_the_tables_do_not_take_is_refused(shop, change):
    file = _edited(written(shop.business), "rows/bookings.jsonl", lambda row: {**row, **change})
    with pytest.raises(NoArchive), db.session.begin_nested():
        taken_in(file)
    assert db.session.scalar(sa.select(Business).filter_by(slug="moved")) is None


@pytest.mark.parametrize("number", ["9223372036854775806", 9e18, True, 0, -1, [1]], ids=str)
def test_an_id_that_is_no_plain_number_leads_no_sequence_behind_it(shop, number):
    """The database would read "9223372036854775806" as a number: after it nobody here could book any more."""
    file = _edited(written(shop.business), "rows/bookings.jsonl", lambda row: {**row, "id": number})
    with pytest.raises(NoArchive), db.session.begin_nested():
        taken_in(file)
    assert a_booking(shop, berlin("2027-03-03 10:00"), email="next@example.com").id < 2**48


def test_who_opened_an_account_in_the_name_of_an_owner_gets_nothing_by_it(shop):
    """Whoever hears that a salon will move here can have an account with its owner's address, unchecked."""
    file = written(shop.business)
    maya = db.session.scalars(sa.select(User).filter_by(email="maya@example.com")).one()
    maya.email_checked_at = None
    db.session.flush()
    business = taken_in(file, email="operator@example.com")
    assert find_membership(business.slug, maya.id) is None
    about = {"business_id": business.id}
    assert maya.id not in db.session.scalars(sa.select(StaffMember.user_id).filter_by(**about)).all()
    assert maya.id not in db.session.scalars(sa.select(AuditEvent.actor_user_id).filter_by(**about)).all()


def test_nothing_is_sent_that_a_file_says_is_still_to_be_sent(shop):
    """Whoever writes an archive by hand must not send mail in the name of this installation."""
    file = written(shop.business)
    letter = db.session.scalars(sa.select(Notification).filter_by(business_id=shop.business.id)).first()
    row = db.session.scalar(
        sa.text("SELECT to_jsonb(n) FROM notifications n WHERE id = :id"), {"id": letter.id}
    )
    row |= {"recipient": "victim@example.net", "status": "pending"}
    file = _rewritten(file, "rows/notifications.jsonl", lambda body: json.dumps(row).encode() + b"\n" + body)
    business = taken_in(file)
    to = sa.select(Notification.recipient).filter_by(business_id=business.id)
    assert "victim@example.net" not in db.session.scalars(to).all()


@pytest.mark.parametrize("slug", ["settings", "Manage", "../etc", "a" * 61, ""])
def test_an_address_nobody_may_have_is_refused(shop, slug):
    file = _edited_about(
        written(shop.business), lambda it: {**it, "business": it["business"] | {"slug": slug}}
    )
    with pytest.raises((NoArchive, SlugReserved)), db.session.begin_nested():
        taken_in(file, slug=None)


@pytest.mark.parametrize("zone", ["Mars/Phobos", "../../etc/passwd", "", None, 5])
def test_a_zone_no_clock_has_is_refused(shop, zone):
    """Every page of it, and every job that looks at all businesses, would fail."""
    file = _edited_about(
        written(shop.business), lambda it: {**it, "business": it["business"] | {"zone": zone}}
    )
    with pytest.raises(NoArchive), db.session.begin_nested():
        taken_in(file)


@pytest.mark.parametrize("changes", [None, [], "all", {"name": "Anna"}, {"name": ["Anna"]}], ids=str)
def test_a_history_nobody_could_read_is_refused(shop, changes):
    file = _edited(written(shop.business), "rows/audit_events.jsonl", lambda it: {**it, "changes": changes})
    with pytest.raises(NoArchive), db.session.begin_nested():
        taken_in(file)


def test_what_is_small_only_while_it_is_packed_is_refused(shop):
    body = b'{"id": 1, "name": "' + b"a" * LONGEST_ROW + b'"}'
    for name in ("rows/customers.jsonl", "archive.json"):
        large = body if name.startswith("rows") else b" " * (LARGEST_PART + 1)
        with pytest.raises(NoArchive), db.session.begin_nested():
            taken_in(_rewritten(written(shop.business), name, lambda _body, large=large: large))


def test_a_file_nobody_can_unpack_is_refused(shop):
    whole = written(shop.business).getvalue()
    for body in (_with_bits(whole, 0x1), _with_deep_json(shop.business)):
        with pytest.raises(NoArchive), db.session.begin_nested():
            taken_in(body)


def _with_bits(whole: bytes, bits: int) -> io.BytesIO:
    """The same with these flags in its list of files: 1 is encrypted."""
    body, at = bytearray(whole), 0
    while (at := whole.find(b"PK\x01\x02", at + 1)) > 0:
        body[at + 8] |= bits
    return io.BytesIO(bytes(body))


def _with_deep_json(business: Business) -> io.BytesIO:
    return _rewritten(written(business), "archive.json", lambda _body: b"[" * 200_000)


def test_rows_of_another_business_are_not_in_it(shop):
    other = a_shop()
    a_booking(other, berlin("2027-03-02 10:00"), email="somebody-else@example.com")
    with zipfile.ZipFile(written(shop.business)) as archive:
        for name in archive.namelist():
            assert b"somebody-else@example.com" not in archive.read(name), name


def test_each_table_of_a_business_is_in_it_or_it_is_said_why_not():
    of_business = {it.name for it in db.metadata.sorted_tables if "business_id" in it.c}
    assert {it.name for it in contents.tables()} == of_business - contents.LEFT_OUT.keys()
    assert contents.LEFT_OUT.keys() <= of_business


def test_no_secret_is_in_it():
    binary = {
        f"{table.name}.{column.name}"
        for table in contents.tables()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    assert binary == {"holds.visitor_key", "holds.address_key"}, "hashes of who held something"


def _members(business: Business) -> list[dict[str, Any]]:
    with zipfile.ZipFile(written(business)) as archive:
        members: list[dict[str, Any]] = json.loads(archive.read("archive.json"))["members"]
        return members


def _edited(file: io.BytesIO, name: str, change: Any) -> io.BytesIO:
    def edit(body: bytes) -> bytes:
        return b"\n".join(json.dumps(change(json.loads(line))).encode() for line in body.splitlines())

    return _rewritten(file, name, edit)


def _edited_about(file: io.BytesIO, change: Any) -> io.BytesIO:
    return _rewritten(file, "archive.json", lambda body: json.dumps(change(json.loads(body))).encode())


def _rewritten(file: io.BytesIO, name: str, edit: Any) -> io.BytesIO:
    new = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(new, "w") as archive:
        for it in old.namelist():
            archive.writestr(it, edit(old.read(it)) if it == name else old.read(it))
    return new
