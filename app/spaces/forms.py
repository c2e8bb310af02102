"""A room."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.core.text import one_line


class RoomForm(FlaskForm):
    """What it is called."""

    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_("Please give it a name.")),
            Length(max=80, message=_("Please use at most 80 characters.")),
        ],
        description=_("Such as “Chair 2”, “Treatment room” or “Bay at the window”."),
    )
