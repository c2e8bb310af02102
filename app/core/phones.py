"""Phone numbers as they are kept."""

import phonenumbers


def read_phone(text: str | None, country: str | None) -> str | None:
    """A number as people of a country (ISO 3166) write it, as E.164: +49305550142. None if it is none."""
    try:
        number = phonenumbers.parse(text or "", country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
