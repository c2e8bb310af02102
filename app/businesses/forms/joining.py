"""Somebody who was invited and has no account yet."""

from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.auth.passwords import LONGEST, WeakPassword
from app.core.errors import DomainError
from app.text_fields import LineField


class NewMemberForm(FlaskForm):
    """How colleagues know them, and a password."""

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
