"""Many who use one link at once: it works for one of them."""

import threading
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app.auth import links
from app.auth.links import make_link, token_of
from app.auth.models import OneTimeLink, User
from app.businesses.inviting import invite
from app.businesses.inviting import token_of as token_of_invitation
from app.businesses.models import Membership
from app.core import clock
from app.core.db import db
from tests.factories import a_business, a_membership, a_user
from tests.races.clients import at_once, browser
from tests.reading import soup
from tests.serving import Served

pytestmark = pytest.mark.race
MANY = 6


def answers_to(served: Served, path: str, form: dict[str, str]) -> list[int]:
    """What each of MANY browsers is told that send the form of a page at once."""
    clients = [browser(served.url) for _ in range(MANY)]
    try:
        tokens = [soup(it.get(path)).select_one("input[name=csrf_token]")["value"] for it in clients]  # type: ignore[index]
        posts = [
            partial(it.post, path, data=form | {"csrf_token": str(token)})
            for it, token in zip(clients, tokens, strict=True)
        ]
        return sorted(it.status_code for it in at_once(posts))
    finally:
        for it in clients:
            it.close()


def a_reset(served: Served) -> str:
    """A link to choose another password."""
    with served.app.app_context():
        user = a_user(f"{uuid4()}@example.com")
        token = token_of(make_link("reset", user.email, user.id, now=clock.now()))
        db.session.commit()
    return f"/password-reset/{token}"


def test_a_link_sets_one_password(served: Served) -> None:
    assert answers_to(served, a_reset(served), {"new": "seven slow rivers"}) == [303] + [410] * (MANY - 1)


def test_looking_first_and_using_then_would_let_more_than_one_through(served: Served) -> None:
    """The negative control: who only looks finds the link alive before anybody has used it."""
    with served.app.app_context():
        user = a_user(f"{uuid4()}@example.com")
        number = make_link("reset", user.email, user.id, now=clock.now()).id
        db.session.commit()

    meeting = threading.Barrier(MANY)

    def use() -> bool:
        with served.app.app_context():
            links.check_alive(db.session.get_one(OneTimeLink, number), clock.now())
            meeting.wait()
            db.session.execute(
                update(OneTimeLink).where(OneTimeLink.id == number).values(used_at=clock.now())
            )
            db.session.commit()
            return True

    assert at_once([use] * MANY) == [True] * MANY


def test_an_invitation_makes_one_account_and_one_member(served: Served) -> None:
    email = f"{uuid4()}@example.com"
    with served.app.app_context():
        business = a_business(f"race-{uuid4()}"[:40])
        inviter = a_user(f"{uuid4()}@example.com", email_checked_at=clock.now())
        owner = a_membership(business, "owner", inviter)
        token = token_of_invitation(invite(business, email, "staff", None, by=owner, now=clock.now()))
        number = business.id
        db.session.commit()
    path = f"/invitations/{token}"
    answers = answers_to(served, path, {"name": "June", "password": "seven slow rivers"})
    assert answers.count(303) >= 1
    assert set(answers) <= {303, 409, 410}
    with served.app.app_context():
        users = select(func.count()).select_from(User).filter_by(email=email)
        members = select(func.count()).select_from(Membership).filter_by(business_id=number, role="staff")
        assert (db.session.scalar(users), db.session.scalar(members)) == (1, 1)
