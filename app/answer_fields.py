"""Answers to what a business asks, in the forms of several rooms."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask import request

from app.services.asking import check_answers
from app.services.models import ServiceQuestion


def field_of(question: ServiceQuestion) -> str:
    """The name and id of the field a question is answered in; of radio buttons the id of their frame."""
    return f"question-{question.id}"


class AnswerFields:
    """For a form that asks `questions` beside its own fields: which ones depends on what is booked."""

    questions: Sequence[ServiceQuestion] = ()
    question_errors: Mapping[str, str] = MappingProxyType({})

    def answer(self, question: ServiceQuestion) -> str:
        """What was typed or chosen for a question."""
        return request.form.get(field_of(question), "")

    def check_answers(self) -> bool:
        """Whether all that has to be answered is. What is wrong is kept, to be shown."""
        _answers, self.question_errors = self._checked(self.questions)
        return not self.question_errors

    @property
    def wrong_answers(self) -> list[tuple[str, str, str]]:
        """For the summary of errors: the field, the question and what is wrong with its answer."""
        return [
            (field_of(it), it.label, error)
            for it in self.questions
            if (error := self.question_errors.get(str(it.id)))
        ]

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """What was answered, by the id of the question."""
        return self._checked(self.questions)[0]

    @property
    def answers_by_service(self) -> dict[int | None, dict[str, dict[str, str]]]:
        """What was answered, by the service it is about; None for what everybody is asked."""
        of_service: dict[int | None, dict[str, dict[str, str]]] = {}
        for it in self.questions:
            of_service.setdefault(it.service_id, {}).update(self._checked([it])[0])
        return of_service

    def _checked(
        self, questions: Sequence[ServiceQuestion]
    ) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
        return check_answers(questions, {str(it.id): self.answer(it) for it in questions})
