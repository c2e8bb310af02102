"""A deposit is paid inside the frame on another website, or on a page of its own that leads back there."""

import re
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from app.appointments.finding import hold_token, receipt_token
from app.appointments.jobs import expire_holds
from app.core.db import db
from app.payments.models import Payment
from app.sites.models import Site
from tests.appointments.own.conftest import of  # noqa: F401
from tests.appointments.own.test_payments import TEN, booking, payment_of, synced  # noqa: F401
from tests.appointments.own.test_payments import shop as a_shop_with_a_deposit  # noqa: F401
from tests.factories import a_booking, a_hold, a_shop, berlin
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.reading import soup, words
from tests.stripe_simulator.customer import pay, pay_on_page

HOME = "https://salon.example"
PAGE = f"{HOME}/book/?page_id=12&x=%C3%A4"


@pytest.fixture
def shop(a_shop_with_a_deposit):  # noqa: F811
    db.session.add(Site(business_id=a_shop_with_a_deposit.business.id, origin=HOME))
    db.session.flush()
    return a_shop_with_a_deposit


@pytest.fixture
def framed(client, shop):
    """Asks for, or sends a form to, a page of a visit inside the frame on its website; by default GET."""

    def ask(booking, rest="", data=None, **more):  # noqa: F811
        address = f"/w/{shop.business.slug}/bookings/{receipt_token(booking)}{rest}"
        address += f"{'&' if '?' in rest else '?'}host={HOME}"
        return client.get(address, **more) if data is None else client.post(address, data=data, **more)

    return ask


def directive(answer, name):
    found = [it for it in answer.headers["Content-Security-Policy"].split("; ") if it.startswith(f"{name} ")]
    return found[0].split()[1:] if found else None


def body_of(answer):
    return soup(answer).body


def way_back(answer):
    """Where the button leads that goes back to the website; None where there is none."""
    links = [it for it in soup(answer).select("main a") if re.match(r"Back to \S+\.", words(it))]
    assert all(it["rel"] == ["noopener"] for it in links)
    return links[0]["href"] if links else None


def test_only_its_website_may_frame_the_page_on_which_stripe_is_let_in(framed, booking, stripe):  # noqa: F811
    page = framed(booking, "/payment")
    assert page.status_code == 200
    assert directive(page, "frame-ancestors") == ["'self'", HOME, "https://www.salon.example"]
    assert "https://js.stripe.com" in directive(page, "script-src")
    assert "https://hooks.stripe.com" in directive(page, "frame-src")
    assert "X-Frame-Options" not in page.headers
    assert "payment=(self" in page.headers["Permissions-Policy"]
    assert "Set-Cookie" not in page.headers


def test_where_any_website_may_no_list_is_said(framed, booking, shop):  # noqa: F811
    shop.business.framed_anywhere = True
    page = framed(booking, "/payment")
    assert directive(page, "frame-ancestors") is None
    assert "js/pay.js" in page.text


def test_our_own_page_stands_in_no_frame(of, booking):  # noqa: F811
    page = of(booking, "/payment")
    assert directive(page, "frame-ancestors") == ["'none'"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_paid_by_card_in_the_frame_the_website_is_told_once(framed, booking, stripe):  # noqa: F811
    form = soup(framed(booking, "/payment")).select_one("form[data-pay]")
    assert form["data-pay"].startswith("/w/")
    told = framed(booking, "/payment/intent", {}).get_json()
    pay(stripe, told["secret"])
    synced(booking)
    assert form["data-seen"].startswith("/w/")
    answer = framed(booking, "/payment/result?books=1")
    assert "done=booked" in answer.location
    receipt = framed(booking, "?done=booked")
    assert (body_of(receipt)["data-status"], body_of(receipt)["data-done"]) == ("confirmed", "booked")
    # Whoever looks again, or pays the rest later, has not booked anew.
    assert "done=booked" not in framed(booking, "/payment/result").location
    assert "books" not in soup(framed(booking, "/payment")).select_one("form[data-pay]")["data-seen"]


def test_what_waits_for_its_payment_is_not_said_to_be_booked(framed, booking):  # noqa: F811
    receipt = body_of(framed(booking, "?done=booked"))
    assert receipt["data-status"] == ""
    page = soup(framed(booking, "/payment"))
    assert page.body["data-status"] == ""
    assert "books=1" in page.select_one("form[data-pay]")["data-seen"]


def test_a_deposit_is_asked_for_before_the_website_is_told(client, shop):
    hold = hold_token(a_hold(shop, TEN))
    who = {"name": "Olivia Park", "email": "olivia@mail.example", "phone": ""}
    answer = client.post(f"/w/{shop.business.slug}/book/{hold}?host={HOME}", data=who)
    assert answer.status_code == 303
    assert "/payment" in answer.location
    assert "done" not in answer.location


def test_where_nothing_is_paid_first_it_is_told_at_once(client, shop):
    shop.service.prepay, shop.service.deposit_cents = "none", None
    db.session.flush()
    hold = hold_token(a_hold(shop, TEN))
    who = {"name": "Olivia Park", "email": "olivia@mail.example", "phone": ""}
    answer = client.post(f"/w/{shop.business.slug}/book/{hold}?host={HOME}", data=who)
    assert "done=booked" in answer.location
    assert body_of(client.get(answer.location))["data-status"] == "confirmed"


def test_while_it_is_paid_elsewhere_the_frame_waits_and_then_shows_the_receipt(
    framed,
    of,  # noqa: F811
    booking,  # noqa: F811
    client,
    stripe,  # noqa: F811
):
    page = framed(booking, "/payment/result?elsewhere=1&books=1")
    assert words(soup(page).h1) == "Please pay in the new window"
    assert soup(page).select_one("noscript meta[http-equiv=refresh]")
    waiting, asks = soup(page).select_one("#paying")["hx-get"], {"HX-Request": "true"}
    assert client.get(waiting, headers=asks).status_code == 204
    told = of(booking, "/payment/intent", {}).get_json()
    pay(stripe, told["secret"], "4000 0000 0000 0002")
    synced(booking)
    assert client.get(waiting, headers=asks).status_code == 204
    pay(stripe, told["secret"])
    synced(booking)
    there = client.get(waiting, headers=asks)
    assert there.status_code == 204
    assert "done=booked" in there.headers["HX-Redirect"]
    assert there.headers["HX-Redirect"].startswith("/w/")


def test_outside_of_a_frame_nobody_waits_for_another_window(of, booking):  # noqa: F811
    answer = of(booking, "/payment/result?elsewhere=1&books=1")
    assert answer.status_code == 303
    assert "done" not in answer.location


def test_without_a_script_there_is_a_link_to_a_page_of_its_own(framed, of, booking, client):  # noqa: F811
    page = soup(framed(booking, "/payment"))
    link = page.select_one("noscript a[target=_blank]")
    assert words(link) == "Pay €20.00 in a new window"
    assert link["href"].startswith("/bookings/")
    assert page.select("form[data-pay] button[type=submit]") == []
    there = client.get(link["href"])
    assert there.headers["X-Frame-Options"] == "DENY"
    assert "Pay €20.00 on Stripe’s page" in there.text
    assert way_back(there) == HOME


def test_the_way_back_goes_through_stripes_page(of, booking, client, stripe):  # noqa: F811
    page = of(booking, f"/payment?{query(PAGE)}")
    assert way_back(page) == PAGE
    action = soup(page).select_one("form[data-pay]")["action"]
    stripes = client.post(action).location
    assert stripes.startswith(stripe.url)
    away = httpx.get(stripes)
    assert way_back(client.get(path_of(soup(away).find("a", string="Back")["href"]))) == PAGE
    there = path_of(pay_on_page(stripes).headers["Location"])
    assert "salon.example" not in there
    assert way_back(client.get(there)) == PAGE
    synced(booking)
    receipt = client.get(there)
    assert receipt.status_code == 303
    shown = client.get(receipt.location)
    assert "You are booked" in shown.text
    assert way_back(shown) == PAGE
    assert "Back to salon.example" in words(soup(shown).main)


def path_of(address):
    """What follows the host."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def query(address):
    return urlencode({"back": address})


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,hello",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "https://evil.example/",
        "https://evil.example/?https://salon.example",
        "https://salon.example.evil.example/",
        "https://salon.example@evil.example/",
        "https://salon.example:443@evil.example/",
        "https://evil.example\\@salon.example/",
        "https://salon.example\\@evil.example/",
        "https://salon.example:8443/",
        "http://salon.example/",
        "https://salon.example\r\nSet-Cookie: a=b",
        "https://salon.example\n",
        "\thttps://salon.example/",
        "HTTPS://salon.example/",
        "https://sa\u0130lon.example/",
        "https://[::1]/",
        "https://",
        "null",
        "\x00",
        "https://salon.exampl\u0435/",
    ],
)
def test_no_address_leads_to_another_website(of, booking, address):  # noqa: F811
    page = of(booking, f"/payment?{query(address)}")
    assert page.status_code == 200
    assert way_back(page) is None
    assert "evil" not in page.text
    receipt = of(booking, f"?{query(address)}")
    assert way_back(receipt) is None


@pytest.mark.parametrize(
    "rest", ["/\\evil.example", "/\r\nLocation: //evil.example", "/<script>", '/"', "/a b", "/" + "x" * 2000]
)
def test_of_a_strange_address_only_the_website_counts(of, booking, rest):  # noqa: F811
    assert way_back(of(booking, f"/payment?{query(HOME + rest)}")) == HOME


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "ftp://evil.example/"])
def test_where_any_website_may_it_is_a_website_all_the_same(of, booking, shop, address):  # noqa: F811
    shop.business.framed_anywhere = True
    assert way_back(of(booking, f"/payment?{query(address)}")) is None
    assert way_back(of(booking, f"/payment?{query('http://other.example/x')}")) == "http://other.example/x"


def test_what_follows_a_hash_is_left_out(of, booking):  # noqa: F811
    assert way_back(of(booking, f"/payment?{query(PAGE + '#token=1')}")) == PAGE


def test_a_way_back_that_was_signed_counts_for_its_business_and_as_long_as_it_is_let_in(
    of,  # noqa: F811
    booking,  # noqa: F811
    shop,
    client,
):
    action = soup(of(booking, f"/payment?{query(PAGE)}")).select_one("form[data-pay]")["action"]
    token = action.partition("back=")[2]
    assert way_back(of(booking, f"/payment?back={token}")) == PAGE
    # The last letter says less than six bits, so that another one may say the same.
    forged = f"{token[:-3]}{'a' if token[-3] != 'a' else 'b'}{token[-2:]}"
    assert way_back(of(booking, f"/payment?back={forged}")) is None
    other = a_shop()
    other.business.framed_anywhere = True
    theirs = a_booking(other, berlin("2027-03-02 15:00"))
    assert way_back(of(theirs, f"?back={token}")) is None
    Site.query.delete()
    assert way_back(of(booking, f"/payment?back={token}")) is None


def test_the_name_of_another_business_does_not_lead_to_a_visit(client, booking, shop):  # noqa: F811
    other = a_shop()
    other.business.framed_anywhere = True
    token = receipt_token(booking)
    db.session.commit()
    for rest in ("/payment", "/payment/result", ""):
        assert client.get(f"/w/{other.business.slug}/bookings/{token}{rest}").status_code == 404
        assert client.get(f"/w/nobody/bookings/{token}{rest}").status_code == 404
    for rest in ("/payment", "/payment/intent"):
        assert client.post(f"/w/{other.business.slug}/bookings/{token}{rest}").status_code == 404
    assert Payment.query.count() == 0


def test_the_token_of_a_flow_or_of_a_hold_pays_for_nothing(client, shop, booking):  # noqa: F811
    hold = hold_token(booking)
    page = soup(client.get(f"/w/{shop.business.slug}/book?service={shop.service.id}&host={HOME}"))
    flow = page.select_one("input[name=flow]")["value"]
    for token in (hold, flow):
        for door in ("", f"/w/{shop.business.slug}"):
            assert client.get(f"{door}/bookings/{token}/payment").status_code == 404
            assert client.get(f"{door}/bookings/{token}/payment/result").status_code == 404
            assert client.post(f"{door}/bookings/{token}/payment/intent").status_code == 404


def test_what_the_frame_says_about_the_amount_is_ignored(framed, booking, stripe):  # noqa: F811
    wish = {"amount": "1", "currency": "usd", "deposit": "0", "due_now_cents": "0"}
    told = framed(booking, "/payment/intent?amount=1&currency=usd&deposit=0", wish).get_json()
    pay(stripe, told["secret"])
    assert (synced(booking).received_cents, payment_of(booking).currency) == (2000, "EUR")


def test_what_is_not_paid_in_time_is_not_said_to_be_booked(framed, booking, client, frozen):  # noqa: F811
    waiting = soup(framed(booking, "/payment/result?elsewhere=1&books=1")).select_one("#paying")["hx-get"]
    frozen.shift(31 * 60)
    expire_holds()
    there = client.get(waiting, headers={"HX-Request": "true"})
    assert "HX-Redirect" in there.headers
    assert "done" not in there.headers["HX-Redirect"]


def test_a_slow_payment_is_told_once_it_has_come_in(framed, booking, client, stripe):  # noqa: F811
    pay(stripe, framed(booking, "/payment/intent", {}).get_json()["secret"], "4000 0000 0000 7775")
    synced(booking)
    page = soup(framed(booking, "/payment/result?books=1"))
    assert words(page.h1) == "Your payment is on its way"
    stripe.end_payment(payment_of(booking).provider_ref, "succeed")
    synced(booking)
    there = client.get(page.select_one("#paying")["hx-get"], headers={"HX-Request": "true"})
    assert "done=booked" in there.headers["HX-Redirect"]
