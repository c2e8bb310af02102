import pytest

from app.core.tries import TooManyTries, Tries

HERE = {"RATELIMIT_STORAGE_OPTIONS": {}, "RATELIMIT_ENABLED": True, "RATELIMIT_KEY_PREFIX": "test"}
AWAY = HERE | {
    "RATELIMIT_STORAGE_URI": "redis://127.0.0.1:1",
    "RATELIMIT_STORAGE_OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
}
NEARBY = HERE | {"RATELIMIT_STORAGE_URI": "memory://"}


@pytest.fixture(params=[NEARBY, AWAY], ids=["counted here", "while Redis is away"])
def tries(request, app, frozen):
    tries = Tries()
    tries.configure(request.param)
    return tries


def test_what_is_too_often_waits_until_the_first_try_is_forgotten(tries, frozen):
    tries.count("2/minute", "a")
    frozen.shift(20)
    tries.count("2/minute", "a")
    with pytest.raises(TooManyTries) as refusal:
        tries.count("2/minute", "a")
    assert refusal.value.retry_after == 41
    frozen.shift(41)
    tries.count("2/minute", "a")


def test_a_refused_try_does_not_count(tries, frozen):
    tries.count("1/minute", "a")
    for _ in range(5):
        with pytest.raises(TooManyTries):
            tries.count("1/minute", "a")
        frozen.shift(10)
    frozen.shift(11)
    tries.count("1/minute", "a")


def test_each_name_is_counted_by_itself(tries):
    for name in ("a", "b"):
        tries.count("1/minute", "sign-in", name)
    with pytest.raises(TooManyTries):
        tries.count("1/minute", "sign-in", "a")


def test_several_limits_hold_at_once(tries, frozen):
    for _ in range(3):
        tries.count("1/minute; 3/hour", "a")
        frozen.shift(61)
    with pytest.raises(TooManyTries):
        tries.count("1/minute; 3/hour", "a")


def test_the_wait_is_said_in_minutes(app):
    assert "wait a minute" in str(TooManyTries(61).message)
    assert "wait 5 minutes" in str(TooManyTries(280).message)


def test_switched_off_nothing_is_counted(app):
    tries = Tries()
    tries.configure(NEARBY | {"RATELIMIT_ENABLED": False})
    for _ in range(5):
        tries.count("1/minute", "a")
