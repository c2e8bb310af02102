"""The program read as text: its modules, what they import, and where each stands in the building."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.config import ROOT

FLOORS = {
    "core": 0,
    "audit": 1,
    "notifications": 2,
    "auth": 3,
    "businesses": 4,
    "customers": 5,
    "services": 5,
    "moderation": 5,
    "business_hours": 5,
    "sites": 5,
    "schedule": 6,
    "payments": 6,
    "staff": 7,
    "spaces": 7,
    "appointments": 8,
    "waitlist": 9,
    "takings": 9,
    "orders": 9,
    "feeds": 9,
    "enquiries": 10,
    "reviews": 10,
}
DOORS = {
    "storefront",
    "widget",
    "account",
    "dashboard",
    "money",
    "archives",
    "history",
    "reports",
    "platform_admin",
}
# Above everything: they may import any room, and the rooms' acts import none of them.
ROOF = "roof"
# Inside a room the upper kinds may import the lower ones, never the other way round.
KINDS = ("models", "act", "forms", "routes")


@dataclass(frozen=True)
class Module:
    """A Python file below app/."""

    path: Path

    @functools.cached_property
    def parts(self) -> tuple[str, ...]:
        """The dotted name after `app`, in pieces; () for app/__init__.py itself."""
        parts = self.path.relative_to(ROOT / "app").with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def name(self) -> str:
        return ".".join(("app", *self.parts))

    @property
    def place(self) -> str:
        """The path from the top of the checkout, as a complaint names it."""
        return str(self.path.relative_to(ROOT))

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(), self.place)

    @property
    def room(self) -> str:
        return room_of(self.parts)

    @property
    def kind(self) -> str:
        return kind_of(self.parts)

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, full dotted name) of everything imported, also inside functions and for the type checker."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        if self.path.name != "__init__.py":
            package = package[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *(node.module or "").split(".")]).rstrip(".")


@functools.cache
def modules() -> list[Module]:
    """Every module of the application."""
    return [Module(path) for path in sorted((ROOT / "app").rglob("*.py"))]


def rooms() -> set[str]:
    """The folders of app/ that are rooms or doors."""
    return {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")} - {"cli"}


def app_parts(name: str) -> tuple[str, ...] | None:
    """The pieces of the module of ours that `name` is or lies in, without `app`; None for a library's."""
    pieces = name.split(".")
    if pieces[0] != "app":
        return None
    while not is_module(pieces):
        pieces.pop()
    return tuple(pieces[1:])


def is_module(pieces: list[str]) -> bool:
    """Whether these pieces of a dotted name are a file or a folder with an __init__.py."""
    path = ROOT.joinpath(*pieces)
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def room_of(parts: tuple[str, ...]) -> str:
    """The room a module belongs to; the roof for app/*.py and app/cli."""
    if len(parts) < 2 and not (ROOT.joinpath("app", *parts) / "__init__.py").is_file():
        return ROOF
    return parts[0] if parts and parts[0] != "cli" else ROOF


def kind_of(parts: tuple[str, ...]) -> str:
    """What a module of a room is: models, act, forms (guards count as such) or routes."""
    inner = parts[1:]
    if "routes" in inner:
        return "routes"
    if "forms" in inner or "guards" in inner:
        return "forms"
    return "models" if "models" in inner else "act"


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression that is a chain of names, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
