"""The sprite of icons, which every visitor loads, holds what is drawn and nothing else."""

import ast
import re

from jinja2 import nodes

from app.config import ROOT
from tests.house_rules.markup import templates
from tests.house_rules.source import modules

# The calendar is being built with these; what it leaves over goes from here and from the sprite.
FOR_THE_CALENDAR = {"message-square", "pencil", "printer", "rotate-ccw"}


def test_every_icon_of_the_sprite_is_used_outside_the_style_guide() -> None:
    assert drawn() - words_of_templates() - words_of_the_program() - FOR_THE_CALENDAR == set()


def drawn() -> set[str]:
    """The names in the sprite."""
    return set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons.svg").read_text()))


def words_of_templates() -> set[str]:
    """Every string of the pages, for macros take the names of icons in many places."""
    return {
        const.value
        for template in templates()
        if template.folder != "style_guide"
        for const in template.tree.find_all(nodes.Const)
        if isinstance(const.value, str)
    }


def words_of_the_program() -> set[str]:
    """Every string of the modules that have to do with pages."""
    return {
        node.value
        for module in modules()
        if module.room != "core" and module.name != "app.style_guide"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
