"""Weekly hours as one text, which only fill the form of a week."""

from typing import Any

from flask import request
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from app.business_hours.forms.rota import RotaForm
from app.business_hours.forms.week import WeekForm
from app.business_hours.pasting import Pasted, read_week
from app.text_fields import ParagraphField


class PastingForm(FlaskForm):
    """What somebody pasted. `found` is what was read of it, once it was looked at."""

    pasted = ParagraphField(_("Your hours as text"), most=2000)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.found = Pasted()

    def validate(self, extra_validators: Any = None) -> bool:
        """Something of it has to say when it is open."""
        if not super().validate(extra_validators):
            return False
        locale = get_locale()
        self.found = read_week(self.pasted.data or "", locale.language if locale else "en")
        if not self.found.is_read:
            words = gettext(
                "There are no hours in it that can be read. Write them like this: Mon–Fri 9:00–18:00"
            )
            self.pasted.errors = [words if self.pasted.data else gettext("Please paste or type your hours.")]
        return self.found.is_read

    def fill(self, form: WeekForm) -> None:
        """Show what was read in the form of the week, where it is saved; in a rota in the week that was chosen."""
        if isinstance(form, RotaForm):
            form.fill(self.found.week, request.form.get("into", 0, type=int))
        else:
            form.fill(self.found.week)
