"""What forms of visitors share: those of the booking flow, of orders and of reviews."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from app.businesses.models import Business
from app.core import signing
from app.core.errors import DomainError
from app.customers.meeting import Contact

FORM_HOURS = 24


class PublicForm(FlaskForm):
    """A form without a session. What makes it ours is the signed token in it or in its address."""

    class Meta:
        csrf = False

    problem: Any = None
    headers: Mapping[str, str] = {}
    refusal: DomainError | None = None

    def refuse(self, refusal: DomainError) -> "PublicForm":
        """Keep a refusal that belongs to no field: its sentence, and what its answer carries."""
        self.refusal = refusal
        self.problem, self.headers = refusal.message, refusal.headers
        return self


class NumberedFields:
    """What a visitor's form needs to take effect once: `form`, its signed number and when it was handed out.

    `purpose` says which kind of form a number is for. Beside it stand name, email, phone and note.
    """

    purpose: str
    form = HiddenField()
    problem: Any
    name: Any
    email: Any
    phone: Any
    note: Any

    def read_number(self, business: Business, now: datetime, minimum_seconds: int) -> None:
        """Take the number that came, if it is ours. Nobody fills the form in within so many seconds."""
        self.business, self.now, self.minimum_seconds = business, now, minimum_seconds
        signed = signing.read(self.purpose, self.form.data or "", max_age_hours=FORM_HOURS)
        is_ours = bool(signed) and signed[0] == business.id
        self.number: str | None = signed[1] if is_ours else None
        self.issued: int = signed[2] if is_ours else 0

    def check_number(self) -> bool:
        """Whether it is a form of ours that a person can have filled in; if not, `problem` says what to do."""
        if self.number is None:
            self.problem = gettext("This page was open for a very long time. Please send it once more.")
        elif self.now.timestamp() - self.issued < self.minimum_seconds:
            self.problem = gettext("That was very quick. Please send it once more.")
        return not self.problem

    @property
    def token(self) -> str:
        """The form's signed number: the one that came, or a new one."""
        if self.number is not None:
            return str(self.form.data)
        issued = int(self.now.timestamp())
        return signing.sign(self.purpose, [self.business.id, secrets.token_urlsafe(12), issued])

    @property
    def contact(self) -> Contact:
        """Who it is, cleaned: e-mail in lower case, phone as E.164."""
        return Contact(
            name=self.name.data or "",
            email=self.email.address,
            phone=self.phone.number,
            note=self.note.data,
            language=str(get_locale()).replace("_", "-"),
        )
