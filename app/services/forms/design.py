"""A service as a whole. The form checks shape; what a business may do with it, the acts decide."""

from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from app.appointments.designing import Design, StillOneOrMany
from app.businesses.models import Business
from app.businesses.window import NoticeBeyondWindow
from app.core.errors import DomainError
from app.core.money import LARGEST_PRICE
from app.core.pictures import NotAPicture, PictureTooLarge, TooManyPixels
from app.core.text import one_line, paragraph
from app.fields import Checkboxes, MoneyField, NumberField, PercentField, PictureField
from app.schedule.binding import OnTheTimetable
from app.schedule.grouping import NeedWish
from app.schedule.needing import PERFORMER, needs_of
from app.schedule.serving import Server
from app.services.categorizing import categories_of
from app.services.forms.parts import MOST_ROOMS, OwnForm, PauseForm, RoomForm
from app.services.models import LONGEST_NAME, Service
from app.spaces.rooms import rooms
from app.staff.team import team

STEPS = (5, 10, 15, 20, 30, 60)
UNITS = [
    SelectChoice("hours", _("hours")),
    SelectChoice("days", _("days")),
    SelectChoice("minutes", _("minutes")),
]
# How it can be had; one of them at least.
WAYS = ("bookable", "orderable", "walk_in", "on_request")
# What takes no time has a length nobody sees.
UNSEEN_LENGTH = 30
# Beyond so many people their own prices stay as they are.
MOST_WITH_OWN = 40


class ServiceForm(FlaskForm):
    """What it is, its time, its price, its places, who does it, what else it needs, its rules."""

    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please give it a name.")),
            Length(max=LONGEST_NAME, message=_("Please use at most 120 characters.")),
        ],
    )
    category = SelectField(_("Category"), validators=[Optional()])
    description = TextAreaField(
        _("Description"),
        filters=[paragraph],
        validators=[Optional(), Length(max=1000, message=_("Please use at most 1,000 characters."))],
    )
    picture = PictureField(_("Picture"))
    remove_picture = BooleanField(_("Remove the picture"))
    kind = RadioField(
        _("How it is booked"),
        choices=[
            SelectChoice("visit", _("One at a time")),
            SelectChoice("class", _("A class at set times")),
        ],
        default="visit",
    )
    places = NumberField(_("Places"), least=2, most=10_000)
    minutes = NumberField(_("Length"), least=5, most=1440, required=True)
    step = SelectField(_("Starts every"), default="15")
    before = NumberField(_("Time to prepare"), least=0, most=1440)
    after = NumberField(_("Time to tidy up"), least=0, most=2880)
    price = MoneyField(_("Price"), least=0, most=LARGEST_PRICE)
    tax = PercentField(_("Tax included"), least=0, most=10_000)
    people = Checkboxes(_("People"))
    approval = BooleanField(_("I confirm each booking myself"))
    online = BooleanField(_("Happens online"))
    notice_amount = NumberField(_("Notice"), least=0, most=525_600)
    notice_unit = SelectField(_("Unit of the notice"), choices=UNITS, default="hours")
    advance_days = NumberField(_("Bookable ahead"), least=0, most=730)
    daily_limit = NumberField(_("At most a day"), least=1, most=10_000)
    customer_limit = NumberField(_("At most for one customer"), least=1, most=1000)
    bookable = BooleanField(_("Customers can book it online"), default=True)
    orderable = BooleanField(_("Customers can order it"))
    walk_in = BooleanField(_("Without an appointment"))
    on_request = BooleanField(_("On request"))

    def __init__(self, business: Business, service: Service | None = None, kind: str = "visit") -> None:
        self.business, self.service = business, service
        self.needs = needs_of(business.id, [service.id])[service.id] if service else []
        self.team, self.spaces = team(business.id), rooms(business.id)
        need = self._need(PERFORMER)
        self.by_people = need is None or need.kind == "staff"
        everybody = [str(it.id) for it in self.team]
        known = _known(service, need) if service else {"kind": kind, "people": everybody}
        super().__init__(data=known, meta={"currency": business.currency})
        self.category.choices = [SelectChoice("", gettext("None")), *_choices(categories_of(business.id))]
        self.step.choices = [
            SelectChoice(str(n)) for n in sorted({*STEPS, service.step_min if service else 15})
        ]
        self.people.choices = _choices(self.team if self.by_people else [])
        sent = request.form if self.is_submitted() else None
        own = {it.resource_id: it for it in need.servers} if need else {}
        people = self.team if self.by_people and len(self.team) <= MOST_WITH_OWN else []
        self.own = {it.id: OwnForm(it, own.get(it.id), business.currency, sent) for it in people}
        self.pause = PauseForm(need, service.minutes if service else None, sent)
        self.rooms = [RoomForm(at, self._need(at), self.spaces, sent) for at in self._room_positions()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything has a shape that can be kept, the parts too."""
        if self.kind.data != "class":
            # Whatever stands in a field that does not count is no fault.
            self.places.data, self.places.process_errors = None, []
        self.minutes.is_required = not self._is_only_ordered
        parts = [*self.own.values(), self.pause, *self.rooms]
        valid = [super().validate(extra_validators), *(part.validate() for part in parts)]
        valid += [self._is_counted(), self._is_had(), self.pause.check(self.minutes.data)]
        for own in self.own.values():
            self.form_errors += [f"{own.person.name}: {it.errors[0]}" for it in own if it.errors]
        for part in (self.pause, *self.rooms):
            self.form_errors += [f"{it.label.text}: {it.errors[0]}" for it in part if it.errors]
        return all(valid)

    def refuse(self, refusal: DomainError) -> "ServiceForm":
        """Show the refusal beside the field it is about, if it is about one."""
        about: dict[type[DomainError], Field] = {
            NoticeBeyondWindow: self.notice_amount,
            StillOneOrMany: self.kind,
            OnTheTimetable: self.people,
            NotAPicture: self.picture,
            PictureTooLarge: self.picture,
            TooManyPixels: self.picture,
        }
        field = about.get(type(refusal))
        if field is None:
            self.form_errors.append(str(refusal.message))
        else:
            field.errors = [str(refusal.message)]
        return self

    @property
    def design(self) -> Design:
        """The service as it is wished for, once the form is valid. Ends the transaction to draw the picture."""
        amount, unit = self.notice_amount.data, self.notice_unit.data
        columns = {
            "name": self.name.data,
            "category_id": int(self.category.data) if self.category.data else None,
            "description": self.description.data,
            "minutes": self.minutes.data or UNSEEN_LENGTH,
            "step_min": int(self.step.data),
            "before_min": self.before.data or 0,
            "after_min": self.after.data or 0,
            "price_cents": self.price.data,
            "tax_bp": self.tax.data or 0,
            "approval": bool(self.approval.data),
            "online": bool(self.online.data),
            "notice_amount": amount * 60 if amount and unit == "hours" else amount,
            "notice_unit": None if amount is None else "days" if unit == "days" else "minutes",
            "advance_days": self.advance_days.data,
            "daily_limit": self.daily_limit.data,
            "customer_limit": self.customer_limit.data,
            **{name: bool(self[name].data) for name in WAYS},
        }
        places = (self.places.data or 2) if self.kind.data == "class" else 1
        removed = bool(self.remove_picture.data)
        return Design(columns, places, self._needs_wished(), self.picture.drawn("service"), removed)

    def _needs_wished(self) -> list[NeedWish]:
        """Who performs it first, then the rooms; other needs stay, and so does who or what is put away."""
        spaces = {it.id for it in self.spaces}
        away = {it for need in self.needs for it in need.resources} - spaces
        rooms = [room.wish(away) for room in self.rooms]
        drawn = {PERFORMER, *(room.position for room in self.rooms)}
        others = [it for it in self.needs if it.position not in drawn]
        return [self._performers_wished(), *(it for it in rooms if it), *others]

    def _performers_wished(self) -> NeedWish:
        """Those who were ticked; the rooms that perform it stay as they are."""
        need = self._need(PERFORMER)
        if need and not self.by_people:
            return replace(need, stretches=self.pause.stretches)
        known = {it.resource_id: it for it in need.servers} if need else {}
        shown = {it.id for it in self.team}
        servers = [
            self.own[it].server if it in self.own else known.get(it, Server(it)) for it in self.people.ids
        ]
        servers += [it for it in known.values() if it.resource_id not in shown]
        return NeedWish(PERFORMER, "staff", tuple(servers), self.pause.stretches)

    def _is_counted(self) -> bool:
        """Whether the places of a class and the unit of a notice make sense together."""
        if self.kind.data == "class" and self.places.data is None and not self.places.errors:
            self.places.errors = [gettext("Please say for how many it is.")]
        amount = self.notice_amount.data
        if amount and self.notice_unit.data != "minutes" and amount > 8760:
            self.notice_amount.errors = [gettext("That is too long.")]
        return not self.places.errors and not self.notice_amount.errors

    @property
    def _is_only_ordered(self) -> bool:
        return [name for name in WAYS if self[name].data] == ["orderable"]

    def _is_had(self) -> bool:
        """Whether there is any way to have it."""
        if not any(self[name].data for name in WAYS):
            self.bookable.errors = [gettext("Please choose at least one way in which customers can have it.")]
        return not self.bookable.errors

    def _need(self, position: int) -> NeedWish | None:
        return next((it for it in self.needs if it.position == position), None)

    def _room_positions(self) -> list[int]:
        """Where the rooms it needs stand, and free positions for some more."""
        if not self.spaces:
            return []
        used = [it.position for it in self.needs if it.kind == "space" and it.position != PERFORMER]
        taken = {PERFORMER, *(it.position for it in self.needs)}
        free = [at for at in range(2, 21) if at not in taken]
        return sorted([*used, *free[: max(0, MOST_ROOMS - len(used))]])


def _choices(rows: Any) -> list[SelectChoice]:
    return [SelectChoice(str(it.id), it.name) for it in rows]


def _known(service: Service, need: NeedWish | None) -> dict[str, Any]:
    """A service as its form shows it."""
    amount, unit = service.notice_amount, service.notice_unit or "hours"
    if unit == "minutes" and amount is not None and amount % 60 == 0:
        amount, unit = amount // 60, "hours"
    return {
        "name": service.name,
        "category": str(service.category_id or ""),
        "description": service.description,
        "kind": "class" if service.capacity > 1 else "visit",
        "places": service.capacity if service.capacity > 1 else None,
        "minutes": service.minutes,
        "step": str(service.step_min),
        "before": service.before_min or None,
        "after": service.after_min or None,
        "price": service.price_cents,
        "tax": service.tax_bp or None,
        "people": sorted(need.resources) if need and need.kind == "staff" else [],
        "approval": service.approval,
        "online": service.online,
        "notice_amount": amount,
        "notice_unit": unit,
        "advance_days": service.advance_days,
        "daily_limit": service.daily_limit,
        "customer_limit": service.customer_limit,
        **{name: getattr(service, name) for name in WAYS},
    }
