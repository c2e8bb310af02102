"""What was decided about the bookings a change touches, as its page sends it beside the fields of the change."""

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.appointments.impact.deciding import KEEP, Decision
from app.appointments.impact.items import Item
from app.dates import date_in, epoch_clock, minutes, short_day
from app.error_pages import SECRETS
from app.formatters import money
from app.schedule.wall_clock import utc

# No form of ours has a field that begins like this.
MINE = "impact-"
SEEN, ALL, AGAIN, TELL, REST = (f"{MINE}{it}" for it in ("seen", "all", "again", "tell", "rest"))
OF_ONE = f"{MINE}of-"
_FOR_ALL = ("keep", "move", "offer", "cancel")


class ImpactFields:
    """What was sent, for the page to show again and for the act to do.

    `refused` are sentences beside single bookings, `problem` is one above them all.
    """

    def __init__(self, sent: MultiDict[str, str], zone: str) -> None:
        self.sent, self.zone = sent, zone
        self.refused: dict[int, str] = {}
        self.problem: str | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the page was seen, and its last word is not just that all shall be shown otherwise."""
        return bool(self.sent.get(SEEN)) and AGAIN not in self.sent

    def agrees_with(self, fingerprint: str) -> bool:
        """Whether the page showed what is affected now."""
        return self.sent.get(SEEN) == fingerprint

    @property
    def tell(self) -> bool:
        """Whether customers hear of what is moved or cancelled; so it is until somebody says otherwise."""
        return TELL in self.sent if SEEN in self.sent else True

    def original(self) -> Iterator[tuple[str, str]]:
        """The fields of the change itself, to be sent once more."""
        return sent_again(self.sent, MINE)

    def decided(self, impact_ids: Mapping[int, object]) -> dict[int, Decision] | None:
        """What was decided, by appointment; None where something of it can be no answer to what was asked."""
        found: dict[int, Decision] = {}
        for name, value in self.sent.items():
            if not name.startswith(OF_ONE):
                continue
            number, decision = name.removeprefix(OF_ONE), Decision.read(value)
            if (
                not (number.isascii() and number.isdigit() and len(number) < 19)
                or decision is None
                or int(number) not in impact_ids
            ):
                return None
            found[int(number)] = decision
        rest = Decision.read(self.sent.get(REST, KEEP.written))
        if rest is None or rest.what not in ("keep", "offer", "cancel"):
            return None
        return {it: found.get(it, rest) for it in impact_ids}

    def chosen(self, item: Item) -> str:
        """The value that is chosen for an item: the one rule for all if that was asked for, else its own."""
        choices = [value for value, _words in choices_for(item, self.zone)]
        if AGAIN in self.sent and self.sent.get(ALL) in _FOR_ALL:
            what = self.sent[ALL]
            return next((it for it in choices if it.split(":")[0] == what), KEEP.written)
        own = self.sent.get(f"{OF_ONE}{item.appointment_id}", KEEP.written)
        return own if own in choices else KEEP.written


def sent_again(sent: MultiDict[str, str], mine: str) -> Iterator[tuple[str, str]]:
    """What a form had in it, for a page to send once more: nothing secret, and none of its own fields (`mine…`)."""
    for name, value in sent.items(multi=True):
        if name != "csrf_token" and name not in SECRETS and not name.startswith(mine):
            yield name, value


def choices_for(item: Item, zone: str) -> list[tuple[str, str]]:
    """What can become of an item, as (value, words), with the times of its business's clock."""
    found = [(KEEP.written, _("Keep it as it is"))]
    if item.proposal:
        move = Decision("move", item.proposal.start, item.proposal.end, item.proposal.person)
        found.append((move.written, _move_in_words(item, zone)))
    for somebody in item.others:
        give = Decision("give", person=somebody.id)
        found.append((give.written, _("Give it to %(name)s, same time", name=somebody.name)))
    if item.reachable:
        found.append((Decision("offer").written, _("Offer the customer three times")))
    found.append((Decision("cancel").written, _cancel_in_words(item)))
    return found


def _move_in_words(item: Item, zone: str) -> str:
    assert item.proposal
    start, end, _person, name = item.proposal
    words = {"day": short_day(date_in(utc(start), zone)), "time": epoch_clock(start, zone), "name": name}
    if end - start != minutes_of(item):
        return _("Make it %(length)s, %(day)s, %(time)s, %(name)s", length=minutes(end - start), **words)
    return _("Move it to %(day)s, %(time)s, with %(name)s", **words)


def _cancel_in_words(item: Item) -> str:
    if item.goes_back:
        return _("Cancel it; %(amount)s goes back", amount=money(item.goes_back, item.currency))
    return _("Cancel it")


def minutes_of(item: Item) -> int:
    """How long it takes now."""
    return int((item.ends_at - item.starts_at).total_seconds()) // 60
