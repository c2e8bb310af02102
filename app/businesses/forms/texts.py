"""The texts the law asks for: here, or somewhere else on the web."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from app.businesses.forms.web import web_address
from app.text_fields import ParagraphField

_ADDRESS = re.compile(r"https?://\S*", re.IGNORECASE)
_LONGEST = 20_000


class TextsForm(FlaskForm):
    """Each is a text, or the https:// address of the page where it stands."""

    imprint = ParagraphField(_("Imprint"), most=_LONGEST)
    privacy = ParagraphField(_("Privacy"), most=_LONGEST)
    terms = ParagraphField(_("Terms"), most=_LONGEST)

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
