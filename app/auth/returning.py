"""Where to go after signing in."""

import unicodedata

LONGEST = 2000


def safe_path(text: str | None) -> str | None:
    """`text` if it is a path of this site and can be nothing else to any browser; otherwise None.

    Browsers read `//host`, `/\\host` and paths with tabs or line ends in them as another site.
    """
    if not text or len(text) > LONGEST or not text.startswith("/") or text.startswith("//"):
        return None
    if "\\" in text or any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text):
        return None
    return text
