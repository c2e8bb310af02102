"""How code is written: short handlers, no SQL at the door, one clock, words people read in gettext."""

import ast
from collections.abc import Iterator

from tests.house_rules.source import ROOF, Module, dotted, functions, modules

MODULE_LINES = 300
ROUTES_LINES = 150
HANDLER_STATEMENTS = 12
# In this product a service is a haircut; the others say nothing about what is inside.
EMPTY_MODULE_NAMES = {"service", "services", "util", "utils", "helper", "helpers", "manager", "managers"} | {
    *(
        "handler",
        "handlers",
        "common",
        "misc",
        "process",
        "data",
        "info",
        "functions",
        "views",
        "controllers",
    ),
}
EMPTY_CLASS_ENDINGS = (
    "Manager",
    "Handler",
    "Helper",
    "Helpers",
    "Util",
    "Utils",
    "Processor",
    "Data",
    "Info",
)
CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today", "time.gmtime"),
}
# The style guide shows components with words that nobody else reads.
WITH_SAMPLES = {
    "app.style_guide",
    *(f"app.cli.demo.{it}" for it in ("bar", "bar_menu", "bar_voices", "salon_events", "salon_shelves")),
    *(f"app.cli.demo.{it}" for it in ("salon_voices", "yoga_voices")),
}
COMMITTERS = {"routes", "guards", "jobs"}


def test_no_module_is_too_long_to_be_one_thought() -> None:
    lengths = {module.place: len(module.path.read_text().splitlines()) for module in modules()}
    assert {place: n for place, n in lengths.items() if n > MODULE_LINES} == {}
    routes = {module.place for module in modules() if module.kind == "routes"}
    assert {place: n for place, n in lengths.items() if n > ROUTES_LINES and place in routes} == {}


def test_a_function_of_the_routes_is_a_few_statements() -> None:
    """Counted as statements, because the formatter gives each argument of a long call a line of its own."""
    found = [
        f"{module.place}:{function.lineno} {function.name} has {statements(function)} statements"
        for module in routes()
        for function in functions(module)
        if statements(function) > HANDLER_STATEMENTS
    ]
    assert not found, "\n".join(found)


def test_routes_and_forms_know_no_sql() -> None:
    found = [
        f"{module.place}:{line} uses {what}"
        for module in modules()
        if module.room != ROOF and module.parts[-1] != "guards" and module.kind in {"routes", "forms"}
        for line, what in [*session_uses(module), *sql_imports(module)]
        if what not in {"db.session.commit", "db.session.rollback"}
    ]
    assert not found, "\n".join(found)


def test_only_handlers_jobs_and_commands_commit() -> None:
    found = [
        f"{module.place}:{line}"
        for module in modules()
        if module.room not in {ROOF, "core"} and not COMMITTERS & set(module.parts)
        for line, what in session_uses(module)
        if what == "db.session.commit"
    ]
    assert not found, "\n".join(found)


def test_one_place_asks_what_time_it_is() -> None:
    found = [
        f"{module.place}:{node.lineno} calls {dotted(node.func)}"
        for module in modules()
        if module.name != "app.core.clock"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func) in CLOCKS
    ]
    assert not found, "\n".join(found)


def test_modules_and_classes_say_what_they_hold() -> None:
    found = [
        module.place
        for module in modules()
        if len(module.parts) > 1 and module.parts[-1] in EMPTY_MODULE_NAMES
    ]
    found += [
        f"{module.place}:{node.lineno} {node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_CLASS_ENDINGS)
    ]
    assert not found, "\n".join(found)


def test_every_module_and_every_public_act_handler_and_class_has_a_docstring() -> None:
    found = [
        f"{module.place}:1" for module in modules() if has_code(module) and not ast.get_docstring(module.tree)
    ]
    found += [
        f"{module.place}:{node.lineno} {node.name}"
        for module in modules()
        if module.kind in {"models", "act", "routes"} or module.room == ROOF
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node) and not any(is_message(line) for line in node.body)
    ]
    assert not found, "\n".join(found)


def test_what_people_read_goes_through_gettext() -> None:
    found = [
        f"{module.place}:{line} {text!r}"
        for module in modules()
        if module.name not in WITH_SAMPLES
        for line, text in bare_words(module)
    ]
    assert not found, "\n".join(found)


def routes() -> list[Module]:
    """The modules that answer requests."""
    return [module for module in modules() if module.kind == "routes"]


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Statements of the body, inner ones too, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return sum(isinstance(node, ast.stmt) for statement in body for node in ast.walk(statement))


def session_uses(module: Module) -> Iterator[tuple[int, str]]:
    """(line, what) of each use of the database session."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node.value).endswith("db.session"):
            yield node.lineno, f"db.session.{node.attr}"


def sql_imports(module: Module) -> Iterator[tuple[int, str]]:
    """(line, name) of what is imported from SQLAlchemy."""
    yield from ((line, name) for line, name in module.imports() if name.split(".")[0] == "sqlalchemy")


def has_code(module: Module) -> bool:
    """Whether there is anything to say about a module: an empty __init__.py needs no words."""
    return bool(module.tree.body)


def bare_words(module: Module) -> Iterator[tuple[int, str]]:
    """(line, text) of strings that reach a person untranslated: labels, messages, flashes."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func).split(".")[-1]
            if node.args and (name == "flash" or name.endswith("Field")):
                yield from words(node.args[0])
            if name not in {"log", "warning", "error", "info"}:
                yield from (
                    found for k in node.keywords if k.arg in {"message", "label"} for found in words(k.value)
                )
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if is_message(line) and isinstance(line, ast.Assign | ast.AnnAssign) and line.value:
                    yield from words(line.value)


def is_message(line: ast.stmt) -> bool:
    """Whether a line of a class gives it a `message`, which says all there is to say about a refusal."""
    targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == "message" for target in targets)


def words(node: ast.expr) -> Iterator[tuple[int, str]]:
    """The string of an expression, when it is a plain one with letters in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and any(map(str.isalpha, node.value)):
        yield node.lineno, node.value
    if isinstance(node, ast.JoinedStr):
        yield node.lineno, ast.unparse(node)
