"""The texts the law asks for: here, or somewhere else on the web."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from app.businesses.forms.web import web_address
from app.core.text import paragraph

_ADDRESS = re.compile(r"https?://\S*", re.IGNORECASE)
_LIMITS = [Optional(), Length(max=20_000, message=_("Please use at most 20,000 characters."))]


class TextsForm(FlaskForm):
    """Each is a text, or the https:// address of the page where it stands."""

    imprint = TextAreaField(_("Imprint"), filters=[paragraph], validators=_LIMITS)
    privacy = TextAreaField(_("Privacy"), filters=[paragraph], validators=_LIMITS)
    terms = TextAreaField(_("Terms"), filters=[paragraph], validators=_LIMITS)

    def _check_address(self, field: Any) -> None:
        if field.data and _ADDRESS.fullmatch(field.data) and web_address(field.data, ("https",)) is None:
            raise ValidationError(
                gettext(
                    "An address has to begin with https:// and lead to a page, such as https://example.com/terms."
                )
            )

    validate_imprint = validate_privacy = validate_terms = _check_address

    @property
    def columns(self) -> dict[str, str | None]:
        """The columns of the business."""
        return {name: _in_whole(self[name].data) for name in ("imprint", "privacy", "terms")}


def _in_whole(text: str | None) -> str | None:
    """An address as the public pages know one, and any text as it is."""
    return web_address(text) if text and _ADDRESS.fullmatch(text) else text
