"""The sheets a poster is printed on."""

# Width and height in millimetres.
SIZES = {"a4": (210.0, 297.0), "a5": (148.0, 210.0), "letter": (215.9, 279.4)}
# Where printers hold US Letter (CLDR, supplemental data, paperSize).
_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])


def sizes_of(country: str) -> list[str]:
    """The sizes people of a country (ISO 3166) can print, the usual one first."""
    return ["letter"] if country in _LETTER else ["a4", "a5"]
