import argon2
import pytest

from app.auth import passwords
from app.auth.passwords import (
    EasyToGuess,
    TooLong,
    TooShort,
    check_choice,
    hash_password,
    is_outdated,
    is_right,
)


def test_the_right_password_opens_and_another_does_not():
    kept = hash_password("four quiet herons")
    assert kept.startswith("$argon2id$")
    assert is_right("four quiet herons", kept)
    assert not is_right("four quiet Herons", kept)


def test_without_a_password_nothing_opens_and_the_work_is_done_all_the_same(monkeypatch):
    asked = []
    monkeypatch.setattr(
        passwords,
        "_hasher",
        type("Hasher", (), {"verify": lambda _, *given: asked.append(given) or True, "hash": str})(),
    )
    passwords._nobodys.cache_clear()
    assert not is_right("anything at all", None)
    assert len(asked) == 1
    passwords._nobodys.cache_clear()


def test_a_damaged_hash_is_wrong_not_an_error():
    assert not is_right("four quiet herons", "not a hash")


def test_one_letter_composed_in_two_ways_is_one_password():
    assert is_right("cafe\u0301 au lait", hash_password("caf\u00e9 au lait"))


def test_a_hash_of_other_parameters_is_outdated():
    assert is_outdated(argon2.PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash("x"))
    assert not is_outdated(hash_password("x"))


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", TooShort),
        ("nine char", TooShort),
        ("\x00" * 20, TooShort),
        ("\u200b" * 12, TooShort),
        ("heron" + "\u200d\u2060" * 6, TooShort),
        (" " * 12, TooShort),
        ("x" * 1001, TooLong),
        ("maya@linden-studio.example", EasyToGuess),
        ("Maya@Linden-Studio.Example", EasyToGuess),
        ("maya lindqvist", EasyToGuess),
        ("MayaLindqvist", EasyToGuess),
    ],
)
def test_passwords_that_are_easy_to_guess_are_refused(password, refusal):
    with pytest.raises(refusal):
        check_choice(password, "maya@linden-studio.example", "Maya Lindqvist")


@pytest.mark.parametrize("password", ["ten  chars", "четыре тихие цапли", "aaaa bbbb cccc", "x" * 1000])
def test_length_is_all_that_is_asked_for(password):
    check_choice(password, "maya@linden-studio.example", "Maya Lindqvist")
