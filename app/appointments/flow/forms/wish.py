"""What a customer wants: services, people, day and time."""

import datetime
import secrets
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, ValidationError

from app.appointments.choosing import MOST_PLACES, Choice, Chosen, written
from app.appointments.flow.forms.visit import MOST_PARTS, as_first, read_visit
from app.appointments.placing import Wish
from app.businesses.countries import find_zone
from app.businesses.models import Business
from app.core import signing
from app.core.errors import NoSuchTime
from app.core.framing import comes_from_our_page
from app.public_form import PublicForm
from app.schedule.wall_clock import read_date, read_start
from app.services.offering import bookable_services
from app.staff.menu import MenuItem, Section, offer_of, sections_of

FLOW_HOURS = 24
ADDING = ("service", "guest")


class WishForm(PublicForm):
    """Services, people, day and start. Read from the address while choosing, from the body when holding.

    `root` is the id of the element that is drawn anew when a time is chosen.
    """

    service = StringField(_("Service"), validators=[InputRequired(_("Choose a service first."))])
    staff = StringField(_("With whom"))
    date = StringField(_("Day"))
    month = StringField(_("Month"))
    start = StringField(_("Time"), validators=[InputRequired(_("Choose a time first."))])
    together = StringField(_("How"))
    places = StringField(_("Places"))
    zone = StringField(_("Times shown in"))
    add = StringField()
    flow = HiddenField()
    root = "flow"

    def __init__(self, business: Business, *, with_menu: bool = True) -> None:
        sent = request.form if request.method == "POST" else request.args
        super().__init__(sent)
        self.business = business
        self.services = bookable_services(business.id)
        self.visit = read_visit(business.id, self.services, sent, everybody=with_menu)
        self.parts = self.visit.parts
        self.flow_id = self._flow_id()

    def choice(self) -> Choice:
        """What has been chosen so far; anything that makes no sense is left out and becomes `problem`."""
        self.problem = self.problem or self._wrong_visit()
        return Choice(
            parts=self.parts,
            together=self.comes_together,
            places=self.wanted_places,
            day=self._day(self.date.data),
            month=self._day(self.month.data),
            start=self._start(),
            zone=self.own_zone,
        )

    def validate_service(self, _field: Any) -> None:
        wrong = self._wrong_visit()
        if wrong or not self.parts:
            raise ValidationError(wrong or gettext("Choose a service first."))

    def validate_start(self, field: Any) -> None:
        try:
            read_start(field.data, self.business.zone)
        except NoSuchTime as refusal:
            raise ValidationError(str(refusal.message)) from refusal

    def validate_flow(self, _field: Any) -> None:
        if self.flow_id is None:
            raise ValidationError(gettext("This page was open for a very long time. Please choose again."))

    @property
    def menu(self) -> list[Section]:
        """The services under their headings."""
        return sections_of(self.business.id, self.services, self.visit.performers)

    @property
    def first(self) -> Chosen | None:
        return self.parts[0] if self.parts else None

    @property
    def asked_for_people(self) -> list[tuple[Chosen, str, bool]]:
        """The services several people do, the names of their fields, and which of them comes first."""
        several = [
            (part, f"staff{number}" if number > 1 else "staff")
            for number, part in enumerate(self.parts, 1)
            if len(part.people) > 1
        ]
        return [(part, name, at == 0) for at, (part, name) in enumerate(several)]

    @property
    def wish(self) -> Wish:
        """What to hold, once the form is valid."""
        first, *others = Choice(self.parts).wanted
        return Wish(
            first.service_id,
            read_start(self.start.data or "", self.business.zone),
            next(iter(first.only), None),
            self.wanted_places,
            then=tuple(others),
            together=self.comes_together,
            zone=self.own_zone,
        )

    @property
    def comes_together(self) -> bool:
        """Whether two guests come at the same time: unless they said otherwise, where there are two who do it."""
        return self.can_come_together and self.together.data != "no"

    @property
    def can_come_together(self) -> bool:
        """Whether two guests come, and there are two people to look after them at once."""
        able = [it.person.id if it.person else person.id for it in self.parts for person in it.people]
        return len({it.guest for it in self.parts}) > 1 and len(set(able)) > 1

    @property
    def wanted_places(self) -> int:
        """How many places of a class; 1 for anything that is none."""
        places = self.places.data or ""
        is_number = places.isascii() and places.isdigit() and len(places) == 1
        if not is_number or not Choice(self.parts).is_class:
            return 1
        return min(max(int(places), 1), self.most_places)

    @property
    def most_places(self) -> int:
        """So many places of a class can be booked at once."""
        return min(MOST_PLACES, self.parts[0].service.capacity) if self.parts else 1

    @property
    def is_online(self) -> bool:
        """Whether times are shown on the customer's own clock."""
        online = [part.service.online for part in self.parts]
        return self.business.shows_customer_zone and bool(online) and all(online)

    @property
    def own_zone(self) -> str | None:
        """The zone of the customer, where it counts and is another than the shop's."""
        zone = find_zone(self.zone.data or "")
        return zone if zone != self.business.zone and self.is_online else None

    @property
    def adding(self) -> str | None:
        """What is being added to the visit: another service, or a second guest with one."""
        return self.add.data if self.add.data in ADDING and self.may_add(str(self.add.data)) else None

    def may_add(self, what: str) -> bool:
        """Whether a visit can have one more service, or somebody else with one."""
        if not self.parts or len(self.parts) >= MOST_PARTS or not self.addable:
            return False
        return what == "service" or all(part.guest == 1 for part in self.parts)

    @property
    def addable(self) -> list[MenuItem]:
        """The services that can be part of a visit with others."""
        if Choice(self.parts).is_class:
            return []
        return [
            offer_of(it, self.visit.performers.get(it.id, ())) for it in self.services if it.capacity == 1
        ]

    @property
    def added_guest(self) -> int:
        """Whose service is added: the second guest's, as soon as there is one."""
        return 2 if self.adding == "guest" or any(part.guest > 1 for part in self.parts) else 1

    def address(self, **query: Any) -> str:
        """The page of a choice."""
        return url_for(".new", **query)

    def part_address(self, **query: Any) -> str:
        """Where the days and times of a choice are had alone."""
        return url_for(".slots", **query)

    def query(self, **changes: Any) -> dict[str, Any]:
        """The choice as it stands, for an address; `changes` replace parts of it, None leaves them out."""
        own_flow = self.flow_token if self.flow_id else None
        choice = {
            **written(Choice(tuple(changes.pop("parts", self.parts))).wanted),
            "together": "no" if self.can_come_together and not self.comes_together else None,
            "places": self.wanted_places if self.wanted_places > 1 else None,
            "zone": self.own_zone,
            "flow": own_flow,
            **changes,
        }
        return {name: value for name, value in choice.items() if value is not None}

    @property
    def kept_while_adding(self) -> list[tuple[str, Any]]:
        """What the page does not show while something is added to the visit, and its form keeps all the same."""
        kept = ("staff", "together", "zone", "date")
        query = self.query(date=self.date.data or None)
        return [(name, value) for name, value in query.items() if name.startswith(kept)]

    def without(self, number: int, day: datetime.date | None) -> dict[str, Any]:
        """The choice without one of its services, the first being 1, on the same day."""
        left = [part for at, part in enumerate(self.parts, 1) if at != number]
        return self.query(parts=as_first(left), date=day)

    @property
    def flow_token(self) -> str:
        """The flow's signed id: the one that came, or a new one."""
        return str(self.flow.data) if self.flow_id else new_flow(self.business.id)

    def first_error(self) -> str | None:
        """One sentence about what is wrong."""
        return self.problem or next((errors[0] for errors in self.errors.values() if errors), None)

    @property
    def is_wrong_about_time(self) -> bool:
        """Whether that sentence belongs to the days and times, so that it stands beside them."""
        return bool(self.parts and self.first_error()) and not self._wrong_visit()

    def _wrong_visit(self) -> str | None:
        if self.visit.unknown_service:
            return gettext("That service is not offered here. Please choose another one.")
        if self.visit.unknown_person:
            return gettext("That person does not do this. Please choose somebody else.")
        return None

    def _flow_id(self) -> str | None:
        # A link from elsewhere brings no flow: whoever sent it would share, and see, what its reader books.
        if request.method != "POST" and not comes_from_our_page():
            return None
        signed = signing.read("flow", self.flow.data or "", max_age_hours=FLOW_HOURS)
        return signed[1] if signed and signed[0] == self.business.id else None

    def _day(self, sent: str | None) -> datetime.date | None:
        if not sent:
            return None
        try:
            return read_date(f"{sent}-01" if len(sent) == len("2027-03") else sent)
        except NoSuchTime:
            self.problem = gettext("There is no such day. Here are the next free times.")
            return None

    def _start(self) -> int | None:
        try:
            return read_start(self.start.data, self.business.zone) if self.start.data else None
        except NoSuchTime as refusal:
            self.problem = refusal.message
            return None


def new_flow(business_id: int) -> str:
    """A signed id for somebody who begins to choose; it is all we know of them."""
    return signing.sign("flow", [business_id, secrets.token_urlsafe(12)])
