"""Customers are found by the beginnings of words, or by the end of a phone number."""

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.core.text import words_of
from app.customers.completing import AddressTaken, CustomerGone, complete
from app.customers.meeting import Contact, meet
from app.customers.merging import others_like
from app.customers.models import Customer, CustomerWord
from app.customers.searching import PAGE, find_customer, matches, search, tagged
from app.customers.tagging import tags_in_use
from app.customers.wording import remember_words
from tests.factories import ANNA, a_business

pytestmark = pytest.mark.usefixtures("app", "frozen")


@pytest.fixture
def business():
    return a_business()


@pytest.fixture
def known(business):
    """Makes customers: name, e-mail, phone."""
    return lambda *contact, of=business, **more: meet(of.id, Contact(*contact, **more), clock.now())


@pytest.fixture
def people(known):
    known("Olivia Park", "olivia.park@example.com", "+4930123456")
    known("Émile Özil", "emile@studio.example", None)
    known("adam Łukasz", None, "+49301234999")
    known("Zoe", "zoe@example.com", None)
    known("Bob O'Hara", None, None)


def names(business, typed="", page=1):
    return [it.name for it in search(business.id, typed, page).rows]


def test_all_are_listed_by_name_as_people_expect_it(business, people):
    assert names(business) == ["adam Łukasz", "Bob O'Hara", "Émile Özil", "Olivia Park", "Zoe"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("oli", ["Olivia Park"]),
        ("park oli", ["Olivia Park"]),
        ("OZIL", ["Émile Özil"]),
        ("lukasz", ["adam Łukasz"]),
        ("ohara", ["Bob O'Hara"]),
        ("olivia.park@example.com", ["Olivia Park"]),
        ("zoe@ex", ["Zoe"]),
        ("studio", ["Émile Özil"]),
        ("456", ["Olivia Park"]),
        ("030 123 456", ["Olivia Park"]),
        ("+49 30 123456", ["Olivia Park"]),
        ("0049 (30) 123-456", ["Olivia Park"]),
        ("olivia 3456", ["Olivia Park"]),
        ("1234999", ["adam Łukasz"]),
        ("123", []),
        ("56", []),
        ("livia", []),
        ("olivia zoe", []),
        ("%", []),
        ("=olivia", ["Olivia Park"]),
        ("🙂", []),
    ],
)
def test_every_typed_word_begins_a_word_and_digits_end_a_number(business, people, typed, found):
    assert names(business, typed) == found


def test_nobody_finds_the_customers_of_another_business(business, people):
    elsewhere = a_business()
    assert names(elsewhere) == names(elsewhere, "oli") == []
    [olivia] = matches(business.id, "oli")
    assert find_customer(business.id, olivia.id)
    assert find_customer(elsewhere.id, olivia.id) is None


def test_whoever_was_merged_or_erased_is_not_found(business, known):
    kept, merged, erased = (known(name, None) for name in ("Ann One", "Ann Two", "Ann Three"))
    merged.merged_into, erased.erased_at = kept.id, clock.now()
    db.session.flush()
    remember_words(merged)
    remember_words(erased)
    assert names(business, "ann") == names(business) == ["Ann One"]
    assert [find_customer(business.id, it.id) for it in (merged, erased)] == [None, None]


def test_a_walk_in_without_a_name_fills_no_list(business, known):
    known("Walk-in", None, is_named=False)
    assert names(business) == names(business, "walk") == []


def test_at_most_eight_match_those_whose_name_begins_so_first(business, known):
    for number in range(9):
        known(f"Adam {number} Maier", None)
    known("Maya", None)
    found = [it.name for it in matches(business.id, "ma")]
    assert found[0] == "Maya"
    assert len(found) == 8
    assert matches(business.id, "m") == matches(business.id, "") == []


def test_a_long_list_has_pages_and_a_page_that_does_not_exist_is_the_last(business, known):
    for number in range(PAGE + 1):
        known(f"Person {number:02}", None)
    found = search(business.id, "", 99)
    assert (found.number, found.pages, found.first, found.last, found.total) == (2, 2, 51, 51, 51)
    assert names(business) == [f"Person {number:02}" for number in range(PAGE)]


def test_another_name_is_found_and_the_old_one_is_not(business, known):
    olivia = known("Olivia Park", "olivia@example.com", "+4930123456")
    olivia.name, olivia.phone = "Olivia Stone", "+4930123777"
    remember_words(olivia)
    assert names(business, "stone") == names(business, "777") == ["Olivia Stone"]
    assert names(business, "park") == names(business, "456") == []


def test_what_nobody_asked_for_so_far_is_added_and_written_down(business, known):
    olivia = known("Olivia Park", None, "+4930123456")
    given = Contact("Somebody", "olivia@example.com", "+49301")
    complete(business.id, olivia.id, given, by=ANNA, now=clock.now())
    assert (olivia.name, olivia.email, olivia.phone) == ("Olivia Park", "olivia@example.com", "+4930123456")
    assert names(business, "olivia@ex") == ["Olivia Park"]
    changes = db.session.scalar(sa.text("SELECT changes FROM audit_events WHERE action = 'customer.changed'"))
    assert changes == {"email": [None, "olivia@example.com"]}


def test_nothing_to_add_is_no_change(business, known):
    olivia = known("Olivia Park", "olivia@example.com", "+4930123456")
    complete(business.id, olivia.id, Contact("O", "other@example.com", None), by=ANNA, now=clock.now())
    assert olivia.email == "olivia@example.com"
    assert not db.session.scalar(
        sa.text("SELECT count(*) FROM audit_events WHERE action = 'customer.changed'")
    )


def test_an_address_of_another_customer_is_refused_and_nothing_else_is_lost(business, known):
    known("Zoe", "zoe@example.com", None)
    olivia = known("Olivia Park", None, None)
    given = Contact("Olivia Park", "zoe@example.com", "+4930123456")
    with pytest.raises(AddressTaken):
        complete(business.id, olivia.id, given, by=ANNA, now=clock.now())
    db.session.refresh(olivia)
    assert (olivia.email, olivia.phone) == (None, None)


def test_a_customer_who_is_gone_meanwhile_is_said(business, known):
    olivia = known("Olivia Park", None, None)
    olivia.erased_at = clock.now()
    db.session.flush()
    contact = Contact("Olivia Park", None)
    for key in ((business.id, olivia.id), (business.id, olivia.id + 1), (a_business().id, olivia.id)):
        with pytest.raises(CustomerGone):
            complete(*key, contact, by=ANNA, now=clock.now())


def test_a_command_gives_words_to_those_from_before_the_search(app, business, people, known):
    known("Walk-in", None, is_named=False)
    for column in ("Nell Gray", "Ida Gray"):
        db.session.add(
            Customer(business_id=business.id, name=column, email=f"{column[:3].lower()}@example.com")
        )
    db.session.commit()
    assert "Nell Gray" not in names(business)
    answer = app.test_cli_runner().invoke(args=["customer", "remember-words"])
    assert answer.output == "6 customers can be found.\n"
    assert names(business, "gray") == ["Ida Gray", "Nell Gray"]
    assert len(names(business)) == 7


def test_words_are_looked_up_in_the_index(business, known):
    """With as many words as a busy shop has, no table is read from one end to the other."""
    for number in range(3):
        known(f"Person {number}", None)
    # So many rows at once may take a busy machine longer than a page may take.
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    db.session.execute(
        sa.text("""
            WITH made AS (
                INSERT INTO customers (business_id, name)
                SELECT :business, 'Somebody ' || n FROM generate_series(1, 5000) n RETURNING business_id, id, name)
            INSERT INTO customer_words (business_id, customer_id, word)
            SELECT business_id, id,
                   unnest(ARRAY['=' || lower(name), lower(split_part(name, ' ', 2)) || 'x', 'somebody'])
              FROM made
        """),
        {"business": business.id},
    )
    db.session.execute(sa.text("ANALYZE customers, customer_words"))
    plan = "\n".join(explained(lambda: search(business.id, "4321x")))
    assert "ix_customer_words_word" in plan
    assert "Seq Scan" not in plan


def test_filters_and_duplicates_are_looked_up_in_indexes(business, known):
    """Among as many as a busy shop has, with hardly any tagged, blocked or there twice."""
    db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    db.session.execute(
        sa.text("""
            WITH made AS (
                INSERT INTO customers (business_id, name, phone, tags)
                SELECT :business, 'Somebody ' || n, '+4930' || n, CASE WHEN n % 500 = 0 THEN ARRAY['VIP'] ELSE '{}' END
                  FROM generate_series(1, 5000) n RETURNING business_id, id, name)
            INSERT INTO customer_words (business_id, customer_id, word)
            SELECT business_id, id, '=' || lower(name) FROM made
        """),
        {"business": business.id},
    )
    db.session.execute(sa.text("ANALYZE customers, customer_words"))
    among = [tagged(business.id, "VIP")]
    assert search(business.id, "", among=among).total == 10
    plan = "\n".join(explained(lambda: search(business.id, "", among=among)))
    assert "ix_customers_tag" in plan
    plan = "\n".join(explained(lambda: tags_in_use(business.id)))
    assert "ix_customers_tagged" in plan
    plan = "\n".join(explained(lambda: others_like(known("Somebody 17", None, "+493018"))))
    assert "ix_customers_by_phone" in plan
    assert "ix_customer_words_word" in plan or "pk_customer_words" in plan
    assert "Seq Scan" not in plan


def explained(call):
    """The plans of the statements of a call."""
    statements = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        statements.append((statement, parameters))

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    connection = db.session.connection().connection
    for statement, parameters in statements:
        if not statement.lstrip().startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + statement, parameters)
            yield from (row[0] for row in cursor.fetchall())


def test_a_word_of_a_name_is_what_a_search_compares(business, known):
    known("Jean-Luc d’Arc", "JL@example.com".lower(), None)
    words = set(db.session.scalars(sa.select(CustomerWord.word).filter_by(business_id=business.id)))
    assert words == {*words_of("jean luc darc jl example com"), "=jean luc darc"}
