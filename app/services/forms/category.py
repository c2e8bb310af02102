"""The name of a heading."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.core.errors import DomainError
from app.core.text import one_line
from app.services.categorizing import LONGEST_NAME


class CategoryForm(FlaskForm):
    """One name."""

    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please give it a name.")),
            Length(max=LONGEST_NAME, message=_("Please use at most 80 characters.")),
        ],
    )

    def refuse(self, refusal: DomainError) -> "CategoryForm":
        """Show what was wrong beside the name."""
        self.name.errors = [str(refusal.message)]
        return self
