"""The keys of a business at Stripe, as an owner copies them from there."""

import re
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional, ValidationError

from app.auth.accounts import WrongPassword
from app.core.errors import DomainError
from app.core.text import one_line
from app.password_fields import PasswordLine
from app.payments.connecting import Connection, KeySet, mode_of_key
from app.payments.stripe.account import Account

_KINDS = {
    "pk": _("publishable key"),
    "sk": _("secret key"),
    "rk": _("secret key"),
    "whsec": _("signing secret"),
}
_SHAPE = re.compile(r"[A-Za-z0-9_+/=-]{12,255}")


class KeyShape:
    """A key of Stripe's that begins with one of these words, of the form's `mode`; `optional` where one is kept."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            if form.kept is None and self.words != ("whsec",):
                raise ValidationError(gettext("Please copy this key from Stripe."))
            return
        word = field.data.partition("_")[0]
        if word not in self.words and word in _KINDS:
            kind = _KINDS[word]
            raise ValidationError(
                gettext("This is the %(kind)s, which belongs into another field.", kind=kind)
            )
        if word not in self.words or not _SHAPE.fullmatch(field.data):
            raise ValidationError(gettext("Such a key begins with %(word)s.", word=f"{self.words[0]}_"))
        mode = mode_of_key(field.data)
        if word != "whsec" and mode != form.mode:
            raise ValidationError(
                gettext("This key is for tests. Live ones begin with %(word)s.", word=f"{word}_live_")
                if form.mode == "live"
                else gettext("This is no key for tests; those begin with %(word)s.", word=f"{word}_test_")
            )


class PublicKeyField(StringField):
    """What stays typed is what everybody may see: a secret that got into this field is not sent back."""

    def _value(self) -> str:
        return self.data if self.data and self.data.startswith("pk_") else ""


class PasswordForm(FlaskForm):
    """Something only an owner who knows their password may do."""

    password = PasswordLine(_("Your password"), missing=_("Please type your password."))

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about, or above the form."""
        if isinstance(refusal, WrongPassword):
            self.password.errors = [str(refusal.message)]
        else:
            self.form_errors.append(str(refusal.message))
        return self


class KeysForm(PasswordForm):
    """A set of keys for one mode; what is left empty stays as it is kept."""

    publishable = PublicKeyField(_("Publishable key"), [KeyShape("pk")], filters=[one_line])
    secret = PasswordField(_("Secret key"), [KeyShape("sk", "rk")], filters=[one_line])
    signing = PasswordField(_("Signing secret of the webhook"), [KeyShape("whsec")], filters=[one_line])

    def __init__(self, mode: str, kept: KeySet | None, account: Account | None) -> None:
        self.mode, self.account = mode, account
        self.kept = kept if account else None
        super().__init__()
        self.publishable.flags.required = self.secret.flags.required = self.kept is None

    @property
    def wish(self) -> Account:
        """The keys as they would be kept, once the form is valid."""
        before = self.account
        return Account(
            self.publishable.data or (before.publishable if before else ""),
            self.secret.data or (before.secret if before else ""),
            self.signing.data or (before.signing if before else None),
            self.mode == "live",
        )


class ModeForm(FlaskForm):
    """Which keys count."""

    mode = RadioField(
        _("Customers pay online"),
        [Optional()],
        choices=[
            SelectChoice("off", _("Not at all: everything is paid on site")),
            SelectChoice("test", _("As a test: only Stripe’s test cards work, and no money moves")),
            SelectChoice("live", _("For real: with their own cards and real money")),
        ],
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(data={"mode": connection.mode})

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the choice."""
        self.mode.errors = [str(refusal.message)]
        return self
