"""Who hears what was decided about a review: the business, and whoever wrote it."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.appointments.models import Booking
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.reviews.answering import report
from app.reviews.decided import decisions_about
from app.reviews.finding import review_token
from app.reviews.models import Review
from app.staff.models import StaffMember
from tests.factories import ANNA, Shop, a_membership, a_shop, a_user, signed_in
from tests.platform_admin.conftest import a_review
from tests.platform_admin.test_reviews import HIDE, SHOW, _decide
from tests.reading import soup, words


def _desk(app: Flask, shop: Shop, role: str = "owner", query: str = "") -> Any:
    user = a_user()
    a_membership(shop.business, role, user)
    if role == "staff":
        db.session.get_one(StaffMember, (shop.business.id, shop.person.resource_id)).user_id = user.id
    db.session.commit()
    return soup(signed_in(app, user).get(f"/manage/{shop.business.slug}/reviews{query}"))


def _notes(page: Any) -> list[str]:
    return [words(it) for it in page.select(".review-decision")]


def test_who_reported_reads_that_the_review_stays_and_why(
    app: Flask, admin: FlaskClient, frozen: Any
) -> None:
    shop = a_shop()
    said = a_review(frozen, shop)
    report(said, "insult", None, by=ANNA, now=clock.now())
    db.session.commit()
    assert _notes(_desk(app, shop)) == []
    frozen.shift(timedelta(days=2))
    _decide(admin, said, **SHOW)
    [note] = _notes(_desk(app, shop))
    day = f"{clock.now():%-d %b %Y}"
    assert note == (
        f"Your report was looked at on {day}: the review stays. It is an opinion about a visit, and may be read."
    )


def test_what_a_visitor_reported_and_what_was_held_is_told_without_saying_whose_idea_it_was(
    app: Flask, admin: FlaskClient, frozen: Any
) -> None:
    shop = a_shop()
    first = a_review(frozen, shop)
    report(first, "private", "My neighbour.", by=VISITOR, now=clock.now())
    second = a_review(frozen, shop, 5, "see https://spam.example")
    db.session.commit()
    _decide(admin, first, **HIDE | {"words": "A neighbour is named."})
    _decide(admin, second, **SHOW | {"ground": "harmless"})
    page = _desk(app, shop)
    newer, older = _notes(page)
    assert "Somebody at Daybook looked at it on" in newer
    assert newer.endswith("it is shown. There is nothing wrong with it.")
    assert older.endswith("it is hidden. It insults somebody. A neighbour is named.")
    assert "My neighbour." not in page.text


def test_the_last_decision_counts_and_is_found_again(app: Flask, admin: FlaskClient, frozen: Any) -> None:
    shop = a_shop()
    said = a_review(frozen, shop)
    a_review(frozen, shop, 5, "Lovely.")
    report(said, "insult", None, by=ANNA, now=clock.now())
    db.session.commit()
    _decide(admin, said, **HIDE)
    frozen.shift(timedelta(hours=1))
    _decide(admin, said, **SHOW)
    page = _desk(app, shop, query="?state=decided")
    assert [words(it) for it in page.select(".review-words")] == ["Bad."]
    [note] = _notes(page)
    assert "it is shown" in note, "what was decided without a report answers none"
    assert "Decided (1)" in page.text


def test_staff_read_it_as_somebody_who_reported_nothing(app: Flask, admin: FlaskClient, frozen: Any) -> None:
    shop = a_shop()
    said = a_review(frozen, shop)
    report(said, "insult", None, by=ANNA, now=clock.now())
    db.session.commit()
    _decide(admin, said, **SHOW)
    [note] = _notes(_desk(app, shop, "staff"))
    assert note.startswith("Somebody at Daybook looked at it on")


def test_whoever_wrote_it_reads_why_it_is_hidden(app: Flask, admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen)
    db.session.commit()
    _decide(admin, said, **HIDE | {"words": "It names a child."})
    page = app.test_client().get(f"/reviews/{_token(said)}")
    assert "It insults somebody. It names a child." in page.text
    _decide(admin, said, **SHOW)
    assert "It is an opinion" not in app.test_client().get(f"/reviews/{_token(said)}").text


def test_decisions_of_another_business_are_not_its_own(admin: FlaskClient, frozen: Any) -> None:
    said, other = a_review(frozen), a_shop()
    db.session.commit()
    _decide(admin, said, **HIDE)
    assert set(decisions_about(said.business_id, [said.id])) == {said.id}
    assert decisions_about(other.business.id, [said.id]) == {}


def _token(said: Review) -> str:
    booking = db.session.get_one(Booking, (said.business_id, said.booking_id))
    return review_token(booking)
