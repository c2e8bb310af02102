"""How a business takes orders, and for how long it takes none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.models import Business
from app.core.money import LARGEST_PRICE
from app.core.text import one_line
from app.fields import MoneyField, NumberField, PercentField
from app.orders.delivering import postcode_key
from app.orders.models import OrderSettings
from app.orders.ruling import OPEN_END
from app.schedule.business_days import business_day, day_begins_of

MOST_POSTCODES, MOST_TABLES = 500, 300
LONGEST_POSTCODE, LONGEST_TABLE = 12, 40


class OneOfThese(RadioField):
    """Buttons to choose from, refused in words people can read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invalid_choice_message = self.invalid_value_message = _("Please choose one of those offered.")


class OrderSettingsForm(FlaskForm):
    """The ways of getting an order, its times, and who pays when. What does not count is not looked at."""

    pickup = BooleanField(_("Customers pick it up"))
    delivery = BooleanField(_("We bring it"))
    at_table = BooleanField(_("We serve it at the table"))
    postcodes = TextAreaField(_("Where to"))
    delivery_least = MoneyField(_("From how much on"), least=0, most=LARGEST_PRICE)
    delivery_fee = MoneyField(_("Price of bringing it"), least=0, most=LARGEST_PRICE)
    delivery_free = MoneyField(_("Free from"), least=0, most=LARGEST_PRICE)
    delivery_tax = PercentField(_("Tax of bringing it"), least=0, most=10_000)
    way = NumberField(_("Time on the way"), least=0, most=1440)
    tables = TextAreaField(_("Tables"))
    prepare = NumberField(_("Time to prepare"), least=0, most=10_080, required=True)
    per_quarter = NumberField(_("Orders in a quarter of an hour"), least=1, most=1000)
    advance_days = NumberField(_("How many days ahead"), least=0, most=90, required=True)
    accepts_itself = BooleanField(_("Accept each order without asking"))
    prepay = OneOfThese(
        _("Paid"),
        choices=[
            SelectChoice("on_site", _("When they get it")),
            SelectChoice("online", _("Online, before the order counts")),
            SelectChoice("either", _("As the customer likes")),
        ],
    )

    def __init__(self, business: Business, settings: OrderSettings | None, *, can_pay_online: bool) -> None:
        self.can_pay_online = can_pay_online
        super().__init__(data=_known(settings or _usual()), meta={"currency": business.currency})

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it all has a shape that can be kept."""
        if not self.delivery.data:
            self._forget(
                self.delivery_least, self.delivery_fee, self.delivery_free, self.delivery_tax, self.way
            )
        valid = bool(super().validate(extra_validators))
        self._check_lines(self.postcodes, bool(self.delivery.data), MOST_POSTCODES, LONGEST_POSTCODE)
        self._check_lines(self.tables, bool(self.at_table.data), MOST_TABLES, LONGEST_TABLE)
        if self.prepay.data != "on_site" and not self.can_pay_online and not self.prepay.errors:
            self.prepay.errors = [gettext("Connect online payment first; it is on the page Online payment.")]
        return valid and not (self.postcodes.errors or self.tables.errors or self.prepay.errors)

    @property
    def columns(self) -> dict[str, Any]:
        """As OrderSettings keeps it, once the form is valid. What was said of a way that is off stays."""
        columns: dict[str, Any] = {
            "pickup": bool(self.pickup.data),
            "delivery": bool(self.delivery.data),
            "at_table": bool(self.at_table.data),
            "prepare_min": self.prepare.data,
            "per_quarter": self.per_quarter.data,
            "advance_days": self.advance_days.data,
            "accepts_itself": bool(self.accepts_itself.data),
            "prepay": self.prepay.data,
        }
        if self.delivery.data:
            columns |= {
                "postcodes": _lines(self.postcodes.data, postcode_key),
                "delivery_least_cents": self.delivery_least.data or 0,
                "delivery_fee_cents": self.delivery_fee.data or 0,
                "delivery_free_cents": self.delivery_free.data,
                "delivery_tax_bp": self.delivery_tax.data or 0,
                "way_min": self.way.data or 0,
            }
        if self.at_table.data:
            columns["tables"] = _lines(self.tables.data, one_line)
        return columns

    def _check_lines(self, field: Field, is_used: bool, most: int, longest: int) -> None:
        if not is_used:
            return
        lines = _lines(field.data, postcode_key if field is self.postcodes else one_line)
        if not lines:
            field.errors = [gettext("Please enter at least one.")]
        elif len(lines) > most:
            field.errors = [gettext("Please enter at most %(num)s.", num=most)]
        elif max(len(it) for it in lines) > longest:
            field.errors = [gettext("Each may have at most %(num)s characters.", num=longest)]

    def _forget(self, *fields: Field) -> None:
        for field in fields:
            field.data, field.process_errors = None, []


class PauseForm(FlaskForm):
    """For how long no orders are taken."""

    until = OneOfThese(
        _("Take no orders"),
        choices=[
            SelectChoice("hour", _("For an hour")),
            SelectChoice("day", _("For the rest of the day")),
            SelectChoice("open", _("Until I say so")),
        ],
    )

    def until_at(self, business: Business, now: datetime) -> datetime:
        """The moment (UTC) it says, once the form is valid."""
        if self.until.data == "hour":
            return now + timedelta(hours=1)
        if self.until.data == "open":
            return OPEN_END
        tomorrow = business_day(business, now) + timedelta(1)
        return day_begins_of(business, tomorrow, tomorrow)[tomorrow]


def _lines(text: str | None, read: Callable[[str], str | None]) -> list[str]:
    """What stands on the lines of a text, or between commas, each once."""
    parts = [read(it) for it in (text or "").replace(",", "\n").splitlines()]
    return list(dict.fromkeys(it for it in parts if it))


def _usual() -> OrderSettings:
    """What a business begins with; nothing is offered yet."""
    return OrderSettings(
        pickup=False,
        delivery=False,
        at_table=False,
        accepts_itself=False,
        prepay="on_site",
        prepare_min=20,
        way_min=30,
        advance_days=7,
        delivery_least_cents=0,
        delivery_fee_cents=0,
        delivery_tax_bp=0,
        postcodes=[],
        tables=[],
    )


def _known(settings: OrderSettings) -> dict[str, Any]:
    return {
        "pickup": settings.pickup,
        "delivery": settings.delivery,
        "at_table": settings.at_table,
        "postcodes": "\n".join(settings.postcodes),
        "delivery_least": settings.delivery_least_cents or None,
        "delivery_fee": settings.delivery_fee_cents or None,
        "delivery_free": settings.delivery_free_cents,
        "delivery_tax": settings.delivery_tax_bp or None,
        "way": settings.way_min,
        "tables": "\n".join(settings.tables),
        "prepare": settings.prepare_min,
        "per_quarter": settings.per_quarter,
        "advance_days": settings.advance_days,
        "accepts_itself": settings.accepts_itself,
        "prepay": settings.prepay,
    }
