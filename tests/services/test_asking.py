"""The questions of a business, and what counts as an answer."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.services import asking
from app.services.asking import (
    NoRealChoice,
    QuestionWish,
    TooManyQuestions,
    check_answers,
    find_question,
    questions_for,
)
from tests.factories import a_business, add_service, by_the_system

pytestmark = pytest.mark.usefixtures("app", "frozen")

ask = by_the_system(asking.ask)
change = by_the_system(asking.change_question)
stop = by_the_system(asking.stop_asking)


def move(question, direction):
    asking.move_question(question, direction, by=SYSTEM, now=clock.now())


def a_service(business, name="Colour"):
    return add_service(business.id, name, minutes=60, price_cents=None)


def labels(questions):
    return [it.label for it in questions]


def test_what_everybody_is_asked_comes_first_then_the_services_own_in_order():
    business = a_business()
    colour, cut = a_service(business), a_service(business, "Cut")
    ask(business.id, QuestionWish("Hair length?"), colour.id)
    ask(business.id, QuestionWish("Coloured before?"), colour.id)
    ask(business.id, QuestionWish("Short or long?"), cut.id)
    ask(business.id, QuestionWish("Any allergies?"))
    assert labels(questions_for(business.id, [colour.id])) == [
        "Any allergies?",
        "Hair length?",
        "Coloured before?",
    ]
    assert labels(questions_for(business.id)) == ["Any allergies?"]
    assert len(questions_for(business.id, [colour.id, cut.id])) == 4
    assert questions_for(a_business().id, [colour.id]) == []


def test_a_question_moves_one_step_among_its_own_and_no_further():
    business = a_business()
    service = a_service(business)
    ask(business.id, QuestionWish("Of everybody?"))
    first, second, third = (ask(business.id, QuestionWish(label), service.id) for label in ("1?", "2?", "3?"))
    move(third, "up")
    move(first, "up")
    assert labels(questions_for(business.id, [service.id])) == ["Of everybody?", "1?", "3?", "2?"]
    move(first, "down")
    assert labels(questions_for(business.id, [service.id])) == ["Of everybody?", "3?", "1?", "2?"]
    stop(second)
    move(second, "up")
    moves = db.session.scalars(select(AuditEvent.changes).filter_by(action="service_question.moved")).all()
    assert moves == [{"position": [3, 2]}, {"position": [1, 2]}]


def test_a_question_nobody_is_asked_any_more_is_gone_and_twice_changes_nothing():
    business = a_business()
    question = ask(business.id, QuestionWish("Any allergies?"))
    stop(question)
    stop(question)
    assert questions_for(business.id) == []
    assert find_question(business.id, question.id) is None
    actions = db.session.scalars(select(AuditEvent.action).filter_by(subject_kind="service_question")).all()
    assert actions == ["service_question.asked", "service_question.stopped"]


def test_a_changed_question_says_from_what_to_what():
    business = a_business()
    question = ask(business.id, QuestionWish("Length?", "choice", ("Short", "Long")))
    change(question, QuestionWish("Which length?", "choice", ("Short", "Long", "Very long")))
    change(question, QuestionWish("Which length?", "choice", ("Short", "Long", "Very long")))
    event = db.session.scalars(select(AuditEvent).filter_by(action="service_question.changed")).one()
    assert event.changes == {
        "label": ["Length?", "Which length?"],
        "options": [["Short", "Long"], ["Short", "Long", "Very long"]],
    }
    change(question, QuestionWish("Which length?", "text", ("Short", "Long")))
    assert question.options == []


@pytest.mark.parametrize(
    "options", [(), ("Short",), ("Short", "Short"), tuple(str(n) for n in range(21))], ids=len
)
def test_a_choice_needs_something_to_choose_from(options):
    with pytest.raises(NoRealChoice):
        ask(a_business().id, QuestionWish("Length?", "choice", options))


def test_twenty_questions_are_enough_for_one_list():
    business = a_business()
    service = a_service(business)
    for n in range(20):
        ask(business.id, QuestionWish(f"{n}?"), service.id)
    with pytest.raises(TooManyQuestions):
        ask(business.id, QuestionWish("One more?"), service.id)
    ask(business.id, QuestionWish("Another list?"))


def asked(**wish):
    business = a_business()
    return ask(business.id, QuestionWish("Any allergies?", **wish))


def judged(question, text):
    """The answer and the error of one question."""
    key = str(question.id)
    answers, errors = check_answers([question], {} if text is None else {key: text})
    return answers.get(key), errors.get(key)


def test_an_answer_is_kept_with_the_words_of_its_question():
    assert judged(asked(), "  Nuts \n and bees ") == (
        {"question": "Any allergies?", "answer": "Nuts and bees"},
        None,
    )


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u200b\u2060"])
@pytest.mark.parametrize("wish", [{}, {"kind": "choice", "options": ("A", "B")}, {"kind": "yes_no"}])
def test_nothing_is_no_answer_and_only_missed_where_one_is_needed(nothing, wish):
    assert judged(asked(**wish), nothing) == (None, None)
    assert judged(asked(**wish, required=True), nothing) == (None, "Please answer this question.")


def test_a_choice_is_answered_with_one_of_its_options():
    question = asked(kind="choice", options=("Short", "Long"))
    assert judged(question, "Long")[0]["answer"] == "Long"
    for wrong in ("long", "Medium", "Short, Long"):
        assert judged(question, wrong) == (None, "Please choose one of the answers.")


def test_yes_and_no_are_answered_with_these_words():
    question = asked(kind="yes_no")
    assert judged(question, "yes")[0]["answer"] == "Yes"
    assert judged(question, "no")[0]["answer"] == "No"
    for wrong in ("maybe", "1", "true"):
        assert judged(question, wrong) == (None, "Please answer yes or no.")


def test_an_answer_has_at_most_500_characters():
    question = asked()
    assert judged(question, "é" * 500)[1] is None
    assert judged(question, "é" * 501) == (None, "Please answer in at most 500 characters.")


def test_answers_to_what_was_not_asked_are_left_out():
    question = asked()
    answers, errors = check_answers(
        [question], {"999": "Hello", "business_id": "1", str(question.id): "None"}
    )
    assert list(answers) == [str(question.id)]
    assert errors == {}
