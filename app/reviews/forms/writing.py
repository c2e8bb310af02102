"""What somebody says of a booking or an order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from app.appointments.models import Booking
from app.businesses.models import Business
from app.businesses.pictures import draw_picture
from app.core.db import undo
from app.core.errors import DomainError
from app.core.pictures import MOST_BYTES, NotAPicture, Picture, PictureTooLarge, TooManyPixels
from app.orders.models import Order
from app.public_form import PublicForm
from app.reviews.listing import Told
from app.reviews.models import Review
from app.reviews.writing import MOST_PICTURES, Said, day_of, names_to_show
from app.text_fields import ParagraphField, TrapField

LONGEST = 4000
STARS = {
    "1": _("Bad"),
    "2": _("Not good"),
    "3": _("All right"),
    "4": _("Good"),
    "5": _("Excellent"),
}


class StarsField(RadioField):
    """One to five stars, as radio buttons; `number` is what was chosen."""

    def __init__(self, label: Any = None, *, required: bool = False, **more: Any) -> None:
        super().__init__(
            label, choices=[SelectChoice(*it) for it in STARS.items()], validate_choice=False, **more
        )
        self.is_required = required
        self.flags.required = required

    def pre_validate(self, _form: Any) -> None:
        if self.data in (None, ""):
            if self.is_required:
                raise StopValidation(gettext("Please choose how many stars you give."))
        elif self.data not in STARS:
            raise StopValidation(gettext("Please choose one to five stars."))

    @property
    def number(self) -> int | None:
        """The stars, once the form is valid, or what could be some."""
        return int(self.data) if self.data in STARS else None


class PicturesField(MultipleFileField):
    """Several pictures to upload; `problem` begins with the name of the file it is about."""

    @property
    def files(self) -> list[Any]:
        """Those that were chosen."""
        return [it for it in self.data or () if it]

    @property
    def is_to_choose_again(self) -> bool:
        """Whether nothing is wrong with what was chosen, and still a page that shows the form cannot hold it."""
        return bool(self.files) and not self.errors

    def drawn(self) -> list[Picture]:
        """What was chosen, as pictures of reviews.

        Drawing takes a while, so it ends the transaction first. Raises NotAPicture, PictureTooLarge or TooManyPixels.
        """
        if self.files:
            undo()
        return [self._drawn(it) for it in self.files]

    def _drawn(self, file: Any) -> Picture:
        # A handler that is run again reads it again.
        file.stream.seek(0)
        try:
            return draw_picture("review", file.stream.read(MOST_BYTES + 1))
        except (NotAPicture, PictureTooLarge, TooManyPixels) as refusal:
            self.errors = [f"{(file.filename or '')[:80]}: {refusal.message}"]
            raise


class ReviewForm(PublicForm):
    """Stars, words, photos and the name they stand under. `remove` are photos that were there and shall go."""

    stars = StarsField(_("How was it?"), required=True)
    person_stars = StarsField()
    words = ParagraphField(_("What would you tell a friend?"), most=LONGEST)
    pictures = PicturesField(_("Photos"))
    remove = SelectMultipleField(_("Take away"), validate_choice=False)
    name = RadioField(_("Your name as others see it"), validate_choice=False)
    website = TrapField()

    def __init__(
        self,
        subject: Booking | Order,
        performer: str | None,
        written: Review | None = None,
        kept: Sequence[str] = (),
    ) -> None:
        names = names_to_show(subject.contact_name)
        super().__init__(data=_known(written) if written else {"name": names[0] if names else None})
        self.subject, self.performer, self.written, self.kept = subject, performer, written, kept
        self.names = [] if written else names
        self.name.choices = [SelectChoice(it, it) for it in self.names]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether it has a shape that can be kept."""
        is_well = bool(super().validate(*args, **kwargs))
        if len(self.left) + len(self.pictures.files) > MOST_PICTURES:
            self.pictures.errors = [gettext("Please choose %(most)s photos at most.", most=MOST_PICTURES)]
            is_well = False
        return is_well

    def refuse(self, refusal: DomainError) -> "ReviewForm":
        """Leave beside the photos what is wrong with one of them, say everything else above the form."""
        # The refusal itself would keep the files open that it was raised about.
        if not self.pictures.errors:
            super().refuse(refusal)
        return self

    @property
    def left(self) -> list[str]:
        """The photos that were there and stay."""
        return [it for it in self.kept if it not in (self.remove.data or ())]

    @property
    def said(self) -> Said:
        """What is said, once the form is valid. Ends the transaction where there are photos to draw."""
        pictures = self.pictures.drawn()
        return Said(
            self.stars.number or 0,
            self.person_stars.number if self.performer else None,
            self.words.data,
            [*self.left, *pictures],
            self.name.data,
            str(get_locale()).replace("_", "-"),
        )

    def preview(self, business: Business, now: datetime) -> Told:
        """What others would read, of what was typed until now; photos aside, which are not here yet."""
        row = Review(
            name=self.written.name
            if self.written
            else (self.name.data if self.name.data in self.names else self.names[0] if self.names else "?"),
            stars=self.stars.number or 0,
            person_stars=self.person_stars.number if self.performer else None,
            words=self.words.data,
            language=str(get_locale()).replace("_", "-"),
            visited_on=day_of(self.subject, business, now),
            created_at=self.written.created_at if self.written else now,
            edited_at=now if self.written else None,
        )
        service = self.subject.service_name if isinstance(self.subject, Booking) else None
        return Told(row, service, self.performer, self.left)


def _known(written: Review) -> dict[str, Any]:
    return {
        "stars": str(written.stars),
        "person_stars": str(written.person_stars or ""),
        "words": written.words,
        "name": written.name,
    }
