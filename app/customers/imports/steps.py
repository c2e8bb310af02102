"""The steps of an import: a few hundred lines judged, or made customers, in one transaction each."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import record
from app.auth.models import User
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.customers.imports.judging import MOST_TAGS, Person, RefusedLine, phone_key, read_person
from app.customers.imports.knowing import Earlier, find_known, strangers
from app.customers.imports.mapping import FILL, HEADER, WIDTH
from app.customers.imports.reading import MOST_COLUMNS
from app.customers.imports.rows import counts_of, rows_of, write_verdicts
from app.customers.models import Customer, CustomerImport, CustomerImportRow, CustomerNote
from app.customers.tagging import spellings
from app.customers.wording import add_words

AT_ONCE = 500
# A connection plans the check of a foreign key once; while there are few customers it is to read all of them, and goes
# on to for each word of each new one. When the tables are counted anew, it is planned anew.
_COUNT = text("ANALYZE (SKIP_LOCKED) customers, customer_import_rows")


def lock_import(business_id: int, import_id: int) -> CustomerImport | None:
    """An import under way, for this transaction alone; None where another job has it, or nothing is left to do."""
    rows = select(CustomerImport).filter_by(business_id=business_id, id=import_id)
    rows = rows.where(CustomerImport.status.in_(["checking", "importing"]))
    return db.session.scalar(
        rows.with_for_update(skip_locked=True), execution_options={"populate_existing": True}
    )


def check_some(it: CustomerImport, earlier: Earlier) -> None:
    """Judge the next lines. `earlier` is kept from step to step; a job that takes over begins with an empty one."""
    country = _country(it)
    if earlier.done != it.done:
        _catch_up(it, earlier, country)
    rows = _next_rows(it)
    people = [_read(row, it, country) for row in rows]
    known = find_known([person for person, _problem in people if person], it.business_id)
    verdicts: list[tuple[int, str, str | None, int | None]] = []
    for row, (person, problem) in zip(rows, people, strict=True):
        if person is None:
            verdicts.append((row.line, "refused", problem, None))
        else:
            is_again = earlier.holds(person)
            verdicts.append(
                (row.line, "again" if is_again else "known" if known.find(person) else "new", None, None)
            )
            earlier.add(person)
    write_verdicts(it, verdicts)
    it.done += len(rows)
    earlier.done = it.done
    if it.done >= it.total:
        it.status = "checked"
    db.session.flush()


def import_some(it: CustomerImport, now: datetime) -> None:
    """Make customers of the next lines. Each line is written with what came of it, so none is done twice."""
    country = _country(it)
    by = Actor("member", it.author_name, it.author_id, source="import")
    rows = _next_rows(it)
    read = {row.line: _read(row, it, country) for row in rows}
    people = _spelled(it.business_id, {line: person for line, (person, _problem) in read.items() if person})
    known = find_known(people.values(), it.business_id)
    new = strangers(people, known)
    made = _add_people(it.business_id, new, by, now)
    known = find_known(people.values(), it.business_id)
    ids = {line: made.get(line) or known.find(person) for line, person in people.items()}
    if it.columns.get(FILL):
        first = {row.line for row in rows if row.verdict != "again"} - made.keys()
        fill_in(
            it.business_id,
            {number: people[line] for line, number in ids.items() if number and line in first},
            by,
            now,
        )
    write_verdicts(it, [_outcome(row, read[row.line][1], made, ids) for row in rows])
    if it.done == 0 and len(rows) == AT_ONCE:
        db.session.execute(_COUNT)
    it.done += len(rows)
    if it.done >= it.total:
        _finish(it, by, now)
    db.session.flush()


def _spelled(business_id: int, people: dict[int, Person]) -> dict[int, Person]:
    """The same people, with the tags spelled as the business spells them."""
    as_used = spellings(business_id, (tag for person in people.values() for tag in person.tags))
    return {
        line: replace(person, tags=tuple(as_used[tag.casefold()] for tag in person.tags))
        for line, person in people.items()
    }


def fill_in(business_id: int, people: dict[int, Person], by: Actor, now: datetime) -> None:
    """Give customers, by id, the phone number and language nobody knew, and tags and notes they do not have yet."""
    rows = select(Customer).where(Customer.business_id == business_id, Customer.id.in_(people))
    for customer in db.session.scalars(rows.order_by(Customer.id).with_for_update()).all():
        person = people[customer.id]
        new = {
            name: value
            for name in ("phone", "language")
            if (value := getattr(person, name)) and getattr(customer, name) is None
        }
        changes = {name: [None, value] for name, value in new.items()}
        if tags := _more_tags(customer.tags, person.tags):
            new["tags"], changes["tags"] = tags, [list(customer.tags), tags]
        for name, value in new.items():
            setattr(customer, name, value)
        if changes:
            record(
                "customer.changed",
                "customer",
                customer.id,
                by=by,
                at=now,
                business_id=business_id,
                changes=changes,
            )
    db.session.flush()
    add_words(_with_words(business_id, people))
    notes = select(CustomerNote.customer_id, CustomerNote.body)
    notes = notes.where(CustomerNote.business_id == business_id, CustomerNote.customer_id.in_(people))
    told = {(number, body) for number, body in db.session.execute(notes)}
    _add_notes(
        business_id,
        [(number, it.note) for number, it in people.items() if it.note and (number, it.note) not in told],
        by,
        now,
    )


def _add_people(business_id: int, people: dict[int, Person], by: Actor, now: datetime) -> dict[int, int]:
    """New customers, by line; their ids. Somebody whose address was faster is left out: the unique index judges."""
    if not people:
        return {}
    accounts = _accounts(it.email for it in people.values())
    lines = {uuid.uuid4(): line for line in people}
    rows = [
        {
            "business_id": business_id,
            "uid": uid,
            "name": (it := people[line]).name,
            "email": it.email,
            "phone": it.phone,
            "language": it.language,
            "tags": list(it.tags),
            "blocked": it.blocked,
            "user_id": accounts.get(it.email),
            "created_at": now,
        }
        for uid, line in lines.items()
    ]
    table: Any = Customer.__table__
    keep = insert(table).on_conflict_do_nothing().returning(table.c.id, table.c.uid)
    made = {lines[uid]: number for number, uid in db.session.execute(keep, rows)}
    who = [(number, people[line]) for line, number in made.items()]
    add_words([(number, business_id, it.name, it.email, it.phone) for number, it in who])
    _add_notes(business_id, [(number, it.note) for number, it in who if it.note], by, now)
    return made


def _accounts(emails: Iterable[str | None]) -> dict[str | None, int]:
    """The accounts whose addresses these have been shown to be."""
    rows = select(User.email, User.id).where(User.email.in_([it for it in emails if it]))
    found = db.session.execute(rows.where(User.email_checked_at.is_not(None), User.active))
    return {row[0]: row[1] for row in found}


def _add_notes(business_id: int, notes: Sequence[tuple[int, str | None]], by: Actor, now: datetime) -> None:
    rows = [
        {
            "business_id": business_id,
            "customer_id": number,
            "body": body,
            "author_id": by.user_id,
            "author_name": by.name,
            "written_at": now,
        }
        for number, body in notes
    ]
    table: Any = CustomerNote.__table__
    if rows:
        # With RETURNING many are one statement.
        db.session.execute(insert(table).returning(table.c.id), rows)


def _with_words(
    business_id: int, people: dict[int, Person]
) -> list[tuple[int, int, str, str | None, str | None]]:
    rows = select(Customer.id, Customer.business_id, Customer.name, Customer.email, Customer.phone)
    found = db.session.execute(rows.where(Customer.business_id == business_id, Customer.id.in_(people)))
    return [(*row,) for row in found]


def _more_tags(now: Sequence[str], wanted: Sequence[str]) -> list[str] | None:
    """The tags with those that were missing, as many as there may be; None where none was."""
    has = {it.casefold() for it in now}
    missing = [it for it in wanted if it.casefold() not in has][: max(0, MOST_TAGS - len(now))]
    return [*now, *missing] if missing else None


def _outcome(
    row: CustomerImportRow, problem: str | None, made: dict[int, int], ids: dict[int, int | None]
) -> tuple[int, str, str | None, int | None]:
    if problem:
        return row.line, "refused", problem, None
    verdict = "new" if row.line in made else "again" if row.verdict == "again" else "known"
    return row.line, verdict, None, ids[row.line]


def _finish(it: CustomerImport, by: Actor, now: datetime) -> None:
    it.status, it.finished_at = "imported", now
    counts = {name: [None, count] for name, count in counts_of(it).items()}
    record(
        "customer_import.done",
        "customer_import",
        it.id,
        by=by,
        at=now,
        business_id=it.business_id,
        changes=counts,
        reason=it.file_name,
    )


def _next_rows(it: CustomerImport) -> Sequence[CustomerImportRow]:
    return db.session.scalars(rows_of(it).offset(it.done).limit(AT_ONCE)).all()


def _country(it: CustomerImport) -> str | None:
    return db.session.scalar(select(Business.country).filter_by(id=it.business_id))


def _read(
    row: CustomerImportRow, it: CustomerImport, country: str | None
) -> tuple[Person | None, str | None]:
    width = it.columns[WIDTH] if it.columns[HEADER] else MOST_COLUMNS
    try:
        return read_person(row.cells, it.columns, width, country), None
    except RefusedLine as refused:
        return None, refused.problem


def _catch_up(it: CustomerImport, earlier: Earlier, country: str | None) -> None:
    """Who stands in the lines another job has judged, read in a hurry: what is missed here the import finds."""
    earlier.emails.clear()
    earlier.phones.clear()
    rows = rows_of(it).where(CustomerImportRow.verdict != "refused").limit(it.done)
    places = (it.columns.get("email", -1), it.columns.get("phone", -1))
    # Arrays are counted from 1 there, and the cell before the first is none.
    cells = rows.with_only_columns(*(CustomerImportRow.cells[place + 1] for place in places))
    key_of = phone_key(country)
    for email, phone in db.session.execute(cells):
        earlier.emails.add((email or "").strip().lower())
        earlier.phones.add(key_of(phone or ""))
    earlier.done = it.done
