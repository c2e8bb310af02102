"""An answer to a review, and why one should not be seen."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.models import Business
from app.moderation.models import REASONS
from app.public_form import NumberedFields, PublicForm
from app.text_fields import ParagraphField, TrapField

REASON_WORDS = {
    "not_a_customer": _("It is not about a real visit"),
    "insult": _("It insults or threatens somebody"),
    "private": _("It says private things about somebody"),
    "advertising": _("It is advertising or spam"),
    "other": _("Something else"),
}


class ReplyForm(FlaskForm):
    """What the business answers, in public."""

    words = ParagraphField(_("Your answer"), most=2000)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether there is one."""
        is_well = bool(super().validate(*args, **kwargs))
        if is_well and not self.words.data:
            self.words.errors = [gettext("Please write an answer.")]
        return is_well and not self.words.errors


class _Reasons:
    """What two forms share: a reason, and words that are needed where it is none of ours."""

    reason = RadioField(
        _("What is wrong with it?"),
        choices=[SelectChoice(it, REASON_WORDS[it]) for it in REASONS],
        validate_choice=False,
    )
    note = ParagraphField(_("Anything we should know?"), most=1000)

    def check_reason(self) -> bool:
        """Whether a reason was given, and said where it is another."""
        if self.reason.data not in REASONS:
            self.reason.errors = [gettext("Please choose a reason.")]
        elif self.reason.data == "other" and not self.note.data and not self.note.errors:
            self.note.errors = [gettext("Please say in a sentence what is wrong.")]
        return not self.reason.errors and not self.note.errors


class MemberReportForm(_Reasons, FlaskForm):
    """Why the business asks for a review to be looked at."""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether there is a reason."""
        return bool(super().validate(*args, **kwargs)) & self.check_reason()


class VisitorReportForm(_Reasons, NumberedFields, PublicForm):
    """The same of somebody without an account. `form` is its signed number."""

    purpose = "review_report"
    form = HiddenField()
    website = TrapField()

    def __init__(self, business: Business, now: datetime, minimum_seconds: int = 0) -> None:
        super().__init__()
        self.read_number(business, now, minimum_seconds)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a person can have filled this in, with a reason."""
        is_well = bool(super().validate(*args, **kwargs)) & self.check_reason()
        return self.check_number() and is_well
