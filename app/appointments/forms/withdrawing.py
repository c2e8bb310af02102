"""A customer cancels: what of the visit, and why."""

from collections.abc import Sequence

from flask import request
from flask_babel import force_locale, lazy_pgettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional, StopValidation

from app.appointments.models import Booking
from app.fields import Checkboxes
from app.public_form import PublicForm
from app.text_fields import LineField

WHY = {
    "time": lazy_pgettext("why a customer cancels", "I cannot come at that time"),
    "ill": lazy_pgettext("why a customer cancels", "I am ill"),
    "need": lazy_pgettext("why a customer cancels", "I do not need it any more"),
    "mistake": lazy_pgettext("why a customer cancels", "I booked by mistake"),
}


class WithdrawalForm(PublicForm):
    """Which bookings of the visit are cancelled, all of them unless somebody says otherwise, and why."""

    parts = Checkboxes(_("What do you want to cancel?"))
    why = RadioField(
        _("Why"),
        choices=[SelectChoice(name, label) for name, label in WHY.items()],
        validators=[Optional()],
        validate_choice=False,
    )
    reason = LineField(_("In your own words"), most=300)

    def __init__(self, bookings: Sequence[Booking], language: str) -> None:
        everything = MultiDict([("parts", str(it.id)) for it in bookings])
        super().__init__(request.form if request.method == "POST" else everything)
        self.language = language
        self.bookings = bookings
        self.parts.choices = [SelectChoice(str(it.id), it.service_name) for it in bookings]
        if len(bookings) < 2:
            del self.parts

    def validate_parts(self, field: Checkboxes) -> None:
        if not field.data:
            raise StopValidation(str(_("Please choose what you want to cancel.")))

    @property
    def chosen(self) -> list[int]:
        """The ids of the bookings, once the form is valid."""
        return self.parts.ids if self.parts else [it.id for it in self.bookings]

    @property
    def said(self) -> str | None:
        """Why, in the language of whoever runs the place: one of our words, or theirs, or both."""
        with force_locale(self.language.replace("-", "_")):
            word = str(WHY[self.why.data]) if self.why.data in WHY else None
        return ": ".join(it for it in (word, self.reason.data) if it)[:300] or None
