"""Time off over what is booked: nothing is saved before it was decided what becomes of each booking."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import delete, select, update

from app.appointments.models import Booking
from app.business_hours.models import TimeOff
from app.core.db import db
from app.notifications.models import Notification
from app.schedule.models import Allocation
from tests.factories import a_booking, a_membership, a_shop, berlin, set_week, signed_in
from tests.impact import choices, decide, fields
from tests.reading import boxes, soup, words

DAY = {"kind": "days", "first_on": "2027-03-02", "reason": "Ill"}


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def booked(shop):
    """Three with Maya on Tuesday, who have read that they are booked."""
    made = [
        a_booking(shop, berlin(f"2027-03-02 {at}"), f"{name}@example.com", shop.person)
        for at, name in (("10:00", "ann"), ("11:00", "ben"), ("12:00", "cem"))
    ]
    db.session.execute(delete(Notification).filter_by(business_id=shop.business.id))
    return made


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


def path(shop, person=None):
    person = person or shop.person
    return f"/manage/{shop.business.slug}/staff/{person.resource_id}/hours/time-off"


def again(booking):
    return db.session.get(Booking, (booking.business_id, booking.id), populate_existing=True)


def off(shop):
    return list(db.session.scalars(select(TimeOff).filter_by(business_id=shop.business.id)))


def with_whom(booking):
    rows = select(Allocation.resource_id).filter_by(
        business_id=booking.business_id, appointment_id=again(booking).appointment_id
    )
    return set(db.session.scalars(rows))


def told(shop, *kinds):
    rows = select(Notification).filter_by(business_id=shop.business.id).where(Notification.kind.in_(kinds))
    return list(db.session.scalars(rows.order_by(Notification.id)))


def test_it_asks_first_and_saves_nothing(shop, booked, manager):
    before = [again(it).appointment.version for it in booked]
    answer = manager.post(path(shop), data=DAY)
    assert answer.status_code == 409
    assert words(soup(answer).h1) == "3 bookings are affected"
    assert "Nothing is saved yet" in boxes(answer)[0]
    assert [words(it) for it in soup(answer).select(".impact-why")] == ["Maya is not there then"] * 3
    assert fields(answer)["first_on"] == ["2027-03-02"]
    assert fields(answer)["reason"] == ["Ill"]
    assert off(shop) == []
    assert [again(it).appointment.version for it in booked] == before


@pytest.mark.parametrize(
    "answer",
    [
        f"move:{10**14}:{10**14 + 60}:1",
        f"move:{10**9}:{10**9}:1",
        "move:-1:1:1",
        "move:1:2",
        "give:",
        "give:1:2",
        "cancel:1",
        "refund:100000",
        "",
        "\u0661",
    ],
)
def test_a_forged_answer_is_no_answer(shop, booked, manager, answer):
    sent = fields(manager.post(path(shop), data=DAY)) | {f"impact-of-{booked[0].appointment_id}": [answer]}
    refused = manager.post(path(shop), data=sent)
    assert refused.status_code == 422
    assert off(shop) == []
    assert again(booked[0]).status == "confirmed"


def test_bookings_that_were_not_asked_about_are_not_touched(shop, booked, manager, app):
    """Of another day, of another business, and under numbers that are none."""
    later = a_booking(shop, berlin("2027-03-03 10:00"), "dan@example.com", shop.person)
    elsewhere = a_booking(a_shop(), berlin("2027-03-02 10:00"), "eve@example.com")
    asked = fields(manager.post(path(shop), data=DAY))
    for number in (later.appointment_id, elsewhere.appointment_id + 10**6, "9" * 5000, "\u0661", "-1", ""):
        refused = manager.post(path(shop), data=asked | {f"impact-of-{number}": ["cancel"]})
        assert refused.status_code == 422, number
    assert {again(it).status for it in (later, elsewhere)} == {"confirmed"}
    assert off(shop) == []


def test_a_move_nobody_proposed_goes_only_where_members_may_move_it(shop, booked, manager):
    """A person of another business, one who does not exist, a length of years."""
    stranger, booking = a_shop().person, booked[0]
    start = 29970000
    for end, person in (
        (start + 60, stranger.resource_id),
        (start + 60, 10**14),
        (start - 60, 1),
        (10**9 - 1, 1),
    ):
        asked = fields(manager.post(path(shop), data=DAY))
        what = f"move:{start}:{end}:{person}"
        refused = manager.post(path(shop), data=asked | {f"impact-of-{booking.appointment_id}": [what]})
        assert refused.status_code in (409, 422), what
    assert off(shop) == []
    assert again(booking).appointment.starts_at == booking.appointment.starts_at


def test_no_two_are_proposed_the_same_time(shop, booked, manager):
    asked = choices(manager.post(path(shop), data=DAY))
    proposals = [it[1] for it in asked.values()]
    assert len(set(proposals)) == 3
    assert all(it.startswith("Move it to ") and it.endswith("with Maya") for it in proposals)
    assert all("Give it to Tomás, same time" in it for it in asked.values())


def test_each_choice_is_done_in_one_go(shop, booked, manager):
    ann, ben, cem = booked
    answer = manager.post(path(shop), data=DAY)
    which = {ann.appointment_id: "move", ben.appointment_id: "give", cem.appointment_id: "cancel"}
    assert decide(manager, answer, which).status_code == 303
    assert [it.first_on for it in off(shop)] == [date(2027, 3, 2)]
    assert again(ann).appointment.starts_at.date() != date(2027, 3, 2)
    assert with_whom(ann) == {shop.person.resource_id}
    assert again(ben).appointment.starts_at == berlin("2027-03-02 11:00")
    assert with_whom(ben) == {shop.people[1].resource_id}
    assert again(cem).status == "cancelled"
    assert again(cem).cancelled_by == "member"
    messages = told(shop, "booking_moved", "booking_cancelled")
    assert sorted(it.recipient for it in messages) == [
        "ann@example.com",
        "ben@example.com",
        "cem@example.com",
    ]


def test_who_is_not_to_be_told_is_not_told(shop, booked, manager):
    which = {it.appointment_id: "cancel" for it in booked}
    decide(manager, manager.post(path(shop), data=DAY), which, impact_tell=None)
    assert {again(it).status for it in booked} == {"cancelled"}
    assert told(shop, "booking_cancelled") == []


def test_somebody_who_books_meanwhile_is_asked_about_and_choices_are_kept(shop, booked, manager):
    answer = manager.post(path(shop), data=DAY)
    late = a_booking(shop, berlin("2027-03-02 14:00"), "dee@example.com", shop.person)
    again_asked = decide(manager, answer, {booked[0].appointment_id: "cancel"})
    assert again_asked.status_code == 409
    assert "Somebody booked, moved or cancelled meanwhile." in boxes(again_asked)[0]
    assert off(shop) == []
    assert fields(again_asked)[f"impact-of-{booked[0].appointment_id}"] == ["cancel"]
    assert fields(again_asked)[f"impact-of-{late.appointment_id}"] == ["keep"]
    assert decide(manager, again_asked).status_code == 303
    assert again(booked[0]).status == "cancelled"
    assert again(late).status == "confirmed"


def test_one_that_cannot_be_done_undoes_everything_and_says_so_beside_it(shop, booked, manager):
    ann, ben, _cem = booked
    answer = manager.post(path(shop), data=DAY)
    a_booking(shop, berlin("2027-03-02 11:00"), "dee@example.com", shop.people[1])
    refused = decide(manager, answer, {ann.appointment_id: "cancel", ben.appointment_id: "give"})
    assert refused.status_code == 409
    assert "Nothing was saved" in boxes(refused)[0]
    assert soup(refused).select_one(f"#impact-of-{ben.appointment_id}-error")
    assert not soup(refused).select_one(f"#impact-of-{ann.appointment_id}-error")
    assert fields(refused)[f"impact-of-{ann.appointment_id}"] == ["cancel"]
    assert off(shop) == []
    assert again(ann).status == "confirmed"
    assert told(shop, "booking_cancelled") == []


def test_one_rule_for_all_is_shown_before_it_is_done(shop, booked, manager):
    answer = manager.post(path(shop), data=DAY)
    shown = decide(manager, answer, impact_all="cancel", impact_again="y")
    assert shown.status_code == 409
    assert off(shop) == []
    assert {again(it).status for it in booked} == {"confirmed"}
    assert decide(manager, shown).status_code == 303
    assert {again(it).status for it in booked} == {"cancelled"}


@pytest.mark.parametrize("sent", ["nonsense", "move:1", "give:x", "move:-5:0:1", "give:²"])
def test_what_is_no_choice_stores_nothing(shop, booked, manager, sent):
    answer = manager.post(path(shop), data=DAY)
    data = fields(answer) | {f"impact-of-{booked[0].appointment_id}": sent}
    assert manager.post(path(shop), data=data).status_code == 422
    assert off(shop) == []


def test_the_booking_of_another_business_is_no_choice(app, shop, booked, manager):
    other = a_shop()
    theirs = a_booking(other, berlin("2027-03-02 10:00"), "eve@example.com")
    answer = manager.post(path(shop), data=DAY)
    data = fields(answer) | {f"impact-of-{theirs.appointment_id}": "cancel"}
    assert manager.post(path(shop), data=data).status_code == 422
    assert again(theirs).status == "confirmed"
    assert off(shop) == []
    data = fields(answer) | {f"impact-of-{booked[0].appointment_id}": f"give:{other.person.resource_id}"}
    refused = manager.post(path(shop), data=data)
    assert refused.status_code == 409
    assert soup(refused).select_one(f"#impact-of-{booked[0].appointment_id}-error")
    assert off(shop) == []


def test_staff_decide_about_their_own_time_and_give_nobody_elses(app, shop, booked):
    member = a_membership(shop.business, "staff")
    shop.person.user_id = member.user_id
    db.session.flush()
    client = signed_in(app, member.user)
    answer = client.post(path(shop), data=DAY)
    assert not any("Give" in it for those in choices(answer).values() for it in those)
    ann = booked[0].appointment_id
    data = fields(answer) | {f"impact-of-{ann}": f"give:{shop.people[1].resource_id}"}
    assert client.post(path(shop), data=data).status_code == 409
    assert off(shop) == []
    assert decide(client, answer, {ann: "move"}).status_code == 303
    assert again(booked[0]).appointment.starts_at != berlin("2027-03-02 10:00")


def test_where_nothing_is_affected_nothing_is_asked(shop, booked, manager):
    assert manager.post(path(shop, shop.people[1]), data=DAY).status_code == 303
    assert manager.post(path(shop), data=DAY | {"first_on": "2027-03-03"}).status_code == 303


def test_what_lay_in_time_off_already_is_not_asked_about_again(shop, booked, manager):
    decide(manager, manager.post(path(shop), data=DAY))
    assert manager.post(path(shop), data=DAY).status_code == 303


def test_it_asks_the_same_number_of_statements_however_many_are_affected(shop, booked, manager, queries):
    with queries() as few:
        manager.post(path(shop), data=DAY)
    for hour in (13, 14, 15, 16):
        a_booking(shop, berlin(f"2027-03-02 {hour}:00"), f"h{hour}@example.com", shop.person)
    with queries() as many:
        assert manager.post(path(shop), data=DAY).status_code == 409
    assert len(many) <= len(few) <= 45


def test_the_same_day_comes_before_a_nearer_time_on_another(shop, manager):
    set_week(shop.business.id, dict.fromkeys(range(7), [(0, 1440)]))
    a_booking(shop, berlin("2027-03-02 23:00"), person=shop.person)
    evening = {"kind": "hours", "on": "2027-03-02", "since": "12:00", "until": "24:00"}
    [those] = choices(manager.post(path(shop), data=DAY | evening)).values()
    assert those[1] == "Move it to Tue 2 Mar, 11:30, with Maya"


def test_what_somebody_leaves_behind_is_spread_over_the_others(app, frozen):
    shop = a_shop(3)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    for hour in range(10, 14):
        a_booking(shop, berlin(f"2027-03-02 {hour}:00"), f"guest{hour}@example.com", shop.person)
    db.session.execute(update(Allocation).values(asked=False))
    home = f"/manage/{shop.business.slug}"
    asked = choices(manager.post(f"{home}/staff/{shop.person.resource_id}/departure"))
    assert Counter(it[1].rpartition(" ")[2] for it in asked.values()) == {"Tomás": 2, "June": 2}
