"""What owners type about the whole of their business."""

from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.core.errors import DomainError


class EndForm(FlaskForm):
    """The word that says that somebody means it."""

    word = StringField(
        _("The last part of its address"),
        filters=[lambda it: (it or "").strip()],
        validators=[
            DataRequired(_("Please type the last part of its address exactly as it stands here.")),
            Length(max=60, message=_("Please use at most 60 characters.")),
        ],
    )

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field."""
        self.word.errors = [str(refusal.message)]
        return self
