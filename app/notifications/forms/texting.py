"""When, where to and how often text messages are sent."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import ValidationError

from app.core.errors import DomainError
from app.core.texting import most_a_month
from app.fields import Checkboxes, ClockField, NumberField
from app.notifications.limiting import TextingWish
from app.notifications.models import MessageSettings
from app.places import country_choices

MOST = 100_000


class TextingForm(FlaskForm):
    """A limit of 0 sends none. Without a country it is the business's own; both times empty: at any hour."""

    sms_limit = NumberField(_("Most segments a month"), least=0, most=MOST, required=True)
    sms_countries = Checkboxes(_("Countries"))
    has_quiet = BooleanField(_("Send nothing at night that can wait"))
    quiet_from = ClockField(_("From"))
    quiet_until = ClockField(_("Until"))

    def __init__(self, settings: MessageSettings, country: str) -> None:
        super().__init__(
            sms_limit=settings.sms_limit,
            sms_countries=settings.sms_countries or [country],
            has_quiet=settings.quiet_from_min is not None,
            quiet_from=1260 if settings.quiet_from_min is None else settings.quiet_from_min,
            quiet_until=480 if settings.quiet_until_min is None else settings.quiet_until_min,
        )
        self.sms_limit.most = min(MOST, most_a_month())
        chosen = {*settings.sms_countries, country}
        ordered = sorted(country_choices(), key=lambda it: it.value not in chosen)
        self.sms_countries.choices = [(it.value, it.label) for it in ordered if it.value]

    def validate_quiet_until(self, field: Any) -> None:
        """Both times, and not the same one, where there are quiet hours at all."""
        if not self.has_quiet.data:
            return
        if self.quiet_from.data is None or field.data is None:
            raise ValidationError(gettext("Please say from when until when."))
        if self.quiet_from.data == field.data:
            raise ValidationError(gettext("From and until cannot be the same time."))

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal."""
        self.form_errors.append(str(refusal.message))
        return self

    def wish(self, country: str) -> TextingWish:
        """What was chosen. The own country alone is kept as none, so that it follows when the business moves."""
        countries = sorted(set(self.sms_countries.data or ()))
        quiet = (self.quiet_from.data, self.quiet_until.data) if self.has_quiet.data else (None, None)
        return TextingWish(self.sms_limit.data or 0, [] if countries == [country] else countries, *quiet)
