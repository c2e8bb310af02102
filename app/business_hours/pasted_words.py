"""What people call days and hours in four languages, and a text cut into such words."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_NAMES = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miercoles jueves viernes sabado domingo",
}
# Beside the beginnings of names with at least three letters.
_SHORT = {
    "en": {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6, "m": 0, "w": 2, "f": 4, "weds": 2},
    "de": {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6, "sonnabend": 5, "sonnabends": 5},
    "fr": {"lu": 0, "ma": 1, "me": 2, "je": 3, "ve": 4, "sa": 5, "di": 6, "l": 0, "v": 4},
    "es": {"lu": 0, "ma": 1, "mi": 2, "ju": 3, "vi": 4, "sa": 5, "do": 6}
    | {"l": 0, "m": 1, "x": 2, "j": 3, "v": 4, "s": 5, "d": 6},
}
# These say something else more often than the day that begins like them.
_NO_DAYS = {"die", "mit"}
_GROUPS = {
    **dict.fromkeys(("weekdays", "weekday", "wochentags"), (0, 1, 2, 3, 4)),
    **dict.fromkeys(("weekend", "weekends", "wochenende", "wochenenden"), (5, 6)),
}
_KINDS = {
    "to": "to till til until through thru bis a au al hasta",
    "and": "and und u et y sowie",
    "closed": "off closed geschlossen zu ruhetag ferme fermee cerrado cerrada",
    "nothing": "from von de du le la les el los las open offen geoffnet ouvert ouverte abierto abierta on am"
    " an at um uhr h hrs jeweils our opening business hours offnungszeiten horaires ouverture horario horarios",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_NOON = {"noon", "midday", "mittag", "mittags", "midi", "mediodia"}
_MIDNIGHT = {"midnight", "mitternacht", "minuit", "medianoche"}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−~"), "-")
_TOKEN = re.compile(
    r"(?P<remark>\"[^\"]*\"|\([^)]*\))"
    r"|(?P<end>[;|\n])"
    r"|(?P<nothing>[:.•·*\s]|\bd['’])"
    r"|(?P<always>24 ?/ ?7\b|24 ?h ?/ ?24\b|(?:all day|ganztagig|rund um die uhr|around the clock|toute la journee"
    r"|todo el dia)\b)"
    r"|(?P<whole>24 ?-? ?(?:h|hours?|hrs|std|stunden|heures|horas)\b)"
    r"|(?P<daily>(?:every ?day|daily|taglich|jeden tag|tous les jours|todos los dias|diario)\b)"
    r"|(?P<holiday>(?:ph|sh|(?:(?:public|bank|school) )?holidays?|(?:gesetzliche[nr]? )?feiertag(?:en?|s)?|schulferien"
    r"|(?:jours )?feries?|(?:dias )?festivos?)\b)"
    r"|(?P<time>(?P<hour>[0-9]{1,2})(?: ?[:.h] ?(?P<minute>[0-9]{2})(?::00)?|(?P<short>[0-9]{2}))?(?![0-9])"
    r"(?P<half> ?[ap]\.? ?m\b\.?|[ap](?![a-z]))?(?: ?(?:h|uhr|hrs?|hs)\b\.?)?)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<to>-+)"
    r"|(?P<and>[,&/])"
    r"|(?P<other>.)"
)


@dataclass(slots=True)
class Token:
    """A word and where it stands.

    `kind` says what it is: days, time, to, and, closed, always, holiday, remark, end or other. Days have `days` (0 is
    Monday). A time has `minute`, up to 99:59 as it was typed, its `half` of the day (a, p or none), and whether it is
    the word for midnight.
    """

    kind: str
    text: str
    since: int
    until: int
    days: Sequence[int] = ()
    minute: int = 0
    half: str = ""
    is_midnight: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it is nothing but an hour, such as 9."""
        return self.text.isdigit() and self.minute % 60 == 0 and self.text[0] != "0"


def tokens(text: str, language: str) -> list[Token]:
    """The words of a text that say something. Of words that are days in several languages, `language` decides."""
    found: list[Token] = []
    for match in _TOKEN.finditer(_plain(text)):
        token = Token(match.lastgroup or "other", match.group(), *match.span())
        if token.kind == "time":
            minutes = int(match["minute"] or match["short"] or 0)
            token.minute, token.half = int(match["hour"]) * 60 + minutes, (match["half"] or "").strip()[:1]
            token.kind = "time" if minutes < 60 else "other"
        elif token.kind == "whole":
            # 18–24 h ends at midnight; 24 h alone is all day.
            ends = bool(found) and found[-1].kind == "to"
            token.kind, token.minute = ("time", 24 * 60) if ends else ("always", 0)
        if token.kind != "nothing":
            found.append(token)
    languages = _likely([token.text for token in found if token.kind == "word"], language)
    for token in found:
        _understand(token, languages)
    return [token for token in found if token.kind != "nothing"]


def _understand(token: Token, languages: Sequence[str]) -> None:
    """Say what a word is."""
    if token.kind == "daily":
        token.kind, token.days = "days", range(7)
    if token.kind != "word":
        return
    days = next((days for it in languages if (days := _days(token.text, it))), _GROUPS.get(token.text))
    if days:
        token.kind, token.days = "days", days
    elif token.text in _NOON | _MIDNIGHT:
        token.is_midnight = token.text in _MIDNIGHT
        token.kind, token.minute = "time", 24 * 60 if token.is_midnight else 12 * 60
    else:
        token.kind = _KIND_OF.get(token.text, "other")


def _likely(words: Sequence[str], first: str) -> list[str]:
    """The languages by how many of the words are days in them, `first` before others that have as many."""
    order = sorted(_NAMES, key=lambda it: it != first)
    return sorted(order, key=lambda it: -sum(bool(_days(word, it)) for word in words))


def _days(word: str, language: str) -> tuple[int, ...]:
    if word in _SHORT[language]:
        return (_SHORT[language][word],)
    if len(word) < 3 or word in _NO_DAYS:
        return ()
    names = _NAMES[language].split()
    return next(((at,) for at, name in enumerate(names) if name.startswith(word) or word == f"{name}s"), ())


def _plain(text: str) -> str:
    """Small letters without accents, one kind of dash and of space, each where it stood."""
    return "".join(map(_plain_letter, text)).translate(_DASHES)


def _plain_letter(letter: str) -> str:
    if letter == "\n":
        return letter
    plain = " " if letter.isspace() else unicodedata.normalize("NFKD", letter)[:1].lower()
    return plain if len(plain) == 1 else letter
