"""Who acts: passed to every act, written into every audit row."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["visitor", "customer", "member", "admin", "system"]
Source = Literal["web", "widget", "staff", "import", "api", "walk_in", "command"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or process that changes something. `source` is the door it came through."""

    kind: ActorKind
    name: str
    user_id: int | None = None
    on_behalf_of: int | None = None
    source: Source = "web"


VISITOR = Actor("visitor", "visitor")
SYSTEM = Actor("system", "Daybook")
