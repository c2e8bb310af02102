"""Websites that are strict, that are not on the list, or that lie."""

import pytest
from playwright.sync_api import expect

from tests.browser.embedding.conftest import book, frame_in, heard, seen, sources

pytestmark = pytest.mark.browser


def strict(website, **more):
    """A content policy that lets in our script and our frame, and nothing that stands in the page itself."""
    said = {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": website.home,
        "frame-src": website.home,
        "img-src": "data:",
    }
    return "; ".join(f"{name} {value}" for name, value in {**said, **more}.items() if value)


def test_a_strict_content_policy_lets_it_work(go, website, served, shop):
    """Nothing may be sent, so that what it says of itself comes as the address of a script."""
    address = website.put(website.script(shop), policy=strict(website))
    outing = go(address, ignoring="sightings")
    book(frame_in(outing.page), shop)
    assert sources(served, shop) == ["widget"]
    assert heard(outing.page, "booked") == [{"status": "confirmed"}]
    assert outing.sightings[-1] == ("GET", {"origin": website.origin, "state": "works"})
    assert seen(served, shop) == [(website.origin, None)]


def test_the_dialog_works_under_a_strict_content_policy(go, website, shop):
    policy = strict(website, **{"connect-src": website.home})
    page = go(website.put(website.script(shop, mode="button"), policy=policy)).page
    page.get_by_role("button", name="Book an appointment").click()
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_focused()
    box = page.locator("daybook-widget .panel").bounding_box()
    assert (box["width"], box["height"]) == (1040, 852)


def test_where_the_content_policy_keeps_the_frame_out_there_is_a_link(go, website, served, shop):
    policy = strict(website, **{"frame-src": "", "connect-src": website.home})
    outing = go(website.put(website.script(shop), policy=policy), ignoring="frame")
    page = outing.page
    link = page.get_by_role("link", name="Book an appointment (opens in a new tab)")
    expect(link).to_have_attribute("href", f"{website.home}/b/{shop.business.slug}/book?lang=en-GB")
    expect(page.locator("daybook-widget iframe")).to_have_count(0)
    assert heard(page, "blocked") == [{"by": "frame-src"}]
    assert outing.sightings == [("POST", {"origin": website.origin, "state": "frame-src"})]
    assert seen(served, shop) == [(website.origin, "frame-src")]


def test_a_policy_that_only_reports_keeps_nothing_out(go, website, shop):
    address = website.put(website.script(shop))
    text, headers = website.paths["/0/"]
    website.paths["/0/"] = (text, {**headers, "Content-Security-Policy-Report-Only": "frame-src 'none'"})
    page = go(address, ignoring="frame").page
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_visible()
    assert heard(page, "blocked", 0) == []


def test_on_a_website_that_is_not_on_the_list_there_is_a_link(go, stranger, served, shop):
    outing = go(stranger.put(stranger.script(shop, mode="button")), ignoring="frame")
    page = outing.page
    page.get_by_role("button", name="Book an appointment").click()
    link = page.get_by_role("dialog").get_by_role("link", name="Book an appointment (opens in a new tab)")
    expect(link).to_be_focused(timeout=15_000)
    assert heard(page, "blocked") == [{"by": "us"}]
    assert outing.sightings == [("POST", {"origin": stranger.origin, "state": "us"})]
    assert seen(served, shop) == [(stranger.origin, "us")]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Book an appointment")).to_be_focused()


LIES = """async (home) => {
  const frame = document.querySelector("daybook-widget").shadowRoot.querySelector("iframe");
  const before = frame.style.blockSize;
  const lies = [
    { type: "daybook:height", height: 77 },
    { type: "daybook:booked", status: "confirmed" },
    { type: "daybook:ordered", status: "placed" },
    { type: "daybook:step", step: "booking" },
  ];
  // From this very window, under either name, and from a frame of the website.
  for (const data of lies) {
    postMessage(data, "*");
    dispatchEvent(new MessageEvent("message", { data, origin: home, source: window }));
    dispatchEvent(new MessageEvent("message", { data, origin: location.origin, source: frame.contentWindow }));
    dispatchEvent(new MessageEvent("message", { data, origin: "null", source: frame.contentWindow }));
  }
  const other = document.createElement("iframe");
  other.srcdoc = "<script>parent.postMessage({ type: 'daybook:height', height: 77 }, '*')</script>";
  document.body.append(other);
  await new Promise((done) => other.addEventListener("load", done));
  // From the right one, but nonsense.
  for (const height of [NaN, Infinity, -5, 0, 1e9, 12.5, "77", null, {}, [77], "1px;position:fixed"]) {
    const data = { type: "daybook:height", height };
    dispatchEvent(new MessageEvent("message", { data, origin: home, source: frame.contentWindow }));
  }
  for (const data of [null, 7, "daybook:height", { type: "daybook:step" }, { type: "daybook:booked", status: {} }]) {
    dispatchEvent(new MessageEvent("message", { data, origin: home, source: frame.contentWindow }));
  }
  await new Promise((done) => setTimeout(done));
  const kept = frame.style.blockSize === before;
  // And the truth, which shows that all of this was listened to.
  const data = { type: "daybook:height", height: 777 };
  dispatchEvent(new MessageEvent("message", { data, origin: home, source: frame.contentWindow }));
  return [kept, frame.style.blockSize];
}"""


def test_forged_messages_are_not_believed(go, website, shop):
    page = go(website.put(website.script(shop))).page
    expect(frame_in(page).get_by_role("heading", level=1)).to_be_visible()
    heard(page, "step")
    assert page.evaluate(LIES, website.home) == [True, "777px"]
    assert heard(page, "booked", 0) == heard(page, "ordered", 0) == []
    assert heard(page, "step") == [{"step": "choice"}]


def test_the_frame_listens_to_the_website_around_it_alone(go, website, shop):
    page = go(website.put(website.script(shop))).page
    frame = frame_in(page)
    heading = frame.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    heard(page, "step")
    inside = page.frames[1]
    data = "{data: {type: 'daybook:focus'}, origin, source: parent}"
    forged = f"origin => dispatchEvent(new MessageEvent('message', {data}))"
    inside.evaluate(forged, "https://evil.example")
    inside.evaluate(forged.replace("source: parent", "source: window"), website.origin)
    assert inside.evaluate("document.activeElement.localName") == "body"
    inside.evaluate(forged, website.origin)
    expect(heading).to_be_focused()


def test_markup_in_attributes_is_text_and_what_is_wrong_is_left_out(go, website, shop):
    evil = "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"
    names = ("mode", "page", "service", "staff", "hue", "theme", "language", "secret", "onload")
    wrong = dict.fromkeys(names, evil)
    page = go(website.put(website.script(shop, label=evil, **wrong))).page
    frame = page.locator("daybook-widget iframe")
    host = website.origin.replace(":", "%3A").replace("/", "%2F")
    address = f"{website.home}/w/{shop.business.slug}/book?lang=en-GB&theme=light&mode=inline&host={host}"
    expect(frame).to_have_attribute("src", f"{address}#start")
    expect(frame).to_have_attribute("title", '"><img src=x onerror=alert(1)>')
    assert page.locator("img").count() == 0
    assert (
        page.locator("daybook-widget").evaluate(
            "it => it.getAttributeNames().filter(n => /secret|onload/.test(n))"
        )
        == []
    )


@pytest.mark.parametrize("slug", ["../../manage", "Linden", "a b", "", "x" * 61, "javascript:alert(1)"])
def test_a_name_that_cannot_be_one_shows_nothing(go, website, slug):
    script = f'<script src="{website.home}/widget.js" data-daybook="{slug}" async></script>'
    page = go(website.put(script), ignoring="data-daybook must").page
    page.wait_for_function("window.Daybook")
    expect(page.locator("daybook-widget iframe")).to_have_count(0)
