"""Templates: nothing inline, every word translated, partials that are one noun, forms that cannot be forged."""

import ast
import re
from collections.abc import Iterator

from flask import Flask
from jinja2 import nodes

from tests.house_rules.markup import VALUE, Tag, Template, templates, with_relatives
from tests.house_rules.source import dotted, modules

ADDRESSES = {"action", "formaction", "href", "hx-get", "hx-post", "hx-push-url", "src"}
SPOKEN = {"alt", "aria-description", "aria-label", "aria-roledescription", "placeholder", "title"}
BRAND = "Daybook"
TRANSLATORS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
# The style guide shows how things look with names and words that nobody else reads.
UNTRANSLATED = {"style_guide"}
# Mail programs know no content policy of ours and load no style sheet; what they show has its styles in it.
MAIL = "mail"
# So has a page that is handed out as a file.
FILES = {"customers/copy.html"}
# Hundreds of blocks are on a calendar: Drawing escapes what it says of them, and nothing else may be written there.
ESCAPED = {
    # Our own icons, for pages that bring them along.
    "components/icons.html": {"symbol"},
    "appointments/calendar/_columns.html": {
        *("attributes", "href", "time", "title", "detail"),
        *("confirmed", "block_signs", "block_words"),
    },
}
PUBLIC, WITH_SESSION = (
    "layouts/public.html",
    {f"layouts/{it}.html" for it in ("account", "manage", "sign_in")},
)


def test_every_filter_of_a_template_is_there(app: Flask) -> None:
    """One that stands in a condition is missed by Jinja until somebody comes to it."""
    found = [
        f"{template.name}:{node.lineno} |{node.name}"
        for template in templates()
        for node in template.tree.find_all(nodes.Filter)
        if node.name not in app.jinja_env.filters
    ]
    assert not found, "\n".join(found)


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    found = [
        f"{template.name}:{tag.line} <{tag.name}>"
        for template, tag in tags()
        if is_inline(tag)
        and not (tag.name == "style" and (template.folder == MAIL or template.name in FILES))
    ]
    found += [
        f"{template.name}:{line} {text[:40]!r}"
        for template in templates()
        for line, text in template.page.texts
        if template.page.tags and re.search(r"\bfunction\s*\(|=>", text)
    ]
    assert not found, "\n".join(found)


def test_nothing_switches_escaping_off() -> None:
    found = [
        f"{template.name}:{node.lineno}"
        for template in templates()
        for node in template.tree.find_all((nodes.Filter, nodes.ScopedEvalContextModifier))
        if (
            node.name in {"safe", "forceescape"}
            if isinstance(node, nodes.Filter)
            else has_raw(template, node)
        )
    ]
    found += [
        f"{module.place}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and dotted(node.func).split(".")[-1] in {"Markup", "render_template_string"}
    ]
    assert not found, "\n".join(found)


def has_raw(template: Template, part: nodes.Node) -> bool:
    """Whether a part that is not escaped writes anything but what is escaped already."""
    written = [it for output in part.find_all(nodes.Output) for it in output.nodes]
    values = [it.node if isinstance(it, nodes.Call) else it for it in written]
    names = {getattr(it, "name", None) for it in values if not isinstance(it, nodes.TemplateData)}
    return not names <= ESCAPED.get(template.name, set())


def test_every_text_of_a_template_goes_through_gettext() -> None:
    found = [
        f"{template.name}:{line} {text!r}" for template in translated() for line, text in bare_texts(template)
    ]
    assert not found, "\n".join(found)


def test_every_word_given_to_a_component_goes_through_gettext() -> None:
    found = [
        f"{template.name}:{line} {text!r}" for template in translated() for line, text in bare_words(template)
    ]
    assert not found, "\n".join(found)


def test_addresses_come_from_url_for() -> None:
    found = [
        f'{template.name}:{tag.line} {name}="{value.replace(VALUE, "…")}"'
        for template, tag in tags()
        for name, value in tag.attributes.items()
        if name in ADDRESSES and value.startswith("/")
    ]
    found += [
        f"{template.name}:{constant.lineno} {constant.value!r}"
        for template in templates()
        for call in template.tree.find_all(nodes.Call)
        for constant in constants([*call.args, *(argument.value for argument in call.kwargs)])
        if re.match(r"/(\w|$)", constant.value)
    ]
    assert not found, "\n".join(found)


def test_a_partial_says_what_it_needs() -> None:
    found = [
        template.name
        for template in partials()
        if not re.fullmatch(r"\{# needs: .+ #\}", template.text.split("\n", 1)[0])
    ]
    assert not found, "\n".join(found)


def test_a_partial_has_one_root_whose_id_is_its_noun() -> None:
    found = [f"{template.name}: {roots(template)}" for template in partials() if not has_its_root(template)]
    assert not found, "\n".join(found)


def test_macros_live_in_components() -> None:
    found = [
        f"{template.name}:{node.lineno}"
        for template in templates()
        if template.folder != "components"
        for node in template.tree.find_all(nodes.Macro)
    ]
    assert not found, "\n".join(found)


def test_public_pages_make_no_csrf_token() -> None:
    """A token needs a session and so a cookie, which no customer gets."""
    pages = {template.name for template in templates() if layout(template) == PUBLIC} | {PUBLIC}
    found = [
        template.name
        for template in templates()
        if template.name in with_relatives(pages) and template.folder != "components"
        if "csrf_token" in template.text
    ]
    assert not found, "\n".join(found)


def test_every_form_of_a_page_with_a_session_carries_a_csrf_token() -> None:
    pages = {template.name for template in templates() if layout(template) in WITH_SESSION} | WITH_SESSION
    found = [
        f"{template.name}: {form[:60]!r}"
        for template in templates()
        if template.name in with_relatives(pages) and template.folder != "components"
        for form in re.findall(
            r'<form\b[^>]*\bmethod="post".*?</form>', template.text, re.IGNORECASE | re.DOTALL
        )
        if "csrf_token" not in form and "hidden_fields(" not in form
    ]
    assert not found, "\n".join(found)


def test_every_form_is_a_get_or_a_post() -> None:
    """Or closes the dialog it stands in."""
    found = [
        f"{template.name}:{tag.line}"
        for template, tag in tags()
        if tag.name == "form" and tag.attributes.get("method", "get") not in {"get", "post", "dialog"}
    ]
    found += [
        f"{template.name}:{tag.line} {name}"
        for template, tag in tags()
        for name in tag.attributes
        if name in {"hx-put", "hx-patch", "hx-delete"}
    ]
    assert not found, "\n".join(found)


def tags() -> Iterator[tuple[Template, Tag]]:
    """Every tag of every template."""
    for template in templates():
        for tag in template.page.tags:
            yield template, tag


def translated() -> list[Template]:
    """The templates somebody reads in their own language."""
    return [template for template in templates() if template.folder not in UNTRANSLATED]


def partials() -> list[Template]:
    """The templates htmx may swap."""
    return [template for template in templates() if template.is_partial]


def is_inline(tag: Tag) -> bool:
    """Whether a strict content policy would refuse the tag."""
    names = set(tag.attributes)
    return (
        tag.name == "style"
        or (tag.name == "script" and "src" not in names and not is_data(tag))
        or "hx-vars" in names
        or any(name == "style" or name.startswith(("on", "hx-on")) for name in names)
        or any(value.lstrip().startswith(("javascript:", "js:")) for value in tag.attributes.values())
        # A filter in square brackets would be evaluated as a script.
        or "[" in tag.attributes.get("hx-trigger", "")
    )


def is_data(tag: Tag) -> bool:
    """Whether a script is a block of data, which never runs; whoever fills it escapes it with `tojson`."""
    return tag.attributes == {"type": "application/ld+json"}


def has_letters(text: str) -> bool:
    """Whether anything is left to translate once the brand's name is taken out."""
    return any(map(str.isalpha, text.replace(BRAND, "")))


def bare_texts(template: Template) -> Iterator[tuple[int, str]]:
    """(line, text) of what people read or hear and no translator sees."""
    for line, text in template.page.texts:
        if has_letters(text):
            yield line, text.replace(VALUE, "…")
    for tag in template.page.tags:
        for name, value in tag.attributes.items():
            if name in SPOKEN and has_letters(value):
                yield tag.line, value.replace(VALUE, "…")


def bare_words(template: Template) -> Iterator[tuple[int, str]]:
    """(line, text) of strings with a capital or several words that are given to a component or written out."""
    for node in template.tree.find_all((nodes.Call, nodes.Output)):
        if isinstance(node, nodes.Call):
            if isinstance(node.node, nodes.Name) and node.node.name not in TRANSLATORS:
                given = [*node.args, *(k.value for k in node.kwargs if k.key not in {"class", "attrs"})]
                yield from (
                    (const.lineno, const.value) for const in constants(given) if is_words(const.value)
                )
        else:
            written = [
                part for part in node.nodes if isinstance(part, nodes.Const | nodes.CondExpr | nodes.Concat)
            ]
            yield from ((c.lineno, c.value) for c in constants(written) if re.match(r"\s*[A-Z]", c.value))


def constants(expressions: list[nodes.Expr]) -> Iterator[nodes.Const]:
    """The strings among expressions and in their branches, nothing that a call takes."""
    for node in expressions:
        if isinstance(node, nodes.Const) and isinstance(node.value, str) and node.value != BRAND:
            yield node
        elif isinstance(node, nodes.CondExpr | nodes.Concat | nodes.Or | nodes.And):
            yield from constants(
                [child for child in node.iter_child_nodes() if isinstance(child, nodes.Expr)]
            )


def is_words(text: str) -> bool:
    """Whether a string looks like something to read, not like a name of a kind, an icon or a class."""
    return bool(re.match(r"[A-Z][a-z]", text) or re.search(r"[a-z]{2,} [a-z]{2,}", text))


def roots(template: Template) -> list[str]:
    """The ids of the root elements, and any text beside them."""
    tags = [
        tag.attributes.get("id", "no id").replace(VALUE, "…") for tag in template.page.tags if tag.depth == 0
    ]
    return tags + loose_texts(template)


def loose_texts(template: Template) -> list[str]:
    """Text before the first element."""
    first = min((tag.line for tag in template.page.tags), default=0)
    return [text for line, text in template.page.texts if line < first]


def has_its_root(template: Template) -> bool:
    """Whether the one root is called as the file is: slots, or appointment-7."""
    noun = template.path.stem.removeprefix("_").replace("_", "-")
    found = roots(template)
    return len(found) == 1 and (found[0] == noun or found[0].startswith(f"{noun}-"))


def layout(template: Template) -> str:
    """The first layout on the way up: public, sign_in or manage; empty for one that extends none."""
    by_name = {known.name: known for known in templates()}
    parents = [
        node.template.value
        for node in template.tree.find_all(nodes.Extends)
        if isinstance(node.template, nodes.Const)
    ]
    if not parents:
        return ""
    if parents[0].startswith("layouts/") or parents[0] not in by_name:
        return str(parents[0])
    return layout(by_name[parents[0]])
