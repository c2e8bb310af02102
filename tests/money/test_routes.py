"""The money pages: what came in, what is open, what goes back, and the same for other programs."""

import csv
import io
from datetime import UTC, timedelta

import pytest

from app.appointments.billing import bill_of
from app.appointments.cancelling import cancel
from app.appointments.settling_up import give_back_for, take_for
from app.core import clock
from app.core.db import db
from app.payments.models import Invoice, Refund
from app.payments.refunding import give_again
from tests.factories import (
    ANNA,
    a_booking,
    a_business,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    berlin,
    hire,
    signed_in,
)
from tests.orders.kitchen import a_kitchen, an_order
from tests.payments.owed import an_invoice, failed_refund, paid_online, to_review
from tests.reading import boxes, error, rows, soup, words

TEN, TWELVE = berlin("2027-03-02 10:00"), berlin("2027-03-02 12:00")


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


def member(app, business, role="owner"):
    return signed_in(app, a_membership(business, role, a_user()).user)


@pytest.fixture
def owner(app, shop):
    return member(app, shop.business)


def page(shop, rest=""):
    return f"/manage/{shop.business.slug}/money{rest}"


def takes(shop, booking, cents, method="cash", at=None, key="k" * 16, note=None):
    return take_for(shop.business, booking, cents, method, key=key, note=note, by=ANNA, now=at or clock.now())


def gives_back(shop, booking, cents, key="k" * 16, reason="Unhappy", is_owed=False):
    give_back_for(
        shop.business, booking, cents, key=key, reason=reason, is_owed=is_owed, by=ANNA, now=clock.now()
    )


def table(answer, caption):
    """The rows of one of the tables, each as its cells."""
    found = next(it for it in soup(answer).select("table") if words(it.caption) == caption)
    return [[words(cell) for cell in row.select("th, td")] for row in found.select("tbody tr")]


def lines(answer):
    """A CSV file as its rows."""
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_an_empty_month_says_how_it_fills(shop, owner):
    answer = owner.get(page(shop))
    assert words(soup(answer).select_one(".empty-title")) == "No money in this time"
    assert words(soup(answer).select_one(".lede")) == "1–31 Mar 2027"
    for rest, title in (
        ("/outstanding", "Everything is paid"),
        ("/refunds", "Nothing went back yet"),
        ("/reviews", "Nothing to look at"),
    ):
        assert words(soup(owner.get(page(shop, rest))).select_one(".empty-title")) == title


def test_takings_are_added_up_by_day_service_person_and_method(shop, owner):
    first = a_booking(shop, TEN, person=shop.people[0])
    second = a_booking(shop, TWELVE, "sam@example.com", person=shop.people[1])
    takes(shop, first, 4500)
    takes(shop, second, 1500, "card")
    gives_back(shop, first, 1000)
    answer = owner.get(page(shop))
    assert rows(answer, ".money-figures div") == ["Came in €60.00", "Went back €10.00", "Left €50.00"]
    assert table(answer, "By way of payment") == [
        ["Cash", "€45.00", "€10.00", "€35.00"],
        ["Card at the shop", "€15.00", "–", "€15.00"],
    ]
    assert table(answer, "By service") == [["Haircut", "€60.00", "€10.00", "€50.00"]]
    assert table(answer, "By person") == [
        ["Maya", "€45.00", "€10.00", "€35.00"],
        ["Tomás", "€15.00", "–", "€15.00"],
    ]
    assert table(answer, "By day") == [["Mon 1 Mar", "€60.00", "€10.00", "€50.00"]]


def test_what_a_member_handed_out_in_place_of_stripe_went_back_in_another_way(shop, owner):
    failed = failed_refund(shop.business)
    give_again(shop.business, failed, by_hand=True, by=ANNA, now=clock.now())
    assert table(owner.get(page(shop)), "By way of payment") == [
        ["Online", "€20.00", "–", "€20.00"],
        ["Another way", "€0.00", "€5.00", "-€5.00"],
    ]


def test_what_was_paid_for_several_things_is_divided_and_adds_up_again(shop, owner):
    visit = [a_booking(shop, TEN, person=shop.people[0]), a_booking(shop, TWELVE, person=shop.people[1])]
    visit[1].visit, visit[1].service_name = visit[0].visit, "Colour"
    visit[1].price_lines = [{"label": "Colour", "quantity": 1, "amount": 10_000}]
    db.session.flush()
    takes(shop, visit[0], 1001)
    answer = owner.get(page(shop))
    assert table(answer, "By service") == [
        ["Colour", "€6.90", "–", "€6.90"],
        ["Haircut", "€3.11", "–", "€3.11"],
    ]
    assert [row[1] for row in table(answer, "By person")] == ["€6.90", "€3.11"]


def test_what_was_given_up_altogether_was_for_what_had_been_booked(shop, owner):
    booking = a_booking(shop, TEN)
    takes(shop, booking, 2000)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    answer = owner.get(page(shop))
    assert table(answer, "By service") == [["Haircut", "€20.00", "€20.00", "€0.00"]]
    [[person, *_amounts]] = table(answer, "By person")
    assert person == "Maya"


def test_a_day_is_one_of_the_shop_and_a_month_ends_with_it(shop, owner):
    booking = a_booking(shop, TEN)
    # In London it is still March.
    takes(shop, booking, 1000, at=berlin("2027-04-01 00:30").astimezone(UTC))
    takes(shop, booking, 500, at=berlin("2027-03-31 23:59").astimezone(UTC), key="l" * 16)
    assert table(owner.get(page(shop)), "By day") == [["Wed 31 Mar", "€5.00", "–", "€5.00"]]
    april = owner.get(page(shop, "?from=2027-04-01&until=2027-04-30"))
    assert table(april, "By day") == [["Thu 1 Apr", "€10.00", "–", "€10.00"]]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("from=2027-03-05&until=2027-03-01", "last"),
        ("from=2020-01-01&until=2027-01-01", "last"),
        ("from=nonsense&until=2027-01-01", "first"),
        ("from=2027-02-30", "first"),
    ],
)
def test_a_period_that_is_none_is_said_beside_it(shop, owner, asked, field):
    answer = owner.get(page(shop, f"?{asked}"))
    assert answer.status_code == 422
    assert soup(answer).select(".field-error")
    assert owner.get(page(shop, f"/takings.csv?{asked}")).status_code == 422


def test_what_is_owed_is_listed_with_its_customer_the_oldest_first(shop, owner):
    first, second = a_booking(shop, TEN), a_booking(shop, TWELVE, "sam@example.com")
    takes(shop, first, 1000)
    bill_of(shop.business, [second], clock.now() + timedelta(hours=1))
    answer = owner.get(page(shop, "/outstanding"))
    assert words(soup(answer).select_one(".lede")) == "€80.00 is still to be paid."
    assert table(answer, "Outstanding") == [
        ["Olivia Park", "1 Mar 2027", "Not issued", "€45.00", "€10.00", "€35.00"],
        ["Olivia Park", "1 Mar 2027", "Not issued", "€45.00", "€0.00", "€45.00"],
    ]
    assert f"/appointments/{first.appointment_id}" in answer.text


@pytest.mark.parametrize(("status", "count"), [("confirmed", 1), ("held", 0)])
def test_what_is_kept_for_who_pays_is_owed_by_nobody_yet(shop, owner, status, count):
    booking = a_booking(shop, TEN) if count else a_hold(shop, TEN)
    bill_of(shop.business, [booking], clock.now())
    assert booking.status == status
    assert len(lines(owner.get(page(shop, "/outstanding.csv")))) == 1 + count


def test_what_a_credit_note_took_back_is_not_owed(shop, owner):
    booking = a_booking(shop, TEN)
    takes(shop, booking, 4500)
    gives_back(shop, booking, 2000)
    assert words(soup(owner.get(page(shop, "/outstanding"))).select_one(".empty-title"))
    gives_back(shop, booking, 500, key="l" * 16, is_owed=True)
    assert table(owner.get(page(shop, "/outstanding")), "Outstanding")[0][3:] == ["€25.00", "€20.00", "€5.00"]
    takes(shop, booking, 500, key="m" * 16)
    assert words(soup(owner.get(page(shop, "/outstanding"))).select_one(".empty-title"))


def test_long_lists_have_pages(shop, owner):
    for _ in range(51):
        an_invoice(shop.business, 100)
    answer = owner.get(page(shop, "/outstanding?page=2"))
    assert len(table(answer, "Outstanding")) == 1
    assert words(soup(answer).select_one(".pagination-text")) == "51–51 of 51"
    assert len(table(owner.get(page(shop, "/outstanding?page=x")), "Outstanding")) == 50


def test_what_waits_to_be_handed_out_comes_first_and_is_handed_out_here(shop, owner):
    by_hand, online = a_booking(shop, TEN), a_booking(shop, TWELVE, "sam@example.com")
    takes(shop, by_hand, 4500)
    gives_back(shop, by_hand, 2000)
    paid_online(shop.business, bill_of(shop.business, [online], clock.now()), 4500)
    gives_back(shop, online, 1000)
    answer = owner.get(page(shop, "/refunds"))
    assert boxes(answer)[0].startswith("€20.00 to hand out")
    assert [it.split(" · ")[0] for it in rows(answer, ".row-title")] == ["€20.00", "€10.00"]
    forms = soup(answer).select(".row form")
    assert len(forms) == 1
    assert owner.post(forms[0]["action"]).status_code == 303
    assert soup(owner.get(page(shop, "/refunds"))).select(".row form") == []
    stripes = db.session.query(Refund).filter_by(status="created").one()
    assert owner.post(page(shop, f"/refunds/{stripes.id}/handover")).status_code == 404


def test_payments_that_need_a_look_say_why_and_are_no_takings(shop, owner):
    to_review(shop.business)
    answer = owner.get(page(shop, "/reviews"))
    assert "€15.00 came in, but €20.00 was asked for." in rows(answer)[0]
    assert soup(owner.get(page(shop))).select(".empty")


def test_each_page_asks_a_fixed_number_of_questions(shop, owner, queries):
    def asked():
        counts = []
        for rest in ("", "/outstanding", "/refunds", "/reviews", "/takings.csv"):
            with queries() as seen:
                assert owner.get(page_of + rest).status_code == 200
            counts.append(len(seen))
        return counts

    page_of = page(shop)
    some(shop, 1)
    few = asked()
    some(shop, 4)
    assert asked() == few
    assert max(few) <= 8


def some(shop, count):
    for n in range(count):
        booking = a_booking(shop, TEN + timedelta(minutes=30 * n, days=count % 3), f"g{n}{count}@example.com")
        takes(shop, booking, 3000)
        gives_back(shop, booking, 1000, is_owed=True)
        to_review(shop.business)
        failed_refund(shop.business)


def test_the_file_of_takings_has_iso_dates_and_plain_numbers(shop, owner):
    booking = a_booking(shop, TEN, person=shop.person)
    takes(shop, booking, 4500, "card", note="Slip 7")
    gives_back(shop, booking, 1050)
    head, paid, back = lines(owner.get(page(shop, "/takings.csv")))
    assert head[:5] == ["Date", "Time", "What", "Amount", "Currency"]
    assert paid == [
        *("2027-03-01", "10:00", "Payment", "45.00", "EUR", "Card at the shop", "2027-0001"),
        *("Olivia Park", "Haircut", "Maya", "Slip 7", "Anna"),
    ]
    assert back[2:5] == ["Refund", "-10.50", "EUR"]


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "4500"), ("KWD", "4.500")])
def test_amounts_have_the_decimals_of_their_currency(app, frozen, currency, shown):
    shop = a_shop()
    shop.business.currency = currency
    takes(shop, a_booking(shop, TEN), 4500)
    owner = member(app, shop.business)
    assert lines(owner.get(page(shop, "/takings.csv")))[1][3:5] == [shown, currency]
    assert soup(owner.get(page(shop))).select(".money-figures")


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "＝1"],
)
def test_nothing_in_a_file_is_a_formula(shop, owner, name):
    booking = a_booking(shop, TEN)
    booking.contact_name = name
    takes(shop, booking, 4400, note=name)
    gives_back(shop, booking, 100, reason=name, is_owed=True)
    for file in ("takings", "outstanding", "refunds"):
        found = [cell for row in lines(owner.get(page(shop, f"/{file}.csv"))) for cell in row]
        assert f"'{name}" in found
        assert name not in found


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Olivia;=1+1", "Olivia;'=1+1"),
        ('Olivia; "@SUM(A1)', "Olivia; \"'@SUM(A1)"),
        ("Olivia;;=cmd|' /C calc'!A0;-1", "Olivia;;'=cmd|' /C calc'!A0;'-1"),
        (";=1", ";'=1"),
        ("Olivia\t=1", "Olivia\t'=1"),
        ("Olivia; third", "Olivia; third"),
        ("a-b=c+d@e", "a-b=c+d@e"),
    ],
)
def test_nothing_is_a_formula_where_semicolons_are_the_borders_of_cells(shop, owner, name, shown):
    booking = a_booking(shop, TEN)
    booking.contact_name = name
    takes(shop, booking, 100, note=name)
    row = lines(owner.get(page(shop, "/takings.csv")))[1]
    assert (row[7], row[10]) == (shown, shown)


def test_quotes_and_line_ends_stay_in_their_cell(shop, owner):
    booking = a_booking(shop, TEN)
    booking.contact_name = 'Olivia "Liv", Park\nsecond line; third'
    takes(shop, booking, 100)
    assert lines(owner.get(page(shop, "/takings.csv")))[1][7] == booking.contact_name


def test_files_are_named_and_begin_with_what_excel_looks_for(shop, owner):
    takes(shop, a_booking(shop, TEN), 100)
    answer = owner.get(page(shop, "/takings.csv?from=2027-03-01&until=2027-03-01"))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    name = f"{shop.business.slug}-takings-2027-03-01-2027-03-01.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_tables_of_what_is_open_and_goes_back_are_whole(shop, owner, monkeypatch):
    """However long they are: they are read in parts, each where the one before ended."""
    monkeypatch.setattr("app.money.outstanding.AT_ONCE", 2)
    monkeypatch.setattr("app.money.going_back.AT_ONCE", 2)
    for count in range(5):
        booking = a_booking(shop, TEN + timedelta(hours=count), f"guest-{count}@example.com")
        takes(shop, booking, 100 * (count + 1))
        # All at the same moment, so that only their ids tell them apart.
        gives_back(shop, booking, 10 * (count + 1))
        for path, column in (("/outstanding.csv", 6), ("/refunds.csv", 2)):
            found = [row[column] for row in lines(owner.get(page(shop, path)))[1:]]
            assert len(set(found)) == len(found) == count + 1


def test_only_managers_and_owners_see_the_money(app, shop, client):
    takes(shop, a_booking(shop, TEN), 100)
    paths = ["", "/outstanding", "/refunds", "/reviews", "/takings.csv", "/outstanding.csv", "/refunds.csv"]
    who = [
        (client, 303),
        (member(app, a_business()), 404),
        (member(app, shop.business, "staff"), 403),
        (member(app, shop.business, "manager"), 200),
    ]
    for browser, status in who:
        assert {browser.get(page(shop, path)).status_code for path in paths} == {status}


def test_the_money_of_another_business_is_nowhere(app, shop, owner):
    other = a_shop()
    booking = a_booking(other, TEN)
    booking.contact_name = "Somebody Else"
    takes(other, booking, 4500)
    gives_back(other, booking, 1000, is_owed=True)
    for rest in ("", "/outstanding", "/refunds", "/reviews"):
        answer = owner.get(page(shop, rest))
        assert soup(answer).select(".empty")
        assert "Somebody Else" not in answer.text
    assert len(lines(owner.get(page(shop, "/takings.csv")))) == 1
    refund = db.session.query(Refund).one()
    assert owner.post(page(shop, f"/refunds/{refund.id}/handover")).status_code == 404
    assert hire(shop.business.id, "Zoe")
    assert error(owner.get(page(shop)), "first") == ""


def test_an_order_that_counts_is_owed_and_named_and_one_that_waits_is_not(shop, owner):
    kitchen = a_kitchen(shop, prepay="online")
    assert an_order(kitchen).status == "placed"
    answer = owner.get(page(shop, "/outstanding"))
    assert table(answer, "Outstanding")[0][0] == "Olivia Park"
    payment = to_review(shop.business)
    order = an_order(kitchen)
    db.session.get_one(Invoice, (shop.business.id, payment.invoice_id)).subject_uid = order.uid
    db.session.commit()
    review = owner.get(page(shop, f"/reviews/{payment.id}"))
    assert "Order 2, 1 Mar 2027 · Ordered" in words(soup(review).main)
    to_order = f"/manage/{shop.business.slug}/orders/{order.id}"
    assert owner.get(to_order).status_code == 200
    for rest in (f"/reviews/{payment.id}", "/reviews", "/outstanding"):
        links = {it["href"] for it in soup(owner.get(page(shop, rest))).select("main a")}
        assert to_order in links, rest
    order.status, order.expires_at = "pending_payment", clock.now()
    db.session.commit()
    assert len(table(owner.get(page(shop, "/outstanding")), "Outstanding")) == 1
