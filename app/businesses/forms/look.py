"""The look of a business."""

from dataclasses import dataclass
from typing import Any, Self

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.branding import PictureChange, PictureRefused
from app.businesses.contrast import ENOUGH, least_contrast
from app.businesses.forms.choices import OneOfThese
from app.businesses.hues import NAMES, STEP
from app.businesses.models import Business
from app.core.errors import DomainError
from app.core.pictures import Picture
from app.fields import PictureField

KINDS = "logo", "cover"


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour of the palette, by its hue in degrees, and the lowest contrast of words with it."""

    hue: int
    name: str
    contrast: float

    @property
    def verdict(self) -> str:
        """How well words can be read with it."""
        ratio = format_decimal(round(self.contrast, 1), "0.0")
        if self.contrast < ENOUGH:
            return gettext("Text on your colour: %(ratio)s : 1, too hard to read", ratio=ratio)
        return gettext("Text on your colour: %(ratio)s : 1, easy to read", ratio=ratio)


class LookForm(FlaskForm):
    """Colour and pictures. Any hue in steps of five may be kept, the palette offers every third."""

    brand_hue = OneOfThese(_("Colour"), coerce=int)
    logo = PictureField(_("Logo"))
    cover = PictureField(_("Cover picture"))
    remove_logo = BooleanField(_("Take the logo away"))
    remove_cover = BooleanField(_("Take the cover picture away"))

    def __init__(self, business: Business) -> None:
        super().__init__(brand_hue=business.brand_hue)
        self.brand_hue.choices = [SelectChoice(hue, str(hue)) for hue in range(0, 360, 5)]
        self.now = business.brand_hue

    @property
    def swatches(self) -> list[tuple[Any, Swatch]]:
        """The radio of each colour that is offered with what there is to say about it."""
        offered = {*range(0, 360, STEP), self.now, self.brand_hue.data}
        return [(radio, swatch(radio.data)) for radio in self.brand_hue if radio.data in offered]

    @property
    def pictures(self) -> dict[str, PictureChange]:
        """What shall happen to each picture. Ends the transaction. Raises PictureRefused."""
        return {kind: PictureChange(self._drawn(kind), self[f"remove_{kind}"].data) for kind in KINDS}

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        field = self[refusal.kind] if isinstance(refusal, PictureRefused) else self.brand_hue
        field.errors = [str(refusal.message)]
        return self

    def _drawn(self, kind: str) -> Picture | None:
        try:
            return self[kind].drawn(kind)
        except DomainError as refusal:
            raise PictureRefused(kind, refusal) from refusal


def swatch(hue: int) -> Swatch:
    """What there is to say about a hue, from 0 to 355."""
    name = str(NAMES[hue // STEP])
    if hue % STEP:
        name = gettext("%(name)s, as it is now", name=name)
    return Swatch(hue, name, least_contrast(hue))
