"""Whoever lost the link to what they booked."""

from flask_babel import lazy_gettext as _

from app.public_form import PublicForm
from app.text_fields import EmailLine, TrapField


class LostLinkForm(PublicForm):
    """The address the bookings were made with."""

    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address."))
    website = TrapField()
