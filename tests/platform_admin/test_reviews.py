"""Reviews that wait for a decision: found, judged once, and counted as it was decided."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.moderation.models import REASONS, Report
from app.platform_admin.moderating import find_case, how_many_wait, next_one, waiting
from app.platform_admin.wording import HELD_FOR, REPORTED_FOR
from app.reviews.answering import reply, report
from app.reviews.judging import why_held
from app.reviews.models import Review
from app.reviews.ratings import all_stars
from app.reviews.writing import Said, edit
from tests.factories import ANNA, a_shop
from tests.platform_admin.conftest import a_review
from tests.reading import soup

HIDE = {"verdict": "hidden", "ground": "insult", "words": ""}
SHOW = {"verdict": "shown", "ground": "opinion", "words": ""}


def _page(said: Review) -> str:
    return f"/admin/reviews/{said.business_id}/{said.id}"


def _decide(admin: FlaskClient, said: Review, **form: str) -> Any:
    seen = str(soup(admin.get(_page(said))).select_one("#seen")["value"])  # type: ignore[index]
    return admin.post(f"{_page(said)}/decision", data={"seen": seen} | form)


def _status(said: Review) -> str:
    db.session.refresh(said)
    return said.status


def test_what_was_held_is_decided_by_a_person(admin: FlaskClient, frozen: Any) -> None:
    shop = a_shop()
    said = a_review(frozen, shop, 1, "see https://spam.example")
    listed = admin.get("/admin/reviews").text
    assert "There is a web or e-mail address in it." in listed
    page = admin.get(_page(said)).text
    for words in ("see https://spam.example", "Haircut", "Maya", "Olivia P."):
        assert words in page
    assert _decide(admin, said, **SHOW).status_code == 303
    assert (_status(said), said.held_for) == ("shown", None)
    assert all_stars(shop.business.id)["business", 0].count == 1
    assert how_many_wait() == 0


def test_admins_read_of_every_reason_there_is_and_of_no_other() -> None:
    held = {why_held("see https://spam.example"), why_held("What a bastard."), why_held("Lovely.")}
    assert held == {*HELD_FOR, None}
    assert set(REPORTED_FOR) == set(REASONS)


def test_what_a_second_visitor_says_of_what_is_reported_is_read_too(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen, None, 1, "Bad.")
    first = report(said, "advertising", None, by=VISITOR, now=clock.now())
    seen = str(soup(admin.get(_page(said))).select_one("#seen")["value"])  # type: ignore[index]
    for _twice in range(2):
        assert (
            report(said, "private", "It names <b>my</b> child.", by=VISITOR, now=clock.now()).id == first.id
        )
    assert report(said, "insult", "Rude.", by=ANNA, now=clock.now()).id != first.id
    db.session.commit()
    assert how_many_wait() == 1
    for page in (admin.get(_page(said)), admin.get("/admin/reviews")):
        text = soup(page).main.text
        for words in ("Advertising", "Private things of somebody", "An insult, or hate"):
            assert text.count(words) == 1, words
    text = soup(admin.get(_page(said))).main.text
    assert text.count("It names <b>my</b> child.") == text.count("Rude.") == 1
    # Who has read the first alone has not read all.
    form = HIDE | {"seen": seen}
    assert admin.post(f"{_page(said)}/decision", data=form).status_code == 409
    assert _decide(admin, said, **HIDE).status_code == 303
    assert soup(admin.get(_page(said))).main.text.count("It names <b>my</b> child.") == 1
    made = db.session.scalars(select(AuditEvent.changes).filter_by(action="report.made")).all()
    assert [it["reason"][1] for it in made] == ["advertising", "private", "insult"]


def test_what_was_said_of_an_earlier_case_is_said_of_that_one(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen, None, 1, "Bad.")
    report(said, "other", "First.", by=VISITOR, now=clock.now())
    report(said, "other", "Second.", by=VISITOR, now=clock.now())
    db.session.commit()
    _decide(admin, said, **SHOW)
    frozen.shift(60)
    report(said, "other", "Second.", by=VISITOR, now=clock.now())
    db.session.commit()
    case = find_case(said.business_id, said.id)
    assert case is not None
    assert [(it.note, [more.note for more in case.added.get(it.id, [])]) for it in case.reports] == [
        ("Second.", []),
        ("First.", ["Second."]),
    ]


def test_who_can_be_reached_how_is_no_business_of_the_platform(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen, None, 1, "see https://spam.example")
    for address in ("/admin/reviews", _page(said)):
        page = admin.get(address).text
        assert "olivia@example.com" not in page
        assert "Olivia Park" not in page


def test_a_decision_decides_all_that_was_said_against_a_review(admin: FlaskClient, frozen: Any) -> None:
    shop = a_shop()
    said = a_review(frozen, shop, 1, "Bad.")
    report(said, "insult", "It is rude.", by=ANNA, now=clock.now())
    report(said, "private", None, by=VISITOR, now=clock.now())
    db.session.commit()
    page = admin.get(_page(said)).text
    assert "It is rude." in page
    assert all_stars(shop.business.id)["business", 0].count == 1
    assert _decide(admin, said, **HIDE | {"words": "It names a child."}).status_code == 303
    assert _status(said) == "hidden"
    assert all_stars(shop.business.id)["business", 0].count == 0
    reports = db.session.scalars(select(Report)).all()
    assert {(it.status, it.decision) for it in reports} == {
        ("upheld", "It insults somebody. It names a child.")
    }
    events = db.session.scalars(select(AuditEvent).filter_by(actor_kind="admin")).all()
    assert {(it.action, it.actor_name, it.reason) for it in events} == {
        (action, "Daybook", "It insults somebody. It names a child.")
        for action in ("review.hidden", "report.upheld")
    }


def test_an_opinion_stays_and_its_report_is_turned_down(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen)
    report(said, "insult", None, by=ANNA, now=clock.now())
    db.session.commit()
    _decide(admin, said, **SHOW)
    assert _status(said) == "shown"
    assert db.session.scalars(select(Report)).one().status == "dismissed"
    assert how_many_wait() == 0


def test_a_decision_can_be_changed(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen)
    db.session.commit()
    _decide(admin, said, **HIDE)
    assert _status(said) == "hidden"
    _decide(admin, said, **SHOW)
    assert _status(said) == "shown"
    assert all_stars(said.business_id)["business", 0].count == 1


def test_of_two_admins_the_second_is_told_that_it_was_decided(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen, None, 1, "see https://spam.example")
    db.session.commit()
    seen = find_case(said.business_id, said.id).state  # type: ignore[union-attr]
    _decide(admin, said, **SHOW)
    late = admin.post(f"{_page(said)}/decision", data=HIDE | {"seen": seen, "words": "Spam."})
    assert late.status_code == 409
    assert "decided already" in late.text
    assert "Spam." in late.text
    assert _status(said) == "shown"


def test_what_was_changed_meanwhile_is_looked_at_again(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen, None, 1, "see https://spam.example")
    db.session.commit()
    seen = find_case(said.business_id, said.id).state  # type: ignore[union-attr]
    edit(said, Said(5, None, "see https://other.example"), by=VISITOR, now=clock.now())
    db.session.commit()
    assert admin.post(f"{_page(said)}/decision", data=SHOW | {"seen": seen}).status_code == 409
    assert _status(said) == "held"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"verdict": "shown"},
        {"verdict": "shown", "ground": "insult"},
        {"verdict": "hidden", "ground": "opinion"},
        {"verdict": "hidden", "ground": "other"},
        {"verdict": "burned", "ground": "insult"},
        {"verdict": "hidden", "ground": "insult", "words": "x" * 1001},
    ],
)
def test_half_a_decision_is_none_and_its_words_stay(
    admin: FlaskClient, frozen: Any, form: dict[str, str]
) -> None:
    said = a_review(frozen, None, 1, "see https://spam.example")
    db.session.commit()
    answer = _decide(admin, said, **form | {"words": form.get("words", "")})
    assert answer.status_code == 422
    assert form.get("words", "") in answer.text
    assert _status(said) == "held"


def test_the_oldest_comes_first_and_the_next_one_follows(admin: FlaskClient, frozen: Any) -> None:
    first = a_review(frozen, None, 1, "see https://one.example")
    second = a_review(frozen, None, 2, "Bad.")
    frozen.shift(timedelta(hours=1))
    report(second, "insult", None, by=ANNA, now=clock.now())
    third = a_review(frozen, None, 3, "see https://three.example")
    db.session.commit()
    order = [(it.business_id, it.id) for it in (first, second, third)]
    assert [(it.review.business_id, it.review.id) for it in waiting(1).rows] == order
    assert next_one() == order[0]
    assert _decide(admin, first, **SHOW).location == _page(second)
    assert _decide(admin, second, **HIDE).location == _page(third)
    assert _decide(admin, third, **HIDE).location == "/admin/reviews"
    assert "Nothing waits" in admin.get("/admin/reviews").text


def test_markup_and_pictures_and_replies_are_shown_as_they_are(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen, None, 1, "<script>alert(1)</script>")
    reply(said, "<b>No</b>", by=ANNA, now=clock.now())
    report(said, "insult", None, by=ANNA, now=clock.now())
    db.session.commit()
    page = admin.get(_page(said)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;No&lt;/b&gt;" in page


def test_the_list_asks_a_fixed_number_of_statements(admin: FlaskClient, frozen: Any, queries: Any) -> None:
    a_review(frozen, None, 1, "see https://spam.example")
    db.session.commit()
    admin.get("/admin/reviews")
    with queries() as few:
        admin.get("/admin/reviews")
    for _ in range(4):
        a_review(frozen, None, 1, "see https://spam.example")
    db.session.commit()
    admin.get("/admin/reviews")
    with queries() as many:
        assert admin.get("/admin/reviews").text.count("case-title") == 5
    assert len(many) == len(few) <= 10


def test_decisions_are_listed_with_who_made_them(admin: FlaskClient, frozen: Any) -> None:
    said = a_review(frozen)
    db.session.commit()
    _decide(admin, said, **HIDE)
    page = soup(admin.get("/admin/decisions")).select_one("#decisions").text  # type: ignore[union-attr]
    assert "Review hidden" in page
    assert "Ida Root (admin@daybook.example)" in page
    assert "It insults somebody." in page
    for before in ("x", "-1", "0", "9" * 30, "1.5"):
        assert admin.get(f"/admin/decisions?before={before}").status_code == 200


def test_a_long_list_of_decisions_has_pages(admin: FlaskClient, frozen: Any) -> None:
    from app.audit.models import record

    for number in range(60):
        record("user.changed", "user", number, by=Actor("admin", "x"), at=clock.now())
    db.session.commit()
    page = soup(admin.get("/admin/decisions"))
    assert len(page.select("#decisions > li")) == 50
    older = page.select_one("a[rel=next]")["href"]  # type: ignore[index]
    assert len(soup(admin.get(str(older))).select("#decisions > li")) == 10
