"""Fields of text the forms of several rooms have: what people typed, as they meant it."""

from typing import Any

from email_validator import validate_email
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, StringField, TextAreaField, widgets
from wtforms.validators import DataRequired, Email, Optional, StopValidation, ValidationError

from app.core.phones import read_phone
from app.core.text import one_line, paragraph


class AtMost:
    """No more characters than this, said in `sentence` or with the number."""

    def __init__(self, most: int, sentence: Any = None) -> None:
        self.most, self.sentence = most, sentence

    def __call__(self, _form: Any, field: Field) -> None:
        if len(field.data or "") > self.most:
            most = format_decimal(self.most)
            raise ValidationError(
                self.sentence or gettext("Please use at most %(most)s characters.", most=most)
            )


class LineField(StringField):
    """One line of text; what cannot be seen is None. `missing` is what to say then, where it has to be given."""

    def __init__(
        self, label: Any = None, *, most: int, missing: Any = None, too_long: Any = None, **more: Any
    ) -> None:
        given = DataRequired(missing) if missing else Optional()
        checks = [given, AtMost(most, too_long), *more.pop("validators", ())]
        super().__init__(label, checks, filters=[one_line], **more)


class EmailLine(LineField):
    """An e-mail address, as it was typed; none with letters before the @ that mail servers do not understand."""

    widget = widgets.EmailInput()

    def __init__(self, label: Any = None, *, missing: Any = None, **more: Any) -> None:
        wrong = _("That does not look like an e-mail address, such as name@example.com.")
        looks = Email(wrong, allow_smtputf8=False)
        too_long = _("That address is too long.")
        super().__init__(label, most=254, missing=missing, too_long=too_long, validators=[looks], **more)

    @property
    def address(self) -> str | None:
        """As a customer's is kept: in lower case. Once the form is valid; None where nothing was typed."""
        return validate_email(self.data, check_deliverability=False).normalized.lower() if self.data else None


class PhoneLine(LineField):
    """A phone number as it was typed, with or without the prefix of the country of the form's `business`."""

    number: str | None = None  # E.164, once the form is valid.

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label or _("Phone"), most=40, too_long=_("That number is too long."), **more)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        self.number = read_phone(self.data, form.business.country)
        if self.data and self.number is None:
            raise ValidationError(gettext("That does not look like a phone number."))


class ParagraphField(TextAreaField):
    """A text of several lines; what cannot be seen is None. `missing` as of a LineField."""

    def __init__(self, label: Any = None, *, most: int, missing: Any = None, **more: Any) -> None:
        given = DataRequired(missing) if missing else Optional()
        super().__init__(label, [given, AtMost(most)], filters=[paragraph], **more)


class TrapField(StringField):
    """A field nobody sees: what fills it in is a program."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label or _("Leave this empty"), **more)

    def pre_validate(self, _form: Any) -> None:
        if self.data:
            raise StopValidation(gettext("Please leave this field empty."))
