"""Tables: tenants kept apart by the database itself, relationships that move no row, links that go up."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, DateTime, Table
from sqlalchemy.orm import RelationshipProperty, configure_mappers

import app.tables  # noqa: F401
from app.core.db import db
from tests.house_rules.source import room_of
from tests.house_rules.test_floors import floor

TENANT = "business_id"


def test_no_relationship_writes_the_tenant_column() -> None:
    found = [
        str(relation)
        for relation in relationships()
        if not relation.viewonly and writes_tenant(relation) and has_composite_key(relation.target)
    ]
    assert not found, "\n".join(
        found
    )  # 'name the own column: relationship(foreign_keys="Booking.service_id")'


def test_a_relationship_knows_no_higher_floor() -> None:
    found = [
        str(relation)
        for relation in relationships()
        if floor(room(relation.mapper.class_)) > floor(room(relation.parent.class_))
    ]
    assert not found, "\n".join(found)


def test_every_key_of_a_tenant_table_begins_with_the_tenant() -> None:
    found = [
        f"{table.name}: {', '.join(key)}"
        for table in tenant_tables()
        for key in primary_and_foreign_keys(table)
        if TENANT not in key
    ]
    assert not found, "\n".join(found)


def test_every_constraint_of_a_table_has_a_name() -> None:
    found = [table.name for table in db.metadata.tables.values() for c in table.constraints if not c.name]
    assert not found, "\n".join(found)


def test_a_text_column_has_no_length() -> None:
    found = [named(column) for column in columns() if getattr(column.type, "length", None) is not None]
    assert not found, "\n".join(found)


def test_a_moment_knows_its_zone_and_a_wall_clock_says_in_its_name_that_it_has_none() -> None:
    found = [
        named(column)
        for column in columns()
        if isinstance(column.type, DateTime) and column.type.timezone == column.name.startswith("local_")
    ]
    assert not found, "\n".join(found)


def columns() -> Iterator[Column[Any]]:
    """Every column of every table."""
    for table in db.metadata.tables.values():
        yield from table.columns


def named(column: Column[Any]) -> str:
    """The column as a complaint names it."""
    return f"{column.table.name}.{column.name}"


def relationships() -> Iterator[RelationshipProperty[Any]]:
    """Every relationship of every model."""
    configure_mappers()
    for mapper in db.Model.registry.mappers:
        yield from mapper.relationships


def writes_tenant(relation: RelationshipProperty[Any]) -> bool:
    """Whether setting the relationship may copy another row's business over this one's."""
    return any(TENANT in (mine.name, theirs.name) for mine, theirs in relation.synchronize_pairs)


def has_composite_key(table: Any) -> bool:
    """Whether a row of the table is known only together with its business."""
    return (
        isinstance(table, Table)
        and TENANT in table.primary_key.columns
        and len(table.primary_key.columns) > 1
    )


def room(model: type) -> str:
    """The room a model lives in."""
    return room_of(tuple(model.__module__.split(".")[1:]))


def tenant_tables() -> list[Table]:
    """Tables whose rows belong to one business and are known by it."""
    return [table for table in db.metadata.tables.values() if TENANT in table.primary_key.columns]


def primary_and_foreign_keys(table: Table) -> Iterator[list[str]]:
    """The primary key, and each foreign key that names a row of the same business."""
    yield [column.name for column in table.primary_key.columns]
    for constraint in table.foreign_key_constraints:
        if TENANT in constraint.referred_table.primary_key.columns:
            yield [column.name for column in constraint.columns]
