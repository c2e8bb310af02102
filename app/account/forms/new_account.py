"""Somebody opens an account."""

from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.auth.passwords import LONGEST, WeakPassword
from app.core.errors import DomainError
from app.text_fields import EmailLine, LineField, TrapField


class AskForm(FlaskForm):
    """Where the link goes."""

    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address."))
    website = TrapField()


class NewAccountForm(FlaskForm):
    """Who they are, once the address is known to be theirs."""

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Please choose a password.")), Length(max=LONGEST, message=_("This is too long."))],
    )

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        if isinstance(refusal, WeakPassword):
            self.password.errors = [str(refusal.message)]
        return self
