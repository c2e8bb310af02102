"""Every component in every state, on one page. Not in production."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import NamedTuple

from flask import Blueprint, Response, make_response, render_template
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from app.business_hours.forms.week import WeekForm
from app.dashboard.chart import bar_chart
from app.dashboard.weeks import Numbers
from app.notifications.models import Notification

bp = Blueprint("style_guide", __name__)


class Swatch(NamedTuple):
    """A colour to choose, and what is said about it."""

    hue: int
    name: str
    verdict: str


class SampleForm(FlaskForm):
    """One field of each kind."""

    class Meta:
        csrf = False

    name = StringField("Your name", [DataRequired()])
    email = StringField("E-mail", [DataRequired()], description="We only write about your booking.")
    phone = StringField("Phone")
    note = TextAreaField("Anything we should know?")
    length = IntegerField("Length", [DataRequired()])
    service = SelectField(
        "Service", choices=[SelectChoice("1", "Signature haircut"), SelectChoice("2", "Beard sculpt")]
    )
    day = DateField("Day")
    password = PasswordField("Password", [DataRequired()])
    reach = RadioField(
        "How shall we reach you?",
        choices=[SelectChoice("email", "By e-mail"), SelectChoice("phone", "By phone")],
    )
    picture = FileField("Picture")
    terms = BooleanField("I have read the terms")
    open = BooleanField("Open for bookings")
    hue = RadioField(
        "Colour", coerce=int, default=165, choices=[SelectChoice(hue) for hue in range(0, 360, 15)]
    )


class SampleWeek(WeekForm):
    """A week with a break and an evening that goes past midnight."""

    class Meta:
        csrf = False

    colour = RadioField("Colour", choices=[SelectChoice(str(n), f"Colour {n}") for n in range(1, 13)])


LAST_WEEK, THIS_WEEK = (8, 12, 9, 14, 17, 11, 0), (9, 10, 0, 15, 21, 13, 1)
SAMPLE_DAYS = [
    (date(2026, 12, 21 + at), Numbers(kept=this), Numbers(kept=last))
    for at, (this, last) in enumerate(zip(THIS_WEEK, LAST_WEEK, strict=True))
]

STATUSES = {"confirmed": "Confirmed", "requested": "Waiting for an answer", "cancelled": "Cancelled"}
SHOP = SimpleNamespace(
    name="Linden Studio", slug="linden-studio", status="open", logo=None, zone="Europe/Berlin"
)


@bp.get("/style-guide")
def show() -> Response:
    """The guide, with one form as it comes and one that was refused."""
    wrong = SampleForm(prefix="wrong-")
    for field in wrong:
        field.errors = ["This cannot be right. Please look at it again."]
    form = SampleForm()
    swatches = [(radio, Swatch(radio.data, f"Hue {radio.data}", "Easy to read")) for radio in form.hue]
    week = SampleWeek({0: [(540, 780), (840, 1080)], 1: [(540, 1080)], 4: [(1200, 1560)]}, colour="2")
    week.tuesday.errors = ["Please give both times, from when and until when."]
    page = render_template(
        "style_guide/index.html",
        form=form,
        wrong_form=wrong,
        swatches=swatches,
        day=date(2026, 12, 24),
        week=week,
        chart=bar_chart(LAST_WEEK, THIS_WEEK),
        chart_days=SAMPLE_DAYS,
        messages=_sample_messages(),
        visits=[_sample_visit(status) for status in STATUSES],
        statuses=STATUSES,
        shop=SHOP,
        waiting=_sample_waiting(),
    )
    return make_response(page)


def _sample_messages() -> list[Notification]:
    """One in each state."""
    at = datetime(2026, 12, 24, 9, tzinfo=UTC)
    said = {"failed": "550 No such mailbox", "cancelled": "The booking was cancelled."}
    return [
        Notification(
            id=number,
            kind="booking_confirmed",
            channel="sms" if status == "delivered" else "email",
            recipient="+493023125123" if status == "delivered" else "olivia@example.com",
            status=status,
            send_at=at,
            last_error=said.get(status),
        )
        for number, status in enumerate(("pending", "sent", "delivered", "failed", "cancelled", "unknown"))
    ]


def _sample_visit(status: str) -> SimpleNamespace:
    """What a customer has booked, as far as a row of their account shows it."""
    at = datetime(2026, 12, 24, 9, tzinfo=UTC)
    receipt = SimpleNamespace(status=status, starts_at=at, first=SimpleNamespace(zone=SHOP.zone))
    return SimpleNamespace(
        receipt=receipt,
        business=SHOP,
        services=["Signature haircut", "Beard sculpt"],
        person="Maya",
        token="sample",  # noqa: S106
        service_id=1,
    )


def _sample_waiting() -> list[SimpleNamespace]:
    """Three in line: one was offered a time, one was not, and one let an offer lapse."""
    at = datetime(2026, 12, 24, 9, tzinfo=UTC)
    offers = [
        [SimpleNamespace(id=1, status="open", starts_at=at, expires_at=at.replace(hour=12))],
        [],
        [SimpleNamespace(id=2, status="lapsed")],
    ]
    names = ("Olivia Park", "Ben Klein", "Niko Papadopoulos")
    entry = {"customer_id": 1, "places": 1, "created_at": at, "from_on": at.date(), "weekdays": 127}
    return [
        SimpleNamespace(
            entry=SimpleNamespace(
                id=number, contact_name=name, booking_id=number or None, until_on=date(2026, 12, 30), **entry
            ),
            open=those[0] if number == 0 else None,
            offers=those,
            person="Maya" if number else None,
            part="morning" if number else "any",
            is_first=number == 0,
            is_last=number == 2,
        )
        for number, (name, those) in enumerate(zip(names, offers, strict=True))
    ]
