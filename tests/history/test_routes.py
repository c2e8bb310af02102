"""The history of a business as its managers read it."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.account.erasing import delete_account
from app.audit.models import AuditEvent, record
from app.businesses.changing import change_business
from app.businesses.joining import leave
from app.core import clock
from app.core.actor import SYSTEM, VISITOR, Actor
from app.core.db import db
from app.history_in_words import changes_of
from tests.factories import PASSWORD, a_booking, a_membership, a_shop, a_user, berlin, signed_in
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app):
    return a_shop()


@pytest.fixture
def member(shop):
    return a_membership(shop.business, "manager", a_user(name="Marie Curie")).user


@pytest.fixture
def look(app, shop, member):
    """The page, as a manager sees it."""
    browser = signed_in(app, member)

    def look(**query):
        return browser.get(f"/manage/{shop.business.slug}/audit", query_string=query)

    return look


@pytest.fixture
def note(shop):
    """Write something down; `ago` in minutes."""

    def note(action="service.changed", subject=("service", None), *, by=SYSTEM, ago=0, **more):
        kind, number = subject
        at = clock.now() - timedelta(minutes=ago)
        number = number or shop.service.id
        record(action, kind, number, by=by, at=at, business_id=shop.business.id, **more)
        db.session.flush()

    return note


@pytest.fixture
def empty(shop, member):
    """Nothing has happened so far."""
    db.session.query(AuditEvent).delete()


def rows(page):
    return [" ".join(it.text.split()) for it in soup(page).select(".audit-row")]


def acting(user):
    return Actor("member", user.name, user.id, source="staff")


def test_a_change_is_told_with_what_was_and_became_who_and_why(look, note, empty, member):
    note(changes={"minutes": [30, 45], "price_cents": [4500, None]}, by=acting(member), reason="Longer hair")
    page = look()
    assert page.status_code == 200
    [row] = rows(page)
    for words in ("10:00", "Service changed Haircut", "Length", "30 min", "45 min", "Price", "€45.00"):
        assert words in row
    assert "nothing" in row
    assert "Reason: Longer hair" in row
    assert row.endswith("Marie Curie")


@pytest.mark.parametrize(
    ("field", "was", "became", "shown"),
    [
        ("customers_move", True, False, ("Customers can move", "yes", "no")),
        ("starts_at", "2027-03-02T09:00:00+00:00", "2027-03-02 14:30:00+00:00", ("10:00", "15:30")),
        ("valid_until", None, "2027-04-01", ("1 Apr",)),
        ("total_cents", 100, 250, ("€1.00", "€2.50")),
        ("change_until_min", 120, 1440, ("2 h", "")),
        ("role", "staff", "owner", ("Role", "Staff", "Owner")),
        ("status", "requested", "confirmed", ("Waiting for your answer", "Confirmed")),
        ("services", [], [4711], ("somebody or something that is gone",)),
        ("tags", ["vip"], ["vip", "late"], ("vip, late",)),
        ("policy", {"most_moves": 2}, {"most_moves": 3}, ("Most moves: 2", "Most moves: 3")),
        (
            "weekly_hours",
            [],
            [[0, 540, 720], [0, 780, 1080], [4, 540, 1080]],
            ("Week", "09:00–12:00 and 13:00"),
        ),
        ("2027-12-24", None, [[540, 720]], ("24 Dec", "09:00–12:00")),
        ("2027-12-24", [[540, 720]], [], ("24 Dec", "closed")),
        (
            "need_1",
            None,
            {"kind": "staff", "servers": [[4711, 30, None]]},
            ("Need 1", "somebody who is gone"),
        ),
        ("staff_see", "busy", "own", ("When somebody is busy", "Nothing")),
        ("weekdays", 31, 127, ("Monday, Tuesday", "every day")),
        ("from_min", None, 570, ("From 09:30",)),
        ("share_bp", 1000, 1250, ("10%", "12.5%")),
        ("mode", "off", "test", ("Switched off", "Test")),
        ("detail", None, "busy", ("What it says Only “Busy”",)),
        ("resource", None, 4711, ("Person or room somebody or something that is gone",)),
        ("country", "DE", "US", ("Germany", "United States")),
        ("overridden", None, ["busy", "too_soon"], ("Despite squeezed in, sooner than customers may book",)),
        ("refund_steps", None, [{"back_bp": 5000, "until_min": 1440}], ("50% until 24 hours before",)),
        ("resources", None, {"1": 4711}, ("somebody or something that is gone",)),
        ("stretches", None, [[0, 30], [60, 90]], ("0–30 min, 60–90 min",)),
        ("logo", "CZb_OnV1K2LUbBSKFnVHUw", "gpbqYnfK2LUbBSKFnVHUwx", ("Logo", "another picture")),
    ],
)
def test_values_are_said_as_people_read_them(look, note, empty, field, was, became, shown):
    note(changes={field: [was, became]})
    [row] = rows(look())
    for words in shown:
        assert words in row
    assert not set(row) & set("{}[]\"'")


@pytest.mark.parametrize("field", ["password", "password_hash", "test_secret", "token_hash", "live_signing"])
def test_a_secret_is_never_said(look, note, empty, field):
    note(changes={field: ["hunter2", "sk_live_4711"], "name": ["Cut", "Haircut"]})
    page = look()
    assert "hunter2" not in page.text
    assert "sk_live_4711" not in page.text
    assert "Haircut" in page.text


def test_what_is_odd_is_shown_as_text_and_shortened(look, note, empty):
    note(
        changes={
            "name": ["<script>alert(1)</script>", "x" * 5000],
            "strange": "no pair",
            "deep": [[[1]], None],
        }
    )
    page = look()
    assert page.status_code == 200
    assert not soup(page).select(".audit script")
    assert "x" * 161 not in page.text


def test_an_action_without_words_is_shown_by_its_name(look, note, empty):
    note("moon_phase.observed")
    assert "Moon phase observed" in rows(look())[0]


def test_ids_are_said_by_their_names_of_this_business_alone(app, look, shop, note, empty):
    other = a_shop()
    other.service.name = "Not ours"
    db.session.flush()
    note(changes={"resources": [[shop.person.resource_id], [other.person.resource_id]]})
    note(changes={"service_id": [shop.service.id, other.service.id]})
    page = look()
    assert "Maya" in rows(page)[0] + rows(page)[1]
    assert "Haircut" in page.text
    assert "Not ours" not in page.text
    assert page.text.count("somebody or something that is gone") == 2


def test_who_did_it_can_be_chosen(look, note, empty, member):
    note("booking.cancelled", by=VISITOR, ago=3)
    note("booking.expired", by=SYSTEM, ago=2)
    note("service.changed", by=acting(member), ago=1)
    found = {who: rows(look(who=who)) for who in ("customers", "system", "team", f"m{member.id}", "")}
    assert [len(it) for it in found.values()] == [1, 1, 1, 1, 3]
    assert "Booking cancelled" in found["customers"][0]
    assert "the customer, online" in found["customers"][0]
    assert "Booking ran out" in found["system"][0]
    assert found["team"] == found[f"m{member.id}"]


def who_can_be_chosen(page):
    return [it.text.strip() for it in soup(page).select("select[name=who] option")]


def test_who_left_can_still_be_chosen_after_the_others(look, shop, note, empty, member):
    users = [a_user(name=name) for name in ("Zoe Adams", "Abe Young", "Gone Away")]
    for user in users:
        a_membership(shop.business, "staff", user)
    a_membership(a_shop().business, "owner", a_user(name="Not Ours"))
    for user in users[1:]:
        leave(shop.business, user, by=SYSTEM, now=clock.now())
    delete_account(users[2], PASSWORD, by=acting(users[2]), now=clock.now())
    note("service.changed", by=acting(users[1]), ago=2)
    note("service.changed", by=acting(member), ago=1)
    page = look(who=f"m{users[1].id}")
    assert page.status_code == 200
    [row] = [it for it in rows(page) if "Service changed" in it]
    assert row.endswith("Abe Young")
    assert who_can_be_chosen(page)[4:] == [
        *("Marie Curie", "Zoe Adams", "Abe Young (left)"),
        "Somebody who left, and whose account is deleted",
    ]
    assert soup(page).select_one("select[name=who] option[selected]").text == "Abe Young (left)"


def test_nobody_of_another_business_can_be_chosen(look, note, empty):
    other = a_membership(a_shop().business, "owner", a_user(name="Not Ours")).user
    answer = look(who=f"m{other.id}")
    assert answer.status_code == 422
    assert "Not Ours" not in answer.text


def test_what_it_is_about_can_be_chosen(look, note, empty):
    note("booking.cancelled", ago=2)
    note("appointment.moved", ago=1)
    note("payment.taken")
    assert len(rows(look(what="bookings"))) == 2
    assert "Payment taken" in rows(look(what="money"))[0]
    assert rows(look(what="waitlist")) == []
    assert "Nothing like that happened" in look(what="waitlist").text


def test_days_are_those_of_the_business(look, note, empty):
    """23:30 UTC is half past midnight of the next day in Berlin."""
    note("booking.cancelled", ago=9 * 60 + 30)
    note("booking.expired", ago=10 * 60 + 30)
    assert ["Booking cancelled" in it for it in rows(look(**{"from": "2027-03-01"}))] == [True]
    assert ["Booking ran out" in it for it in rows(look(until="2027-02-28"))] == [True]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2027-03-02", "until": "2027-03-01"},
        {"from": "nonsense"},
        {"who": "nobody"},
        {"who": "m99999999999999999999"},
        {"what": "everything"},
        {"until": "9999-99-99"},
    ],
)
def test_what_cannot_be_looked_for_is_said(look, note, empty, query):
    note()
    assert look(**query).status_code == 422


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"of": "x-"}, {"of": "'; DROP--1"}, {"before": "_1"}, {"q": "\x00"}]
)
def test_odd_addresses_show_the_newest(look, note, empty, query):
    note()
    assert len(rows(look(**query))) == 1


def test_one_thing_alone_can_be_looked_at(look, shop, note, empty):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    note("service.changed")
    page = look(of=f"booking-{booking.id}")
    assert rows(page)
    assert all("Service changed" not in it for it in rows(page))
    assert booking.contact_name in soup(page).select_one(".history-about").text


def test_older_pages_follow_without_a_gap_though_new_rows_come(app, look, note, empty, shop, member):
    for ago in range(120):
        note("booking.noted", ago=ago // 3, changes={"position": [ago, ago + 1]})
    seen, page = [], look()
    while True:
        seen += [it["id"] if it.get("id") else it.text for it in soup(page).select(".audit-changes")]
        note("booking.expired", ago=-1)
        older = next((it["href"] for it in soup(page).select(".pagination a[rel=next]")), None)
        if older is None:
            break
        page = signed_in(app, member).get(older)
    assert len(seen) == len(set(seen)) == 120


def test_the_page_asks_the_same_number_of_statements_however_much_there_is(look, note, empty, queries):
    note()
    with queries() as few:
        look()
    for ago in range(49):
        note("booking.cancelled", ago=ago, changes={"resources": [[ago], [ago + 1]], "service_id": [1, 2]})
    with queries() as many:
        look()
    assert len(many) == len(few)


def test_the_table_holds_the_same_and_no_formula(app, shop, member, note, empty):
    note(changes={"name": ["=HYPERLINK(1)", "+1"], "minutes": [30, 45]}, by=acting(member), reason="@x")
    note("booking.expired", ago=1)
    answer = signed_in(app, member).get(f"/manage/{shop.business.slug}/audit/table.csv")
    assert answer.mimetype == "text/csv"
    assert f"{shop.business.slug}-history.csv" in answer.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert table[0][0] == "Date"
    assert len(table) == 4
    assert ["'=HYPERLINK(1)", "'+1"] in [it[5:7] for it in table]
    assert {it[8] for it in table[1:3]} == {"'@x"}
    assert table[3][:3] == ["2027-03-01", "09:59", "Booking ran out"]


def test_the_table_is_never_cut(app, shop, member, empty):
    db.session.execute(
        sa.text(
            "INSERT INTO audit_events"
            " (business_id, at, actor_kind, actor_name, source, action, subject_kind, subject_id)"
            " SELECT :business, now() - i * interval '1 minute' / 2, 'system', '', 'system', 'service.changed',"
            " 'service', :service FROM generate_series(1, 10050) i"
        ),
        {"business": shop.business.id, "service": shop.service.id},
    )
    answer = signed_in(app, member).get(f"/manage/{shop.business.slug}/audit/table.csv")
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(table) == 1 + 10_050
    moments = [(it[0], it[1]) for it in table[1:]]
    assert moments == sorted(moments, reverse=True)


def test_a_part_of_the_table_asks_as_often_however_much_is_in_it(app, shop, member, note, empty, queries):
    browser, counts = signed_in(app, member), []
    for number in (1, 60):
        for ago in range(number):
            note(ago=ago, changes={"resources": [[ago], [ago + 1]], "service_id": [1, 2]})
        with queries() as seen:
            browser.get(f"/manage/{shop.business.slug}/audit/table.csv")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_change_by_the_act_of_a_room_is_read(look, shop, empty, member):
    change_business(shop.business, {"staff_see": "all"}, by=acting(member), now=clock.now())
    [row] = rows(look())
    assert "Settings changed" in row
    assert "Everything" in row


def test_staff_may_not_and_others_find_nothing(app, shop, note, empty):
    note()
    staff = signed_in(app, a_membership(shop.business, "staff").user)
    stranger = signed_in(app, a_membership(a_shop().business, "owner").user)
    for path in ("", "/table.csv"):
        address = f"/manage/{shop.business.slug}/audit{path}"
        assert staff.get(address).status_code == 403
        assert stranger.get(address).status_code == 404


def test_nothing_of_another_business_is_shown(look, note, empty):
    other = a_shop()
    record(
        "service.changed",
        "service",
        other.service.id,
        by=SYSTEM,
        at=clock.now(),
        business_id=other.business.id,
    )
    record("user.signed_in", "user", 1, by=SYSTEM, at=clock.now())
    assert rows(look()) == []


# From the things themselves


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.mark.parametrize("what", ["booking", "customer", "service", "resource"])
def test_each_thing_leads_to_its_own_history(shop, manager, what):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    manage = f"/manage/{shop.business.slug}"
    page, number = {
        "booking": (f"{manage}/appointments/{booking.appointment_id}", booking.id),
        "customer": (f"{manage}/customers/{booking.customer_id}", booking.customer_id),
        "service": (f"{manage}/services/{shop.service.id}", shop.service.id),
        "resource": (f"{manage}/staff/{shop.person.resource_id}", shop.person.resource_id),
    }[what]
    link = f"{manage}/audit?of={what}-{number}"
    assert soup(manager.get(page)).select_one(f'a[href="{link}"]')
    assert manager.get(link).status_code == 200


def test_staff_are_not_led_where_they_may_not_go(app, shop):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    user = a_user()
    shop.person.user_id = user.id
    staff = signed_in(app, a_membership(shop.business, "staff", user).user)
    for page in (f"appointments/{booking.appointment_id}", f"customers/{booking.customer_id}"):
        answer = staff.get(f"/manage/{shop.business.slug}/{page}")
        assert answer.status_code == 200
        assert not soup(answer).select('a[href*="/audit"]')


def test_a_picture_is_named_and_its_key_is_not(shop):
    key, other = "k" * 22, "o" * 22
    event = AuditEvent(changes={"logo": [None, key], "photo": [key, other], "picture": [key, None]})
    said = changes_of(event, shop.business, {})
    assert [(it.was, it.became) for it in said] == [
        (None, "a picture"),
        ("a picture", "another picture"),
        ("a picture", None),
    ]


def test_a_notice_is_said_with_its_unit(shop):
    changes = {"notice_amount": [60, 2], "notice_unit": ["minutes", "days"]}
    [said] = changes_of(AuditEvent(changes=changes), shop.business, {})
    assert (said.was, said.became) == ("1 hour", "2 days")


def test_a_change_of_the_notice_keeps_its_unit(shop, look, empty):
    change_business(shop.business, {"notice_amount": 90}, by=SYSTEM, now=clock.now())
    assert "90 minutes" in look().text
