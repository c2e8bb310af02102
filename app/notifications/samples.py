"""Messages nobody gets: about somebody made up, to see what words look like and to try them."""

from dataclasses import replace

from flask_babel import force_locale

from app.notifications.kinds import Kind, Letter, Wording, Words, find_kind
from app.notifications.models import Notification
from app.notifications.rewording import Place

_otherwise: list[Words] = []


def otherwise(words: Words) -> None:
    """Register what shows the words of kinds that have no sample of their own."""
    _otherwise[:] = [words]


def sample_of(business_id: int, place: Place, wording: Wording | None = None) -> tuple[Notification, Letter]:
    """A message as somebody made up would get it: a row that is in no database, and its letter.

    It says what the business says now, or these words. Raises UnknownKind.
    """
    row = Notification(
        business_id=business_id,
        kind=place.kind,
        channel=place.channel,
        language=place.language,
        recipient="",
        payload={},
    )
    found = find_kind(place.kind)
    letter = (found.sample or _otherwise[0])(row)
    fills = _fills(found, place.language) | dict(letter.fills)
    return row, replace(letter, fills=fills, wording=wording, template=letter.template or place.kind)


def _fills(kind: Kind, language: str) -> dict[str, str]:
    """What the words in braces stand for where the sample does not say so."""
    with force_locale(language.replace("-", "_")):
        return {word: str(it.sample) for word, it in kind.fills.items()}
