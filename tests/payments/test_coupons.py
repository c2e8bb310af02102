"""The codes of a business, as its members keep them."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.core.db import db
from app.payments.models import Coupon
from tests.factories import a_business, a_membership, signed_in
from tests.payments.coupons import a_coupon
from tests.reading import rows, soup

PATH = "/manage/ann-salon/coupons"


@pytest.fixture
def business(app, frozen):
    return a_business("ann-salon")


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def form(**more):
    return {"code": "SUMMER-10", "kind": "amount", "amount": "10.00", "share": ""} | more


def the_coupon():
    db.session.expire_all()
    return db.session.scalars(select(Coupon)).one()


def audited():
    found = select(AuditEvent.action).where(AuditEvent.subject_kind == "coupon").order_by(AuditEvent.id)
    return list(db.session.scalars(found))


def test_no_codes_teach_what_they_are_for(manager):
    page = manager.get(PATH)
    assert "A code makes a visit cheaper" in page.text
    assert soup(page).select_one(f"a[href='{PATH}/new']")
    assert "Codes" in soup(page).select_one(".section[aria-current=page]").text


def test_a_code_is_made_and_listed_with_its_uses(manager):
    terms = {"valid_from": "2027-03-01", "valid_until": "2027-03-31", "least_total": "50", "most_uses": "100"}
    assert manager.post(PATH, data=form(**terms, most_per_customer="1")).headers["Location"] == PATH
    coupon = the_coupon()
    assert (coupon.code, coupon.code_key) == ("SUMMER-10", "SUMMER10")
    assert (coupon.amount_cents, coupon.share_bp, coupon.least_total_cents) == (1000, None, 5000)
    assert (coupon.most_uses, coupon.most_per_customer, coupon.uses) == (100, 1, 0)
    page = manager.get(PATH)
    assert rows(page, ".row-title") == ["SUMMER-10"]
    [detail] = rows(page, ".row-detail")
    assert detail.startswith("€10.00 off, from a price of €50.00, ")
    assert "0 of 100 used" in page.text
    assert audited() == ["coupon.added"]


def test_a_share_is_taken_and_the_other_number_does_not_matter(manager):
    assert manager.post(PATH, data=form(kind="share", share="12.5", amount="rubbish")).status_code == 303
    assert (the_coupon().share_bp, the_coupon().amount_cents) == (1250, None)
    assert "12.5% off" in manager.get(PATH).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": ""}, "choose a code"),
        ({"code": "--"}, "at least three letters"),
        ({"code": "A B"}, "at least three letters"),
        ({"code": "50%!"}, "at least three letters"),
        ({"code": "x" * 41}, "at most 40"),
        ({"code": "x" * 10_000}, "at most 40"),
        ({"kind": "everything"}, "Not a valid choice"),
        ({"amount": ""}, "enter a number"),
        ({"amount": "-5"}, "enter an amount"),
        ({"amount": "0"}, "between"),
        ({"amount": "99999999999999999999"}, "between"),
        ({"amount": "1e9"}, "enter an amount"),
        ({"amount": "1.005"}, "enter an amount"),
        ({"kind": "share", "share": "100.01"}, "between"),
        ({"kind": "share", "share": "0"}, "between"),
        ({"kind": "share", "share": "-1"}, "enter a number"),
        ({"kind": "share", "share": "NaN"}, "enter a number"),
        ({"most_uses": "0"}, "between"),
        ({"most_uses": "-1"}, "whole number"),
        ({"most_uses": "1.5"}, "whole number"),
        ({"most_uses": "999999999999"}, "between"),
        ({"most_per_customer": "many"}, "whole number"),
        ({"valid_from": "2027-02-30"}, "no such day"),
        ({"valid_from": "2027-03-02", "valid_until": "2027-03-01"}, "before the first one"),
        ({"least_total": "-1"}, "enter an amount"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(manager, wrong, words):
    page = manager.post(PATH, data=form(**wrong))
    assert page.status_code == 422
    assert words in page.text
    if "code" not in wrong:
        assert soup(page).select_one("#code")["value"] == "SUMMER-10"
    assert db.session.scalar(select(Coupon.id)) is None


def test_the_same_code_written_otherwise_is_taken(manager, business):
    a_coupon(business)
    page = manager.post(PATH, data=form(code="summer 10"))
    assert page.status_code == 409
    assert "have this code already" in soup(page).select_one("#code-error").text


def test_two_businesses_may_have_the_same_code(manager):
    a_coupon(a_business("other-salon"))
    assert manager.post(PATH, data=form()).status_code == 303


def test_a_code_is_changed(manager, business):
    coupon = a_coupon(business, most_uses=5)
    page = soup(manager.get(f"{PATH}/{coupon.id}"))
    assert (page.select_one("#amount")["value"], page.select_one("#most_uses")["value"]) == ("10.00", "5")
    changed = form(code="Autumn 5", amount="5", most_uses="")
    assert manager.post(f"{PATH}/{coupon.id}", data=changed).status_code == 303
    assert (the_coupon().code_key, the_coupon().amount_cents, the_coupon().most_uses) == (
        "AUTUMN5",
        500,
        None,
    )
    assert audited() == ["coupon.added", "coupon.changed"]


def test_it_cannot_be_limited_to_less_than_has_happened(manager, business):
    coupon = a_coupon(business)
    coupon.uses = 7
    page = manager.post(f"{PATH}/{coupon.id}", data=form(most_uses="6"))
    assert page.status_code == 422
    assert "used 7 times already" in soup(page).select_one("#most_uses-error").text


def test_renaming_to_another_ones_code_is_refused_and_shows_the_form(manager, business):
    a_coupon(business)
    other = a_coupon(business, "OTHER")
    page = manager.post(f"{PATH}/{other.id}", data=form())
    assert page.status_code == 409
    assert soup(page).select_one("#code")["value"] == "SUMMER-10"


def test_a_code_is_switched_off_and_on_again(manager, business):
    coupon = a_coupon(business)
    for _ in range(2):
        assert manager.post(f"{PATH}/{coupon.id}/pause").status_code == 303
    assert not the_coupon().active
    assert "Nobody can use it" in manager.get(f"{PATH}/{coupon.id}").text
    assert manager.post(f"{PATH}/{coupon.id}/return").status_code == 303
    assert the_coupon().active
    assert audited() == ["coupon.added", "coupon.switched_off", "coupon.switched_on"]


def test_the_code_of_another_business_is_nowhere(manager):
    theirs = a_coupon(a_business("other-salon")).id
    assert manager.get(f"{PATH}/{theirs}").status_code == 404
    for what in ("", "/pause", "/return"):
        assert manager.post(f"{PATH}/{theirs}{what}", data=form()).status_code == 404


@pytest.mark.parametrize("role", ["staff"])
def test_staff_may_not(app, business, role):
    client = signed_in(app, a_membership(business, role).user)
    assert client.get(PATH).status_code == 403
    assert client.post(PATH, data=form()).status_code == 403


def test_a_long_list_has_pages_and_a_search_with_the_same_statements(manager, business, queries):
    a_coupon(business, "WINTER")
    with queries() as few:
        manager.get(PATH)
    for number in range(60):
        a_coupon(business, f"SUMMER-{number:02}")
    with queries() as many:
        page = manager.get(PATH)
    assert len(few) == len(many)
    assert len(rows(page, ".row-title")) == 50
    assert len(rows(manager.get(f"{PATH}?page=2"), ".row-title")) == 11
    assert rows(manager.get(f"{PATH}?q=win"), ".row-title") == ["WINTER"]
    assert "No code has that in it" in manager.get(f"{PATH}?q=%25").text
    assert manager.get(f"{PATH}?q=" + "x" * 5000 + "&page=-7").status_code == 200
