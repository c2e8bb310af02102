"""What an archive holds: every row that belongs to a business, but for what is left out here.

Tables are found through the metadata, so a new one is in an archive from its first day, or a test asks why not.
"""

from sqlalchemy import Table

from app.core.db import db

FORMAT = 1
# Table: why it stays where it is.
LEFT_OUT = {
    "change_counts": "counts what open pages of this installation have seen",
    "favourites": "belong to the people who chose them",
    "feeds": "their links are made with the key of this installation",
    "former_slugs": "addresses of this installation",
    "idempotency_keys": "say what was sent here, and are old after a day",
    "invitations": "their links are made with the key of this installation",
    "other_calendars": "their addresses are sealed with the key of this installation",
    "payment_settings": "the keys of the payment provider are sealed with the key of this installation",
    "sightings": "where the widget of this installation was seen",
    "webhook_events": "what the payment provider told this installation",
}
# Table: which of its rows go along, as SQL on `it`; all of the others do.
_ONLY = {
    # What is still to be sent is sent by one installation alone: the new one plans it anew.
    "notifications": "it.status NOT IN ('pending', 'claimed', 'transmitting')",
    "time_off": "it.source = 'member'",
    "customer_imports": "it.status IN ('imported', 'abandoned')",
    "customer_import_rows": (
        "(SELECT status FROM customer_imports c WHERE c.business_id = it.business_id AND c.id = it.import_id)"
        " IN ('imported', 'abandoned')"
    ),
}


def of_business() -> list[Table]:
    """All tables whose rows belong to a business. What a row points at stands in an earlier one."""
    return [it for it in db.metadata.sorted_tables if "business_id" in it.c]


def tables() -> list[Table]:
    """Those that are in an archive, in an order in which their rows can be written.

    The journal comes last: what it names by id, without a foreign key, has its new id by then.
    """
    kept = [it for it in of_business() if it.name not in LEFT_OUT]
    return sorted(kept, key=lambda it: it.name == "audit_events")


def columns_of(table: Table) -> list[str]:
    """The columns somebody may write; the database works the others out."""
    return [it.name for it in table.columns if it.computed is None]


def chosen(table: Table) -> str:
    """Which rows of a table go along, as SQL on `it`."""
    return _ONLY.get(table.name, "true")


def keeps_ids(table: Table) -> bool:
    """Whether its rows have the same ids wherever they are: those that are unique within their business alone."""
    return (
        "id" in table.primary_key.columns
        and "business_id" in table.primary_key.columns
        and not _is_shared(table)
    )


def points_at(table: Table, other: str) -> list[str]:
    """Its columns that hold an id of another table."""
    return [
        element.parent.name
        for constraint in table.foreign_key_constraints
        if constraint.referred_table.name == other
        for element in constraint.elements
        if element.column.name in ("id", "key")
    ]


def is_circular(table: Table) -> bool:
    """Whether rows of it point at others of it."""
    return bool(points_at(table, table.name))


def _is_shared(table: Table) -> bool:
    """The ids of people and rooms are unique in an installation: time is guarded by them alone."""
    return table.name == "resources"
