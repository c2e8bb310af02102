"""Tags, notes, contact and blocks: what members write down about a customer, and who may."""

import pytest

from app.audit.models import AuditEvent
from app.core.db import db
from app.customers.meeting import Contact, meet
from app.customers.models import Customer, CustomerNote
from app.customers.searching import matches
from app.customers.tagging import MOST_TAGS, tags_in_use
from tests.conftest import NOW
from tests.factories import a_booking, a_membership, a_shop, a_user, berlin, signed_in
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")
HTMX = {"HX-Request": "true"}
TEN = berlin("2027-03-02 10:00")


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def ann(shop):
    return meet(shop.business.id, Contact("Ann Lee", "ann@example.com", "+4930123456"), NOW)


@pytest.fixture
def page(shop, ann):
    return f"/manage/{shop.business.slug}/customers/{ann.id}"


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.fixture
def maya(app, shop):
    user = a_user(name="Maya")
    shop.person.user_id = user.id
    return signed_in(app, a_membership(shop.business, "staff", user).user)


def again(row):
    return db.session.get(type(row), (row.business_id, row.id), populate_existing=True)


def notes():
    return [it.body for it in db.session.query(CustomerNote).order_by(CustomerNote.id)]


def test_a_tag_is_given_once_and_as_others_have_it(shop, ann, page, manager):
    bob = meet(shop.business.id, Contact("Bob Ray", "bob@example.com"), NOW)
    bob.tags = ["VIP"]
    for typed in ("vip", " VIP ", "allergic to nuts"):
        assert manager.post(f"{page}/tags", data={"tag": typed}).status_code == 303
    assert again(ann).tags == ["VIP", "allergic to nuts"]
    assert tags_in_use(shop.business.id) == [("allergic to nuts", 1), ("VIP", 2)]
    manager.post(f"{page}/tags/removal", data={"tag": "VIP"})
    assert again(ann).tags == ["allergic to nuts"]


def test_a_fragment_is_the_tags_alone_and_says_what_is_wrong(ann, page, manager):
    answer = manager.post(f"{page}/tags", data={"tag": "x" * 41}, headers=HTMX)
    assert answer.status_code == 422
    assert [it["id"] for it in soup(answer).find_all(recursive=False)] == ["tags"]
    assert soup(answer).select_one("#tag")["value"] == "x" * 41
    assert manager.post(f"{page}/tags", data={"tag": "  "}, headers=HTMX).status_code == 422
    assert again(ann).tags == []


def test_there_are_only_so_many_tags(ann, page, manager):
    ann.tags = [f"tag {number}" for number in range(MOST_TAGS)]
    answer = manager.post(f"{page}/tags", data={"tag": "one more"}, headers=HTMX)
    assert (answer.status_code, len(again(ann).tags)) == (422, MOST_TAGS)


def test_a_note_is_kept_changed_removed_and_put_back_once(ann, page, manager):
    manager.post(f"{page}/notes", data={"body": "Likes tea.\nNo milk."})
    note = db.session.query(CustomerNote.id).scalar()
    assert "Likes tea." in manager.get(page).text
    assert manager.get(f"{page}/notes/{note}").status_code == 200
    manager.post(f"{page}/notes/{note}", data={"body": "Likes coffee."})
    assert notes() == ["Likes coffee."]
    gone = manager.post(f"{page}/notes/{note}/removal")
    assert notes() == []
    assert "Put it back" in manager.get(gone.location).text
    for _ in range(2):
        manager.post(f"{page}/notes/{note}/return")
    assert notes() == ["Likes coffee."]


def test_an_empty_note_is_refused_beside_its_field(page, manager):
    answer = manager.post(f"{page}/notes", data={"body": " \u200b "})
    assert answer.status_code == 422
    assert "Please write something." in answer.text
    long = manager.post(f"{page}/notes", data={"body": "x" * 5001})
    assert (long.status_code, soup(long).select_one("#body").text.strip()) == (422, "x" * 5001)


def test_staff_write_about_whom_they_know_and_change_only_their_own(shop, ann, page, manager, maya):
    assert maya.post(f"{page}/notes", data={"body": "Hello"}).status_code == 403
    assert maya.post(f"{page}/tags", data={"tag": "Hello"}).status_code == 403
    a_booking(shop, TEN, person=shop.person, email="ann@example.com")
    manager.post(f"{page}/notes", data={"body": "of the manager"})
    maya.post(f"{page}/notes", data={"body": "of Maya"})
    theirs, own = (it.id for it in db.session.query(CustomerNote).order_by(CustomerNote.id))
    assert maya.get(f"{page}/notes/{theirs}").status_code == 403
    assert maya.post(f"{page}/notes/{theirs}/removal").status_code == 403
    assert maya.post(f"{page}/notes/{own}", data={"body": "of Maya, later"}).status_code == 303
    assert manager.post(f"{page}/notes/{own}/removal").status_code == 303
    assert notes() == ["of the manager"]


def test_staff_put_back_only_what_they_removed_themselves(shop, page, manager, maya):
    a_booking(shop, TEN, person=shop.person, email="ann@example.com")
    manager.post(f"{page}/notes", data={"body": "of the manager"})
    maya.post(f"{page}/notes", data={"body": "of Maya"})
    theirs, own = (it.id for it in db.session.query(CustomerNote).order_by(CustomerNote.id))
    manager.post(f"{page}/notes/{theirs}/removal")
    answer = maya.post(f"{page}/notes/{theirs}/return")
    assert "This note is not there any more." in maya.get(answer.location).text
    assert notes() == ["of Maya"]
    maya.post(f"{page}/notes/{own}/removal")
    maya.post(f"{page}/notes/{own}/return")
    manager.post(f"{page}/notes/{theirs}/return")
    assert sorted(notes()) == ["of Maya", "of the manager"]


def test_a_note_of_somebody_else_is_nobodys_here(shop, ann, page, manager):
    bob = meet(shop.business.id, Contact("Bob Ray", "bob@example.com"), NOW)
    manager.post(f"{page}/notes", data={"body": "About Ann"})
    [note] = db.session.query(CustomerNote)
    other = page.replace(str(ann.id), str(bob.id))
    assert manager.get(f"{other}/notes/{note.id}").status_code == 404
    assert manager.post(f"{other}/notes/{note.id}/removal").status_code == 404


def test_a_corrected_name_is_found_and_the_old_one_is_not(shop, ann, page, manager):
    wish = {"name": "Anna Leigh", "email": "Anna@Example.com", "phone": "030 9876543", "language": "de"}
    assert manager.post(f"{page}/details", data=wish).status_code == 303
    ann = again(ann)
    assert (ann.name, ann.email, ann.phone, ann.language) == (
        "Anna Leigh",
        "anna@example.com",
        "+49309876543",
        "de",
    )
    assert [it.id for it in matches(shop.business.id, "leigh")] == [ann.id]
    assert matches(shop.business.id, "123456") == []
    [event] = db.session.query(AuditEvent).filter_by(action="customer.changed")
    assert event.changes["name"] == ["Ann Lee", "Anna Leigh"]


def test_an_address_of_another_is_refused_with_who_has_it(shop, ann, page, manager):
    bob = meet(shop.business.id, Contact("Bob Ray", "bob@example.com"), NOW)
    wish = {"name": "Ann Lee", "email": "bob@example.com", "phone": "", "language": ""}
    answer = manager.post(f"{page}/details", data=wish)
    assert answer.status_code == 409
    assert soup(answer).select_one("[name=email]")["value"] == "bob@example.com"
    assert soup(answer).select_one(f'a[href$="/customers/{bob.id}"]')
    assert again(ann).email == "ann@example.com"
    answer = manager.post(f"/manage/{shop.business.slug}/customers", data=wish)
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"email": "no"}, {"phone": "abc"}, {"language": "xx"}, {"name": "x" * 200}]
)
def test_wrong_details_change_nothing(ann, page, manager, wrong):
    wish = {"name": "Anna", "email": "", "phone": "", "language": ""} | wrong
    answer = manager.post(f"{page}/details", data=wish)
    assert answer.status_code == 422
    assert again(ann).name == "Ann Lee"


def test_somebody_is_written_down_by_hand(shop, manager, maya):
    room = f"/manage/{shop.business.slug}/customers"
    wish = {"name": "Zoe Gray", "email": "", "phone": "030 123456", "language": ""}
    answer = manager.post(room, data=wish)
    zoe = db.session.query(Customer).filter_by(name="Zoe Gray").one()
    assert answer.location == f"{room}/{zoe.id}"
    assert [it.id for it in matches(shop.business.id, "gray")] == [zoe.id]
    assert maya.post(room, data=wish).status_code == 403


def test_a_block_has_a_reason_only_managers_read(shop, ann, page, manager, maya):
    a_booking(shop, TEN, person=shop.person, email="ann@example.com")
    assert maya.post(f"{page}/block", data={"reason": "x"}).status_code == 403
    manager.post(f"{page}/block", data={"reason": "Never came"})
    assert (again(ann).blocked, again(ann).blocked_reason) == (True, "Never came")
    assert "Never came" in manager.get(page).text
    assert "Never came" not in maya.get(page).text
    assert "Blocked" in maya.get(page).text
    manager.post(f"{page}/block/removal")
    assert (again(ann).blocked, again(ann).blocked_reason) == (False, None)
