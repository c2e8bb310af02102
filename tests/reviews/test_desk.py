"""The reviews of a business as its members see them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.moderation.models import Report
from app.reviews.answering import reply, report, show_or_hide
from app.reviews.listing import Asked, count_states, how_many_own, own_reviews
from app.reviews.models import Review
from app.reviews.ratings import stars_of
from app.reviews.writing import Said, review
from app.staff.models import StaffMember
from tests.factories import ANNA, Shop, a_membership, a_shop, a_user, signed_in
from tests.orders.kitchen import a_kitchen, handed_over
from tests.reading import boxes, soup, words
from tests.reviews.visiting import START, been_there, say

ADMIN = Actor("admin", "Ada")


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    frozen.move_to(START - timedelta(days=1))
    return a_shop(people=2)


def a_member(app: Flask, shop: Shop, role: str = "owner", person: int | None = None) -> FlaskClient:
    user = a_user()
    a_membership(shop.business, role, user)
    if person is not None:
        staff = db.session.get_one(StaffMember, (shop.business.id, person))
        staff.user_id = user.id
    db.session.commit()
    return signed_in(app, user)


def desk(shop: Shop) -> str:
    return f"/manage/{shop.business.slug}/reviews"


def test_an_owner_answers_and_takes_it_back(app: Flask, shop: Shop, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 2, "Late.")
    owner = a_member(app, shop)
    page = owner.get(desk(shop))
    assert "Not answered (1)" in page.text
    answer = owner.post(
        f"{desk(shop)}/{said.id}/reply?state=unanswered", data={"words": "We are <i>sorry</i>."}
    )
    assert answer.status_code == 303
    assert "state=unanswered" in answer.location
    assert "Not answered (0)" in owner.get(desk(shop)).text
    reply = soup(owner.get(f"/b/{shop.business.slug}/reviews")).select_one(".review-reply .prose")
    assert reply.text == "We are <i>sorry</i>."
    owner.post(f"{desk(shop)}/{said.id}/reply", data={"words": "Better now."})
    assert db.session.get_one(Review, (shop.business.id, said.id)).reply == "Better now."
    owner.post(f"{desk(shop)}/{said.id}/reply/removal")
    assert db.session.get_one(Review, (shop.business.id, said.id)).reply is None


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001])
def test_an_answer_needs_words_and_not_too_many(app: Flask, shop: Shop, frozen: Any, words: str) -> None:
    said = say(shop, been_there(shop, frozen), 2, "Late.")
    answer = a_member(app, shop).post(f"{desk(shop)}/{said.id}/reply", data={"words": words})
    assert answer.status_code == 422
    assert soup(answer).select_one(f"#reply-{said.id}-error")
    assert soup(answer).select_one("details[open]")


def test_nobody_answers_what_is_held(app: Flask, shop: Shop, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 2, "see https://spam.example")
    owner = a_member(app, shop)
    assert "Held: has an address in it" in owner.get(desk(shop)).text
    answer = owner.post(f"{desk(shop)}/{said.id}/reply", data={"words": "Thanks"})
    assert answer.status_code == 409
    assert said.reply is None


def test_an_owner_reports_and_the_review_stays(app: Flask, shop: Shop, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 1, "Rude.")
    owner = a_member(app, shop)
    assert owner.post(f"{desk(shop)}/{said.id}/report", data={"reason": "other"}).status_code == 422
    assert owner.post(f"{desk(shop)}/{said.id}/report", data={"reason": "automatic"}).status_code == 422
    answer = owner.post(f"{desk(shop)}/{said.id}/report", data={"reason": "insult", "note": "Hm."})
    assert answer.status_code == 303
    assert "Reported" in " ".join(boxes(owner.get(desk(shop))))
    assert "waits for a decision" in owner.get(f"{desk(shop)}?state=reported").text
    assert db.session.scalars(db.select(Report)).one().reported_by == "member"
    assert "Rude." in owner.get(f"/b/{shop.business.slug}/reviews").text


def test_every_state_counts_what_its_list_shows(shop: Shop, frozen: Any) -> None:
    """Also where the count of the list is taken from the states, and for what is about one person alone."""
    plain, answered, reported, shown, hidden = (
        say(shop, been_there(shop, frozen, 60 * n), 4, "Fine.") for n in range(5)
    )
    say(shop, been_there(shop, frozen, 300), 2, "see https://spam.example")
    now = clock.now()
    reply(answered, "Thank you.", by=ANNA, now=now)
    for one in (reported, plain):
        report(one, "insult", None, by=ANNA, now=now)
    for one in (shown, hidden):
        show_or_hide(one, shown=False, by=ADMIN, now=now, reason="Rude.")
    show_or_hide(shown, shown=True, by=ADMIN, now=now, reason="Not rude.")
    counts = count_states(shop.business.id)
    states = {"unanswered": 3, "reported": 2, "decided": 2, "held": 1, "hidden": 1}
    assert counts == {"all": 6} | states
    for state, many in states.items():
        asked = Asked(state=state)
        assert how_many_own(counts, asked) == many
        assert own_reviews(shop.business.id, asked).total == many
    assert how_many_own(counts, Asked(sort="lowest")) == 6
    assert how_many_own(counts, Asked(state="held", stars=2)) is None
    person, other = (it.resource_id for it in shop.people)
    assert count_states(shop.business.id, person) == counts
    assert count_states(shop.business.id, shown=stars_of(shop.business.id)[0].count) == counts
    assert set(count_states(shop.business.id, other).values()) == {0}


def test_staff_read_what_is_about_them_and_change_nothing(app: Flask, shop: Shop, frozen: Any) -> None:
    said = say(shop, been_there(shop, frozen), 4, "Maya is great.", person_stars=5)
    maya = a_member(app, shop, "staff", shop.people[0].resource_id)
    other = a_member(app, shop, "staff", shop.people[1].resource_id)
    nobody = a_member(app, shop, "staff")
    assert "Maya is great." in maya.get(desk(shop)).text
    assert "Maya is great." not in other.get(desk(shop)).text
    assert "No reviews yet" in nobody.get(desk(shop)).text
    for path in ("reply", "reply/removal", "report"):
        assert maya.post(f"{desk(shop)}/{said.id}/{path}", data={"words": "x"}).status_code == 403


def test_a_review_of_another_business_is_not_found(app: Flask, shop: Shop, frozen: Any) -> None:
    other = a_shop()
    said = say(other, been_there(other, frozen), 1, "Rude.")
    owner = a_member(app, shop)
    for path in ("reply", "reply/removal", "report"):
        answer = owner.post(f"{desk(shop)}/{said.id}/{path}", data={"words": "x", "reason": "insult"})
        assert answer.status_code == 404
    assert said.reply is None


def test_the_list_asks_few_statements(app: Flask, shop: Shop, frozen: Any, queries: Any) -> None:
    counts = []
    for at in range(3):
        say(shop, been_there(shop, frozen, at * 60), 4, f"Visit {at}.")
        owner = a_member(app, shop)
        with queries() as seen:
            page = owner.get(desk(shop))
        counts.append(len(seen))
        assert words(soup(page).select_one(".review-words")) == f"Visit {at}."
    assert len(set(counts)) == 1
    assert counts[0] <= 12


def waiting(app: Flask, shop: Shop, role: str = "owner") -> list[str]:
    """What the menu says of reviews, beside the room and in the sheet of a phone."""
    page = soup(a_member(app, shop, role).get(f"/manage/{shop.business.slug}/"))
    return [words(it) for it in page.select(f'.sidebar-nav a[href="{desk(shop)}"] .nav-count')]


def test_the_menu_says_how_many_new_reviews_wait_for_an_answer(app: Flask, shop: Shop, frozen: Any) -> None:
    assert waiting(app, shop) == []
    old = say(shop, been_there(shop, frozen), 3, "Slow.")
    first = say(shop, been_there(shop, frozen, 60), 2, "Late.")
    say(shop, been_there(shop, frozen, 120), 5)
    say(shop, been_there(shop, frozen, 180), 5, "see https://spam.example")
    assert waiting(app, shop) == ["3 waiting", "3 waiting"], "held ones cannot be answered"
    old.created_at = clock.now() - timedelta(days=31)
    reply(first, "Sorry.", by=ANNA, now=clock.now())
    assert waiting(app, shop, "manager") == ["1 waiting", "1 waiting"]
    assert waiting(app, shop, "staff") == []
    assert waiting(app, a_shop()) == []


def test_orders_and_reviews_that_wait_are_counted_in_one_statement(
    app: Flask, shop: Shop, frozen: Any, queries: Any
) -> None:
    a_kitchen(shop)
    say(shop, been_there(shop, frozen), 3, "Slow.")
    owner = a_member(app, shop)
    with queries() as seen:
        owner.get(desk(shop))
    assert sum("reply IS NULL" in it and "order_settings" in it for it in seen) == 1
    assert sum("FROM order_settings" in it for it in seen) == 1


def test_a_review_of_an_order_says_so_and_leads_to_it(app: Flask, frozen: Any) -> None:
    frozen.move_to(START)
    kitchen = a_kitchen()
    order = handed_over(kitchen)
    review(kitchen.business, order, Said(5), by=VISITOR, now=clock.now())
    place = f"/manage/{kitchen.business.slug}"
    user = a_membership(kitchen.business).user
    page = soup(signed_in(app, user).get(f"{place}/reviews"))
    assert words(page.select_one(".review-facts")).endswith("· Order")
    [link] = page.select(".review-tags a")
    assert (link.text, link["href"]) == ("The order", f"{place}/orders/{order.id}")
