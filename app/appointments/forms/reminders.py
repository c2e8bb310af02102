"""When customers are reminded of their visit, or thanked for it; and what members want to be told."""

from typing import Any, Self

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.appointments.notices import NOTICES, OF_ORDERS, choice_of, choices_of
from app.appointments.reminder_rules import Rule
from app.businesses.models import Membership
from app.core.errors import DomainError
from app.dates import clock_minute
from app.fields import ClockField, NumberField
from app.notifications.models import ReminderRule

MOST = {"hours": 720, "days": 30}


class RuleForm(FlaskForm):
    """A reminder or a follow-up: hours are real time, days those of the calendar, at a clock time or the visit's."""

    amount = NumberField(_("How long"), least=0, most=MOST["hours"], required=True)
    unit = SelectField(
        _("Counted in"), choices=[SelectChoice("hours", _("hours")), SelectChoice("days", _("days"))]
    )
    about = SelectField(
        _("Before or after"),
        choices=[SelectChoice("before", _("before the visit")), SelectChoice("after", _("after the visit"))],
    )
    at = ClockField(_("At what time"))
    channel = SelectField(
        _("How"),
        choices=[SelectChoice("email", _("By e-mail")), SelectChoice("sms", _("By text message"))],
    )

    def __init__(self, rule: ReminderRule | Rule | None = None, **more: Any) -> None:
        rule = rule or Rule()
        now = {
            "amount": rule.amount,
            "unit": rule.unit,
            "about": rule.about,
            "at": rule.at_min,
            "channel": rule.channel,
        }
        super().__init__(data=now, **more)
        self.amount.most = MOST.get(self.unit.data, self.amount.most)

    def validate_amount(self, field: Any) -> None:
        """No time at all is only something with a clock time of its own."""
        if field.data == 0 and (self.unit.data == "hours" or self.at.data is None):
            raise ValidationError(gettext("Please say how long before or after."))

    def validate_at(self, field: Any) -> None:
        """Hours are counted from the visit, whatever the clock says."""
        if field.data is not None and self.unit.data == "hours":
            raise ValidationError(gettext("A clock time goes with days; hours are counted from the visit."))

    @property
    def rule(self) -> Rule:
        """What was typed, once it is valid."""
        return Rule(self.about.data, self.unit.data, self.amount.data or 0, self.at.data, self.channel.data)

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        self.amount.errors = [str(refusal.message)]
        return self


def rule_in_words(rule: ReminderRule | Rule) -> str:
    """When a rule has its message sent: 24 hours before; the day before at 18:00."""
    before, n = rule.about == "before", rule.amount
    if rule.unit == "hours":
        return (
            ngettext("%(num)d hour before", "%(num)d hours before", n)
            if before
            else ngettext("%(num)d hour after", "%(num)d hours after", n)
        )
    at = gettext("the time of the visit") if rule.at_min is None else clock_minute(rule.at_min)
    if n == 0:
        return gettext("On the day of the visit at %(time)s", time=at)
    if n == 1:
        return (
            gettext("The day before at %(time)s", time=at)
            if before
            else gettext("The day after at %(time)s", time=at)
        )
    return (
        ngettext("%(num)d day before at %(time)s", "%(num)d days before at %(time)s", n, time=at)
        if before
        else ngettext("%(num)d day after at %(time)s", "%(num)d days after at %(time)s", n, time=at)
    )


_LABELS = {
    "new": _("New bookings"),
    "request": _("Requests that wait for an answer"),
    "change": _("A customer moves a booking"),
    "cancellation": _("A customer cancels"),
    "answer": _("A customer says that they will come, or cannot"),
    "order": _("New orders"),
    "order_cancellation": _("A customer takes an order back"),
}
_CHOICE_LABELS = {"all": _("All"), "own": _("Only mine"), "none": _("None")}


class NoticesForm(FlaskForm):
    """What a member wants to be told by mail. What is about orders stands there only where orders are taken."""

    new, request, change, cancellation, answer, order, order_cancellation = (
        RadioField(
            _LABELS[notice],
            choices=[SelectChoice(choice, _CHOICE_LABELS[choice]) for choice in choices_of(notice)],
        )
        for notice in NOTICES
    )

    def __init__(self, membership: Membership, *, takes_orders: bool = False) -> None:
        self.now = {it: choice_of(membership.role, membership.notices, it) for it in NOTICES}
        super().__init__(data=self.now)
        for notice in () if takes_orders else OF_ORDERS:
            del self[notice]

    @property
    def of_bookings(self) -> list[Any]:
        """The fields about bookings."""
        return [self[it] for it in NOTICES if it not in OF_ORDERS]

    @property
    def of_orders(self) -> list[Any]:
        """The fields about orders; none where none are taken."""
        return [self[it] for it in OF_ORDERS if it in self]

    @property
    def chosen(self) -> dict[str, str]:
        """Each of NOTICES with what was chosen; what was not asked stays as it is."""
        return {it: self[it].data if it in self else self.now[it] for it in NOTICES}
