"""A code that a member enters."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from app.core.errors import DomainError
from app.text_fields import LineField


class CodeForm(FlaskForm):
    """A code as somebody said or wrote it."""

    code = LineField(_("Code"), most=100, missing=_("Please type the code."))

    def refuse(self, refusal: DomainError) -> "CodeForm":
        """Say beside the field why it cannot be used."""
        self.code.errors = [str(refusal.message)]
        return self
