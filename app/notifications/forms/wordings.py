"""The shape of the words that a business gives a message."""

from typing import Any, Self

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from app.core.errors import DomainError
from app.core.phones import read_phone
from app.core.text import paragraph
from app.notifications.doubting import doubts_about
from app.notifications.kinds import Wording, find_kind
from app.notifications.rewording import LONGEST_BODY, LONGEST_SUBJECT, ChangedMeanwhile, Place
from app.text_fields import LineField


class WordingForm(FlaskForm):
    """Subject and text of a message; a text message has no subject. `seen` is the version that was looked at."""

    seen = HiddenField()
    subject = LineField(_("Subject"), most=LONGEST_SUBJECT, missing=_("Please type a subject."))
    body = TextAreaField(_("Text"), [DataRequired(_("Please type a text."))], filters=[paragraph])
    anyway = BooleanField(_("Save anyway"))
    number = LineField(_("Your mobile number"), most=40)

    def __init__(self, place: Place, now: Wording, version: str, country: str | None) -> None:
        super().__init__(data={"subject": now.subject, "body": now.body, "seen": version})
        self.place, self._country, self.is_overtaken = place, country, False
        if place.channel == "sms":
            del self.subject
        else:
            del self.number

    @property
    def most(self) -> int:
        """So many characters fit the text."""
        return LONGEST_BODY[self.place.channel]

    @property
    def wording(self) -> Wording:
        """What was typed."""
        subject = self.subject.data or "" if self.place.channel == "email" else None
        return Wording(self.body.data or "", subject)

    @property
    def recipient(self) -> str | None:
        """The number to send a text message to, as E.164; None where that is none."""
        return read_phone(self.number.data, self._country)

    @property
    def is_doubtful(self) -> bool:
        """Whether something in braces is no word we know."""
        return bool(doubts_about(self.wording, find_kind(self.place.kind).fills))

    def validate_body(self, field: Any) -> None:
        if len(field.data or "") > self.most:
            most = format_decimal(self.most)
            raise ValidationError(gettext("Please use at most %(most)s characters.", most=most))

    def is_to_be_kept(self) -> bool:
        """Whether it is complete, and each word in braces is known or wanted as it stands."""
        if not self.validate():
            return False
        if self.is_doubtful and not self.anyway.data:
            self.anyway.errors = [gettext("Something in braces is no word we know.")]
            return False
        return True

    def is_to_be_tried(self) -> bool:
        """Whether it is complete and, for a text message, there is a number to send it to."""
        is_complete = self.validate()
        if self.place.channel == "sms" and self.recipient is None:
            self.number.errors = [gettext("Please type your mobile number, as you would dial it.")]
            return False
        return is_complete

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal."""
        self.is_overtaken = isinstance(refusal, ChangedMeanwhile)
        if not self.is_overtaken:
            self.form_errors.append(str(refusal.message))
        return self

    def look_at(self, version: str) -> None:
        """Whoever was overtaken is shown this version, and saves over it if they save again."""
        if self.is_overtaken:
            self.seen.data = version
