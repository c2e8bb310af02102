"""What platform admins look for and decide."""

from typing import Any

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core.text import one_line
from app.fields import NumberField
from app.platform_admin.listing import STATES
from app.platform_admin.moderating import Case, Verdict
from app.platform_admin.wording import FOR_HIDING, FOR_SHOWING, GROUNDS, SUSPENSIONS
from app.text_fields import ParagraphField

LONGEST = 100
LONGEST_REASON = 1000


class FindForm(Form):
    """Which businesses, and which page of them."""

    q = StringField(filters=[one_line], validators=[Optional(), Length(max=LONGEST)])
    state = StringField()
    page = NumberField(least=1, most=1_000_000, default=1)

    @property
    def typed(self) -> str:
        """The letters to look for."""
        return (self.q.data or "")[:LONGEST]

    @property
    def chosen(self) -> str | None:
        """One of STATES; None for all."""
        return self.state.data if self.state.data in STATES else None

    @property
    def number(self) -> int:
        """The page; the first where the address names none that could be one."""
        return self.page.data if self.page.data and self.page.validate(self) else 1

    @property
    def query(self) -> dict[str, str | None]:
        """What stands in the address of another page of the same list."""
        return {"q": self.typed or None, "state": self.chosen}


class BeforeForm(Form):
    """Where a page of the decisions begins."""

    before = NumberField(least=1, most=999_999_999_999)

    @property
    def place(self) -> int | None:
        """The id right before which it begins; None for the newest."""
        return self.before.data if self.validate() else None


class _ReasonForm(FlaskForm):
    """A reason from a list, and words of one's own: they have to be there where the list has none that fits."""

    words = ParagraphField(_("In your own words"), most=LONGEST_REASON)

    def validate(self, extra_validators: Any = None) -> bool:
        """Another reason than those of the list is one that is said."""
        is_right = super().validate(extra_validators)
        if self.ground.data == "other" and not self.words.data:
            self.words.errors = [gettext("Please say why.")]
            return False
        return bool(is_right)


class SuspensionForm(_ReasonForm):
    """Why a business is switched off. Its members read it."""

    ground = SelectField(_("Reason"), choices=[SelectChoice(*it) for it in SUSPENSIONS.items()])

    def reason(self, language: str) -> str:
        """The reason as the business reads it."""
        with force_locale(language.replace("-", "_")):
            ground = "" if self.ground.data == "other" else str(SUSPENSIONS[self.ground.data])
        return " ".join(filter(None, (ground, self.words.data)))


class ReinstatementForm(FlaskForm):
    """Why it is switched on again."""

    words = ParagraphField(_("Why is it lifted?"), most=LONGEST_REASON, missing=_("Please say why."))


class VerdictForm(_ReasonForm):
    """Show or hide, and why."""

    verdict = RadioField(
        _("What becomes of it?"),
        choices=[SelectChoice("shown", _("Show it")), SelectChoice("hidden", _("Hide it"))],
        validators=[InputRequired(_("Please choose one of the two."))],
    )
    ground = SelectField(
        _("Reason"), choices=[SelectChoice("", "–"), *(SelectChoice(*it) for it in GROUNDS.items())]
    )
    seen = HiddenField()

    def __init__(self, case: Case, **more: Any) -> None:
        super().__init__(**more)
        if not self.is_submitted():
            self.seen.data = case.state

    def seeing(self, case: Case) -> "VerdictForm":
        """The same, for the review as it is now."""
        self.seen.data = case.state
        return self

    def validate_ground(self, field: SelectField) -> None:
        """A reason that goes with it."""
        if not field.data:
            raise ValidationError(gettext("Please choose a reason."))
        if field.data not in (FOR_SHOWING if self.verdict.data == "shown" else FOR_HIDING):
            raise ValidationError(gettext("This reason does not go with what you chose."))

    @property
    def wish(self) -> Verdict:
        """The decision, once the form is valid."""
        return Verdict(self.verdict.data == "shown", self.ground.data, self.words.data or None)
