"""How somebody wants what is in their basket, and who they are."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField

from app.businesses.models import Business
from app.core.errors import DomainError, NoSuchTime
from app.dates import day, epoch_clock, short_day
from app.orders.checking_out import Checkout
from app.orders.delivering import Address, NotDeliveredThere
from app.orders.forms.entry import Quantities
from app.orders.placing import NoOrders, Wanted
from app.public_form import NumberedFields, PublicForm
from app.schedule.wall_clock import local_date, read_start, utc, write_start
from app.text_fields import EmailLine, LineField, ParagraphField, PhoneLine, TrapField

ASAP = "asap"
WAYS = {"pickup": _("Pick it up"), "delivery": _("Have it delivered"), "table": _("Have it at your table")}
PAYMENTS = {"later": _("When you get it"), "online": _("Now, online")}


class CheckoutForm(NumberedFields, PublicForm):
    """`shown` is the total that was read (minor units)."""

    purpose = "order_form"
    way = RadioField(_("How would you like it?"))
    due = SelectField(_("When?"), validate_choice=False)
    table = SelectField(_("Your table"), validate_choice=False)
    street = LineField(_("Street and number"), most=120)
    postcode = LineField(_("Postcode"), most=12)
    city = LineField(_("Town"), most=80)
    name = LineField(_("Your name"), most=120, missing=_("Please tell us your name."))
    email = EmailLine(_("E-mail"), missing=_("Please enter your e-mail address, so that we can reach you."))
    phone = PhoneLine()
    note = ParagraphField(_("Anything we should know?"), most=1000)
    payment = RadioField(_("Payment"))
    website = TrapField()
    shown = HiddenField()

    def __init__(
        self, business: Business, now: datetime, minimum_seconds: int = 0, known: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data=known)
        self.read_number(business, now, minimum_seconds)
        self.way.choices, self.payment.choices = list(WAYS.items()), list(PAYMENTS.items())

    def offer(self, checkout: Checkout, quantities: Quantities) -> None:
        """Let only be chosen what there is. What was chosen and is gone is said beside it by `validate`."""
        self.checkout, self.quantities = checkout, quantities
        self.way.choices = [(way, WAYS[way]) for way in checkout.ways]
        self.is_way_gone = bool(self.way.data) and self.way.data != checkout.way
        self.way.data = checkout.way
        self.payment.choices = [(it, PAYMENTS[it]) for it in checkout.payments]
        if self.payment.data not in checkout.payments:
            self.payment.data = checkout.payments[0]
        self.table.choices = [(it, it) for it in checkout.settings.tables]
        self.due.choices = self._times()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a person can have filled this in, and did so well. After `offer`."""
        is_well = super().validate(*args, **kwargs)
        is_well = self._is_delivered_well() and is_well
        if self.checkout.way == "table" and self.table.data not in self.checkout.settings.tables:
            self.table.errors = [gettext("Please choose your table.")]
            is_well = False
        if self.due.data != ASAP and self._due() is None:
            self.due.errors = [gettext("Please choose a time.")]
            is_well = False
        if self.is_way_gone:
            # Nobody waits at home for what was ordered to be picked up.
            self.problem = str(NoOrders.message)
        return self.check_number() and is_well and not (self.is_way_gone or self.quantities.odd)

    def refuse(self, refusal: DomainError) -> "CheckoutForm":
        """Say beside the postcode what is wrong with it, everything else above the form."""
        if isinstance(refusal, NotDeliveredThere):
            self.postcode.errors = [str(refusal.message)]
            self.refusal = refusal
            return self
        super().refuse(refusal)
        return self

    def wanted(self) -> Wanted:
        """How the basket is wanted. Once the form is valid."""
        shown = self.shown.data or ""
        is_brought = self.checkout.way == "delivery"
        address = Address(self.street.data or "", self.postcode.data or "", self.city.data or "")
        return Wanted(
            self.quantities.basket,
            self.checkout.way,
            None if self.due.data == ASAP else self._due(),
            int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= 14 else -1,
            address if is_brought else None,
            self.table.data if self.checkout.way == "table" else None,
            self.payment.data == "online",
        )

    def _is_delivered_well(self) -> bool:
        """Whether there is an address, where it needs one."""
        if self.checkout.way != "delivery":
            return True
        missing = [it for it in (self.street, self.postcode, self.city) if not it.data]
        for it in missing:
            it.errors = [gettext("Please tell us where to bring it.")]
        return not missing

    def _due(self) -> int | None:
        """The time (epoch minutes) that was chosen; None where it is none."""
        try:
            return read_start(self.due.data or "", self.business.zone)
        except NoSuchTime:
            return None

    def _times(self) -> Any:
        """As soon as possible, and the times of each day under its name."""
        times = self.checkout.times
        if not times:
            return []
        zone = self.business.zone
        first, on = epoch_clock(times[0].at, zone), local_date(utc(times[0].at), zone)
        if on != local_date(self.now, zone):
            # The longest of all choices, and shown as the first on a phone.
            first = gettext("%(day)s, %(time)s", day=short_day(on), time=first)
        soon = {"": [(ASAP, gettext("As soon as possible, about %(time)s", time=first))]}
        later = {
            day(on): [(write_start(it.at, zone), epoch_clock(it.at, zone)) for it in those]
            for on, those in self.checkout.days.items()
        }
        return soon | later
