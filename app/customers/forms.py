"""Whom somebody looks for, and what members write down about customers."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional

from app.businesses.models import Business
from app.core.text import one_line
from app.customers.describing import Details
from app.customers.merging import CHOSEN
from app.customers.models import Customer
from app.customers.tagging import LONGEST_TAG
from app.fields import NumberField
from app.i18n import LANGUAGES
from app.text_fields import EmailLine, LineField, ParagraphField, PhoneLine

LONGEST = 100
LONGEST_NOTE = 5000
WHICH = ("blocked", "missed", "away")
SORTS = ("seen", "spent")


class FindForm(Form):
    """What was typed into a search, cut where it is too long to be a name."""

    q = StringField(filters=[one_line], validators=[Optional(), Length(max=LONGEST)])
    page = NumberField(least=1, most=1_000_000, default=1)

    tag = StringField(filters=[one_line], validators=[Optional(), Length(max=LONGEST_TAG)])
    which = StringField()
    sort = StringField()

    @property
    def query(self) -> dict[str, str | None]:
        """What stands in the address of another page of the same list."""
        wished = {"q": self.typed, "tag": self.tag.data, "which": self.chosen, "sort": self.order}
        return {name: value or None for name, value in wished.items()}

    @property
    def chosen(self) -> str:
        """One of WHICH, or nothing for everybody."""
        return self.which.data if self.which.data in WHICH else ""

    @property
    def order(self) -> str:
        """One of SORTS, or nothing for names."""
        return self.sort.data if self.sort.data in SORTS else ""

    @property
    def typed(self) -> str:
        """The words to look for."""
        return (self.q.data or "")[:LONGEST]

    @property
    def number(self) -> int:
        """The page; the first where the address names none that could be one."""
        return self.page.data if self.page.data and self.validate() else 1


class DetailsForm(FlaskForm):
    """Who a customer is and how to reach them."""

    name = LineField(_("Name"), most=120, missing=_("Please enter a name."))
    email = EmailLine(_("E-mail"))
    phone = PhoneLine()
    language = SelectField(_("Language of messages"), validate_choice=True)

    def __init__(self, business: Business, customer: Customer | None = None) -> None:
        super().__init__(obj=customer)
        self.business = business
        self.language.data = self.language.data or ""
        unsaid = SelectChoice("", _("As the business writes"))
        self.language.choices = [unsaid, *(SelectChoice(code, name) for code, name in LANGUAGES.items())]
        self.refused_for: int | None = None

    @property
    def details(self) -> Details:
        """The person, cleaned; once the form is valid."""
        return Details(
            self.name.data or "", self.email.address, self.phone.number, self.language.data or None
        )


class TagForm(FlaskForm):
    """A word to sort by."""

    tag = LineField(_("Tag"), most=LONGEST_TAG, missing=_("Please enter a tag."))


class NoteForm(FlaskForm):
    """What members should know."""

    body = ParagraphField(_("Note"), most=LONGEST_NOTE)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether something was written."""
        is_well = super().validate(*args, **kwargs)
        if is_well and not self.body.data:
            self.body.errors = [str(_("Please write something."))]
        return is_well and not self.body.errors


class BlockForm(FlaskForm):
    """Why somebody is blocked; only members read it."""

    reason = LineField(_("Reason"), most=500, description=_("Only your team reads it."))


class MergeForm(FlaskForm):
    """Which of two rows stays, and whose values are right. Each choice is "one" or "other"."""

    survivor = RadioField(_("Whose page stays"))
    name = RadioField(_("Name"))
    email = RadioField(_("E-mail"))
    phone = RadioField(_("Phone"))
    language = RadioField(_("Language of messages"))

    def __init__(self, one: Customer, other: Customer) -> None:
        super().__init__()
        self.both = one, other
        self.survivor.choices = [SelectChoice("one", one.name), SelectChoice("other", other.name)]
        self.survivor.data = self.survivor.data or "one"
        for column in CHOSEN:
            values = getattr(one, column), getattr(other, column)
            field = self[column]
            if None in values or values[0] == values[1]:
                del self[column]
                continue
            field.choices = [
                SelectChoice(which, value) for which, value in zip(("one", "other"), values, strict=True)
            ]
            field.data = field.data or "one"

    @property
    def ids(self) -> tuple[int, int]:
        """Who stays, and who is merged into them."""
        one, other = (it.id for it in self.both)
        return (one, other) if self.survivor.data == "one" else (other, one)

    @property
    def from_other(self) -> frozenset[str]:
        """The columns in which whoever does not stay is right."""
        return frozenset(it for it in CHOSEN if it in self and self[it].data != self.survivor.data)


class EraseForm(FlaskForm):
    """The name of whoever is forgotten, to be sure."""

    name = LineField(_("Name of the customer"), most=120, missing=_("Please type the name."))
