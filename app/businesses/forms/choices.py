"""One of several, refused in words people can read."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField

_CHOOSE = _("Please choose one of those offered.")


class OneOf(SelectField):
    """A list to choose from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invalid_choice_message = self.invalid_value_message = _CHOOSE


class OneOfThese(RadioField):
    """Buttons to choose from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invalid_choice_message = self.invalid_value_message = _CHOOSE
