import pytest
import sqlalchemy as sa

from app.businesses.listing import list_publicly
from app.businesses.models import BusinessWord
from app.businesses.searching import PAGE, search, towns
from app.businesses.wording import remember_words
from app.core.db import db
from tests.factories import a_business, by_the_system

list_it = by_the_system(list_publicly)


def listed(name, city=None, trade=None, slug=None, **more):
    return a_business(slug, name=name, city=city, trade=trade, listed=True, **more)


def names(text="", town=None, page=1):
    return [it.name for it in search(text, town, page).rows]


@pytest.fixture
def street(app):
    listed("Ärzte am Zoo", "Köln", "medical")
    listed("Bob's Barbers", "London", "barber")
    listed("Zoe", "London", "hair")
    listed("zara nails", "köln", "nails")
    listed("Łukasz Gołąb", "Łódź", "garage")
    listed("Émile", None, None)


def test_all_are_listed_by_name_as_people_expect_it(street):
    assert names() == ["Ärzte am Zoo", "Bob's Barbers", "Émile", "Łukasz Gołąb", "zara nails", "Zoe"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zoe", ["Zoe"]),
        ("Zo", ["Ärzte am Zoo", "Zoe"]),
        ("arzte", ["Ärzte am Zoo"]),
        ("ÄRZTE koln", ["Ärzte am Zoo"]),
        ("bobs", ["Bob's Barbers"]),
        ("bob’s lon", ["Bob's Barbers"]),
        ("hairdresser london", ["Zoe"]),
        ("hair", ["Zoe"]),
        ("lodz golab", ["Łukasz Gołąb"]),
        ("emile", ["Émile"]),
        ("mile", []),
        ("zoe paris", []),
    ],
)
def test_every_typed_word_begins_a_word_of_name_town_or_trade(street, text, found):
    assert names(text) == found


def test_whoever_has_the_word_itself_comes_before_those_it_only_begins(app):
    for name in ("Abby Annette", "Zoe Ann", "Bea Anna"):
        listed(name)
    assert names("ann") == ["Zoe Ann", "Abby Annette", "Bea Anna"]
    assert names("anna") == ["Bea Anna"]


def test_drafts_the_suspended_and_those_who_do_not_want_it_are_not_found(app):
    for more in ({"status": "draft"}, {"status": "suspended"}, {"listed": False}):
        a_business(name="Hidden", **{"listed": True} | more)
    assert names() == names("hidden") == []
    assert towns() == []


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "\\",
        "'",
        "🎉",
        "%%%",
        "100%",
        "\u200b",
        "x" * 200,
        "ﷺ" * 200,
        "a b c d e f g h i j",
        "\ufffd",
        "(",
        "\u0301",
    ],
)
def test_odd_input_finds_nothing_and_never_fails(street, text):
    assert names(text) == []


def test_only_six_words_are_looked_for(street):
    assert names("zoe zoe london hair hairdresser zo lo paris berlin") == ["Zoe"]


def test_a_town_narrows_the_list_however_it_is_written(street):
    assert names(town="köln") == names(town="Köln") == ["Ärzte am Zoo", "zara nails"]
    assert names("nails", town="London") == []
    assert names(town="Atlantis") == []


def test_towns_with_many_businesses_come_first(street):
    assert towns()[:2] == ["Köln", "London"]
    assert len(towns()) == 3


def test_pages_hold_twenty_and_one_that_does_not_exist_is_the_last(app):
    for n in range(PAGE + 3):
        listed(f"Salon {n:02}")
    first, second, beyond = (search("salon", None, page) for page in (1, 2, 99))
    assert (len(first.rows), first.first, first.last, first.total, first.pages) == (20, 1, 20, 23, 2)
    assert [it.name for it in second.rows] == [it.name for it in beyond.rows]
    assert (second.first, second.last) == (21, 23)
    assert search("nobody", None, 5).pages == 1


def test_the_number_of_statements_does_not_grow(street, queries):
    for n in range(30):
        listed(f"Salon {n:02}", f"Town {n}")
    db.session.commit()
    for text in ("", "salon", "s a l o n s"):
        with queries() as seen:
            search(text)
            towns()
        assert len(seen) <= 3


def words(business):
    return set(db.session.scalars(sa.select(BusinessWord.word).filter_by(business_id=business.id)))


def test_words_are_kept_when_a_business_is_founded_and_when_it_changes(app):
    business = a_business(name="Ann's Salon", city="Köln", trade="hair")
    assert words(business) == {"anns", "salon", "koln", "hair", "hairdresser", "friseursalon"}
    business.name, business.city, business.trade = "Bloom", None, None
    remember_words(business)
    assert words(business) == {"bloom"}
    remember_words(business)
    assert words(business) == {"bloom"}


def test_a_name_of_the_longest_words_can_be_kept(app):
    assert {len(word) for word in words(a_business(name="ﷲ" * 120))} == {40}


def test_a_business_without_words_is_found_once_it_is_listed(app):
    business = a_business(name="Bloom")
    db.session.execute(sa.delete(BusinessWord))
    list_it(business, True)
    assert names("bloom") == ["Bloom"]
    list_it(business, False)
    assert names("bloom") == []


def test_the_index_on_words_answers_a_search(app):
    # Of an empty table either index is as good.
    words = sa.text("INSERT INTO business_words SELECT :business, 'w' || n FROM generate_series(1, 3000) n")
    db.session.execute(words, {"business": a_business().id})
    db.session.execute(sa.text("ANALYZE business_words"))
    db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    plan = db.session.scalars(
        sa.text("EXPLAIN SELECT business_id FROM business_words WHERE word LIKE 'abc%'")
    )
    assert "ix_business_words_word" in " ".join(plan)


def test_a_business_from_before_is_found_once_its_words_are_remembered(app):
    business = a_business("old-salon", name="Old Salon", listed=True)
    db.session.execute(sa.delete(BusinessWord))
    answer = app.test_cli_runner().invoke(args=["business", "remember-words"])
    assert answer.exit_code == 0
    assert "1 business" in answer.output
    words = sa.select(BusinessWord.word).filter_by(business_id=business.id)
    assert {"old", "salon"} <= set(db.session.scalars(words))
