"""The looks of the frame that is asked for, for its layout and its forms."""

from collections.abc import Mapping

from flask import Flask, g, request

from app.core.framing import is_framed
from app.widget.looks import Looks, read_looks


def init_looks(app: Flask) -> None:
    """Offer `frame_looks()` to the layout, and `carried_fields()` to forms that are sent with GET.

    The address such a form leads to is made anew of its fields.
    """
    app.jinja_env.globals |= {"frame_looks": frame_looks, "carried_fields": carried_fields}


def carried_fields() -> Mapping[str, str]:
    """What an address of the frame keeps; nothing on our own pages."""
    return frame_looks().carried if is_framed() else {}


def frame_looks() -> Looks:
    """Those of the frame that is asked for, read once."""
    if "looks" not in g:
        g.looks = read_looks(request.args)
    looks: Looks = g.looks
    return looks
