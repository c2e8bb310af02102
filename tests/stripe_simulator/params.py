"""What may be sent, as Stripe's own SDK declares it: its typed dicts are read, and every value is held against them."""

import functools
import re
import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stripe import params as declared
from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

from tests.stripe_simulator.problems import Problem, not_simulated

OPTIONS = set(RequestOptions.__annotations__)  # They travel as headers.
LONGEST = 5000
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def read(
    shape: type, raw: Any, simulated: Collection[str], undeclared: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The parameters with their types. Raises Problem for everything else.

    `simulated` are the names the simulator understands, inner ones with dots: `line_items.quantity`. A name that only
    the SDK knows is refused with a code of its own, so that a test never relies on what nobody looked at. `undeclared`
    are names the API knows and the SDK does not declare, with their types.
    """
    return Reader(frozenset(simulated), undeclared or {}).dict(shape, raw, "")


@functools.cache
def fields(shape: type) -> dict[str, Any]:
    """The fields of a typed dict, without what travels as headers."""
    hints = get_type_hints(shape, localns={"StripeContext": object, "Mapping": Mapping})
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


@dataclass(frozen=True)
class Reader:
    """Reads values, and knows where in the request it is."""

    simulated: frozenset[str]
    undeclared: Mapping[str, Any]

    def dict(self, shape: type, raw: Any, at: str) -> dict[str, Any]:
        """One typed dict: no unknown name, none missing."""
        if raw == []:
            raw = {}
        if not isinstance(raw, dict):
            raise Problem(f"Invalid object: {_shown(at)}", param=_shown(at))
        known, found = fields(shape), {}
        for name, value in raw.items():
            path = f"{at}.{name}" if at else name
            hint = self.undeclared.get(_plain(path), known.get(name))
            if hint is None:
                message = f"Received unknown parameter: {_shown(path)}"
                raise Problem(message, code="parameter_unknown", param=_shown(path))
            if _plain(path) not in self.simulated:
                raise not_simulated(_shown(path))
            found[name] = self.value(hint, value, path)
        for name in sorted(shape.__required_keys__ - raw.keys()):  # type: ignore[attr-defined]
            path = _shown(f"{at}.{name}" if at else name)
            raise Problem(f"Missing required param: {path}.", code="parameter_missing", param=path)
        return found

    def value(self, hint: Any, raw: Any, at: str) -> Any:
        """One value of the type that `hint` says."""
        options = _options(hint)
        choices = {choice for it in options if get_origin(it) is Literal for choice in get_args(it)}
        if raw == "":
            if "" in choices:
                return ""
            raise Problem(
                f"You passed an empty string for '{_shown(at)}'. We assume empty values are an attempt to unset a "
                f"parameter; however '{_shown(at)}' cannot be unset. You should remove '{_shown(at)}' from your "
                "request or supply a non-empty value.",
                code="parameter_invalid_empty",
                param=_shown(at),
            )
        if isinstance(raw, dict | list):
            return self.nested(options, raw, at)
        for kind, parse in ((int, _int), (bool, _bool)):
            if kind in options:
                return parse(raw, at)
        if str not in options and not choices:
            raise Problem(f"Invalid object: {_shown(at)}", param=_shown(at))
        return _text(raw, choices - {""}, at)

    def nested(self, options: list[Any], raw: Any, at: str) -> Any:
        """A dict or list, if `options` allow one."""
        for it in options:
            if is_typeddict(it) and (isinstance(raw, dict) or not raw):
                return self.dict(it, raw, at)
            if get_origin(it) is list and isinstance(raw, list):
                [inner] = get_args(it)
                return [self.value(inner, value, f"{at}.{place}") for place, value in enumerate(raw)]
            if get_origin(it) is dict:
                pairs = raw.items() if isinstance(raw, dict) else enumerate(raw)
                return {str(name): _text(value, set(), f"{at}.{name}") for name, value in pairs}
        what = "array" if isinstance(raw, list) else "object"
        raise Problem(f"Invalid {_shown(at)}: did not expect an {what}.", param=_shown(at))


def _options(hint: Any) -> list[Any]:
    """The members of a union, or the hint alone."""
    if get_origin(hint) in (Union, types.UnionType):
        return [inner for it in get_args(hint) for inner in _options(it)]
    return [hint]


def _int(raw: str, at: str) -> int:
    if not WHOLE_NUMBER.fullmatch(raw):
        raise Problem(f"Invalid integer: {raw}", code="parameter_invalid_integer", param=_shown(at))
    return int(raw)


def _bool(raw: str, at: str) -> bool:
    if raw not in ("true", "false"):
        raise Problem(f"Invalid boolean: {raw}", code="parameter_invalid_boolean", param=_shown(at))
    return raw == "true"


def _text(raw: Any, choices: Collection[Any], at: str) -> str:
    if not isinstance(raw, str):
        raise Problem(f"Invalid string: {raw}", param=_shown(at))
    if len(raw) > LONGEST:
        message = f"Invalid string: {raw[:20]}…; must be at most {LONGEST} characters"
        raise Problem(message, code="parameter_invalid_string_length", param=_shown(at))
    if choices and raw not in choices:
        names = ", ".join(sorted(map(str, choices)))
        raise Problem(f"Invalid {_shown(at)}: must be one of {names}", param=_shown(at))
    return raw


def _plain(path: str) -> str:
    """Without the places in lists: line_items.0.quantity → line_items.quantity."""
    return ".".join(step for step in path.split(".") if not step.isdecimal())


def _shown(path: str) -> str:
    """As Stripe names it: line_items[0][quantity]."""
    first, *rest = path.split(".")
    return first + "".join(f"[{step}]" for step in rest)


def shape(name: str) -> type:
    """A typed dict of the SDK by its name, which may begin with `checkout.`."""
    found: Any = declared
    for step in name.split("."):
        found = getattr(found, step)
    return found
