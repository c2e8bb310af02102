"""Imports go down: rooms stand on floors, doors on top of all, and Flask stays at the edge."""

from graphlib import CycleError, TopologicalSorter

from tests.house_rules.source import (
    DOORS,
    FLOORS,
    KINDS,
    ROOF,
    Module,
    app_parts,
    kind_of,
    modules,
    room_of,
    rooms,
)

WEB = {"flask", "flask_login", "flask_wtf", "flask_limiter", "htmx_flask", "werkzeug", "wtforms"}
WEB_IN_CORE = {
    "app.core.calendar_sources",
    "app.core.card_payments",
    "app.core.files",
    "app.core.framing",
    "app.core.hx",
    "app.core.jobs",
    "app.core.limits",
    "app.core.mail",
    "app.core.parcels",
    "app.core.sealing",
    "app.core.signing",
    "app.core.texting",
}
# What the top of a room may use from above the rooms. Everybody may ask where the checkout is.
ROOF_FOR_ROUTES = {
    "answer_fields",
    "assets",
    "config",
    "csrf",
    "dates",
    "downloads",
    "error_pages",
    "fields",
    "formatters",
    "history_in_words",
    "history_fields",
    "history_words",
    "i18n",
    "impact_page",
    "zone_page",
    "logs",
    "media",
    "numbered",
    "online_payment",
    "password_fields",
    "places",
    "public_form",
    "sharing",
    "terms_in_words",
    "text_fields",
    "timeline_form",
    "way_back",
    "websites",
}
ROOF_FOR_ALL = {"config"}


def test_every_room_has_a_floor_or_is_a_door() -> None:
    assert rooms() - FLOORS.keys() - DOORS == set()


def test_imports_only_go_down() -> None:
    found = [breach for module in modules() for breach in upward_imports(module)]
    assert not found, "\n".join(found)


def test_nobody_imports_a_door() -> None:
    found = [
        f"{module.place}:{line} imports {name}"
        for module in modules()
        for line, name in module.imports()
        if (parts := app_parts(name)) and room_of(parts) in DOORS
        if module.room not in {room_of(parts), ROOF}
    ]
    assert not found, "\n".join(found)


def test_inside_a_room_routes_stand_on_forms_on_acts_on_models() -> None:
    found = [
        f"{module.place}:{line} imports {name}"
        for module in modules()
        if module.room not in {ROOF, "core"}
        for line, name in module.imports()
        if (parts := app_parts(name)) and room_of(parts) == module.room and parts != (module.room,)
        if KINDS.index(kind_of(parts)) > KINDS.index(module.kind)
    ]
    assert not found, "\n".join(found)


def test_flask_stays_at_the_edge() -> None:
    found = [
        f"{module.place}:{line} imports {name}"
        for module in modules()
        if not may_know_the_web(module)
        for line, name in module.imports()
        if name.split(".")[0] in WEB
    ]
    assert not found, "\n".join(found)


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    graph = {module.parts: needed_by(module) for module in modules() if module.parts}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(".".join(parts) for parts in error.args[1])
        raise AssertionError(circle) from None


def upward_imports(module: Module) -> list[str]:
    """The imports of a room's module that go up, or sideways into another room."""
    if module.room == ROOF:
        return []
    return [
        f"{module.place}:{line} imports {name}"
        for line, name in module.imports()
        if (parts := app_parts(name)) is not None and not may_import(module, parts)
    ]


def may_import(module: Module, parts: tuple[str, ...]) -> bool:
    """Whether a room's module may use the module `parts` of the app."""
    room, is_top = room_of(parts), module.kind in {"routes", "forms"}
    if room == ROOF:
        return bool(parts) and parts[0] in (ROOF_FOR_ROUTES if is_top else ROOF_FOR_ALL)
    if room == module.room:
        return True
    if is_top:
        return room not in DOORS and (kind_of(parts) in {"models", "act"} or parts[-1] == "guards")
    return floor(room) < floor(module.room) and kind_of(parts) in {"models", "act"}


def floor(room: str) -> int:
    """Doors stand above every floor."""
    return FLOORS.get(room, 11)


def may_know_the_web(module: Module) -> bool:
    """Whether Flask and its kin may be imported there."""
    return module.room == ROOF or module.kind in {"routes", "forms"} or module.name in WEB_IN_CORE


def needed_by(module: Module) -> set[tuple[str, ...]]:
    """The modules of ours a module imports, itself and the packages around it left out."""
    needed = {parts for _, name in module.imports() if (parts := app_parts(name))}
    return {parts for parts in needed if parts != module.parts[: len(parts)]}
