"""What a member decides about somebody's time besides the time itself."""

from collections.abc import Sequence, Set
from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length, Optional

from app.appointments.forms.objections import in_words
from app.appointments.objecting import Objection
from app.appointments.refusals import NotOffered
from app.core.errors import DomainError
from app.core.text import one_line
from app.schedule.verdict import Refusal


class DecidingForm(FlaskForm):
    """What a member decides about somebody's time: despite what, why, and whether the customer is told.

    `anyway` is sent by the button that sets aside what was objected to.
    """

    tell = BooleanField(_("Tell the customer"))
    reason = StringField(
        _("Why"),
        filters=[one_line],
        validators=[Optional(), Length(max=300, message=_("Please use at most 300 characters."))],
    )
    anyway = HiddenField()

    not_offered = _("Whoever would have it then does not do this service. Please choose somebody else.")
    objections: Sequence[str] = ()
    is_taken = False
    setting_aside = ""

    @property
    def despite(self) -> set[Refusal]:
        """What was seen and set aside; anything else that was sent is nothing."""
        sent = (self.anyway.data or "").split(",")
        return {it for it in Refusal if it.value in sent}

    def show_objections(self, found: Sequence[Objection], zone: str, allowed: Set[Refusal]) -> Self:
        """Show what speaks against it, and offer to set it aside where this member may do so with all of it."""
        self.objections = [in_words(it, zone) for it in found]
        self.is_taken = any(it.refusal == Refusal.BUSY for it in found)
        against = self.despite | {it.refusal for it in found}
        self.setting_aside = (
            ",".join(it.value for it in Refusal if it in against) if against <= allowed else ""
        )
        return self

    def refuse(self, refusal: DomainError) -> Self:
        """Show what was wrong above the form. What is not offered at all is told to customers in other words."""
        not_offered = isinstance(refusal, NotOffered)
        self.form_errors.append(str(self.not_offered if not_offered else refusal.message))
        return self


def as_number(sent: str | None) -> int:
    """A number of a hidden field; what is none is no version that ever was."""
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 12 else -1
