"""An invitation is for one address, one business and one role, works once, and raises nobody above who sent it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth.accounts import find_user
from app.businesses.joining import find_membership, join, leave
from app.businesses.models import Invitation, Membership
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.staff.models import StaffMember
from tests.auth.mails import link_of, links_in, planned, sent, text_of
from tests.factories import PASSWORD, a_business, a_membership, a_shop, a_user, hire, signed_in
from tests.reading import boxes, error, rows, soup, words

EMAIL, NEW = "june@example.com", "seven slow rivers"
JUNE = {"name": "June Moss", "password": NEW}
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def business(app):
    return a_business("ann-salon")


@pytest.fixture
def owner(app, business):
    user = a_user(name="Ann Berg", email_checked_at=clock.now())
    return signed_in(app, a_membership(business, "owner", user).user)


def invite(browser, role="staff", email=EMAIL, **more):
    return browser.post("/manage/ann-salon/staff/invitations", data={"email": email, "role": role, **more})


def the_only(model=Invitation):
    return db.session.scalars(select(model).execution_options(populate_existing=True)).one()


def invited(browser, role="staff", **more):
    assert invite(browser, role, **more).status_code == 303
    return link_of("invitation")


def role_of(email=EMAIL):
    found = find_user(email) and find_membership("ann-salon", find_user(email).id)
    return found.role if found else None


# Accepting


def test_somebody_new_accepts_with_a_name_and_a_password(app, client, owner, business):
    address = invited(owner, "manager")
    page = client.get(address)
    assert "manager" in words(soup(page).main)
    answer = client.post(address, data=JUNE)
    assert (answer.status_code, answer.location) == (303, "/manage/ann-salon/")
    assert client.get("/manage/ann-salon/").status_code == 200
    user = find_user(EMAIL)
    assert (user.name, user.email_checked_at, role_of()) == ("June Moss", clock.now(), "manager")
    [told] = planned("invitation_accepted")
    mail = sent(told)
    assert "June Moss has accepted your invitation" in text_of(mail)
    assert links_in(mail) == ["/manage/ann-salon/staff/members"]


def test_an_account_signs_in_first_and_comes_back(app, client, owner):
    user = a_user(EMAIL)
    address = invited(owner)
    assert soup(client.get(address)).select_one("input[type=password]") is None
    answer = client.post(address, data=JUNE)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={address}")
    assert role_of() is None
    sign_in = {"email": EMAIL, "password": PASSWORD, "next": address}
    assert client.post("/sign-in", data=sign_in).location == address
    assert client.get(address).status_code == 200
    assert client.post(address).location == "/manage/ann-salon/"
    assert role_of() == "staff"
    db.session.refresh(user)
    assert user.email_checked_at == clock.now()


def test_somebody_else_is_told_so_and_joins_nothing(app, owner):
    address = invited(owner, "owner")
    stranger = a_user()
    browser = signed_in(app, stranger)
    assert "for another address" in browser.get(address).text
    answer = browser.post(address, data=JUNE)
    assert answer.status_code == 403
    assert find_membership("ann-salon", stranger.id) is None
    assert the_only().accepted_at is None


def test_an_invitation_works_once(app, client, owner):
    address = invited(owner)
    client.post(address, data=JUNE)
    other = app.test_client()
    for answer in (other.get(address), other.post(address, data=JUNE), client.post(address)):
        assert answer.status_code == 410


def test_looking_at_it_changes_nothing(client, owner):
    address = invited(owner)
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert the_only().accepted_at is None


def test_it_runs_out_after_three_days(client, owner, frozen):
    address = invited(owner)
    frozen.shift(timedelta(hours=72))
    assert client.get(address).status_code == 410
    assert client.post(address, data=JUNE).status_code == 410
    assert find_user(EMAIL) is None


@pytest.mark.parametrize("end", ["revoked", "left", "demoted", "closed"])
def test_it_ends_with_the_word_of_who_sent_it(app, client, owner, business, end):
    address = invited(owner, "manager")
    inviter = db.session.scalars(select(Membership).filter_by(business_id=business.id)).one().user
    if end == "revoked":
        page = owner.get("/manage/ann-salon/staff/members")
        owner.post(soup(page).select_one("form[action$=revocation]")["action"])
    else:
        a_membership(business)
    if end == "left":
        leave(business, inviter, by=SYSTEM, now=clock.now())
        assert the_only().revoked_at == clock.now()
    elif end == "demoted":
        join(business, inviter, "manager", by=SYSTEM, now=clock.now())
    elif end == "closed":
        inviter.active = False
    assert client.get(address).status_code == 410
    assert client.post(address, data=JUNE).status_code == 410
    assert find_user(EMAIL) is None


def test_who_leaves_takes_no_invitation_of_theirs_back_in(app, business, owner):
    user = a_user(EMAIL)
    a_membership(business, "staff", user)
    leave(business, user, by=SYSTEM, now=clock.now())
    address = invited(owner)
    browser = signed_in(app, user)
    assert browser.post(address).status_code == 303
    leave(business, user, by=SYSTEM, now=clock.now())
    assert browser.post(address).status_code == 410


def test_the_person_on_the_calendar_is_theirs_from_then_on(client, owner, business):
    person = hire(business.id, "June")
    address = invited(owner, person=person.resource_id)
    client.post(address, data=JUNE)
    db.session.refresh(person)
    assert person.user_id == find_user(EMAIL).id


def test_a_person_who_signs_in_already_stays_who_they_are(client, owner, business):
    person = hire(business.id, "June")
    address = invited(owner, person=person.resource_id)
    person.user_id = a_user().id
    client.post(address, data=JUNE)
    assert role_of() == "staff"
    assert the_only(StaffMember).user_id != find_user(EMAIL).id


@pytest.mark.parametrize("typed", [{"name": "", "password": NEW}, {"name": "June", "password": "short"}])
def test_what_is_missing_is_said_and_nothing_is_used_up(client, owner, typed):
    address = invited(owner)
    answer = client.post(address, data=typed)
    assert answer.status_code == 422
    assert soup(answer).select_one(".field-error")
    assert find_user(EMAIL) is None
    assert client.post(address, data=JUNE).status_code == 303


def test_more_fields_than_the_form_has_change_nothing(client, owner):
    address = invited(owner)
    client.post(address, data=JUNE | {"role": "owner", "email": "x@example.com", "business": "other"})
    assert role_of() == "staff"


@pytest.mark.parametrize("spoil", [lambda it: it[:-1], lambda it: it + "A", lambda it: "/invitations/x"])
def test_an_altered_link_is_no_link(client, owner, spoil):
    address = spoil(invited(owner))
    assert client.get(address).status_code == 404
    assert client.post(address, data=JUNE).status_code == 404


# Inviting


@pytest.mark.parametrize(
    ("mine", "theirs", "status"),
    [
        ("owner", "owner", 303),
        ("owner", "manager", 303),
        ("owner", "staff", 303),
        ("manager", "staff", 303),
        ("manager", "manager", 422),
        ("manager", "owner", 422),
        ("staff", "staff", 403),
        ("owner", "platform_admin", 422),
    ],
)
def test_nobody_gives_more_than_they_have(app, business, mine, theirs, status):
    browser = signed_in(app, a_membership(business, mine, a_user(email_checked_at=clock.now())).user)
    assert invite(browser, theirs).status_code == status
    assert [it.role for it in db.session.scalars(select(Invitation))] == ([theirs] if status == 303 else [])


def test_a_manager_neither_changes_nor_ends_the_invitation_of_an_owner(app, owner, business):
    invited(owner, "owner")
    manager = signed_in(app, a_membership(business, "manager").user)
    [number] = db.session.scalars(select(Invitation.id))
    assert invite(manager, "staff").status_code == 403
    for what in ("renewal", "revocation"):
        assert manager.post(f"/manage/ann-salon/staff/invitations/{number}/{what}").status_code == 403
    assert the_only().role == "owner"
    assert the_only().revoked_at is None
    assert not soup(manager.get("/manage/ann-salon/staff/members")).select("#invitations form")


def test_another_business_finds_no_invitation(app, owner):
    invited(owner)
    [number] = db.session.scalars(select(Invitation.id))
    other = a_business("other")
    browser = signed_in(app, a_membership(other).user)
    for what in ("renewal", "revocation"):
        assert browser.post(f"/manage/other/staff/invitations/{number}/{what}").status_code == 404
    assert the_only().revoked_at is None


def test_a_person_of_another_business_is_no_choice(app, owner):
    elsewhere = a_shop()
    assert invite(owner, person=elsewhere.person.resource_id).status_code == 422


def test_sending_it_again_makes_the_link_of_before_void(client, owner, frozen):
    first = invited(owner)
    frozen.shift(timedelta(hours=1))
    page = owner.get("/manage/ann-salon/staff/members")
    owner.post(soup(page).select_one("form[action$=renewal]")["action"])
    second = link_of("invitation")
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert the_only().expires_at == clock.now() + timedelta(hours=72)


def test_a_mail_overtaken_by_a_newer_one_is_called_off(owner, frozen):
    invite(owner)
    frozen.shift(timedelta(minutes=10))
    invite(owner)
    first, second = planned("invitation")
    assert sent(first) is None
    assert sent(second) is not None


def test_a_member_is_not_invited(app, owner, business):
    a_membership(business, "staff", a_user(EMAIL))
    answer = invite(owner)
    assert answer.status_code == 409
    assert "works here already" in error(answer, "email")


@pytest.mark.parametrize(
    "typed", ["a@example.com, b@example.com", "x", "", "a@example.com\nBcc: b@example.com"]
)
def test_one_address_and_no_more(owner, typed):
    assert invite(owner, email=typed).status_code == 422
    assert planned() == []


def test_the_mail_is_the_business_s_and_names_who_asks(owner, business):
    business.name, business.email = "Salon\r\nBcc: x@example.com", "hello@salon.example"
    invite(owner)
    mail = sent(planned("invitation")[0])
    assert "Bcc" not in mail
    assert [it.addr_spec for it in mail["to"].addresses] == [EMAIL]
    assert mail["reply-to"].addresses[0].addr_spec == "hello@salon.example"
    assert mail["subject"].startswith("Ann Berg invites you to Salon")


def test_nobody_invites_from_an_address_that_may_be_somebody_elses(app, business):
    mallory = a_membership(business, "owner", a_user("victim@example.com", "Win at evil.example"))
    answer = invite(signed_in(app, mallory.user))
    assert answer.status_code == 422
    assert "Please confirm your e-mail address first" in answer.text
    assert planned() == []


def test_too_many_invitations_wait(owner, counting):
    answers = [invite(owner, email=f"person{n}@example.com").status_code for n in range(21)]
    assert answers == [303] * 20 + [429]


# Who signs in


def test_members_are_listed_owners_first(app, owner, business):
    a_membership(business, "staff", a_user("zoe@example.com", "Zoe"))
    a_membership(business, "manager", a_user("ben@example.com", "Ben"))
    invite(owner)
    page = owner.get("/manage/ann-salon/staff/members")
    assert [it.split(" person")[0] for it in rows(page, "#members .row-title")] == ["Ann Berg", "Ben", "Zoe"]
    assert rows(page, "#invitations .row-title") == [EMAIL]


def test_an_owner_gives_another_role(app, owner, business):
    member = a_membership(business, "staff")
    answer = owner.post(f"/manage/ann-salon/staff/members/{member.id}", data={"role": "manager"})
    assert answer.status_code == 303
    db.session.refresh(member)
    assert member.role == "manager"


def test_nobody_changes_their_own_role_and_the_last_owner_stays(app, owner, business):
    [mine] = db.session.scalars(select(Membership).filter_by(business_id=business.id))
    for path, form in ((f"{mine.id}", {"role": "staff"}), (f"{mine.id}/departure", {})):
        answer = owner.post(f"/manage/ann-salon/staff/members/{path}", data=form)
        assert answer.status_code == 422
        assert error(answer, "role") or boxes(answer)
    db.session.refresh(mine)
    assert (mine.role, mine.active) == ("owner", True)


def test_a_manager_looks_after_staff_alone(app, business):
    a_membership(business, "owner")
    me, colleague, staff = (a_membership(business, role) for role in ("manager", "manager", "staff"))
    browser = signed_in(app, me.user)
    pages = "/manage/ann-salon/staff/members"
    assert browser.get(f"{pages}/{colleague.id}").status_code == 403
    assert browser.post(f"{pages}/{colleague.id}/departure").status_code == 403
    assert browser.post(f"{pages}/{staff.id}", data={"role": "owner"}).status_code == 403
    assert browser.get(f"{pages}/{staff.id}").status_code == 200
    assert browser.post(f"{pages}/{staff.id}/departure").status_code == 303
    db.session.refresh(staff)
    assert (staff.active, staff.role) == (False, "staff")


def test_who_is_removed_is_out_at_the_next_click(app, owner, business):
    member = a_membership(business, "staff")
    theirs = signed_in(app, member.user)
    assert theirs.get("/manage/ann-salon/").status_code == 200
    owner.post(f"/manage/ann-salon/staff/members/{member.id}/departure")
    assert theirs.get("/manage/ann-salon/").status_code == 303
    assert owner.get(f"/manage/ann-salon/staff/members/{member.id}").status_code == 404


def test_a_member_of_another_business_is_no_member_here(app, owner):
    member = a_membership(a_business("other"), "staff")
    assert owner.get(f"/manage/ann-salon/staff/members/{member.id}").status_code == 404
    assert owner.post(f"/manage/ann-salon/staff/members/{member.id}/departure").status_code == 404
    db.session.refresh(member)
    assert member.active


def test_the_list_asks_as_often_however_many_there_are(app, owner, business, queries):
    counts = []
    for _ in range(2):
        for _ in range(4):
            a_membership(business, "staff")
        owner.get("/manage/ann-salon/staff/members")
        with queries() as seen:
            owner.get("/manage/ann-salon/staff/members")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6
