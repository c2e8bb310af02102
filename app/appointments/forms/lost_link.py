"""Whoever lost the link to what they booked."""

from email_validator import validate_email
from flask_babel import lazy_gettext as _

from app.appointments.flow.forms.public import PublicForm
from app.text_fields import EmailLine, TrapField


class LostLinkForm(PublicForm):
    """The address the bookings were made with."""

    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address."))
    website = TrapField()

    @property
    def address(self) -> str:
        """The address in lower case, as bookings keep it, once the form is valid."""
        return validate_email(self.email.data or "", check_deliverability=False).normalized.lower()
