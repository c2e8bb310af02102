"""Passwords and codes the forms of several rooms ask for."""

from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.auth.passwords import LONGEST, WeakPassword
from app.core.errors import DomainError
from app.text_fields import LineField


class PasswordLine(PasswordField):
    """A password as it was typed. `missing` is what to say without one."""

    def __init__(self, label: Any = None, *, missing: Any, **more: Any) -> None:
        checks = [InputRequired(missing), Length(max=LONGEST, message=_("This is too long."))]
        super().__init__(label, checks, **more)


class NewPersonForm(FlaskForm):
    """Somebody who gets an account: how others know them, and a password."""

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    password = PasswordLine(_("Password"), missing=_("Please choose a password."))

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        if isinstance(refusal, WeakPassword):
            self.password.errors = [str(refusal.message)]
        return self


class CodeForm(FlaskForm):
    """What an app on a phone shows: six digits."""

    one_time_code = LineField(
        _("Code from your app"), most=20, missing=_("Please type the six digits your app shows.")
    )
