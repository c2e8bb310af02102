"""A file of customers on its way in, used by keyboard and without a script, and looked at by axe."""

import re
import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.customers.imports.jobs import work_on_imports
from tests.browser.conftest import each_look, faults_of
from tests.serving import Served

pytestmark = pytest.mark.browser
PATIENCE = 30_000  # milliseconds
FILE = """Vorname;Nachname;E-Mail;Telefon;Notiz
Jörg;Müßig;joerg@example.com;030 1234567;kommt gern früh
Ann;Lee;ann@example.com;;
Bob;;bob@example;;
Ann;Lee;ann@example.com;;
""".encode("cp1252")


@pytest.fixture
def worker(served: Served) -> Iterator[None]:
    """The server of these tests has none."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            with served.app.app_context():
                work_on_imports()
            time.sleep(0.2)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


def choose(page: Page) -> None:
    page.get_by_label("CSV file").set_input_files(
        {"name": "kunden.csv", "mimeType": "text/csv", "buffer": FILE}
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", name="What are the columns?")).to_be_visible(timeout=PATIENCE)


@each_look
def test_a_file_is_chosen_named_checked_and_imported(visit, shop, owner, worker, size, dark):
    customers = f"/manage/{shop.business.slug}/customers"
    page = visit(customers, member=owner, size=size, dark=dark)
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Import customers")).to_be_visible(timeout=PATIENCE)
    found = {"choose": faults_of(page)}
    choose(page)
    found["columns"] = faults_of(page)
    expect(page.get_by_text("Do all letters look right?")).to_be_visible()
    expect(page.get_by_label("E-Mail", exact=True)).to_have_value("email")
    page.get_by_role("button", name="Check every line").click()
    expect(page.get_by_role("heading", name="This is what would happen")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".import-refused")).to_contain_text("does not look like an e-mail address")
    found["checked"] = faults_of(page)
    page.get_by_role("button", name="Add 2 customers").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=PATIENCE)
    found["done"] = faults_of(page)
    page.get_by_role("link", name="Show my customers").click()
    expect(page.get_by_role("link", name="Jörg Müßig")).to_be_visible(timeout=PATIENCE)
    page.goto(f"{customers}/imports")
    expect(page.locator(".row", has_text="kunden.csv")).to_contain_text("2 added")
    found["files"] = faults_of(page)
    assert {step: faults for step, faults in found.items() if faults} == {}


def test_without_a_script_it_takes_a_look_now_and_then(visit, shop, owner, served):
    page = visit(f"/manage/{shop.business.slug}/customers/imports", member=owner, script=False)
    choose(page)
    page.get_by_role("button", name="Check every line").click()
    expect(page.get_by_text("0 of 4 lines")).to_be_visible(timeout=PATIENCE)
    with served.app.app_context():
        work_on_imports()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="This is what would happen")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Add 2 customers").click()
    expect(page.get_by_text("0 of 4 lines")).to_be_visible(timeout=PATIENCE)
    with served.app.app_context():
        work_on_imports()
    page.reload()
    expect(page).to_have_url(re.compile(r"/imports/\d+$"))
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=PATIENCE)
