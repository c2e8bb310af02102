"""Short codes: what a business is found by on paper, read and typed by people."""

import secrets

LENGTH = 6
# Without 0, 1, i, l, o and u: they are taken for one another, and the rest makes few words.
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


def new_short_code() -> str:
    """Six random letters and digits, 7 * 10^8 of them."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def is_short_code(text: str) -> bool:
    """Whether it could be one."""
    return len(text) == LENGTH and set(text) <= set(LETTERS)
