"""What an owner says about the business."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, ValidationError

from app.businesses.forms.choices import OneOf
from app.businesses.forms.web import web_address
from app.businesses.models import Business
from app.businesses.public_holidays import regions_of
from app.businesses.trades import TRADES
from app.core.errors import DomainError
from app.core.phones import read_phone
from app.formatters import phone_number
from app.i18n import LANGUAGES
from app.places import country_choices, currency_choices, zone_choices
from app.text_fields import EmailLine, LineField, ParagraphField

_COLUMNS = (
    *(
        "name",
        "trade",
        "description",
        "street",
        "postcode",
        "city",
        "country",
        "region",
        "email",
        "phone",
        "website",
    ),
    *("currency", "language", "zone", "shows_customer_zone"),
)


class BusinessForm(FlaskForm):
    """Name, place, contact, and how this business counts time and money."""

    name = LineField(_("Name"), most=120, missing=_("Please type a name."))
    trade = OneOf(_("Trade"))
    description = ParagraphField(_("Description"), most=500)
    street = LineField(_("Street and number"), most=200)
    postcode = LineField(_("Postcode"), most=20)
    city = LineField(_("Town"), most=120)
    country = OneOf(_("Country"), validators=[DataRequired()])
    region = OneOf(_("Region"))
    email = EmailLine(_("E-mail"))
    phone = LineField(_("Phone"), most=40)
    website = LineField(_("Website"), most=300)
    currency = OneOf(_("Currency"), validators=[DataRequired()])
    adds_tax = BooleanField(_("Tax comes on top of the prices I type"))
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
        self._offer_regions(business)
        self.currency.choices = _with(business.currency, currency_choices())
        self.zone.choices = zone_choices(self.country.data or "", business.zone)
        if not self.is_submitted():
            self.phone.data = phone_number(business.phone or "")
            self.adds_tax.data = not business.tax_included

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
            "region": self.region.data or None,
            "tax_included": not self.adds_tax.data,
            "email": email and email.lower(),
            "phone": self._number(),
            "website": website and web_address(website),
        }

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        self.zone.errors = [str(refusal.message)]
        return self

    def _offer_regions(self, business: Business) -> None:
        """Those of the country that is chosen; with another country the old region is forgotten."""
        regions = [SelectChoice(*region) for region in regions_of(self.country.data or "")]
        self.region.choices = [SelectChoice("", gettext("Not chosen")), *regions]
        if self.country.data != business.country and self.region.data not in {it.value for it in regions}:
            self.region.data = ""
        self.region.data = self.region.data or ""

    def _number(self) -> str | None:
        return read_phone(self.phone.data, self.country.data)


def _with(current: str | None, choices: list[SelectChoice]) -> list[SelectChoice]:
    """The choices, and what is chosen now if it is none of them any more."""
    is_known = not current or any(choice.value == current for choice in choices)
    return choices if is_known else [SelectChoice(current), *choices]
