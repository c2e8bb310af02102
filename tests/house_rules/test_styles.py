"""Style sheets: what they ask for is there."""

import re

from app.config import ROOT

USED = re.compile(r"var\((--[\w-]+)\)")  # Of those with a fallback, var(--x, 1rem), none is missed.
MADE = re.compile(r"(--[\w-]+)\s*:")


def test_every_custom_property_is_declared_somewhere() -> None:
    """A browser drops a line with an unknown one silently."""
    sheets = {
        path: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for path in sorted((ROOT / "static" / "css").rglob("*.css"))
    }
    made = {name for style in sheets.values() for name in MADE.findall(style)}
    assert "--ink" in made
    found = [
        f"{path.relative_to(ROOT)} {name}"
        for path, style in sheets.items()
        for name in sorted({*USED.findall(style)} - made)
    ]
    assert not found, "\n".join(found)
