"""Parts of the form of a service: each person's own price and length, each room it needs, the pause in between."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.core.intervals import Interval
from app.core.money import LARGEST_PRICE
from app.fields import Checkboxes, MoneyField, NumberField
from app.schedule.grouping import NeedWish
from app.schedule.models import Resource
from app.schedule.serving import Server
from app.staff.team import TeamMember

MOST_ROOMS = 3


class OwnForm(Form):
    """What one person takes for it, and for how long; empty where they do not differ."""

    price = MoneyField(_("Own price"), least=0, most=LARGEST_PRICE)
    minutes = NumberField(_("Own length"), least=5, most=1440)

    def __init__(self, person: TeamMember, server: Server | None, currency: str, formdata: Any) -> None:
        self.person = person
        known = {"price": server.price_cents, "minutes": server.minutes} if server else {}
        meta = {"currency": currency}
        super().__init__(formdata, prefix=f"own-{person.id}-", data=known, meta=meta)

    @property
    def server(self) -> Server:
        """This person, as the need of the service knows them."""
        return Server(self.person.id, self.minutes.data, self.price.data)

    @property
    def is_used(self) -> bool:
        """Whether there is anything in it to look at."""
        return has_faults(self) or self.price.data is not None or self.minutes.data is not None


class RoomForm(Form):
    """One room the service needs: any of those that are ticked."""

    rooms = Checkboxes(_("One of these rooms"))

    def __init__(
        self, position: int, need: NeedWish | None, spaces: Sequence[Resource], formdata: Any
    ) -> None:
        self.position, self.need = position, need
        super().__init__(
            formdata,
            prefix=f"need-{position}-",
            data={"rooms": sorted(need.resources) if need else []},
        )
        self.rooms.choices = [SelectChoice(str(it.id), it.name) for it in spaces]

    def wish(self, away: set[int]) -> NeedWish | None:
        """The need; rooms that are put away (`away`) stay in it. None when nothing is ticked."""
        former = self.need.servers if self.need else ()
        own = {it.resource_id: it for it in former}
        kept = [it for it in former if it.resource_id in away]
        servers = [own.get(it, Server(it)) for it in self.rooms.ids] + kept
        if not servers:
            return None
        stretches = self.need.stretches if self.need else ()
        return NeedWish(self.position, "space", tuple(servers), stretches)


class PauseForm(Form):
    """Processing time: at work for a while, free for others, at work again. All empty: at work throughout."""

    first = NumberField(_("Works for"), least=0, most=1440)
    free = NumberField(_("Is free for"), least=0, most=1440)
    last = NumberField(_("Works again for"), least=0, most=1440)

    def __init__(self, need: NeedWish | None, minutes: int | None, formdata: Any) -> None:
        super().__init__(formdata, prefix="pause-", data=_pause(need.stretches if need else (), minutes))

    @property
    def is_used(self) -> bool:
        """Whether there is a pause at all."""
        return has_faults(self) or any(self.data.values())

    def check(self, minutes: int | None) -> bool:
        """Whether the three make up the length of the service; what is wrong is said beside the first."""
        given = [it.data for it in (self.first, self.free, self.last)]
        if has_faults(self) or minutes is None or not any(given):
            return not has_faults(self)
        total = sum(it or 0 for it in given)
        if total != minutes:
            self.first.errors = [
                gettext(
                    "These add up to %(total)s minutes, but the service takes %(minutes)s.",
                    total=total,
                    minutes=minutes,
                )
            ]
        elif not self.free.data:
            self.free.errors = [gettext("Please say how long they are free, or leave all three empty.")]
        elif not self.first.data and not self.last.data:
            self.first.errors = [gettext("Please say how long they work before or after it.")]
        return not has_faults(self)

    @property
    def stretches(self) -> tuple[Interval, ...]:
        """When the person works, in minutes from the start; nothing means throughout."""
        first, free, last = self.first.data or 0, self.free.data or 0, self.last.data or 0
        if not free:
            return ()
        both = (0, first), (first + free, first + free + last)
        return tuple((begin, end) for begin, end in both if end > begin)


def has_faults(form: Form) -> bool:
    """Whether anything in it is wrong."""
    return any(field.errors for field in form)


def _pause(stretches: Sequence[Interval], minutes: int | None) -> dict[str, int | None]:
    """Stretches with at most one pause between them as the three numbers."""
    if not stretches or minutes is None or len(stretches) > 2:
        return {}
    if len(stretches) == 1:
        [(begin, end)] = stretches
        first, last = (0, end - begin) if begin else (end, 0)
        return {"first": first, "free": minutes - first - last, "last": last}
    (_zero, first), (again, end) = stretches
    return {"first": first, "free": again - first, "last": end - again}
