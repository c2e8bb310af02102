"""What goes into the basket, and how much of it."""

from collections.abc import Iterator
from dataclasses import replace
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

MOST_PIECES = 999


class EntryForm(PublicForm):
    """So many pieces of an item, as they are wanted. `option` are the ids of what was chosen, of whatever choice."""

    quantity = NumberField(_("Pieces"), least=1, most=MOST_PIECES, required=True)
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


class Quantities:
    """How many pieces of each entry of a basket a form wants: 0 takes it out, as does `out`.

    Both name the entry by its key. `basket` has them. `odd` is what was typed that is no number of pieces: of that
    entry there are as many as before.
    """

    problem = _("Please enter a whole number from 0 to %(most)d.", most=MOST_PIECES)

    def __init__(self, sent: MultiDict[str, str], before: Basket) -> None:
        self.odd: dict[str, str] = {}
        self.basket = Basket(tuple(self._changed(sent, before)))
        self.is_changed = self.basket != before

    def _changed(self, sent: MultiDict[str, str], before: Basket) -> Iterator[Entry]:
        out = sent.get("out")
        for entry in before.entries:
            typed = "0" if out == entry.key else sent.get(f"quantity-{entry.key}", "").strip()
            pieces = _pieces(typed)
            if typed and pieces is None:
                self.odd[entry.key] = typed
            if pieces != 0:
                yield replace(entry, quantity=pieces or entry.quantity)


def _pieces(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_PIECES))
    return int(typed) if is_number else None
