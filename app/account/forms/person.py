"""What somebody says about themselves, and what they confirm with their password."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.auth.accounts import WrongPassword
from app.auth.models import User
from app.core.errors import DomainError
from app.fields import Checkboxes
from app.i18n import LANGUAGES
from app.password_fields import PasswordLine
from app.places import zone_choices
from app.text_fields import EmailLine, LineField

TOPICS = {
    "reminder": _("Reminders of visits"),
    "follow_up": _("A word after a visit"),
    "offer": _("Offers and news"),
}
CHANNELS = {"email": _("By e-mail"), "sms": _("By text message")}
KINDS = [f"{topic}:{channel}" for topic in TOPICS for channel in CHANNELS]


class PersonForm(FlaskForm):
    """Name, language, zone, and which messages they want: all are ticked that are not unwanted."""

    name = LineField(_("Name"), most=120, missing=_("Please tell us your name."))
    language = SelectField(_("Language"), validators=[Optional()])
    zone = SelectField(_("Time zone"), validators=[Optional()])
    wanted = Checkboxes(_("Messages"))

    def __init__(self, user: User) -> None:
        wanted = [it for it in KINDS if it not in user.unwanted]
        super().__init__(
            data={
                "name": user.name,
                "language": user.language or "",
                "zone": user.zone or "",
                "wanted": wanted,
            }
        )
        self.language.choices = [("", gettext("As my browser says")), *LANGUAGES.items()]
        self.zone.choices = [
            SelectChoice("", gettext("As the business has it")),
            *zone_choices("", user.zone or ""),
        ]
        self.wanted.choices = [SelectChoice(it, it) for it in KINDS]

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the user."""
        given = set(self.wanted.data or ())
        return {
            "name": self.name.data,
            "language": self.language.data or None,
            "zone": self.zone.data or None,
            "unwanted": [it for it in KINDS if it not in given],
        }

    @property
    def topics(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """Each kind of message with its ways: (topic, [(channel, checkbox)])."""
        boxes = {it.data: it for it in self.wanted}
        return [
            (name, [(words, boxes[f"{topic}:{channel}"]) for channel, words in CHANNELS.items()])
            for topic, name in TOPICS.items()
        ]


class _WithPassword(FlaskForm):
    """Something only whoever knows the password may do."""

    password = PasswordLine(_("Your password"), missing=_("Please type your password."))

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field, if it is about the password."""
        if isinstance(refusal, WrongPassword):
            self.password.errors = [str(refusal.message)]
        return self


class EmailForm(_WithPassword):
    """Another address."""

    email = EmailLine(_("New e-mail address"), missing=_("Please enter your new e-mail address."))


class DeletionForm(_WithPassword):
    """The end of an account."""
