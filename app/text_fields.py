"""Fields of text the forms of several rooms have: what people typed, as they meant it."""

from typing import Any

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, StringField, TextAreaField, widgets
from wtforms.validators import DataRequired, Email, Optional, StopValidation, ValidationError

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
    """An e-mail address, as it was typed."""

    widget = widgets.EmailInput()

    def __init__(self, label: Any = None, *, missing: Any = None, **more: Any) -> None:
        looks = Email(_("That does not look like an e-mail address, such as name@example.com."))
        too_long = _("That address is too long.")
        super().__init__(label, most=254, missing=missing, too_long=too_long, validators=[looks], **more)


class ParagraphField(TextAreaField):
    """A text of several lines; what cannot be seen is None."""

    def __init__(self, label: Any = None, *, most: int, **more: Any) -> None:
        super().__init__(label, [Optional(), AtMost(most)], filters=[paragraph], **more)


class TrapField(StringField):
    """A field nobody sees: what fills it in is a program."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label or _("Leave this empty"), **more)

    def pre_validate(self, _form: Any) -> None:
        if self.data:
            raise StopValidation(gettext("Please leave this field empty."))
