"""How many pieces a text message is sent in, which is what is paid for (3GPP TS 23.038 and 23.040).

A text all of whose letters are in GSM's alphabet takes seven bits a letter, any other one sixteen: a single accent or
emoji too many makes 160 letters 70.
"""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # Written as two, with an escape before them.
MOST = 20  # in one message, and in the table
_GSM = (160, 153)  # letters in a message by itself, and in each piece of a longer one
_UCS2 = (70, 67)


def is_gsm(text: str) -> bool:
    """Whether all of it can be written in GSM's alphabet."""
    return all(c in _BASIC or c in _EXTENDED for c in text)


def segments_of(text: str) -> int:
    """The pieces of a text; an empty one is a piece too. No letter is ever cut in two."""
    gsm = is_gsm(text)
    alone, piece = _GSM if gsm else _UCS2
    sizes = [_size(c, gsm) for c in text]
    if sum(sizes) <= alone:
        return 1
    count, room = 1, piece
    for size in sizes:
        if size > room:
            count, room = count + 1, piece
        room -= size
    return count


def _size(c: str, gsm: bool) -> int:
    """Letters of GSM, or units of UTF-16: what lies beyond the first 65,536 takes a pair."""
    return 2 if (c in _EXTENDED if gsm else ord(c) > 0xFFFF) else 1
