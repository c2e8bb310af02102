from app.core.sealing import seal, unseal


def test_what_is_sealed_can_be_opened_and_says_nothing_by_itself(app):
    kept = seal("stripe", "sk_test_123")
    assert b"sk_test" not in kept
    assert unseal("stripe", kept) == "sk_test_123"


def test_it_opens_for_its_own_purpose_only(app):
    assert unseal("twilio", seal("stripe", "sk_test_123")) is None


def test_what_was_altered_does_not_open(app):
    kept = bytearray(seal("stripe", "sk_test_123"))
    kept[-1] ^= 1
    assert unseal("stripe", bytes(kept)) is None


def test_a_key_that_was_rotated_still_opens_what_it_sealed(app, monkeypatch):
    kept = seal("stripe", "sk_test_123")
    was = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-key-of-more-than-32-characters")
    assert unseal("stripe", kept) is None
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [was])
    assert unseal("stripe", kept) == "sk_test_123"
