"""What is written about the people of a business."""

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.errors import DomainError
from app.core.text import one_line, paragraph
from app.fields import Checkboxes, NumberField, PictureField
from app.schedule.binding import OnTheTimetable
from app.schedule.keeping import TooMany
from app.staff.roster import Offered, Person
from app.text_fields import EmailLine

COLOURS: dict[int, LazyString] = {
    1: _("Green"),
    2: _("Blue"),
    3: _("Orange"),
    4: _("Violet"),
    5: _("Red"),
    6: _("Leaf green"),
    7: _("Sky blue"),
    8: _("Gold"),
    9: _("Pink"),
    10: _("Indigo"),
    11: _("Mint"),
    12: _("Grey"),
}


SIGHTS = {
    "own": _("Nothing: the calendar shows only their own time"),
    "busy": _("When somebody is busy, and not with whom"),
    "all": _("Everything: they can read them, and change only their own"),
}


class ProfileForm(FlaskForm):
    """What somebody says about themselves."""

    about = TextAreaField(
        _("About"),
        filters=[paragraph],
        validators=[Optional(), Length(max=600, message=_("Please use at most 600 characters."))],
    )
    photo = PictureField(_("Photo"))
    remove_photo = BooleanField(_("Remove the photo"))

    def __init__(self, person: Person | None = None, **more: Any) -> None:
        super().__init__(data={"about": person.about, **more} if person else more)

    def refuse(self, refusal: DomainError) -> Self:
        """A picture is all that may still be refused."""
        self.photo.errors = [str(refusal.message)]
        return self


class PersonForm(ProfileForm):
    """Everything about somebody. `offered` are the services people perform here, `colour` is for somebody new."""

    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please give a name.")),
            Length(max=80, message=_("Please use at most 80 characters.")),
        ],
    )
    title = StringField(
        _("Title"),
        filters=[one_line],
        validators=[Optional(), Length(max=60, message=_("Please use at most 60 characters."))],
    )
    colour = RadioField(
        _("Colour"),
        coerce=int,
        choices=[SelectChoice(number, name) for number, name in COLOURS.items()],
        validators=[InputRequired(_("Please choose a colour."))],
    )
    daily_limit = NumberField(_("Bookings a day, at most"), least=1, most=1000)
    services = Checkboxes(_("Services"), coerce=int)

    def __init__(self, offered: Sequence[Offered], person: Person | None = None, *, colour: int = 1) -> None:
        columns = ("name", "title", "colour", "daily_limit")
        known = {name: getattr(person, name) for name in columns} if person else {"colour": colour}
        super().__init__(person, services=[it.id for it in offered if it.performed], **known)
        self.services.choices = [SelectChoice(it.id, it.name) for it in offered]
        self.offered = {it.id: it for it in offered}

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        about = {OnTheTimetable: self.services, TooMany: self.name}
        field = next((field for kind, field in about.items() if isinstance(refusal, kind)), self.photo)
        field.errors = [str(refusal.message)]
        return self

    @property
    def profile(self) -> dict[str, Any]:
        """What is kept with the person."""
        return {"title": self.title.data, "about": self.about.data, "colour": self.colour.data}


ROLE_NAMES: dict[str, LazyString] = {"owner": _("Owner"), "manager": _("Manager"), "staff": _("Staff")}


class RoleForm(FlaskForm):
    """What somebody may do here; `gives` are the roles this member may give."""

    role = RadioField(_("Role"), validators=[InputRequired(_("Please choose a role."))])

    def __init__(self, gives: Sequence[str], role: str = "staff", **more: Any) -> None:
        super().__init__(data={"role": role, **more})
        self.role.choices = [(it, ROLE_NAMES[it]) for it in gives]

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the role."""
        self.role.errors = [str(refusal.message)]
        return self


class InvitationForm(RoleForm):
    """Whom to ask, and who on the calendar they are."""

    email = EmailLine(_("E-mail"), missing=_("Please enter the address of whoever you invite."))
    person = SelectField(_("On the calendar"), validators=[Optional()])

    def __init__(self, gives: Sequence[str], team: Sequence[Person], person: str = "") -> None:
        super().__init__(gives, person=person)
        free = [(str(it.id), it.name) for it in team if it.user_id is None]
        self.person.choices = [("", _("Nobody: they only run things")), *free]

    @property
    def resource_id(self) -> int | None:
        """The person on the calendar, once the form is valid."""
        return int(self.person.data) if self.person.data else None

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the address."""
        self.email.errors = [str(refusal.message)]
        return self


class SightForm(FlaskForm):
    """What staff see of the appointments of their colleagues."""

    staff_see = RadioField(
        _("Of the appointments of colleagues, staff see"),
        choices=[SelectChoice(*it) for it in SIGHTS.items()],
    )
