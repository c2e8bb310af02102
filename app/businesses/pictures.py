"""The pictures of a business: its logo, its cover, its services and people."""

import secrets
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.audit.models import record
from app.businesses.jobs import remove_files
from app.businesses.models import Business, Upload
from app.core import files
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.jobs import enqueue_after_commit
from app.core.pictures import Picture, draw_again

MOST_PICTURES = 300
MOST_BYTES = 100 * 1024 * 1024
# What customers show of their visits takes no room from what the business shows of itself.
MOST_OF_CUSTOMERS = 20_000
MOST_BYTES_OF_CUSTOMERS = 4 * 1024 * 1024 * 1024


class NoRoomForPictures(DomainError):
    """The business has as many pictures as it may have."""

    message = _("You have used all the space there is for pictures. Please remove one you do not need.")


def draw_picture(kind: str, body: bytes) -> Picture:
    """What somebody uploaded, as a picture of this kind (of Upload). It takes a while: hold nothing meanwhile.

    Raises NotAPicture, PictureTooLarge or TooManyPixels.
    """
    return draw_again(body, crop=kind in ("service", "person"))


def keep_picture(business_id: int, kind: str, drawn: Picture, *, by: Actor, now: datetime) -> str:
    """Keep a picture of this kind (of Upload), as draw_picture made it; its key.

    Whoever takes the lock of the schedule too takes that first. Raises NoRoomForPictures.
    """
    size = len(drawn.large) + len(drawn.small)
    _find_room(business_id, kind, size)
    key = secrets.token_urlsafe(16)
    for name, body in zip(files.names_of(key), (drawn.large, drawn.small), strict=True):
        files.put(name, body)
    upload = Upload(
        business_id=business_id,
        key=key,
        kind=kind,
        size=size,
        width=drawn.width,
        height=drawn.height,
        created_at=now,
    )
    db.session.add(upload)
    db.session.flush()
    record("picture.added", "business", business_id, by=by, at=now, business_id=business_id, reason=kind)
    return key


def drop_picture(business_id: int, key: str | None, *, by: Actor, now: datetime) -> None:
    """Forget a picture that is not shown any more; its files go once this is committed. No key, nothing to do."""
    upload = key and db.session.get(Upload, (business_id, key))
    if not upload:
        return
    db.session.delete(upload)
    db.session.flush()
    record("picture.removed", "business", business_id, by=by, at=now, business_id=business_id)
    enqueue_after_commit(remove_files, upload.key)


def _find_room(business_id: int, kind: str, size: int) -> None:
    """Judge the quota while nobody else can add to it. Raises NoRoomForPictures."""
    db.session.execute(select(Business.id).filter_by(id=business_id).with_for_update(key_share=True))
    is_customers = kind == "review"
    most, bytes_ = (
        (MOST_OF_CUSTOMERS, MOST_BYTES_OF_CUSTOMERS) if is_customers else (MOST_PICTURES, MOST_BYTES)
    )
    used = select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(
        Upload.business_id == business_id, (Upload.kind == "review") == is_customers
    )
    count, total = db.session.execute(used).one()
    if count >= most or total + size > bytes_:
        raise NoRoomForPictures
