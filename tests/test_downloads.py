"""Tables that are sent while they are read."""

import pytest
from sqlalchemy import literal, select

from app.core.db import db
from app.downloads import table_in_parts

pytestmark = pytest.mark.commits


@pytest.fixture
def asking(app):
    """Somebody asks for a table."""
    with app.test_request_context():
        yield
        db.session.remove()


def parts_of(*numbers, fails_at=None):
    for number in numbers:
        if number == fails_at:
            raise ZeroDivisionError
        yield [[db.session.scalar(select(literal(number)))]]


def test_no_transaction_is_open_while_a_part_is_sent(asking):
    db.session.scalar(select(1))
    answer = table_in_parts("numbers", ["Number"], parts_of(1, 2, 3))
    pieces = []
    for piece in answer.iter_encoded():
        assert not db.session().in_transaction()
        pieces.append(piece.decode())
    assert pieces == ["\ufeffNumber\r\n1\r\n", "2\r\n", "3\r\n"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="numbers.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("parts", [[], [[]], [[], []]])
def test_one_without_rows_has_its_heads(asking, parts):
    assert table_in_parts("numbers", ["Number"], parts).get_data(as_text=True) == "\ufeffNumber\r\n"


def test_what_fails_at_once_is_no_half_table(asking):
    with pytest.raises(ZeroDivisionError):
        table_in_parts("numbers", ["Number"], parts_of(1, fails_at=1))


def test_what_fails_later_breaks_off_instead_of_ending(asking):
    pieces = iter(table_in_parts("numbers", ["Number"], parts_of(1, 2, fails_at=2)).iter_encoded())
    assert next(pieces).decode().endswith("1\r\n")
    with pytest.raises(ZeroDivisionError):
        next(pieces)
