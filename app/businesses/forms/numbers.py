"""Whole numbers in forms."""

from typing import Any

from flask_babel import gettext as _
from wtforms import IntegerField


class NumberField(IntegerField):
    """A whole number; empty is None, and whatever else was typed is refused with a sentence."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        sign, digits = ("-", typed[1:]) if typed.startswith("-") else ("", typed)
        # Neither 1_0 nor the digits of other scripts, and nothing longer than anybody means.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
            raise ValueError(_("Please type a whole number, such as 30."))
        self.data = int(sign + digits)
