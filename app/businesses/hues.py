"""What people call the colours that a business can choose."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STEP = 15  # Degrees.
# One for every STEP.
NAMES: tuple[LazyString, ...] = (
    *(_("Rose"), _("Raspberry"), _("Red"), _("Rust"), _("Orange"), _("Amber"), _("Ochre"), _("Mustard")),
    *(_("Olive"), _("Leaf green"), _("Green"), _("Emerald"), _("Teal"), _("Turquoise"), _("Lagoon")),
    *(_("Sky blue"), _("Steel blue"), _("Blue"), _("Royal blue"), _("Indigo"), _("Violet"), _("Purple")),
    *(_("Orchid"), _("Magenta")),
)
