"""A business to open."""

import secrets
from typing import Any, Self

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.account.forms.choices import guessed_country, usual_countries, usual_currencies, zones_from
from app.account.signing_up import KnownAlready, Plans
from app.businesses.countries import usual
from app.businesses.trades import TRADES
from app.core import clock, signing
from app.core.errors import DomainError
from app.i18n import LANGUAGES
from app.text_fields import LineField, TrapField

FORM_HOURS = 24


class BusinessForm(FlaskForm):
    """A business to open. What is left empty becomes what is usual in the country; `ticket` is our signed id."""

    business = LineField(
        _("Name of your business"), most=120, missing=_("Please tell us what your business is called.")
    )
    trade = SelectField(_("What you do"), validators=[InputRequired(_("Please choose what you do."))])
    country = SelectField(_("Country"), validators=[InputRequired(_("Please choose your country."))])
    zone = SelectField(_("Time zone"), validators=[Optional()])
    currency = SelectField(_("Currency"), validators=[Optional()])
    language = SelectField(_("Language of your page"), validators=[Optional()])
    website = TrapField()
    ticket = HiddenField()

    refusal: DomainError | None = None

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        if not self.is_submitted():
            self.country.data = guessed_country()
        self.trade.choices = [("", gettext("Choose …")), *((it.key, it.name) for it in TRADES)]
        self.country.choices = usual_countries()
        self.zone.choices = zones_from(self.country.data or "")
        self.currency.choices = usual_currencies()
        self.language.choices = [("", gettext("As usual there")), *LANGUAGES.items()]
        self.issued = signing.read("sign-up", self.ticket.data or "", FORM_HOURS)
        if self.issued is None:
            self.ticket.data = new_ticket()

    @property
    def id(self) -> str:
        """What makes two clicks on the same form one, once the form is valid."""
        return str(self.issued[0])

    @property
    def plans(self) -> Plans:
        """What to open, once the form is valid."""
        country = str(self.country.data)
        often = usual(country, LANGUAGES)
        return Plans(
            name=str(self.business.data),
            trade=str(self.trade.data),
            country=country,
            zone=self.zone.data or often.zone,
            currency=self.currency.data or often.currency,
            language=self.language.data or often.language,
        )

    def validate_ticket(self, _field: Any) -> None:
        if self.issued is None:
            raise ValidationError(
                gettext("This page was open for a very long time. Please send it once more.")
            )
        if clock.now().timestamp() < self.issued[1] + current_app.config["MINIMUM_FILL_SECONDS"]:
            raise ValidationError(gettext("That was very quick. Please send it once more."))

    @property
    def problem(self) -> str | None:
        """A sentence that belongs to no field one can see."""
        if self.refusal:
            return str(self.refusal.message)
        return next((errors[0] for field in (self.ticket, self.website) if (errors := field.errors)), None)

    @property
    def known_already(self) -> bool:
        """Whether the sentence tells somebody to sign in."""
        return isinstance(self.refusal, KnownAlready)

    def refuse(self, refusal: DomainError) -> Self:
        """Show a refusal beside the form."""
        self.refusal = refusal
        return self


def new_ticket() -> str:
    """A random id and this moment."""
    return signing.sign("sign-up", [secrets.token_urlsafe(16), clock.now().timestamp()])
