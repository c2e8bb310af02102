"""Templates read as text: their markup without Jinja, and who includes whom."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from app.config import ROOT

TEMPLATES = ROOT / "templates"
# Stands where Jinja writes a value; a character of the private use area, so neither a letter nor a space.
VALUE = "\ue000"
# Blocks and macros so named are written inside a tag.
PIECES_OF_TAGS = ("_attributes", "_class", "_classes")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Browsers read the type of a script before they ask the content policy: this one is data and never runs
# (https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element, steps 8 to 13 and 19).
DATA_BLOCK = 'type="application/ld+json"'
JINJA = Environment(
    extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True
)


@dataclass
class Tag:
    """One start tag; `depth` 0 is a root element."""

    line: int
    depth: int
    name: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class Template:
    """A file below templates/."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(TEMPLATES))

    @property
    def folder(self) -> str:
        return self.name.split("/")[0] if "/" in self.name else ""

    @property
    def is_partial(self) -> bool:
        """Whether it is a noun that htmx may swap."""
        return self.path.name.startswith("_") and self.folder not in {"components", "layouts", "errors"}

    @functools.cached_property
    def text(self) -> str:
        return self.path.read_text()

    @functools.cached_property
    def tree(self) -> nodes.Template:
        return JINJA.parse(self.text, self.name)

    @functools.cached_property
    def page(self) -> "Page":
        page = Page()
        page.feed(without_jinja(self.text))
        page.close()
        return page

    def names(self) -> set[str]:
        """The templates it extends, includes or imports from."""
        kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
        return {
            constant.value
            for node in self.tree.find_all(kinds)
            for constant in node.template.find_all(nodes.Const)  # type: ignore[attr-defined]
        } | {
            node.template.value  # type: ignore[attr-defined]
            for node in self.tree.find_all(kinds)
            if isinstance(node.template, nodes.Const)  # type: ignore[attr-defined]
        }


@dataclass
class Page(HTMLParser):
    """The tags and texts of a piece of markup."""

    tags: list[Tag] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attributes}
        self.tags.append(Tag(self.getpos()[0], len(self.open), name, values))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        if name in self.open:
            while self.open.pop() != name:
                pass

    def handle_startendtag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(name, attributes)
        if name not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            blank = data[: len(data) - len(data.lstrip())]
            self.texts.append((self.getpos()[0] + blank.count("\n"), data.strip()))


@functools.cache
def templates() -> list[Template]:
    """Every template."""
    return [Template(path) for path in sorted(TEMPLATES.rglob("*.html"))]


def without_jinja(source: str) -> str:
    """The markup alone: VALUE for each {{ }}, nothing for {% %}, comments and translated blocks. Lines stay."""
    text, hidden_until, statement = "", "", None
    for line, kind, value in JINJA.lex(source):
        text += "\n" * (line - 1 - text.count("\n"))
        if kind == "block_begin":
            statement = []
        elif kind == "block_end" and statement:
            hidden_until = hidden_until if statement[0] != hidden_until else ""
            hidden_until = hidden_until or end_of_hidden(statement)
            statement = None
        elif statement is not None:
            statement += [value] if kind == "name" else []
        elif kind == "variable_begin" and not hidden_until:
            # Where the name of an element is a value, any name will do.
            text += "x" if text.endswith(("<", "</")) else VALUE
        elif kind == "data" and not hidden_until:
            text += value
    return text


def end_of_hidden(statement: list[str]) -> str:
    """What ends the part a statement begins, if nobody reads it: translated already, or a piece of a tag."""
    kind, name = [*statement, ""][:2]
    if kind == "trans":
        return "endtrans"
    is_piece_of_a_tag = kind in {"block", "macro"} and name.endswith(PIECES_OF_TAGS)
    return f"end{kind}" if is_piece_of_a_tag else ""


@functools.cache
def named() -> dict[str, set[str]]:
    """What each template extends, includes or imports from."""
    return {template.name: template.names() for template in templates()}


def with_relatives(names: set[str]) -> set[str]:
    """The templates named, and all they extend, include or import from, however far."""
    known = named()
    found: set[str] = set()
    waiting = list(names & known.keys())
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += known[name] & known.keys()
    return found


def faults(page: str) -> Iterator[str]:
    """What a strict content policy would refuse in a finished page: inline scripts, styles and handlers."""
    for tag in re.findall(r"<[a-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", page):
        name = re.match(r"<([a-z0-9-]+)", tag)[1]  # type: ignore[index]
        bare = re.sub(r"=\s*(\"[^\"]*\"|'[^']*')", "=", tag)
        if name == "style" or (name == "script" and "src=" not in bare and DATA_BLOCK not in tag):
            yield tag
        if re.search(r"\s(on[a-z]+|style|hx-on[:\w-]*|hx-vars)\s*=", bare) or "javascript:" in tag:
            yield tag
