"""Who may say what of which visit, when it is shown, and what it adds up to."""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.appointments.changing import change_status as change_booking
from app.appointments.models import Booking
from app.audit.models import AuditEvent
from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.moderation.reporting import AlreadyDecided, decide
from app.orders.changing import change_order, lock_order
from app.reviews.answering import reply, report, show_or_hide
from app.reviews.judging import why_held
from app.reviews.models import Review
from app.reviews.ratings import Stars, all_stars, recount
from app.reviews.writing import (
    AlreadyReviewed,
    NoMoreEdits,
    NotYet,
    Said,
    TooLate,
    edit,
    review,
    shown_name,
)
from tests.factories import ANNA, Shop, a_booking, a_shop, berlin
from tests.orders.kitchen import a_kitchen, an_order

START = berlin("2027-03-02 10:00").astimezone(UTC)


@pytest.fixture(autouse=True)
def _before(app: Flask, frozen: Any) -> None:
    frozen.move_to(START - timedelta(days=1))


def _been_there(shop: Shop, frozen: Any, **more: Any) -> Booking:
    booking = a_booking(shop, START, person=shop.person, **more)
    frozen.move_to(START + timedelta(minutes=30))
    change_booking(booking, "completed", by=SYSTEM, now=clock.now())
    db.session.flush()
    return booking


def _say(
    shop: Shop, booking: Booking, stars: int = 5, words: str | None = None, person: int | None = None
) -> Review:
    business = db.session.get_one(Business, shop.business.id)
    return review(business, booking, Said(stars, person, words), by=VISITOR, now=clock.now())


def test_a_completed_visit_is_reviewed_once(frozen: Any) -> None:
    shop = a_shop()
    booking = _been_there(shop, frozen)
    said = _say(shop, booking, 4, "Lovely.", 5)
    assert (said.name, said.status, said.visited_on.isoformat()) == ("Olivia P.", "shown", "2027-03-02")
    assert said.person_id == shop.person.resource_id
    with pytest.raises(AlreadyReviewed):
        _say(shop, booking, 1)
    assert all_stars(shop.business.id) == {
        ("business", 0): Stars((0, 0, 0, 1, 0)),
        ("service", shop.service.id): Stars((0, 0, 0, 1, 0)),
        ("person", shop.person.resource_id): Stars((0, 0, 0, 0, 1)),
    }


def test_what_was_not_done_or_is_long_ago_is_not_reviewed(frozen: Any) -> None:
    shop = a_shop()
    booking = a_booking(shop, START)
    with pytest.raises(NotYet):
        _say(shop, booking)
    frozen.move_to(START + timedelta(minutes=30))
    change_booking(booking, "no_show", by=SYSTEM, now=clock.now())
    with pytest.raises(NotYet):
        _say(shop, booking)
    change_booking(booking, "completed", by=SYSTEM, now=clock.now())
    db.session.flush()
    frozen.move_to(START + timedelta(days=60, minutes=30, seconds=1))
    with pytest.raises(TooLate):
        _say(shop, booking)
    frozen.move_to(START + timedelta(days=60, minutes=30))
    assert _say(shop, booking).status == "shown"


def test_a_fulfilled_order_is_reviewed_without_a_person(frozen: Any) -> None:
    kitchen = a_kitchen()
    frozen.move_to(START)
    order = an_order(kitchen)
    with pytest.raises(NotYet):
        review(kitchen.business, order, Said(5), by=VISITOR, now=clock.now())
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    said = review(kitchen.business, order, Said(3, 5), by=VISITOR, now=clock.now())
    assert (said.order_id, said.person_stars) == (order.id, None)
    assert all_stars(kitchen.business.id) == {("business", 0): Stars((0, 0, 1, 0, 0))}


def test_a_review_is_changed_once_within_two_weeks(frozen: Any) -> None:
    shop = a_shop()
    said = _say(shop, _been_there(shop, frozen), 1, "Bad.")
    frozen.shift(timedelta(days=14))
    edit(said, Said(5, None, "They made up for it."), by=VISITOR, now=clock.now())
    assert all_stars(shop.business.id)["business", 0].average == Decimal("5.0")
    with pytest.raises(NoMoreEdits):
        edit(said, Said(1), by=VISITOR, now=clock.now())


def test_a_change_that_holds_a_review_is_written_down(frozen: Any) -> None:
    shop = a_shop()
    said = _say(shop, _been_there(shop, frozen), 1, "Bad.")
    edit(said, Said(1, None, "See https://spam.example"), by=VISITOR, now=clock.now())
    event = db.session.query(AuditEvent).filter_by(action="review.edited").one()
    assert event.changes["status"] == ["shown", "held"]


def test_a_review_is_not_changed_after_two_weeks(frozen: Any) -> None:
    shop = a_shop()
    said = _say(shop, _been_there(shop, frozen))
    frozen.shift(timedelta(days=14, seconds=1))
    with pytest.raises(NoMoreEdits):
        edit(said, Said(1), by=VISITOR, now=clock.now())


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Lovely. I will come again.", None),
        ("Great cut.Thanks to Maya", None),
        ("Great. It held for weeks. Me and my son, we come again. At last. Es war schön.", None),
        ("Great cut.It held.", None),
        ("see https://spam.example/x", "links"),
        ("Buy at CHEAP-PILLS.com today", "links"),
        ("look at pills.IT or pills.co", "links"),
        ("write to me@spam.example", "links"),
        ("find me at example dot com", "links"),
        ("find me at example . com", "links"),
        ("find me at example (dot) de", "links"),
        ("cheaper at salon.de", "links"),
        ("cheaper at SALON.DE now", "links"),
        ("bit.ly/3xYz", "links"),
        ("t.me/spam", "links"),
        ("exam\u200bple.c\u200bom", "links"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "links"),
        ("example。com", "links"),
        # A sentence that ends, and one that begins with what is the ending of some addresses.
        ("Lovely haircut. It was quick. At first I had doubts. Me and my sister come again.", None),
        ("Great coffee. Shop is nice. Online booking works. App too. Info on the wall.", None),
        ("Sehr gut. Es war schön. De Kapper was top. Co bylo fajne?", None),
        ("Good.It was good.At ten.", None),
        ("4.5/5, 10.30/11.00 and/or later", None),
        ("You ARSEHOLE", "words"),
        ("so ein árschloch", "words"),
        ("a classic in Scunthorpe", None),
        (None, None),
    ],
)
def test_links_and_insults_wait_for_a_decision(words: str | None, why: str | None) -> None:
    assert why_held(words) == why


def test_a_name_that_advertises_is_held_like_words(frozen: Any) -> None:
    shop = a_shop()
    booking = _been_there(shop, frozen)
    booking.contact_name = "cheap-pills.com today"
    said = _say(shop, booking, 5, "Lovely.")
    assert (said.status, said.held_for) == ("held", "links")


def test_what_is_held_or_hidden_does_not_count(frozen: Any) -> None:
    shop = a_shop()
    said = _say(shop, _been_there(shop, frozen), 1, "see https://spam.example")
    assert (said.status, said.held_for) == ("held", "links")
    assert all_stars(shop.business.id) == {}
    show_or_hide(said, shown=True, by=SYSTEM, now=clock.now(), reason="harmless")
    assert all_stars(shop.business.id)["business", 0].count == 1
    show_or_hide(said, shown=False, by=SYSTEM, now=clock.now(), reason="not harmless")
    show_or_hide(said, shown=False, by=SYSTEM, now=clock.now(), reason="again")
    assert all_stars(shop.business.id)["business", 0].average is None
    with pytest.raises(NoMoreEdits):
        edit(said, Said(5), by=VISITOR, now=clock.now())


def test_the_nightly_count_says_what_the_acts_say(frozen: Any) -> None:
    shop = a_shop(people=2)
    _say(shop, _been_there(shop, frozen), 2, None, 4)
    kept = all_stars(shop.business.id)
    assert recount(shop.business.id) == {}
    assert all_stars(shop.business.id) == kept
    db.session.execute(db.text("UPDATE ratings SET fives = 7"))
    assert recount(shop.business.id)["business", 0] == (Stars((0, 1, 0, 0, 7)), Stars((0, 1, 0, 0, 0)))
    assert all_stars(shop.business.id) == kept


def test_the_business_replies_and_reports_and_one_decides(frozen: Any) -> None:
    shop = a_shop()
    said = _say(shop, _been_there(shop, frozen), 1, "Bad.")
    reply(said, "We are sorry.", by=ANNA, now=clock.now())
    assert (said.reply, said.replied_at) == ("We are sorry.", clock.now())
    asked = report(said, "insult", "It is rude.", by=ANNA, now=clock.now())
    assert report(said, "other", None, by=ANNA, now=clock.now()).id == asked.id
    assert said.status == "shown"
    also = report(said, "private", None, by=VISITOR, now=clock.now())
    assert {
        it.id for it in decide(asked, upheld=False, decision="An opinion.", by=SYSTEM, now=clock.now())
    } == {
        asked.id,
        also.id,
    }
    with pytest.raises(AlreadyDecided):
        decide(also, upheld=True, decision="No.", by=SYSTEM, now=clock.now())
    reply(said, None, by=ANNA, now=clock.now())
    assert said.replied_at is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Olivia Park", "Olivia P."), ("Cher", "Cher"), ("Ana de la Cruz", "Ana C."), ("", "?"), (None, "?")],
)
def test_a_name_is_shown_in_short(name: str | None, shown: str) -> None:
    assert shown_name(name) == shown


def test_the_average_has_one_place() -> None:
    assert Stars((0, 0, 0, 1, 3)).average == Decimal("4.8")
    assert Stars((1, 0, 0, 0, 1)).average == Decimal("3.0")
    assert Stars().average is None
