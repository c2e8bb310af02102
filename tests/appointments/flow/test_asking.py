"""What the business asks who books, and who is too quick to be a person."""

import pytest

from app.appointments.models import Booking
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.services.asking import QuestionWish, ask
from tests.reading import sentence, soup


def asked(business_id, label, service_id=None, **more):
    return ask(business_id, QuestionWish(label, **more), service_id, by=SYSTEM, now=clock.now())


@pytest.fixture
def questions(shop):
    everybody = asked(
        shop.business.id, "How did you find us?", kind="choice", options=("A friend", "The web")
    )
    own = asked(shop.business.id, "Any allergies?", shop.service.id, required=True)
    db.session.commit()
    return everybody, own


def test_answers_are_kept_with_the_words_of_their_questions(client, questions, details, contact):
    everybody, own = questions
    shown = soup(client.get(details)).select_one("#questions").text
    assert shown.index("How did you find us?") < shown.index("Any allergies?")
    form = contact | {f"question-{everybody.id}": "The web", f"question-{own.id}": " Nuts  "}
    assert client.post(details, data=form).status_code == 303
    [booking] = db.session.query(Booking).all()
    assert booking.answers == {
        str(everybody.id): {"question": "How did you find us?", "answer": "The web"},
        str(own.id): {"question": "Any allergies?", "answer": "Nuts"},
    }


@pytest.mark.parametrize(
    ("number", "answer", "words"),
    [(1, "", "answer this question"), (1, "x" * 501, "at most 500"), (0, "The moon", "one of the answers")],
)
def test_a_wrong_answer_is_said_beside_its_question_and_all_is_kept(
    client, questions, details, contact, number, answer, words
):
    form = contact | {f"question-{questions[1].id}": "None", f"question-{questions[0].id}": "A friend"}
    refused = client.post(details, data=form | {f"question-{questions[number].id}": answer})
    assert refused.status_code == 422
    shown = soup(refused)
    assert words in shown.select_one(f"#question-{questions[number].id}-error").text
    assert shown.select_one(f'.form-errors a[href="#question-{questions[number].id}"]')
    assert shown.select_one("input[name=name]")["value"] == contact["name"]
    if number == 1:
        assert shown.select_one("input[type=radio][checked]")["value"] == "A friend"
    assert db.session.query(Booking).one().status == "held"


def test_a_question_of_another_service_or_business_is_not_asked(client, shop, details, contact):
    from tests.factories import a_shop, add_service

    asked(a_shop().business.id, "Somebody else's?", required=True)
    asked(
        shop.business.id,
        "About colour?",
        add_service(shop.business.id, "Colour", minutes=30, price_cents=1).id,
    )
    db.session.commit()
    assert not soup(client.get(details)).select("#questions")
    assert client.post(details, data=contact).status_code == 303


def test_who_is_too_quick_is_asked_once_more(client, app, details, contact, monkeypatch, frozen):
    monkeypatch.setitem(app.config, "MINIMUM_FILL_SECONDS", 2)
    refused = client.post(details, data=contact)
    assert refused.status_code == 422
    assert "very quick" in sentence(refused)
    assert soup(refused).select_one("input[name=email]")["value"] == contact["email"]
    frozen.shift(2)
    assert client.post(details, data=contact).status_code == 303
