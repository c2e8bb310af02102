"""Somebody new, and their first business."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from app.account.forms.business import BusinessForm
from app.account.signing_up import KnownAlready, Person
from app.auth.passwords import WeakPassword, check_choice
from app.core.errors import DomainError
from app.password_fields import PasswordLine
from app.text_fields import EmailLine, LineField


class SignUpForm(BusinessForm):
    """Somebody new, and their first business."""

    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address; you sign in with it."))
    password = PasswordLine(_("Password"), missing=_("Please choose a password."))

    def validate_password(self, field: Any) -> None:
        try:
            check_choice(field.data, self.email.data or "", self.name.data or "")
        except WeakPassword as refusal:
            raise ValidationError(str(refusal.message)) from refusal

    def refuse(self, refusal: DomainError) -> Self:
        """Mark the address too, if that is what somebody can change about it."""
        if isinstance(refusal, KnownAlready):
            self.email.errors = [gettext("Please sign in, or use another address.")]
        return super().refuse(refusal)

    @property
    def person(self) -> Person:
        """Who opens shop, once the form is valid."""
        return Person(str(self.name.data), str(self.email.data), str(self.password.data))
