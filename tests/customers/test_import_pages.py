"""The pages by which a file of customers becomes customers."""

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.core import clock
from app.core.db import db
from app.customers.erasing import erase
from app.customers.imports.jobs import forget_imports, work_on_imports
from app.customers.merging import merge
from app.customers.models import Customer, CustomerImport, CustomerImportRow, CustomerNote
from app.notifications.models import Notification
from tests.conftest import NOW
from tests.factories import ANNA, a_business, a_membership, a_user, signed_in
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def business(app):
    return a_business(country="DE")


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


@pytest.fixture
def page(business):
    return f"/manage/{business.slug}/customers/imports"


FILE = """Vorname;Nachname;E-Mail;Telefon;Tags;Notiz
Ann;Lee;ANN@example.com;030 1234567;vip, regular;likes tea
Bob;;bob@example;;;
;;nobody@example.com;;;
Ann;Again;ann@example.com;;;
Cem;Özil;;+49 151 23456789;;"=1+1"
"""


def upload(manager, page, body=FILE, name="old.csv", **more):
    """As a browser sends it. Written by hand, because the test client leaves large ones lying in open files."""
    body = body.encode() if isinstance(body, str) else body
    parts = [f'name="{field}"\r\n\r\n{value}'.encode() for field, value in more.items()]
    parts.append(f'name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'.encode() + body)
    sent = b"".join(b"--xYx\r\nContent-Disposition: form-data; " + it + b"\r\n" for it in parts)
    return manager.post(page, data=sent + b"--xYx--\r\n", content_type="multipart/form-data; boundary=xYx")


def columns_of(response):
    """The form as the page shows it."""
    form = {}
    for it in soup(response).select("form select"):
        chosen = it.select_one("option[selected]")
        form[it["name"]] = chosen["value"] if chosen else ""
    if soup(response).select_one("[name=header][checked]"):
        form["header"] = "y"
    return form


def imported(manager, page, body=FILE, **choice):
    there = upload(manager, page, body).headers["Location"]
    manager.post(there, data=columns_of(manager.get(there)))
    work_on_imports()
    there = there.removesuffix("/columns")
    manager.post(f"{there}/confirmation", data={"known": "leave"} | choice)
    work_on_imports()
    return there


def test_a_file_becomes_customers(manager, page, business):
    answer = upload(manager, page)
    assert answer.status_code == 303
    there = answer.headers["Location"]
    shown = manager.get(there)
    assert columns_of(shown) == {
        "column_0": "first_name",
        "column_1": "last_name",
        "column_2": "email",
        "column_3": "phone",
        "column_4": "tags",
        "column_5": "note",
        "header": "y",
    }
    assert manager.post(there, data=columns_of(shown)).status_code == 303
    assert "0 of 5 lines" in manager.get(there.removesuffix("/columns")).text
    work_on_imports()
    there = there.removesuffix("/columns")
    checked = manager.get(there)
    assert [it.text for it in soup(checked).select(".import-number")] == ["2", "0", "1", "2"]
    assert "There is no name." in checked.text
    assert db.session.scalar(select(func.count()).select_from(Customer)) == 0
    assert manager.post(f"{there}/confirmation", data={"known": "leave"}).status_code == 303
    work_on_imports()
    assert "Done" in manager.get(there).text
    ann, cem = db.session.scalars(select(Customer).order_by(Customer.name))
    assert (ann.name, ann.email, ann.phone, ann.tags) == (
        "Ann Lee",
        "ann@example.com",
        "+49301234567",
        ["vip", "regular"],
    )
    assert (cem.name, cem.phone) == ("Cem Özil", "+4915123456789")
    assert db.session.scalars(select(CustomerNote.body).order_by(CustomerNote.id)).all() == [
        "likes tea",
        "=1+1",
    ]
    assert db.session.scalars(select(CustomerImport.status)).all() == ["imported"]
    assert "2 added, 1 known already, 2 refused" in " ".join(soup(manager.get(page)).text.split())
    assert "Ann Lee" in manager.get(f"/manage/{business.slug}/customers?q=lee").text


def test_whoever_is_known_stays_as_they_are_unless_what_is_missing_is_wanted(manager, page, business):
    ann = Customer(business_id=business.id, name="Ann L.", email="ann@example.com", tags=["VIP"])
    cem = Customer(business_id=business.id, name="Cem", phone="+4915123456789")
    db.session.add_all([ann, cem])
    imported(manager, page)
    assert names() == ["Ann L.", "Cem"]
    assert (ann.phone, ann.tags) == (None, ["VIP"])
    there = imported(manager, page, known="fill")
    assert [it.text for it in soup(manager.get(there)).select(".import-number")] == ["0", "2", "1", "2"]
    assert (ann.name, ann.phone, ann.tags) == ("Ann L.", "+49301234567", ["VIP", "regular"])
    assert "Ann L." in manager.get(f"/manage/{business.slug}/customers?q=1234567").text
    told = select(AuditEvent).filter_by(action="customer.changed", subject_id=ann.id)
    event = db.session.scalars(told).one()
    assert (event.source, event.changes["phone"]) == ("import", [None, "+49301234567"])
    imported(manager, page, known="fill")
    assert notes() == ["likes tea", "=1+1"]


@pytest.mark.parametrize(
    "contact", [{"email": "ann@example.com"}, {"email": None, "phone": "+4915123456789"}]
)
def test_whoever_was_merged_is_who_they_were_merged_with(manager, page, business, contact):
    survivor = Customer(business_id=business.id, name="Lee", email="lee@example.com", phone="+4930111111")
    twin = Customer(business_id=business.id, name="Ann", **contact)
    db.session.add_all([survivor, twin])
    db.session.flush()
    merge(business.id, survivor.id, twin.id, by=ANNA, now=NOW)
    before = db.session.query(Customer).count()
    imported(manager, page, FILE.replace("Ann;Again;ann@example.com;;;\n", ""), known="fill")
    assert db.session.query(Customer).count() == before + 1, "the other one of the file is new"
    assert db.session.query(CustomerNote).filter_by(customer_id=survivor.id).count() == 1


def test_an_import_is_written_down_once(manager, page, business):
    imported(manager, page)
    told = select(AuditEvent).filter_by(business_id=business.id, action="customer_import.done")
    event = db.session.scalars(told).one()
    assert (event.source, event.actor_name) == ("import", "Maya Lindqvist")
    assert {name: both[1] for name, both in event.changes.items()} == {
        "new": 2,
        "known": 0,
        "again": 1,
        "refused": 2,
    }
    assert db.session.scalar(select(func.count()).select_from(Notification)) == 0


def test_somebody_who_was_faster_is_known(manager, page, business):
    """Between the check and the import they booked by themselves."""
    there = upload(manager, page).headers["Location"]
    manager.post(there, data=columns_of(manager.get(there)))
    work_on_imports()
    db.session.add(Customer(business_id=business.id, name="Ann", email="ann@example.com"))
    there = there.removesuffix("/columns")
    manager.post(f"{there}/confirmation", data={"known": "leave"})
    work_on_imports()
    assert names() == ["Ann", "Cem Özil"]
    assert [it.text for it in soup(manager.get(there)).select(".import-number")] == ["1", "1", "1", "2"]


def test_customers_of_others_are_nobody_here(manager, page):
    other = a_business()
    db.session.add(Customer(business_id=other.id, name="Ann", email="ann@example.com"))
    there = imported(manager, page)
    assert soup(manager.get(there)).select_one(".import-number").text == "2"


def test_accounts_find_what_is_theirs(manager, page):
    user = a_user("ann@example.com", email_checked_at=NOW)
    imported(manager, page)
    assert db.session.scalar(select(Customer.user_id).filter_by(email="ann@example.com")) == user.id


def test_the_refused_lines_are_downloaded_mended_and_imported(manager, page):
    body = "Name,E-mail,Phone\n=HYPERLINK(1),bob@,+49 30 1234567\nAnn,ann@example.com,\n"
    there = imported(manager, page, body)
    answer = manager.get(f"{there}/refused.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.text.splitlines()[1].startswith("'=HYPERLINK(1),bob@,'+49 30 1234567,\"That does not look")
    imported(manager, page, answer.text.replace("bob@", "bob@example.com"))
    assert names() == ["=HYPERLINK(1)", "Ann"]
    assert db.session.scalar(select(Customer.phone).filter_by(email="bob@example.com")) == "+49301234567"


def test_letters_that_were_guessed_are_said_to_be(manager, page):
    there = upload(manager, page, "Name\nJörg Müßig\n".encode("cp1252")).headers["Location"]
    shown = manager.get(there)
    assert "Do all letters look right?" in shown.text
    assert "Jörg Müßig" in shown.text
    again = upload(manager, page, "Name\nЖанна\n".encode("cp1251"), encoding="cp1251").headers["Location"]
    assert "Жанна" in manager.get(again).text
    assert "Do all letters look right?" not in manager.get(again).text


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"", 422, "nothing in this file"),
        (b"PK\x03\x04xxxx", 422, "workbook"),
        (b"\x89PNG\r\n\x1a\n", 422, "not a table"),
        (b'Name\n"Ann', 422, "Near line 2"),
        (b"\0\0\0\0", 422, "not a table"),
        (b"x" * (20 * 1024 * 1024 + 1), 413, "larger than 20 MB"),
        (b"x" * (25 * 1024 * 1024), 413, "larger than we can take"),
        (b"Name\n" + b"Ann\n" * 100_001, 422, "more than 100,000 lines"),
    ],
    ids=["empty", "workbook", "picture", "quotes", "zeros", "large", "larger", "long"],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(manager, page, body, code, words):
    answer = upload(manager, page, body)
    assert (answer.status_code, words in answer.text) == (code, True)
    assert db.session.scalar(select(func.count()).select_from(CustomerImport)) == 0


def test_something_has_to_be_sent_and_may_be_pasted(manager, page):
    assert manager.post(page).status_code == 422
    assert "Please choose a file" in manager.post(page, data={"pasted": " "}).text
    assert manager.post(page, data={"pasted": "x", "encoding": "ebcdic"}).status_code == 422
    refused = manager.post(page, data={"pasted": 'Name\n"Ann'})
    assert refused.status_code == 422
    assert soup(refused).select_one("textarea").text.strip() == 'Name\n"Ann'
    pasted = manager.post(page, data={"pasted": "Name\tPhone\nAnn\t030 1234567"})
    assert columns_of(manager.get(pasted.headers["Location"])) == {
        "column_0": "name",
        "column_1": "phone",
        "header": "y",
    }


def test_columns_are_refused_where_they_make_no_sense(manager, page):
    there = upload(manager, page).headers["Location"]
    wanted = columns_of(manager.get(there))
    for change, words in (
        ({"column_0": "email"}, "Another column is that already."),
        ({"column_0": "", "column_1": ""}, "which column holds the names"),
        ({"column_3": "nonsense"}, "Please choose one of those offered."),
    ):
        answer = manager.post(there, data=wanted | change)
        assert (answer.status_code, words in answer.text) == (422, True)
    assert db.session.scalars(select(CustomerImport.status)).all() == ["read"]


def test_columns_can_be_named_again_after_the_check(manager, page):
    there = upload(manager, page).headers["Location"]
    wanted = columns_of(manager.get(there))
    manager.post(there, data=wanted)
    work_on_imports()
    assert columns_of(manager.get(there)) == wanted
    del wanted["header"]
    assert manager.post(there, data=wanted | {"column_2": "", "column_3": ""}).status_code == 303
    work_on_imports()
    checked = manager.get(there.removesuffix("/columns"))
    assert [it.text for it in soup(checked).select(".import-number")] == ["5", "0", "0", "1"]


def test_one_file_at_a_time_and_one_that_waits_gives_way(manager, page):
    first = upload(manager, page).headers["Location"]
    second = upload(manager, page).headers["Location"]
    assert db.session.scalars(select(CustomerImport.status).order_by(CustomerImport.id)).all() == [
        "abandoned",
        "read",
    ]
    manager.post(second, data=columns_of(manager.get(second)))
    third = upload(manager, page)
    assert (third.status_code, "Another file is being read" in third.text) == (409, True)
    late = manager.post(second, data=columns_of(manager.get(first)) | {"column_0": "name"})
    assert late.status_code == 409
    assert (
        manager.post(f"{second.removesuffix('/columns')}/confirmation", data={"known": "leave"}).status_code
        == 409
    )


def test_a_file_that_is_given_up_is_forgotten(manager, page):
    there = upload(manager, page).headers["Location"].removesuffix("/columns")
    assert manager.post(f"{there}/abandonment").status_code == 303
    assert "This file was given up" in manager.get(there).text
    assert db.session.scalars(select(CustomerImportRow)).all() == []
    assert manager.post(f"{there}/abandonment").status_code == 409


def test_what_was_imported_or_left_lying_is_forgotten_after_a_month(manager, page, frozen):
    imported(manager, page)
    upload(manager, page, "Name\nBea\n")
    frozen.shift(29 * 86_400)
    assert forget_imports() == 0
    frozen.shift(2 * 86_400)
    assert forget_imports() == 2
    assert db.session.scalars(select(CustomerImportRow)).all() == []
    assert db.session.scalars(select(CustomerImport.status).order_by(CustomerImport.id)).all() == [
        "imported",
        "abandoned",
    ]
    assert names() == ["Ann Lee", "Cem Özil"]


def test_whoever_is_erased_stands_in_no_file(manager, page, business):
    """Nor in one that is still being looked at, however their address was typed there."""
    imported(manager, page)
    upload(manager, page, "Name;E-Mail\nAnnie; Ann@EXAMPLE.com \nBea;bea@example.com\n")
    ann = db.session.scalars(select(Customer).filter_by(email="ann@example.com")).one()
    erase(ann, "Ann Lee", by=ANNA, now=NOW)
    rows = select(CustomerImportRow.line, CustomerImportRow.cells).order_by(CustomerImportRow.import_id)
    kept = [(line, cells) for line, cells in db.session.execute(rows) if cells]
    assert "ann@example.com" not in str(kept).lower()
    assert {line for line, _cells in kept} == {1, 3, 4, 6}
    assert [cells[0] for line, cells in kept if "bea" in str(cells)] == ["Bea"]


@pytest.mark.parametrize(
    "cells",
    [
        ("ANN@Example.com ", ""),
        ("mailto:ann@example.com", ""),
        ("Ann <ann@example.com>", ""),
        ("ＡＮＮ@example.com", ""),
        ("x", "030 / 123 45-67"),
        ("x", '"=""0049 30 1234567"""'),
        ("x", "+49 (0)30 1234567"),
    ],
)
def test_whoever_is_erased_stands_in_no_line_that_is_kept(manager, page, business, cells):
    imported(manager, page)
    more = f"Somebody;;{cells[0]};{cells[1]};;\nZoe;;zoe@example.com;030 1234568;;\n"
    upload(manager, page, FILE + more, name="later.csv")
    ann = db.session.scalars(select(Customer).filter_by(email="ann@example.com")).one()
    erase(ann, ann.name, by=ANNA, now=clock.now())
    kept = {cells[0] for cells in db.session.scalars(select(CustomerImportRow.cells)) if cells}
    assert kept == {"Vorname", "Bob", "", "Cem", "Zoe"}


def test_tags_are_spelled_as_the_business_spells_them(manager, page, business):
    names = ("A", "B", "C")
    db.session.add_all(
        Customer(business_id=business.id, name=name, tags=["VIP" if name != "C" else "Vip"]) for name in names
    )
    imported(manager, page, "name,email,tags\nD,d@example.com,vip; Straße\nE,e@example.com,STRASSE\n")
    tags = dict(db.session.execute(select(Customer.name, Customer.tags)).all())
    assert (tags["D"], tags["E"]) == (["VIP", "Straße"], ["Straße"])


def test_a_fragment_is_how_far_a_file_is(manager, page):
    there = upload(manager, page).headers["Location"]
    manager.post(there, data=columns_of(manager.get(there)))
    there = there.removesuffix("/columns")
    running = soup(manager.get(there, headers={"HX-Request": "true"}))
    assert [it["id"] for it in running.find_all(recursive=False)] == ["import"]
    assert running.select_one("#import")["hx-trigger"] == "every 2s"
    work_on_imports()
    assert not soup(manager.get(there)).select_one("#import").has_attr("hx-trigger")


def test_a_long_list_of_refused_lines_has_pages(manager, page):
    there = imported(manager, page, "Name,E-mail\nAnn,\n" + ",x@example.com\n" * 60)
    first = soup(manager.get(there))
    assert len(first.select(".import-refused tbody tr")) == 50
    second = soup(manager.get(first.select_one(".pagination a[rel=next]")["href"]))
    assert len(second.select(".import-refused tbody tr")) == 10


def test_five_thousand_lines_take_few_statements(manager, page, queries, monkeypatch):
    monkeypatch.setattr("app.customers.imports.jobs.AT_A_TIME", 600)
    body = "Name,E-mail,Phone\n" + "".join(f"Person {n},p{n}@example.com,+49301{n:06}\n" for n in range(5000))
    there = upload(manager, page, body).headers["Location"]
    wanted = columns_of(manager.get(there))
    manager.post(there, data=wanted)
    with queries() as checking:
        work_on_imports()
    there = there.removesuffix("/columns")
    manager.post(f"{there}/confirmation", data={"known": "leave"})
    with queries() as importing:
        work_on_imports()
    assert db.session.scalar(select(func.count()).select_from(Customer)) == 5000
    # Ten steps of five hundred lines.
    assert len(checking) < 10 * 9
    assert len(importing) < 10 * 20
    with queries() as seen:
        assert manager.get(there).status_code == 200
    assert len(seen) <= 8


def names():
    return db.session.scalars(select(Customer.name).order_by(Customer.name)).all()


def notes():
    return db.session.scalars(select(CustomerNote.body).order_by(CustomerNote.id)).all()
