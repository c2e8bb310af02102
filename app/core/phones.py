"""Phone numbers as they are kept."""

import phonenumbers

_FEWEST = 6  # Fewer digits stand in other numbers too.


def read_phone(text: str | None, country: str | None) -> str | None:
    """A number as people of a country (ISO 3166) write it, as E.164: +49305550142. None if it is none."""
    try:
        number = phonenumbers.parse(text or "", country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national_number(phone: str) -> str | None:
    """The digits of an E.164 number that stand in it however it is written: without the country's and a leading zero.

    None for what is no such number, or too short to be told from others.
    """
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return None
    digits = str(number.national_number)
    return digits if len(digits) >= _FEWEST else None
