"""How long before, and how far ahead, customers can book."""

from flask_babel import lazy_gettext as _

from app.core.errors import DomainError

DAY = 1440


class NoticeBeyondWindow(DomainError):
    """Notice that is longer than the advance window leaves nothing to book."""

    message = _(
        "With that much notice nothing could be booked any more."
        " Please ask for less notice, or let people book further ahead."
    )


def check_window(notice_amount: int, notice_unit: str, advance_days: int) -> None:
    """Raise NoticeBeyondWindow where the first moment that could be booked lies after the last day that can."""
    first_day = notice_amount if notice_unit == "days" else notice_amount // DAY
    if first_day > advance_days:
        raise NoticeBeyondWindow
