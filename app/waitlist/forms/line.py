"""What members send about the list."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, HiddenField, StringField

from app.appointments.bookable import bookable_by
from app.businesses.models import Membership
from app.core.errors import NoSuchTime
from app.core.text import one_line
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.customers.searching import find_customer, matches
from app.fields import NumberField
from app.schedule.wall_clock import read_start
from app.services.models import Service
from app.staff.team import Performer
from app.text_fields import EmailLine, LineField, ParagraphField, PhoneLine
from app.waitlist.forms.wish import WishForm


class WriteDownForm(WishForm):
    """A member puts somebody on the list: a customer of the business, or somebody new."""

    q = StringField(_("Name, e-mail or end of a phone number"), filters=[one_line])
    customer = HiddenField()
    key = HiddenField()
    name = LineField(_("Name"), most=120)
    email = EmailLine(_("E-mail"))
    phone = PhoneLine()
    note = ParagraphField(_("What they said"), most=1000)

    def __init__(self, membership: Membership, now: datetime) -> None:
        self.may = bookable_by(membership)
        super().__init__(membership.business, now)
        asked = request.args.get("customer") if request.method == "GET" else self.customer.data
        self.known = self._find(asked or "")
        typed = one_line(request.args.get("q")) if request.method == "GET" else None
        self.typed = (typed or "")[:100]
        is_manager = membership.is_at_least("manager")
        self.found = matches(self.business.id, self.typed, masked=not is_manager) if self.typed else []

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether somebody is written down by name, who can be reached."""
        is_well = bool(super().validate(*args, **kwargs))
        if self.known:
            return is_well
        if not self.name.data:
            nobody = gettext("Please choose a customer above, or write down a name.")
            self.name.errors = [*self.name.errors, nobody]
        if not self.email.data and not self.phone.data:
            no_way = gettext("Please write down an e-mail address or a phone number.")
            self.phone.errors = [*self.phone.errors, no_way]
        return is_well and not self.errors

    @property
    def contact(self) -> Contact:
        """Who waits, cleaned."""
        known = self.known
        if known:
            return Contact(known.name, known.email, known.phone, self.note.data, known.language, known.zone)
        return Contact(self.name.data or "", self.email.address, self.phone.number, self.note.data)

    def _offered(self) -> list[Service]:
        theirs = {it.id for it in self.may.services}
        return [it for it in super()._offered() if it.id in theirs]

    def _people(self) -> list[Performer]:
        """Staff promise nobody's time but their own."""
        people = self.may.people
        return [it for it in super()._people() if people is None or it.id in people]

    def _find(self, sent: str) -> Customer | None:
        is_id = sent.isascii() and sent.isdigit() and len(sent) <= 18
        return find_customer(self.business.id, int(sent)) if is_id else None


class PageForm(Form):
    """Which page of the list."""

    page = NumberField(least=1, most=1_000_000, default=1)

    @property
    def number(self) -> int:
        """The first where the address names none that could be one."""
        return self.page.data if self.page.data and self.validate() else 1


class RemovalForm(FlaskForm):
    """Taking somebody off the list."""

    tell = BooleanField(_("Tell them"), default=True)


class TimeForm(FlaskForm):
    """A time to be offered or booked, as the page wrote it."""

    start = StringField(_("Time"))

    def read(self, zone: str) -> int | None:
        """The epoch minute; None for what is no time."""
        try:
            return read_start(self.start.data or "", zone)
        except NoSuchTime:
            return None
