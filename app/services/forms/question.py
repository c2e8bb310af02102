"""A question to ask."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.core.errors import DomainError
from app.core.text import one_line
from app.services.asking import (
    FEWEST_OPTIONS,
    LONGEST_LABEL,
    LONGEST_OPTION,
    MOST_OPTIONS,
    NoRealChoice,
    QuestionWish,
)
from app.services.models import ServiceQuestion

KINDS = [
    SelectChoice("text", _("A line of text")),
    SelectChoice("choice", _("One of several answers")),
    SelectChoice("yes_no", _("Yes or no")),
]


class QuestionForm(FlaskForm):
    """Its words, how it is answered, and whether it has to be. The answers of a choice stand one on a line."""

    label = StringField(
        _("Question"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please write what you want to ask.")),
            Length(max=LONGEST_LABEL, message=_("Please use at most 200 characters.")),
        ],
    )
    kind = RadioField(
        _("Answered with"),
        choices=KINDS,
        default="text",
        validators=[DataRequired(_("Please choose how it is answered."))],
    )
    options = TextAreaField(
        _("Answers to choose from"), validators=[Length(max=5000, message=_("This is too long."))]
    )
    required = BooleanField(_("Has to be answered"))

    def __init__(self, question: ServiceQuestion | None = None, **more: Any) -> None:
        known = question and {
            "label": question.label,
            "kind": question.kind,
            "options": "\n".join(question.options),
            "required": question.required,
        }
        super().__init__(data=known or {}, **more)

    def validate_options(self, field: Any) -> None:
        """Only a choice has them."""
        if self.kind.data != "choice":
            return
        lines = self._lines
        if not FEWEST_OPTIONS <= len(set(lines)) <= MOST_OPTIONS:
            raise ValidationError(str(NoRealChoice.message))
        if max(map(len, lines)) > LONGEST_OPTION:
            raise ValidationError(
                ngettext(
                    "An answer has at most %(num)d character.",
                    "An answer has at most %(num)d characters.",
                    LONGEST_OPTION,
                )
            )

    def refuse(self, refusal: DomainError) -> "QuestionForm":
        """Show what was wrong beside the question."""
        self.label.errors = [str(refusal.message)]
        return self

    @property
    def wish(self) -> QuestionWish:
        """The question, once the form is valid."""
        return QuestionWish(
            self.label.data or "", self.kind.data, tuple(self._lines), bool(self.required.data)
        )

    @property
    def _lines(self) -> list[str]:
        lines = [one_line(line) for line in (self.options.data or "").splitlines()]
        return [line for line in lines if line]
