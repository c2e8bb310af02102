"""What an owner says about the business."""

from typing import Any, Self

import phonenumbers
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from app.businesses.forms.choices import OneOf
from app.businesses.forms.web import web_address
from app.businesses.models import Business
from app.businesses.trades import TRADES
from app.core.errors import DomainError
from app.core.text import one_line, paragraph
from app.formatters import phone_number
from app.i18n import LANGUAGES
from app.places import country_choices, currency_choices, zone_choices

_COLUMNS = (
    *("name", "trade", "description", "street", "postcode", "city", "country", "email", "phone", "website"),
    *("currency", "language", "zone", "shows_customer_zone"),
)


def at_most(length: int) -> Length:
    """No more characters than this."""
    return Length(max=length, message=_("Please use at most %(max)d characters."))


class BusinessForm(FlaskForm):
    """Name, place, contact, and how this business counts time and money."""

    name = StringField(
        _("Name"), filters=[one_line], validators=[DataRequired(_("Please type a name.")), at_most(120)]
    )
    trade = OneOf(_("Trade"))
    description = TextAreaField(_("Description"), filters=[paragraph], validators=[Optional(), at_most(500)])
    street = StringField(_("Street and number"), filters=[one_line], validators=[Optional(), at_most(200)])
    postcode = StringField(_("Postcode"), filters=[one_line], validators=[Optional(), at_most(20)])
    city = StringField(_("Town"), filters=[one_line], validators=[Optional(), at_most(120)])
    country = OneOf(_("Country"), validators=[DataRequired()])
    email = StringField(
        _("E-mail"),
        filters=[one_line],
        validators=[
            Optional(),
            at_most(254),
            Email(_("That does not look like an e-mail address, such as name@example.com.")),
        ],
    )
    phone = StringField(_("Phone"), filters=[one_line], validators=[Optional(), at_most(40)])
    website = StringField(_("Website"), filters=[one_line], validators=[Optional(), at_most(300)])
    currency = OneOf(_("Currency"), validators=[DataRequired()])
    language = OneOf(
        _("Language"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validators=[DataRequired()],
    )
    zone = OneOf(_("Time zone"), validators=[DataRequired()])
    shows_customer_zone = BooleanField(_("Online services: show times in the customer's own time zone too"))

    def __init__(self, business: Business) -> None:
        super().__init__(obj=business)
        trades = [("", gettext("Not chosen yet")), *((trade.key, str(trade.name)) for trade in TRADES)]
        self.trade.choices = _with(business.trade, [SelectChoice(*trade) for trade in trades])
        self.trade.data = self.trade.data or ""
        self.country.choices = _with(business.country, country_choices())
        self.currency.choices = _with(business.currency, currency_choices())
        self.zone.choices = zone_choices(self.country.data or "", business.zone)
        if not self.is_submitted():
            self.phone.data = phone_number(business.phone or "")

    def validate_phone(self, field: Any) -> None:
        if self.phone.data and self._number() is None:
            raise ValidationError(gettext("That does not look like a phone number of this country."))

    def validate_website(self, field: Any) -> None:
        if field.data and web_address(field.data) is None:
            raise ValidationError(
                gettext("That does not look like an address on the web, such as www.example.com.")
            )

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the business, cleaned: e-mail in lower case, phone as E.164, website in whole."""
        email, website = self.email.data, self.website.data
        return {name: self[name].data for name in _COLUMNS} | {
            "trade": self.trade.data or None,
            "email": email and email.lower(),
            "phone": self._number(),
            "website": website and web_address(website),
        }

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        self.zone.errors = [str(refusal.message)]
        return self

    def _number(self) -> str | None:
        try:
            number = phonenumbers.parse(self.phone.data or "", self.country.data)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _with(current: str | None, choices: list[SelectChoice]) -> list[SelectChoice]:
    """The choices, and what is chosen now if it is none of them any more."""
    is_known = not current or any(choice.value == current for choice in choices)
    return choices if is_known else [SelectChoice(current), *choices]
