"""Fields the forms of several rooms have: texts as people meant them, numbers as they write them, pictures."""

import re
from typing import Any

from flask_babel import format_decimal, get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import Field, SelectMultipleField, StringField, TextAreaField, widgets
from wtforms.validators import DataRequired, Email, Optional, StopValidation, ValidationError

from app.businesses.pictures import draw_picture
from app.core.db import undo
from app.core.errors import NoSuchTime
from app.core.money import read_decimal, read_money, write_decimal, write_money
from app.core.pictures import MOST_BYTES, Picture
from app.core.text import one_line, paragraph
from app.schedule.wall_clock import read_date

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::00)?")


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


class TypedField(Field):
    """A field whose `data` is made of what was typed, and which shows what was typed as long as that is wrong.

    Nothing typed is None, which is an error where the field is `required`.
    """

    widget = widgets.TextInput()

    def __init__(
        self, label: Any = None, *, least: int, most: int, required: bool = False, **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.least, self.most, self.is_required = least, most, required
        if required:
            self.flags.required = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist and isinstance(valuelist[0], str) else ""
        self.data = None
        if text:
            self.data = self.read(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def pre_validate(self, _form: Any) -> None:
        if self.process_errors:
            raise StopValidation
        if self.data is None:
            if self.is_required:
                raise StopValidation(gettext("Please enter a number."))
        elif not self.least <= self.data <= self.most:
            raise StopValidation(
                gettext(
                    "Please choose something between %(least)s and %(most)s.",
                    least=self.write(self.least),
                    most=self.write(self.most),
                )
            )

    def read(self, text: str) -> int:
        """The number somebody typed. Raises ValueError with a sentence."""
        raise NotImplementedError

    def write(self, number: int) -> str:
        """The number as it stands in the field."""
        raise NotImplementedError


class NumberField(TypedField):
    """A whole number in ASCII digits: no sign, no decimals, no 1_0."""

    def read(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise ValueError(gettext("Please enter a whole number."))
        return int(text)

    def write(self, number: int) -> str:
        return str(number)


class PercentField(TypedField):
    """A share; `data` is in hundredths of a percent (basis points)."""

    digits = 2

    def read(self, text: str) -> int:
        try:
            return read_decimal(text, self.digits, str(get_locale()))
        except (ValueError, ArithmeticError):
            sample = self.write(1950)
            raise ValueError(gettext("Please enter a number, such as %(sample)s.", sample=sample)) from None

    def write(self, number: int) -> str:
        return write_decimal(number, self.digits, str(get_locale()), shortest=True)


class MoneyField(TypedField):
    """An amount in minor units; its form says the currency when it is made: `meta={"currency": "EUR"}`."""

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return str(self.meta.currency)

    def read(self, text: str) -> int:
        try:
            return read_money(text, self.currency, str(get_locale()))
        except (ValueError, ArithmeticError):
            sample = self.write(1250)
            raise ValueError(gettext("Please enter an amount, such as %(sample)s.", sample=sample)) from None

    def write(self, number: int) -> str:
        return write_money(number, self.currency, str(get_locale()))


class DayField(Field):
    """A date from 2000 to 2100, which a browser sends as 2027-03-01."""

    widget = widgets.DateInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist and isinstance(valuelist[0], str) else ""
        self.data = None
        if text:
            try:
                self.data = read_date(text)
            except NoSuchTime as error:
                raise ValueError(gettext("There is no such day.")) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""


class ClockField(Field):
    """A time of day, which a browser sends as 18:00; `data` is minutes from midnight."""

    widget = widgets.TimeInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist and isinstance(valuelist[0], str) else ""
        self.data = None
        if text:
            found = _CLOCK.fullmatch(text)
            if not found:
                raise ValueError(gettext("Please enter a time, such as 18:00."))
            self.data = int(found[1]) * 60 + int(found[2])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 60:02}:{self.data % 60:02}"


class Checkboxes(SelectMultipleField):
    """Any of several rows, by id; `ids` are those that were chosen."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, choices=[], **more)

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(gettext("Please choose from what is shown.")) from None

    @property
    def ids(self) -> list[int]:
        """The chosen rows, once the form is valid."""
        return [int(it) for it in self.data or ()]


class PictureField(FileField):
    """A picture to upload."""

    @property
    def is_to_choose_again(self) -> bool:
        """Whether nothing is wrong with what was chosen, and still a page that shows the form cannot hold it."""
        return bool(self.data) and not self.errors

    def drawn(self, kind: str) -> Picture | None:
        """What was chosen, as a picture of this kind (of Upload); None when nothing was.

        Drawing takes a while, so it ends the transaction first: use it before anything is written or locked.
        Raises NotAPicture, PictureTooLarge or TooManyPixels.
        """
        if not self.data:
            return None
        undo()
        # A handler that is run again reads it again.
        self.data.stream.seek(0)
        return draw_picture(kind, self.data.stream.read(MOST_BYTES + 1))
