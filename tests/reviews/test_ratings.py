"""Stars as they are kept, against counting every review by hand, whatever becomes of reviews and in whatever order."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.appointments.models import Booking
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.core.errors import DomainError
from app.customers.erasing import erase
from app.customers.models import Customer
from app.moderation.reporting import decide
from app.orders.changing import change_order, lock_order
from app.orders.models import Order
from app.reviews import jobs
from app.reviews.answering import report, show_or_hide
from app.reviews.jobs import recount_ratings
from app.reviews.models import Rating, Review
from app.reviews.ratings import Stars, all_stars, recount
from app.reviews.writing import Said, edit, review
from tests.factories import Shop, a_shop, a_visit, berlin
from tests.orders.kitchen import a_kitchen, an_order

WORDS = (None, "Lovely.", "see https://spam.example")
SUBJECTS = 5
SAYS = st.builds(
    lambda stars, person, words: Said(stars, person, WORDS[words]),
    st.integers(1, 5),
    st.none() | st.integers(1, 5),
    st.integers(0, 2),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "edit", "show", "hide", "report", "erase"]),
        st.integers(0, SUBJECTS - 1),
        SAYS,
    ),
    max_size=16,
)
DRIFT = st.lists(
    st.tuples(
        st.sampled_from(["business", "service", "person"]),
        st.integers(0, 1),
        st.lists(st.integers(0, 9), min_size=5, max_size=5),
    ),
    max_size=5,
)


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    frozen.move_to(berlin("2027-03-02 10:02"))
    return a_shop(people=2)


@pytest.fixture
def subjects(shop: Shop) -> list[Booking | Order]:
    """Three visits of two people and two services, one of nobody in particular, and an order."""
    start = clock.now() - timedelta(days=2)
    maya, ben = shop.people
    visits = [
        a_visit(shop.business, start + timedelta(hours=hours), status="completed", person=person)
        for hours, person in enumerate((maya, ben, maya, ben))
    ]
    visits[1].appointment.service_id = visits[0].appointment.service_id
    visits[3].performer_name = None
    order = an_order(a_kitchen(shop))
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    db.session.flush()
    return [*visits, order]


def take(step: str, shop: Shop, subject: Booking | Order, said: Said) -> None:
    """Do it by the acts that do it for real. Raises DomainError where it cannot be."""
    column = "order_id" if isinstance(subject, Order) else "booking_id"
    written = db.session.scalar(
        select(Review).filter_by(business_id=shop.business.id, **{column: subject.id})
    )
    now = clock.now()
    if step == "write":
        review(shop.business, subject, said, by=VISITOR, now=now)
    elif step == "erase":
        customer = db.session.get_one(Customer, (shop.business.id, subject.customer_id))
        erase(customer, customer.name, by=SYSTEM, now=now)
    elif written is None:
        return
    elif step == "edit":
        edit(written, said, by=VISITOR, now=now)
    elif step == "report":
        decide(
            report(written, "insult", None, by=VISITOR, now=now),
            upheld=True,
            decision="Rude.",
            by=SYSTEM,
            now=now,
        )
    else:
        show_or_hide(written, shown=step == "show", by=SYSTEM, now=now, reason="So it was decided.")


def by_hand(shop: Shop) -> dict[tuple[str, int], list[int]]:
    """All stars there are by what they are for, one review after the other."""
    given: dict[tuple[str, int], list[int]] = {}
    for it in db.session.scalars(select(Review).execution_options(populate_existing=True)):
        if it.business_id != shop.business.id or it.status != "shown":
            continue
        given.setdefault(("business", 0), []).append(it.stars)
        if it.service_id is not None:
            given.setdefault(("service", it.service_id), []).append(it.stars)
        if it.person_id is not None and it.person_stars is not None:
            given.setdefault(("person", it.person_id), []).append(it.person_stars)
    return given


def assert_true(shop: Shop) -> None:
    """Count, spread and average of everything, and nothing of what nobody reviewed."""
    kept = {key: it for key, it in all_stars(shop.business.id).items() if it.count}
    truth = by_hand(shop)
    assert kept.keys() == truth.keys()
    for key, stars in truth.items():
        many = Counter(stars)
        assert kept[key].spread == tuple(many[it] for it in (1, 2, 3, 4, 5))
        assert kept[key].count == len(stars)
        tenths = floor(Fraction(10 * sum(stars), len(stars)) + Fraction(1, 2))
        assert kept[key].average == Fraction(tenths, 10)


def test_whatever_becomes_of_reviews_their_stars_add_up(shop: Shop, subjects: list[Booking | Order]) -> None:
    @settings(max_examples=40)
    @given(steps=STEPS)
    def check(steps: list[tuple[str, int, Said]]) -> None:
        with db.session.begin_nested() as savepoint:
            for step, number, said in steps:
                try:
                    with db.session.begin_nested():
                        take(step, shop, subjects[number], said)
                except DomainError:
                    pass
                assert_true(shop)
            assert recount(shop.business.id) == {}
            assert_true(shop)
            savepoint.rollback()

    check()


class Log:
    """Keeps what is logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **more: Any) -> None:
        self.lines.append((event, more))


def test_the_night_mends_any_drift_and_writes_down_what_it_mended(
    shop: Shop, subjects: list[Booking | Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, subject in enumerate(subjects):
        take("write", shop, subject, Said(number + 1, number % 3 + 1))
    truth = all_stars(shop.business.id)

    @settings(max_examples=40)
    @given(drifts=DRIFT)
    def check(drifts: list[tuple[str, int, list[int]]]) -> None:
        log = Log()
        monkeypatch.setattr(jobs, "log", log)
        recount(shop.business.id)  # As it was before the last try, which may have failed.
        for kind, which, spread in drifts:
            ids = [number for it, number in truth if it == kind]
            # A number that was kept wrongly, one that is missing, or one nobody gave any stars to.
            number = ids[0] if which == 0 or kind == "business" else 999_999
            add_up_wrongly(shop.business.id, kind, number, spread)
        was = all_stars(shop.business.id)
        wrong = {it for it in {*was, *truth} if was.get(it, Stars()) != truth.get(it, Stars())}
        assert recount_ratings() == len(wrong)
        assert {event for event, _ in log.lines} <= {"a rating was mended"}
        told = {(it["kind"], it["subject"]): (it["business"], it["was"], it["became"]) for _, it in log.lines}
        assert told == {
            it: (shop.business.id, was.get(it, Stars()).spread, truth.get(it, Stars()).spread) for it in wrong
        }
        assert_true(shop)

    check()


def add_up_wrongly(business_id: int, kind: str, subject_id: int, spread: list[int]) -> None:
    """Keep another number; none at all where nobody is to have given any."""
    key = {"business_id": business_id, "subject_kind": kind, "subject_id": subject_id}
    db.session.query(Rating).filter_by(**key).delete()
    if any(spread):
        names = ("ones", "twos", "threes", "fours", "fives")
        db.session.execute(
            text(
                "INSERT INTO ratings (business_id, subject_kind, subject_id, ones, twos, threes, fours, fives)"
                " VALUES (:business_id, :subject_kind, :subject_id, :ones, :twos, :threes, :fours, :fives)"
            ),
            key | dict(zip(names, spread, strict=True)),
        )
