"""What everybody reads, and the way to say that a review should not be there."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.moderation.models import Report
from app.reviews.answering import reply, show_or_hide
from app.reviews.listing import Asked, Sort, shown_reviews
from app.reviews.models import Review
from app.reviews.ratings import recount
from tests.factories import Shop, a_shop
from tests.reading import soup, words
from tests.reviews.visiting import START, been_there, say


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    frozen.move_to(START - timedelta(days=1))
    return a_shop()


@pytest.fixture
def page(shop: Shop) -> str:
    return f"/b/{shop.business.slug}/reviews"


def many(shop: Shop, count: int) -> None:
    """So many reviews, written as rows: every tenth without words, one to five stars in turn."""
    db.session.execute(
        sa.text("""
            INSERT INTO bookings (business_id, appointment_id, customer_id, status, service_name, minutes, total_cents,
                currency, zone, local_start)
            SELECT business_id, appointment_id, customer_id, 'completed', service_name, minutes, total_cents, currency,
                   zone, local_start
              FROM (SELECT * FROM bookings WHERE business_id = :business ORDER BY id LIMIT 1) one,
                   generate_series(1, :count)
        """),
        {"business": shop.business.id, "count": count},
    )
    # Or the keys are looked for from one end to the other.
    db.session.execute(sa.text("ANALYZE bookings"))
    db.session.execute(
        sa.text("""
            INSERT INTO reviews (business_id, customer_id, booking_id, service_id, name, visited_on, stars, words,
                created_at)
            SELECT business_id, customer_id, id, :service, 'Olivia P.', '2027-03-02', 1 + id % 5,
                   CASE WHEN id % 10 > 0 THEN 'Words ' || id END, now() - id * interval '1 minute'
              FROM bookings
             WHERE business_id = :business
               AND id NOT IN (SELECT booking_id FROM reviews WHERE booking_id IS NOT NULL)
             ORDER BY id DESC LIMIT :count
        """),
        {"business": shop.business.id, "count": count, "service": shop.service.id},
    )
    recount(shop.business.id)
    db.session.commit()


def names(answer: Any) -> list[str]:
    return [words(it) for it in soup(answer).select(".review-words")]


def test_before_the_first_review_the_page_says_so(client: FlaskClient, shop: Shop, page: str) -> None:
    answer = client.get(page)
    assert "No reviews yet" in answer.text
    front = client.get(f"/b/{shop.business.slug}/")
    assert "aggregateRating" not in front.text
    assert not soup(front).select("#reviews, .rating")


def test_reviews_stand_on_both_pages(client: FlaskClient, shop: Shop, page: str, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 4, "Lovely.", person_stars=5)
    reply(said, "Thank you, Olivia.", by=SYSTEM, now=clock.now())
    for path in (page, f"/b/{shop.business.slug}/"):
        answer = client.get(path)
        card = soup(answer).select_one(".review")
        assert words(card.select_one(".review-name")) == "Olivia P."
        assert "Haircut · with Maya" in words(card.select_one(".review-facts"))
        assert "Thank you, Olivia." in words(card.select_one(".review-reply"))
        assert card.select_one(".stars")["aria-label"] == "4 of 5 stars"
    front = client.get(f"/b/{shop.business.slug}/")
    assert '"aggregateRating"' in front.text
    assert '"ratingValue": "4.0"' in front.text
    assert '"reviewCount": 1' in front.text
    ratings = [words(it) for it in soup(front).select(".rating > span[aria-hidden]")]
    assert ratings == ["4.0 (1)", "4.0 (1)", "5.0 (1)"]


def test_they_are_sorted_and_limited(client: FlaskClient, shop: Shop, page: str, frozen: Any) -> None:
    for at, (stars, text) in enumerate([(3, "first"), (5, "second"), (1, "third"), (5, None)]):
        say(shop, been_there(shop, frozen, at * 60), stars, text)
    assert names(client.get(page)) == ["third", "second", "first"]
    assert names(client.get(f"{page}?sort=highest")) == ["second", "first", "third"]
    assert names(client.get(f"{page}?sort=lowest")) == ["third", "first", "second"]
    assert names(client.get(f"{page}?stars=5")) == ["second"]
    assert len(soup(client.get(f"{page}?stars=5")).select(".review")) == 2
    assert len(soup(client.get(f"{page}?words=y")).select(".review")) == 3
    assert "No reviews like that" in client.get(f"{page}?pictures=y").text
    assert names(client.get(f"{page}?service={shop.service.id}&stars=3")) == ["first"]


@pytest.mark.parametrize(
    "query",
    [
        "sort=x",
        "stars=0",
        "stars=6",
        "stars=3.5",
        "service=999999",
        "person=x",
        "page=0",
        "page=-1",
        "page=²",
    ],
)
def test_what_makes_no_sense_counts_as_not_asked(
    client: FlaskClient, shop: Shop, page: str, frozen: Any, query: str
) -> None:
    say(shop, been_there(shop, frozen), 5, "Lovely.")
    assert names(client.get(f"{page}?{query}")) == ["Lovely."]


def test_what_is_not_shown_is_nowhere(client: FlaskClient, shop: Shop, page: str, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 5, "Lovely.")
    show_or_hide(said, shown=False, by=SYSTEM, now=clock.now(), reason="no")
    for path in (page, f"/b/{shop.business.slug}/"):
        assert "Lovely." not in client.get(path).text
    assert client.get(f"{page}/{said.uid}/report").status_code == 404


def test_a_page_asks_few_statements_however_many_there_are(
    client: FlaskClient, shop: Shop, page: str, frozen: Any, queries: Any
) -> None:
    say(shop, been_there(shop, frozen), 5, "Lovely.")
    counts = []
    for more in (0, 300):
        if more:
            many(shop, more)
        for query in ("", "?sort=lowest&words=y", "?stars=5&page=4"):
            with queries() as seen:
                assert client.get(page + query).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 6


def test_each_review_is_on_one_page_of_the_list(shop: Shop, frozen: Any) -> None:
    been_there(shop, frozen)
    many(shop, 57)
    for sort in ("newest", "highest", "lowest", "pictures"):
        pages = [shown_reviews(shop.business.id, Asked(sort=sort), at) for at in range(1, 7)]
        ids = [it.review.id for found in pages for it in found.rows]
        assert len(ids) == len(set(ids)) == 57
    assert shown_reviews(shop.business.id, Asked(), 99).number == 6


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        ("newest", "ix_reviews_shown"),
        ("highest", "ix_reviews_by_stars"),
        ("lowest", "ix_reviews_by_stars"),
    ],
)
def test_each_order_by_time_or_stars_is_found_by_its_index(
    shop: Shop, frozen: Any, sort: Sort, index: str
) -> None:
    been_there(shop, frozen)
    many(shop, 1500)
    db.session.execute(sa.text("ANALYZE reviews"))
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "FROM reviews LEFT" in statement:
            seen.append(cursor.mogrify(statement, parameters).decode())

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        shown_reviews(shop.business.id, Asked(sort=sort), 1, 1500)
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    raw = db.session.connection().connection.cursor()
    raw.execute(f"EXPLAIN {seen[0]}")
    plan = "\n".join(row[0] for row in raw.fetchall())
    assert index in plan, plan
    assert "Seq Scan on reviews" not in plan, plan


def test_a_visitor_reports_a_review(client: FlaskClient, shop: Shop, page: str, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 1, "Rude.")
    form = soup(client.get(f"{page}/{said.uid}/report"))
    number = form.select_one("[name=form]")["value"]
    for wrong in ({}, {"reason": "nonsense"}, {"reason": "other"}, {"reason": "insult", "website": "x"}):
        answer = client.post(f"{page}/{said.uid}/report", data={"form": number, **wrong})
        assert answer.status_code == 422
    assert client.post(f"{page}/{said.uid}/report", data={"reason": "insult"}).status_code == 422
    sent = {"form": number, "reason": "other", "note": "It names <b>my</b> child."}
    answer = client.post(f"{page}/{said.uid}/report", data=sent)
    assert answer.status_code == 303
    assert "Somebody at Daybook looks at it." in client.get(answer.location).text
    kept = db.session.scalars(db.select(Report)).one()
    assert (kept.reported_by, kept.reason, kept.subject_id) == ("visitor", "other", said.id)
    assert "Rude." in client.get(page).text
    client.post(f"{page}/{said.uid}/report", data=sent)
    assert db.session.scalar(db.select(db.func.count()).select_from(Report)) == 1


def test_a_review_of_another_business_is_not_reported_here(
    client: FlaskClient, shop: Shop, page: str, frozen: Any
) -> None:
    other = a_shop()
    said = say(other, been_there(other, frozen), 1, "Rude.")
    assert client.get(f"{page}/{said.uid}/report").status_code == 404
    assert client.get(f"{page}/not-a-number/report").status_code == 404


def test_somebody_forgotten_is_a_former_customer(
    client: FlaskClient, shop: Shop, page: str, frozen: Any
) -> None:
    say(shop, been_there(shop, frozen), 4, "Lovely.")
    db.session.scalars(db.select(Review)).one().name = "Erased"
    db.session.flush()
    assert words(soup(client.get(page)).select_one(".review-name")) == "A former customer"
