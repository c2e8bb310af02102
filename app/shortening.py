"""Styles and scripts without what only people read: comments, indentation and blank lines.

No more than that, so that it stays as plain as it is: a rule or statement is the same one before and after.
"""

import re

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Beside these, spaces mean nothing in a style. Beside a colon they may: `.a :first-child` is not `.a:first-child`.
_AROUND = re.compile(r"\s*([{};,])\s*")
# In a script, only what has lines of its own.
_COMMENT_LINES = re.compile(r"^\s*(?:/\*.*?\*/|//[^\n]*)\s*?$", re.DOTALL | re.MULTILINE)
_LINE_END = re.compile(r"\s*\n\s*")


def short_style(text: str) -> str:
    """The same style. Its strings hold no comments, and no braces, semicolons or commas with spaces around."""
    text = _AROUND.sub(r"\1", _COMMENT.sub("", text))
    return re.sub(r"\s+", " ", text).replace(";}", "}").strip()


def short_script(text: str) -> str:
    """The same script. Its strings and templates stand on one line each."""
    return _LINE_END.sub("\n", _COMMENT_LINES.sub("", text)).strip()
