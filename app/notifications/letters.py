"""The letter that tries words: about something made up, with the words that its row carries."""

from dataclasses import replace

from flask_babel import force_locale
from flask_babel import gettext as _

from app.notifications.kinds import Letter, Reason, Wording, kinds_with_wordings
from app.notifications.models import Notification
from app.notifications.rewording import Place
from app.notifications.samples import sample_of


def why_not_tried(row: Notification) -> Reason | None:
    """Why nobody needs to see it any more."""
    if row.payload.get("kind") not in kinds_with_wordings():
        return _("There are no such messages any more.")
    return None


def tried(row: Notification) -> Letter:
    """As its reader would get it, but for a word in the subject that says what it is."""
    place = Place(row.payload["kind"], row.channel, row.language)
    subject = row.payload["subject"]
    if subject is not None:
        with force_locale(row.language.replace("-", "_")):
            subject = f"[{_('Test')}] {subject}"
    _row, letter = sample_of(row.business_id or 0, place, Wording(row.payload["body"], subject))
    return replace(letter, recipient=None)
