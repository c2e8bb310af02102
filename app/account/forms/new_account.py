"""Somebody wants to open an account."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from app.text_fields import EmailLine, TrapField


class AskForm(FlaskForm):
    """Where the link goes."""

    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address."))
    website = TrapField()
