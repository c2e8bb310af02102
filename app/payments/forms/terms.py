"""What is paid first and what goes back, as a business or one of its services has it."""

from collections.abc import Sequence
from typing import Any, Self

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.models import Business
from app.core.card_amounts import askable, least_of
from app.core.errors import DomainError
from app.core.money import LARGEST_PRICE
from app.fields import MoneyField, NumberField, PercentField, TypedField
from app.payments.refund_steps import ALL, MOST_STEPS, RefundStep, read_steps, write_steps
from app.payments.terms import Terms
from app.services.models import Service
from app.terms_in_words import money_in_words

UNITS = {"hours": 60, "days": 1440, "minutes": 1}
LONGEST_MIN = 365 * UNITS["days"]
SHOP = "shop"  # A service that has it as its business does.


class OneOfThese(RadioField):
    """Buttons to choose from, refused in words people can read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invalid_choice_message = self.invalid_value_message = _("Please choose one of those offered.")


class StepForm(Form):
    """One step: until so long before the start, so much goes back; empty where there are fewer."""

    amount = NumberField(_("Until how long before"), least=0, most=LONGEST_MIN)
    unit = SelectField(
        _("In"),
        choices=[
            SelectChoice("hours", _("hours")),
            SelectChoice("days", _("days")),
            SelectChoice("minutes", _("minutes")),
        ],
        default="hours",
    )
    share = PercentField(_("Goes back"), least=0, most=ALL)

    def __init__(self, number: int, step: RefundStep | None, formdata: Any) -> None:
        self.number = number
        super().__init__(formdata, prefix=f"step-{number}-", data=_known(step))
        self.amount.most = LONGEST_MIN // UNITS.get(self.unit.data, 1)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is empty, or whole."""
        valid = super().validate(extra_validators)
        both = self.amount, self.share
        typed = [bool(it.process_errors) or it.data is not None for it in both]
        for field, is_typed in zip(both, typed, strict=True):
            if any(typed) and not is_typed:
                field.errors = [gettext("Please fill in both, or leave both empty.")]
        return valid and all(typed) == any(typed)

    @property
    def step(self) -> RefundStep | None:
        """The step, once the form is valid."""
        if self.amount.data is None or self.share.data is None:
            return None
        return RefundStep(self.amount.data * UNITS[self.unit.data], self.share.data)


class TermsForm(FlaskForm):
    """What is paid when booking, what goes back to who cancels until when, and to who does not come.

    A service can leave the first or the rest of it to its business.
    """

    prepay = OneOfThese(_("Paid when booking"))
    deposit_kind = OneOfThese(
        _("How much"),
        choices=[
            SelectChoice("amount", _("An amount for each place")),
            SelectChoice("share", _("A share of the price")),
        ],
        default="amount",
    )
    deposit = MoneyField(_("Deposit"), least=1, most=LARGEST_PRICE)
    deposit_share = PercentField(_("Share of the price"), least=1, most=ALL)
    gives = OneOfThese(
        _("What goes back"),
        choices=[SelectChoice(SHOP, _("As the business")), SelectChoice("own", _("Steps of its own"))],
    )
    no_show = PercentField(_("Goes back to who does not come"), least=0, most=ALL, required=True)

    def __init__(self, business: Business, service: Service | None = None) -> None:
        self.business, self.service = business, service
        row: Business | Service = service or business
        has_own = service is None or service.refund_steps is not None
        # Where a service begins with steps of its own, it does with those of its business.
        giving = row if has_own else business
        super().__init__(
            data={
                "prepay": row.prepay or SHOP,
                "deposit_kind": "share" if row.deposit_bp else "amount",
                "deposit": row.deposit_cents,
                "deposit_share": row.deposit_bp,
                "gives": "own" if has_own else SHOP,
                "no_show": giving.no_show_back_bp,
            },
            meta={"currency": business.currency},
        )
        self.prepay.choices = [
            *([SelectChoice(SHOP, gettext("As the business"))] if service else []),
            SelectChoice("none", gettext("Nothing")),
            SelectChoice("deposit", gettext("A deposit")),
            SelectChoice("full", gettext("The full price")),
        ]
        if service is None:
            del self.gives
        sent = request.form if self.is_submitted() else None
        steps = read_steps(giving.refund_steps or ())
        self.steps = [StepForm(at + 1, _at(steps, at), sent) for at in range(MOST_STEPS)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it all has a shape that can be kept; what does not count is not asked."""
        self._forget_what_does_not_count()
        valid = super().validate(extra_validators)
        if self.prepay.data == "deposit":
            asked = self.deposit_share if self.deposit_kind.data == "share" else self.deposit
            if asked.data is None and not asked.errors:
                asked.errors = [gettext("Please say how much.")]
                valid = False
            elif self._is_too_little:
                least = money_in_words(least_of(self.business.currency), self.business.currency)
                asked.errors = [gettext("Less than %(money)s cannot be paid online.", money=least)]
                valid = False
        if not self._has_steps:
            return valid
        return all([valid, *[it.validate() for it in self.steps]]) and self._is_in_order()

    def refuse(self, refusal: DomainError) -> Self:
        """Show a refusal above the form."""
        self.form_errors.append(str(refusal.message))
        return self

    @property
    def wrong_steps(self) -> list[tuple[str, str, str]]:
        """The faults of the steps, as a summary of errors says them: where, what, and why."""
        return [
            (field.id, f"{gettext('Step %(n)s', n=it.number)}, {field.label.text}", str(field.errors[0]))
            for it in self.steps
            for field in it
            if field.errors
        ]

    @property
    def terms(self) -> Terms:
        """What is wished for, once the form is valid; what is left to the business is the business's."""
        shop = _terms_of_shop(self.business)
        pays = shop if self.prepay.data == SHOP else self._paid_first
        gives = (self._steps, self.no_show.data or 0)
        if not self._has_steps:
            gives = (shop.steps, shop.no_show_back_bp)
        return Terms(pays.prepay, pays.deposit_cents, pays.deposit_bp, *gives)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the business or of the service, once the form is valid; None: as the business."""
        pays = self._paid_first
        return {
            "prepay": None if self.prepay.data == SHOP else pays.prepay,
            "deposit_cents": pays.deposit_cents,
            "deposit_bp": pays.deposit_bp,
            "refund_steps": write_steps(self._steps) if self._has_steps else None,
            "no_show_back_bp": (self.no_show.data or 0) if self._has_steps else None,
        }

    @property
    def _is_too_little(self) -> bool:
        return self.deposit.data is not None and not askable(self.deposit.data, self.business.currency)

    @property
    def _has_steps(self) -> bool:
        return "gives" not in self or self.gives.data != SHOP

    @property
    def _steps(self) -> tuple[RefundStep, ...]:
        return tuple(sorted((it.step for it in self.steps if it.step), reverse=True))

    @property
    def _paid_first(self) -> Terms:
        return Terms(self.prepay.data, self.deposit.data, self.deposit_share.data)

    def _forget_what_does_not_count(self) -> None:
        """Whatever stands in a field that does not count is no fault, and is not kept."""
        asked = self.deposit_kind.data if self.prepay.data == "deposit" else None
        unasked: list[TypedField] = [] if asked == "amount" else [self.deposit]
        unasked += [] if asked == "share" else [self.deposit_share]
        unasked += [] if self._has_steps else [self.no_show]
        for field in unasked:
            field.data, field.process_errors, field.is_required = None, [], False

    def _is_in_order(self) -> bool:
        """Whether each moment is named once, and nobody gets less back for cancelling earlier."""
        known: dict[int, int] = {}
        for it in sorted((it for it in self.steps if it.step), key=_until):
            until, back = _until(it), it.step.back_bp if it.step else 0
            if until in known:
                it.amount.errors = [gettext("Two steps are for the same moment.")]
                return False
            if known and back < max(known.values()):
                it.share.errors = [gettext("Whoever cancels earlier should not get less back than later.")]
                return False
            known[until] = back
        return True


def _terms_of_shop(business: Business) -> Terms:
    steps = read_steps(business.refund_steps)
    return Terms(
        business.prepay, business.deposit_cents, business.deposit_bp, steps, business.no_show_back_bp
    )


def _until(form: StepForm) -> int:
    return form.step.until_min if form.step else 0


def _at(steps: Sequence[RefundStep], at: int) -> RefundStep | None:
    return steps[at] if at < len(steps) else None


def _known(step: RefundStep | None) -> dict[str, Any]:
    """The fields of a step: hours up to three days, then days."""
    if step is None:
        return {}
    hours, rest = divmod(step.until_min, 60)
    unit = "minutes" if rest else "days" if hours > 72 and hours % 24 == 0 else "hours"
    return {"amount": step.until_min // UNITS[unit], "unit": unit, "share": step.back_bp}
