"""Signing in, choosing a password, asking for a link."""

from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField
from wtforms.validators import InputRequired, Length

from app.auth.accounts import WrongPassword
from app.auth.passwords import WeakPassword
from app.core.errors import DomainError
from app.password_fields import PasswordLine
from app.text_fields import EmailLine, LineField


class SignInForm(FlaskForm):
    """`next` is the path to go to afterwards."""

    email = EmailField(
        _("E-mail address"),
        [
            InputRequired(_("Please type your e-mail address.")),
            Length(max=254, message=_("This is too long.")),
        ],
    )
    password = PasswordLine(_("Password"), missing=_("Please type your password."))
    remember = BooleanField(_("Keep me signed in"))
    next = HiddenField()


class RecoveryCodeForm(FlaskForm):
    """One of the codes that were printed or kept."""

    recovery_code = LineField(
        _("Recovery code"), most=60, missing=_("Please type one of your recovery codes.")
    )


class ProofForm(FlaskForm):
    """The password once more, before something grave. `next` is the path to go to afterwards."""

    proof = PasswordLine(_("Your password"), missing=_("Please type your password."))
    next = HiddenField()

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field, if it is about the password."""
        if isinstance(refusal, WrongPassword):
            self.proof.errors = [str(refusal.message)]
        return self


class AddressForm(FlaskForm):
    """An address to send a link to."""

    email = EmailLine(_("E-mail address"), missing=_("Please type your e-mail address."))


class NewPasswordForm(FlaskForm):
    """A password somebody chooses without knowing the one before."""

    new = PasswordLine(_("New password"), missing=_("Please type a new password."))

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field, if it is about the password."""
        if isinstance(refusal, WeakPassword):
            self.new.errors = [str(refusal.message)]
        return self


class PasswordForm(FlaskForm):
    """A change of password by its owner."""

    current = PasswordLine(_("Current password"), missing=_("Please type your current password."))
    new = PasswordLine(_("New password"), missing=_("Please type a new password."))

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about, if it is about one."""
        about = {WrongPassword: self.current, WeakPassword: self.new}
        for kind, field in about.items():
            if isinstance(refusal, kind):
                field.errors = [str(refusal.message)]
        return self
