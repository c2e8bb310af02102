"""What goes into the basket, and how much of it."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from app.core.errors import DomainError
from app.fields import NumberField
from app.orders.basket import LONGEST_NOTE, Basket, Entry, chosen_options
from app.orders.menu import MenuItem
from app.public_form import PublicForm
from app.text_fields import LineField


class EntryForm(PublicForm):
    """So many pieces of an item, as they are wanted. `option` are the ids of what was chosen, of whatever choice."""

    quantity = NumberField(_("Pieces"), least=1, most=999, required=True)
    note = LineField(_("A wish for this"), most=LONGEST_NOTE)
    basket = HiddenField()

    def __init__(self, item: MenuItem) -> None:
        super().__init__(data={"quantity": 1})
        self.item = item
        self.options: tuple[int, ...] = ()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether it can be ordered so. `problem` says what was not chosen as it has to be."""
        is_well = super().validate(*args, **kwargs)
        try:
            self.options = chosen_options(self.item, self.chosen)
        except DomainError as refused:
            self.refuse(refused)
        return is_well and not self.problem

    @property
    def chosen(self) -> list[int]:
        """The options that came, or those that are chosen at first: the first of each that has to be chosen."""
        if self.is_submitted():
            sent = [
                it for name in request.form if name.startswith("choice-") for it in request.form.getlist(name)
            ]
            return [int(it) if it.isascii() and it.isdigit() and len(it) < 19 else 0 for it in sent]
        return [option.id for choice in self.item.choices for option in choice.options[: choice.least]]

    @property
    def entry(self) -> Entry:
        """What goes into the basket."""
        return Entry(self.item.id, self.options, self.quantity.data, self.note.data)


class QuantitiesForm(PublicForm):
    """How many pieces of each entry there shall be; 0 takes it out, as does `out` with its number."""

    basket = HiddenField()

    def changed(self, basket: Basket) -> Basket:
        """The basket with the numbers that came; what is no number from 0 to 999 stays as it was."""
        out = _whole(request.form, "out")
        for at in reversed(range(len(basket.entries))):
            typed = 0 if at == out else _whole(request.form, f"quantity-{at}")
            if typed is not None:
                basket = basket.with_quantity(at, typed)
        return basket


def _whole(sent: MultiDict[str, str], name: str) -> int | None:
    text = sent.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None
