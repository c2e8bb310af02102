"""Fields the forms of several rooms have: numbers, times and amounts as people write them, choices and pictures."""

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import Field, RadioField, SelectMultipleField, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation, ValidationError

from app.businesses.pictures import draw_picture
from app.core.db import undo
from app.core.errors import NoSuchTime
from app.core.money import read_decimal, read_money, write_decimal, write_money
from app.core.pictures import MOST_BYTES, Picture
from app.dates import clock_minute
from app.dates import day as day_in_words
from app.schedule.wall_clock import DAY, WallClock, local_date, read_date, utc

_CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?::00)?", re.ASCII)


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


def read_clock(text: str) -> int:
    """`9`, `9:30`, `9.30`, `0930` and `24:00` as minutes from midnight. Raises ValidationError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minutes > 59 or hours * 60 + minutes > DAY:
        raise ValidationError(
            gettext("“%(text)s” is not a time of day. Please write it like 9:00 or 17:30.", text=text[:20])
        )
    return hours * 60 + minutes


class ClockField(Field):
    """A time of day, which a browser sends as 18:00; `data` is minutes from midnight, up to 1440 where it `ends`."""

    widget = widgets.TimeInput()

    def __init__(self, label: Any = None, *, ends: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.ends = ends

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist and isinstance(valuelist[0], str) else ""
        self.data = None
        if text:
            minute = read_clock(text)
            if minute == DAY and not self.ends:
                raise ValueError(gettext("A day begins at 00:00; 24:00 is only an end."))
            self.data = minute

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 60:02}:{self.data % 60:02}"


class WhichField(RadioField):
    """Which of two moments is meant where the clocks show a time twice; a page shows it only where it `is_asked`."""

    is_asked = False

    def __init__(self, label: Any = None, **more: Any) -> None:
        choices = [
            SelectChoice("0", _("The first time")),
            SelectChoice("1", _("The second time, an hour later")),
        ]
        super().__init__(label, choices=choices, validate_choice=False, **more)

    def instant(self, zone: str, on: date, wall: int) -> int:
        """The epoch minute at which the clocks of a zone show a minute of a date, 1500 being 1:00 of the next one.

        Raises ValidationError where they never do, or do so twice and nobody has said which is meant.
        """
        on, wall = on + timedelta(wall // DAY), wall % DAY
        found = WallClock(zone, on, on).instants(on, wall)
        words = {"time": clock_minute(wall), "day": day_in_words(on)}
        if not found:
            raise ValidationError(
                gettext("The clocks skip %(time)s on %(day)s. Please choose another time.", **words)
            )
        self.is_asked = len(found) == 2
        if self.is_asked and self.data not in ("0", "1"):
            raise ValidationError(
                gettext("The clocks show %(time)s twice on %(day)s. Please say which one you mean.", **words)
            )
        return found[int(self.data)] if self.is_asked else found[0]

    def tell(self, zone: str, instant: int) -> None:
        """Ask about an epoch minute that the clocks of a zone show twice, beginning with which it is."""
        day = local_date(utc(instant), zone)
        clock = WallClock(zone, day, day)
        shown = clock.instants(*clock.shows(instant))
        self.is_asked, self.data = len(shown) == 2, str(shown.index(instant))


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
        return list(dict.fromkeys(int(it) for it in self.data or ()))


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
