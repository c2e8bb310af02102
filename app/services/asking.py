"""What a business asks the people who book: its questions, and whether an answer is one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.ordering import Direction, move
from app.core.text import one_line
from app.services.models import ServiceQuestion

MOST_QUESTIONS = 20
LONGEST_LABEL = 200
FEWEST_OPTIONS, MOST_OPTIONS = 2, 20
LONGEST_OPTION = 80
LONGEST_ANSWER = 500
YES_NO = {"yes": _("Yes"), "no": _("No")}


class TooManyQuestions(DomainError):
    """More questions than anybody would answer."""

    message = _("Nobody answers that many questions. Please remove one first.")


class NoRealChoice(DomainError):
    """A choice of one thing, or of none."""

    message = _("A choice needs 2 to 20 different answers, each on a line of its own.")


@dataclass(frozen=True, slots=True)
class QuestionWish:
    """What is asked and how it is answered: text (a line), choice (one of `options`) or yes_no."""

    label: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        """As ServiceQuestion keeps it. Raises NoRealChoice."""
        options = list(dict.fromkeys(self.options)) if self.kind == "choice" else []
        if self.kind == "choice" and not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
            raise NoRealChoice
        return asdict(self) | {"options": options}


def questions_for(business_id: int, service_ids: Collection[int] = ()) -> list[ServiceQuestion]:
    """What is asked who books these services: what everybody is asked first, then in the business's own order."""
    own = ServiceQuestion.service_id
    found = select(ServiceQuestion).where(
        ServiceQuestion.business_id == business_id,
        ServiceQuestion.active,
        own.is_(None) | own.in_(service_ids),
    )
    order = (own.is_not(None), ServiceQuestion.position, ServiceQuestion.id)
    return list(db.session.scalars(found.order_by(*order)))


def find_question(business_id: int, question_id: int) -> ServiceQuestion | None:
    """A question that is still asked."""
    question = db.session.get(ServiceQuestion, (business_id, question_id))
    return question if question and question.active else None


def ask(
    business_id: int, wish: QuestionWish, service_id: int | None = None, *, by: Actor, now: datetime
) -> ServiceQuestion:
    """Ask one more thing, the last of its list; without a service whatever is booked.

    Raises NoRealChoice or TooManyQuestions.
    """
    columns = wish.columns
    known = _siblings(business_id, service_id)
    if len(known) >= MOST_QUESTIONS:
        raise TooManyQuestions
    position = max((it.position for it in known), default=0) + 1
    question = ServiceQuestion(business_id=business_id, service_id=service_id, position=position, **columns)
    db.session.add(question)
    db.session.flush()
    changes = {name: [None, value] for name, value in columns.items()}
    _record("asked", question, changes | {"service_id": [None, service_id]}, by=by, now=now)
    return question


def change_question(question: ServiceQuestion, wish: QuestionWish, *, by: Actor, now: datetime) -> None:
    """Ask it in other words from now on. Who has answered keeps the words of then. Raises NoRealChoice."""
    columns = wish.columns
    db.session.refresh(question, with_for_update=True)
    changes = rewrite(question, columns)
    if changes:
        _record("changed", question, changes, by=by, now=now)


def stop_asking(question: ServiceQuestion, *, by: Actor, now: datetime) -> None:
    """Ask it nobody any more. Answers given so far stay. Twice changes nothing."""
    db.session.refresh(question, with_for_update=True)
    if question.active:
        question.active = False
        db.session.flush()
        _record("stopped", question, {"active": [True, False]}, by=by, now=now)


def move_question(question: ServiceQuestion, direction: Direction, *, by: Actor, now: datetime) -> None:
    """Ask it one place earlier (up) or later (down) in its list."""
    moved = move(_siblings(question.business_id, question.service_id), question, direction)
    db.session.flush()
    if moved:
        _record("moved", question, {"position": list(moved)}, by=by, now=now)


def check_answers(
    questions: Iterable[ServiceQuestion], given: Mapping[str, str]
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What somebody answered, and what is wrong with it; everything by the id of its question, as text.

    Of the answers as a booking keeps them: {"12": {"question": "Any allergies?", "answer": "No"}}; what was left empty
    is absent. Of a yes_no question the words yes and no are taken. Errors are sentences.
    """
    answers: dict[str, dict[str, str]] = {}
    errors: dict[str, str] = {}
    for question in questions:
        key = str(question.id)
        text = one_line(given.get(key))
        error = _fault(question, text)
        if error:
            errors[key] = error
        elif text is not None:
            word = str(YES_NO[text]) if question.kind == "yes_no" else text
            answers[key] = {"question": question.label, "answer": word}
    return answers, errors


def _fault(question: ServiceQuestion, text: str | None) -> str | None:
    """What is wrong with an answer, if anything is."""
    if text is None:
        return gettext("Please answer this question.") if question.required else None
    if question.kind == "text" and len(text) > LONGEST_ANSWER:
        return ngettext(
            "Please answer in at most %(num)d character.",
            "Please answer in at most %(num)d characters.",
            LONGEST_ANSWER,
        )
    if question.kind == "choice" and text not in question.options:
        return gettext("Please choose one of the answers.")
    if question.kind == "yes_no" and text not in YES_NO:
        return gettext("Please answer yes or no.")
    return None


def _siblings(business_id: int, service_id: int | None) -> list[ServiceQuestion]:
    """The questions of one list, in order: of a service, or of the whole business. Whoever changes it takes turns."""
    lock_schedule(business_id)
    own = ServiceQuestion.service_id
    found = select(ServiceQuestion).where(
        ServiceQuestion.business_id == business_id,
        ServiceQuestion.active,
        own.is_(None) if service_id is None else own == service_id,
    )
    fresh = found.order_by(ServiceQuestion.position, ServiceQuestion.id)
    return list(db.session.scalars(fresh.execution_options(populate_existing=True)))


def _record(
    what: str, question: ServiceQuestion, changes: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    record(
        f"service_question.{what}",
        "service_question",
        question.id,
        by=by,
        at=now,
        business_id=question.business_id,
        changes=changes,
    )
