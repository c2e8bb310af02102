"""The look of a business: its colour, its logo, its cover."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.businesses.changing import change_business
from app.businesses.contrast import is_readable
from app.businesses.models import Business
from app.businesses.pictures import drop_picture, keep_picture
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.pictures import Picture


class HueTooFaint(DomainError):
    """Words on this colour, or in it, would be too hard to read."""

    message = _("Words would be hard to read in this colour. Please choose another one.")


class PictureRefused(DomainError):
    """Why a picture was not taken; `kind` says which one: logo or cover."""

    def __init__(self, kind: str, refusal: DomainError) -> None:
        super().__init__(refusal.message)
        self.kind, self.status = kind, refusal.status


@dataclass(frozen=True, slots=True)
class PictureChange:
    """A new picture, or none; `removed` takes the old one away."""

    drawn: Picture | None = None
    removed: bool = False


def change_look(
    business: Business, hue: int, pictures: Mapping[str, PictureChange], *, by: Actor, now: datetime
) -> None:
    """Give a business a hue (degrees) and other pictures, by kind: logo, cover.

    Raises HueTooFaint or PictureRefused.
    """
    if not is_readable(hue):
        raise HueTooFaint
    wanted = {kind: it for kind, it in pictures.items() if it.drawn or it.removed}
    keys = {kind: _keep(business.id, kind, it.drawn, by, now) for kind, it in wanted.items()}
    db.session.refresh(business, with_for_update={"key_share": True})
    before = {kind: getattr(business, kind) for kind in wanted}
    change_business(business, {"brand_hue": hue, **keys}, by=by, now=now)
    for key in before.values():
        drop_picture(business.id, key, by=by, now=now)


def _keep(business_id: int, kind: str, drawn: Picture | None, by: Actor, now: datetime) -> str | None:
    if drawn is None:
        return None
    try:
        return keep_picture(business_id, kind, drawn, by=by, now=now)
    except DomainError as refusal:
        raise PictureRefused(kind, refusal) from refusal
