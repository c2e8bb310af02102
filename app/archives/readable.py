"""What stands in an archive for people: tables for a spreadsheet, a calendar, and a page that says what is what.

Nobody reads any of it in again. A row at a time, so that a business may be larger than memory.
"""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from app.archives.lists import LISTS, List
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.core.db import db
from app.core.spreadsheets import date_and_time, lines
from app.feeds.booked import all_booked, years_booked

AT_ONCE = 1000


def write_readable(
    archive: zipfile.ZipFile, business_id: int, *, language: str | None, host: str, now: datetime
) -> None:
    """Put it into an archive, in a language (BCP 47 tag), or in that of the business.

    `host` is where the business is: the entries of its calendar are named after it.
    """
    business = load_business(business_id)
    with force_locale((language or business.language).replace("-", "_")):
        archive.writestr("README.txt", "\ufeff" + "\r\n".join(_about(business, now)))
        for it in LISTS:
            _write(archive, f"tables/{it.name}.csv", _table(it, business))
        _write(archive, "calendar.ics", _calendar(business, host, now))


def _table(it: List, business: Business) -> Iterator[bytes]:
    found = db.session.execute(it.asked, {"business": business.id}, execution_options={"yield_per": AT_ONCE})
    head = [str(word) for word in it.head]
    return (line.encode() for line in lines(head, (it.cells(row, business) for row in found)))


def _calendar(business: Business, host: str, now: datetime) -> Iterator[bytes]:
    # Megabytes in every web process, for a file that a worker writes.
    from app.feeds.writing import calendar_pieces

    years = years_booked(business.id)
    return calendar_pieces(business, all_booked(business.id), years or (), host=host, now=now)


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as to:
        for piece in pieces:
            to.write(piece)


def _about(business: Business, now: datetime) -> list[str]:
    """The lines of the page."""
    day, time = date_and_time(now, business.zone)
    contents = [(f"tables/{it.name}.csv", str(it.what)) for it in LISTS]
    contents += [
        ("calendar.ics", _("What is booked, past and future, for a calendar program.")),
        ("pictures/", _("The pictures, each in the sizes the pages use.")),
        ("archive.json, rows/", _("Everything there is, as Daybook itself reads it.")),
    ]
    width = max(len(name) for name, _what in contents) + 2
    return [
        business.name,
        _("Everything as it was on %(day)s at %(time)s (%(zone)s).", day=day, time=time, zone=business.zone),
        "",
        *(f"{name:<{width}}{what}" for name, what in contents),
        "",
        _("The tables open in any spreadsheet: CSV in UTF-8, with commas between the cells."),
        _("Dates are written year-month-day, times on the clock of the business, amounts with a point."),
        _("An apostrophe before a text keeps a spreadsheet from taking it for a formula."),
        "",
        _("Another installation of Daybook opens this file as it is, and reads rows/ and pictures/ only:"),
        "flask business import <file> --owner <e-mail>",
        _("What you change in the tables or in the calendar changes nothing there."),
        "",
        _("It holds names, addresses and notes of people. Keep it where only you can open it."),
        "",
    ]
