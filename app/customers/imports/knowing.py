"""Who of the people in a file is known: to the business, or from an earlier line."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.core.db import db
from app.customers.imports.judging import Person
from app.customers.models import Customer


@dataclass
class Earlier:
    """Who stands in the `done` lines before, by e-mail and by phone number."""

    done: int = 0
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def holds(self, person: Person) -> bool:
        """Whether this is somebody again. A phone never outweighs another e-mail."""
        if person.email:
            return person.email in self.emails
        return person.phone is not None and person.phone in self.phones

    def add(self, person: Person) -> None:
        """Remember somebody for the lines that follow."""
        if person.email:
            self.emails.add(person.email)
        if person.phone:
            self.phones.add(person.phone)


@dataclass(frozen=True)
class Known:
    """Customers of a business, by e-mail and by phone number; of several with one number the first."""

    by_email: dict[str, int]
    by_phone: dict[str, int]

    def find(self, person: Person) -> int | None:
        """The id of who is meant, as app.customers.meeting says."""
        if person.email:
            return self.by_email.get(person.email)
        return self.by_phone.get(person.phone) if person.phone else None


def find_known(people: Iterable[Person], business_id: int) -> Known:
    """Those of these people a business knows, also by what somebody had who was merged with them. Two statements."""
    people = list(people)
    # Of several the last one counts: whoever was merged comes first, and then the longest known last.
    found = (
        select(func.coalesce(Customer.merged_into, Customer.id))
        .filter_by(business_id=business_id, erased_at=None)
        .order_by(Customer.merged_into.is_(None), Customer.id.desc())
    )
    emails = found.add_columns(Customer.email).where(
        Customer.email.in_({it.email for it in people if it.email})
    )
    phones = found.add_columns(Customer.phone).where(
        Customer.phone.in_({it.phone for it in people if it.phone and not it.email})
    )
    return Known(
        {email: number for number, email in db.session.execute(emails)},
        {phone: number for number, phone in db.session.execute(phones)},
    )


def strangers(people: dict[int, Person], known: Known) -> dict[int, Person]:
    """Who is neither known nor stands in an earlier one of these lines."""
    new, earlier = {}, Earlier()
    for line, person in people.items():
        if known.find(person) is None and not earlier.holds(person):
            new[line] = person
        earlier.add(person)
    return new
