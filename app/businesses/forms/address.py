"""The address of a business on the web."""

from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp

from app.businesses.addressing import SLUG
from app.core.errors import DomainError
from app.core.text import one_line


def in_one_word(text: str | None) -> str | None:
    """What was typed as an address would have it: in lower case, spaces as dashes."""
    line = one_line(text)
    return line and line.lower().replace(" ", "-")


class AddressForm(FlaskForm):
    """The last part of the address."""

    slug = StringField(
        _("Address"),
        filters=[in_one_word],
        validators=[
            DataRequired(_("Please type an address.")),
            Length(max=60, message=_("Please use at most 60 characters.")),
            Regexp(
                SLUG.pattern + r"\Z",
                message=_("Please use only the letters a to z, digits, and dashes between them."),
            ),
        ],
    )

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field."""
        self.slug.errors = [str(refusal.message)]
        return self
