"""The forms of an item of the menu, of what is chosen with it, and of the options."""

from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from app.businesses.models import Business
from app.core.errors import DomainError
from app.core.money import LARGEST_PRICE
from app.core.pictures import NotAPicture, PictureTooLarge, TooManyPixels
from app.core.text import one_line, paragraph
from app.dates import weekday_name
from app.fields import Checkboxes, ClockField, MoneyField, NumberField, PercentField, PictureField
from app.schedule.wall_clock import DAY
from app.services.choosing import ChoiceWish, OptionWish
from app.services.models import LONGEST_NAME, ItemChoice, ItemOption, ServiceItem
from app.services.selling import ItemWish

WHOLE_WEEK = range(7)


def _name(label: Any, longest: int = LONGEST_NAME) -> StringField:
    too_long = _("Please use at most %(num)s characters.", num=longest)
    return StringField(
        label,
        filters=[one_line],
        validators=[DataRequired(_("Please give it a name.")), Length(max=longest, message=too_long)],
    )


class ItemForm(FlaskForm):
    """What it is, what it costs, how many there are, and when it can be had."""

    name = _name(_("Name"))
    description = TextAreaField(
        _("Description"),
        filters=[paragraph],
        validators=[Optional(), Length(max=1000, message=_("Please use at most 1,000 characters."))],
    )
    picture = PictureField(_("Picture"))
    remove_picture = BooleanField(_("Remove the picture"))
    price = MoneyField(_("Price"), least=0, most=LARGEST_PRICE, required=True)
    tax = PercentField(_("Tax"), least=0, most=10_000)
    stock = NumberField(_("Pieces left"), least=0, most=1_000_000)
    # What the page said was left: whoever saves something else does not undo what was sold meanwhile.
    shown_stock = HiddenField()
    most = NumberField(_("Most in one order"), least=1, most=999, required=True)
    weekdays = Checkboxes(_("Days"))
    from_time = ClockField(_("From"))
    until_time = ClockField(_("Until"), ends=True)
    prepare = NumberField(_("Time to prepare"), least=0, most=10_080)

    def __init__(self, business: Business, item: ServiceItem | None = None) -> None:
        self.item = item
        super().__init__(data=_known(item) if item else _NEW, meta={"currency": business.currency})
        self.weekdays.choices = [SelectChoice(str(it), weekday_name(it)) for it in WHOLE_WEEK]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it has a shape that can be kept."""
        valid = bool(super().validate(extra_validators))
        if not self.weekdays.data and not self.weekdays.errors:
            self.weekdays.errors = [gettext("Please tick at least one day.")]
        # Past midnight it is the night after; midnight itself is the end of the day.
        if self.until_time.data and self.from_time.data == self.until_time.data:
            self.until_time.errors = [gettext("Please choose a later time than that it begins at.")]
        return valid and not self.weekdays.errors and not self.until_time.errors

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the picture, or above the form."""
        if isinstance(refusal, NotAPicture | PictureTooLarge | TooManyPixels):
            self.picture.errors = [str(refusal.message)]
        else:
            self.form_errors.append(str(refusal.message))
        return self

    @property
    def wish(self) -> ItemWish:
        """The item as it is wished for, once the form is valid. Ends the transaction to draw the picture."""
        from_min = self.from_time.data or 0
        until_min = self.until_time.data or DAY
        columns: dict[str, Any] = {
            "name": self.name.data,
            "description": self.description.data,
            "price_cents": self.price.data,
            "tax_bp": self.tax.data,
            "most": self.most.data,
            "weekdays": sum(1 << it for it in self.weekdays.ids),
            "from_min": from_min,
            "until_min": until_min + DAY if until_min < from_min else until_min,
            "prepare_min": self.prepare.data,
        }
        if self.item is None or not self._has_shown_stock:
            columns["stock"] = self.stock.data
        return ItemWish(columns, self.picture.drawn("item"), bool(self.remove_picture.data))

    @property
    def _has_shown_stock(self) -> bool:
        """Whether the number of pieces is that which stood there before anybody typed."""
        typed = "" if self.stock.data is None else str(self.stock.data)
        return self.shown_stock.data is not None and typed == self.shown_stock.data


_NEW = {"most": 20, "weekdays": [str(it) for it in WHOLE_WEEK]}


def _known(item: ServiceItem) -> dict[str, Any]:
    always = item.from_min == 0 and item.until_min >= DAY
    return {
        "name": item.name,
        "description": item.description,
        "price": item.price_cents,
        "tax": item.tax_bp,
        "stock": item.stock,
        "shown_stock": "" if item.stock is None else str(item.stock),
        "most": item.most,
        "weekdays": [str(it) for it in WHOLE_WEEK if item.weekdays >> it & 1],
        "from_time": None if always else item.from_min,
        "until_time": None if always else (item.until_min - 1) % DAY + 1,
        "prepare": item.prepare_min,
    }


class ChoiceForm(Form):
    """What is chosen, and how many of its options. Many stand on a page, told apart by the names of fields."""

    name = _name(_("What is chosen"), 80)
    least = NumberField(_("At least"), least=0, most=50, required=True)
    most = NumberField(_("At most"), least=1, most=50, required=True)

    def __init__(self, choice: ItemChoice | None = None, formdata: Any = None) -> None:
        known = {"name": choice.name, "least": choice.least, "most": choice.most} if choice else {}
        prefix = f"choice-{choice.id}-" if choice else "choice-"
        super().__init__(formdata, prefix=prefix, data=known or {"least": 0, "most": 1})

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it has a shape that can be kept, and at most is not fewer than at least."""
        valid = super().validate(extra_validators)
        if valid and (self.least.data or 0) > (self.most.data or 0):
            self.most.errors = [gettext("That is fewer than at least.")]
        return valid and not self.most.errors

    @property
    def wish(self) -> ChoiceWish:
        """The choice, once the form is valid."""
        return ChoiceWish(self.name.data or "", self.least.data or 0, self.most.data or 1)


class OptionForm(Form):
    """What can be chosen, and what it costs more. Each has names of its own for its fields."""

    name = _name(_("Option"), 80)
    extra = MoneyField(_("Costs more"), least=0, most=LARGEST_PRICE)

    def __init__(
        self, currency: str, choice_id: int, option: ItemOption | None = None, formdata: Any = None
    ) -> None:
        known = {"name": option.name, "extra": option.extra_cents or None} if option else {}
        prefix = f"option-{option.id}-" if option else f"of-{choice_id}-"
        super().__init__(formdata, prefix=prefix, data=known, meta={"currency": currency})

    @property
    def wish(self) -> OptionWish:
        """The option, once the form is valid."""
        return OptionWish(self.name.data or "", self.extra.data or 0)
