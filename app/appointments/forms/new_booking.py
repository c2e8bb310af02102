"""A booking a member writes down for a customer."""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.appointments.bookable import bookable_by
from app.appointments.booking import Decision
from app.appointments.entering import Entry
from app.appointments.forms.new_booking_repeat import RepeatForm
from app.appointments.forms.new_booking_visit import VisitForm
from app.appointments.forms.new_booking_whom import KNOWN, NEW, WALK_IN, WhomForm
from app.appointments.forms.objections import in_words
from app.appointments.overriding import FOR_CUSTOMERS, overridable
from app.appointments.series import DatesTaken
from app.appointments.weighing import Weighed, can_be_set_aside
from app.businesses.models import Business, Membership
from app.core.errors import DomainError
from app.core.text import one_line, paragraph
from app.customers.meeting import AlreadyKnown
from app.payments.redeeming import CodeRefused
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import local_date
from app.text_fields import LineField

LONGEST_NOTE = 1000
ASKED = ("date", "time", "person", "service", "customer")
_TOO_LONG = _("Please use at most 1,000 characters.")
# What the form itself sends beside what somebody chose or typed.
OWN = {
    "csrf_token",
    "reviewed",
    "take",
    "add",
    "remove",
    "pick",
    "find",
    "change",
    "despite",
    "reason",
    "same",
}


def asked_for(business: Business, now: datetime) -> MultiDict[str, str]:
    """What the address of an empty form says, and what nobody has to say."""
    today = local_date(now, business.zone).isoformat()
    unsaid = {"who": "known", "every": "0", "ends": "times", "times": "6", "places": "1", "date": today}
    return MultiDict(unsaid | {name: request.args[name] for name in ASKED if request.args.get(name)})


class NewBookingForm(FlaskForm):
    """What, when, for whom, and how often. `despite` is what was seen to speak against it, and set aside."""

    note = TextAreaField(
        _("What the customer wants you to know"),
        filters=[paragraph],
        validators=[Optional(), Length(max=LONGEST_NOTE, message=_TOO_LONG)],
    )
    member_note = TextAreaField(
        _("Note for your team"),
        filters=[paragraph],
        validators=[Optional(), Length(max=LONGEST_NOTE, message=_TOO_LONG)],
    )
    tell = BooleanField(_("Send a confirmation"), default=True)
    reason = StringField(
        _("Why"),
        filters=[one_line],
        validators=[Optional(), Length(max=300, message=_("Please use at most 300 characters."))],
    )
    code = LineField(_("Code"), most=100)
    key = HiddenField()

    def __init__(self, membership: Membership, now: datetime) -> None:
        super().__init__()
        self.sent = (
            MultiDict(request.form) if request.method == "POST" else asked_for(membership.business, now)
        )
        # A form that had no class in it sends no places.
        self.sent.setdefault("places", "1")
        if "same" in self.sent:
            self.sent["customer"], self.sent["who"] = self.sent.pop("same"), KNOWN
        self.membership, self.business, self.now = membership, membership.business, now
        self.refusal: DomainError | None = None
        self.was_checked = False
        self.visit = VisitForm(self.business, bookable_by(membership), self.sent, now)
        self.whom = WhomForm(self.business, self.sent)
        self.repeat = RepeatForm(self.visit, self.sent, self.may_set_aside_here)
        if not 16 <= len(self.key.data or "") <= 128:
            self.key.data = secrets.token_urlsafe(16)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there is something to book for somebody."""
        self.was_checked = True
        parts = [
            super().validate(extra_validators),
            self._is_code_for_one(),
            *(it.validate() for it in self.sections),
        ]
        return all(parts)

    def _is_code_for_one(self) -> bool:
        """A code is for one visit, so none can be used for a whole series."""
        if self.code.data and self.repeat.repeats:
            self.code.errors = [
                gettext("A code is for one visit. Book the dates first, and use it for one of them.")
            ]
        return not self.code.errors

    def refuse(self, refusal: DomainError) -> "NewBookingForm":
        """Keep a refusal that belongs to no field; what is wrong with a code is said beside it too."""
        self.refusal = refusal
        if isinstance(refusal, CodeRefused):
            self.code.errors = [str(refusal.message)]
        return self

    @property
    def sections(self) -> tuple[VisitForm, WhomForm, RepeatForm]:
        return self.visit, self.whom, self.repeat

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """The errors of its sections, for the summary: the field, its label and what is wrong with it."""
        fields = [field for section in self.sections for field in section if field.errors]
        return [
            *self.visit.row_errors,
            *((field.id, str(field.label.text), str(field.errors[0])) for field in fields),
        ]

    @property
    def may_set_aside(self) -> Collection[Refusal]:
        """What this member can decide against."""
        return overridable(self.membership.role)

    @property
    def may_set_aside_here(self) -> Collection[Refusal]:
        """The same for this visit: a class happens when it does."""
        impossible = {Refusal.OFF_GRID} if self.visit.is_class else set()
        return overridable(self.membership.role) - impossible

    def blocks(self, objections: Collection[Weighed]) -> bool:
        """Whether something speaks against it that this member cannot set aside."""
        wish = self.visit.wish
        return wish is not None and any(
            it.refusal not in self.may_set_aside or not can_be_set_aside(wish, it.refusal)
            for it in objections
        )

    def in_words(self, it: Weighed) -> str:
        """What exactly is behind it."""
        return in_words(it.behind, self.business.zone) if it.behind else ""

    def asks(self, objections: Collection[Weighed]) -> list[Refusal]:
        """What this member is asked about before it is booked all the same."""
        return sorted({it.refusal for it in objections} - FOR_CUSTOMERS)

    @property
    def despite(self) -> tuple[Refusal, ...]:
        """What is set aside: rules for customers always, all else only when this member saw it and said so."""
        said = {it for it in Refusal if it in self.sent.get("despite", "").split()}
        return tuple(sorted((said | FOR_CUSTOMERS) & set(self.may_set_aside_here)))

    @property
    def despite_on_all_dates(self) -> tuple[Refusal, ...]:
        """What is set aside for every date of a series unseen: all else is decided date by date."""
        return tuple(sorted(FOR_CUSTOMERS & set(self.may_set_aside_here)))

    @property
    def twin(self) -> AlreadyKnown | None:
        """Who might be the one that was written down as new."""
        return self.refusal if isinstance(self.refusal, AlreadyKnown) else None

    @property
    def is_walk_in(self) -> bool:
        return self.whom.who.data == WALK_IN

    @property
    def kept(self) -> list[tuple[str, str]]:
        """All that was typed, for a page that does not show it."""
        sent = [(name, value) for name, value in self.sent.items(multi=True) if name not in OWN]
        return [it for it in sent if not it[0].startswith("on-")]

    @property
    def refused_starts(self) -> dict[int, Refusal | None]:
        """What was said about each date of a series (epoch minutes), if it was refused just now."""
        return (
            {it.wish.start: it.refusal for it in self.refusal.dates}
            if isinstance(self.refusal, DatesTaken)
            else {}
        )

    def entry(self, host: str) -> Entry:
        """What to book, once the form is valid. `host` becomes part of the calendar entries' UIDs."""
        wishes = self.repeat.decided if self.repeat.repeats else [self.visit.wish]
        decision = Decision(
            contact=replace(self.whom.contact, note=self.note.data),
            host=host,
            despite=self.despite_on_all_dates if self.repeat.repeats else self.despite,
            reason=self.reason.data,
            tell=self.tell.data and not self.is_walk_in,
            customer_id=self.whom.known.id if self.whom.known else None,
            member_note=self.member_note.data,
            is_new=self.whom.who.data == NEW,
            is_another="another" in self.sent,
            code=self.code.data or None,
        )
        return Entry([wish for wish in wishes if wish], decision, self.key.data or "")
