"""With which appointment another one changes places."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from app.appointments.elsewhere import Candidate
from app.appointments.forms.deciding import DecidingForm, as_number
from app.appointments.models import Appointment


class SwapForm(DecidingForm):
    """`other` is the id of the other appointment and its version on the page, `7:3`; `version` that of this one."""

    version = HiddenField()
    other = RadioField(
        _("With which one?"), validators=[InputRequired(_("Please choose one."))], validate_choice=False
    )

    def __init__(self, appointment: Appointment, candidates: Sequence[Candidate], *, tell: bool) -> None:
        now = {"version": str(appointment.version), **({"tell": "y"} if tell else {})}
        super().__init__(request.form if request.method == "POST" else MultiDict(now))
        self.by_id = {str(it.appointment.id): it for it in candidates}
        self.other.choices = [
            SelectChoice(f"{it.appointment.id}:{it.appointment.version}", it.customer) for it in candidates
        ]

    def validate_other(self, field: RadioField) -> None:
        if field.data.partition(":")[0] not in self.by_id:
            raise ValidationError(gettext("Please choose one of those shown."))

    @property
    def chosen(self) -> Appointment:
        """The other appointment, once the form is valid."""
        return self.by_id[self.other.data.partition(":")[0]].appointment

    @property
    def versions(self) -> tuple[int, int]:
        """Those on the page."""
        return as_number(self.version.data), as_number(self.other.data.partition(":")[2])
