"""Companies kept in the running portal: added, given another contact, deleted; and many from a table at once."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linkflow.services import accounts
from linkflow.store import deletions, events
from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Account, Site
from tests.store.hanging import everything

PortalOf = Callable[..., Portal]
NAME = "Codswallop and Sons"
OLD, NEW = "old@codswallop.example", "new@codswallop.example"
PASSWORD = "three plain words here"
TABLE = """\
Company name;Description;Contact name;Contact email;Assigned user emails
Fishmonger One;;Una One;una@fishmonger.example;
Fishmonger Two;second shop;Dua Two;dua@fishmonger.example;manager@northbank.example.com
"""


def test_a_company_from_its_first_day_to_its_last(
    site: Site, portal: PortalOf, customer: Customer, another: Callable[..., Customer]
) -> None:
    manager = portal()
    company_id = added_and_asked(manager)
    first = site.mailbox.wait_for(OLD).link
    give_another_contact(manager, company_id)
    second = site.mailbox.wait_for(NEW).link
    stopped = another()
    stopped.page.goto(first)
    stopped.at("link-withdrawn")
    customer.open(second)
    customer.start()
    customer.connect(email="owner@example.com")
    viewer = another().page
    sign_in_as_viewer(site, viewer)
    viewer.goto(f"{manager.account.portal}/companies/{company_id}/delete")
    at(viewer, "forbidden")
    delete(manager, company_id)
    customer.page.goto(second)
    customer.at("link-withdrawn")
    until_gone(site, company_id)
    manager.page.reload()
    at(manager.page, "page-not-found")
    with site.ctx.database.reading() as tx:
        left = {name for name, rows in everything(tx.connection).items() if "odswallop" in "".join(rows)}
        kept = events.events_of_company(tx, company_id).rows
    assert left <= {"consents"}
    assert [one.detail for one in kept if one.kind == "grant-revoked"] == ["confirmed"]
    assert {one.kind for one in kept} == {"company-deleted", "grant-revoked", "company-erased"}


@pytest.mark.slow
def test_many_companies_from_a_table_are_asked_at_once(site: Site, portal: PortalOf, tmp_path: Path) -> None:
    manager = portal()
    manager.sign_in()
    page = manager.page
    page.goto(f"{manager.account.portal}/companies/import")
    file = tmp_path / "companies.csv"
    file.write_bytes(TABLE.encode("utf-16"))
    page.get_by_label("Your table").set_input_files(file)
    press(page, "Check the file")
    at(page, "import-check")
    rows = manager.table("Companies to be added").rows
    assert [row[1] for row in rows] == ["Fishmonger One", "Fishmonger Twosecond shop"]
    press(page, "Add 2 companies")
    at(page, "import-request")
    page.get_by_role("radio", name="Both").check()
    press(page, "See the first email")
    expect(page.get_by_text("una@fishmonger.example")).to_be_visible()
    press(page, "Send to 2 companies")
    at(page, "import-progress")
    for address in ("una@fishmonger.example", "dua@fishmonger.example"):
        assert site.mailbox.wait_for(address).link
        assert len(site.mailbox.mails(address)) == 1
    page.get_by_role("link", name="Check again").click()
    expect(page.get_by_text("2 of 2 companies have their request.")).to_be_visible()


def added_and_asked(manager: Portal) -> str:
    manager.sign_in()
    page = manager.page
    page.goto(f"{manager.account.portal}/companies/new")
    page.get_by_label("Company name").fill(NAME)
    page.get_by_label("Contact’s name").fill("Oliver Old")
    page.get_by_label("Contact’s email address").fill(OLD)
    press(page, "Add and request information")
    at(page, "new-request")
    company_id = page.url.rpartition("=")[2]
    page.get_by_role("radio", name="Financial statements").check()
    press(page, "See the email")
    press(page, re.compile("^Send to"))
    at(page, "request")
    return company_id


def give_another_contact(manager: Portal, company_id: str) -> None:
    page = manager.page
    page.goto(f"{manager.account.portal}/companies/{company_id}/edit")
    page.get_by_label("Contact’s name").fill("Nora New")
    page.get_by_label("Contact’s email address").fill(NEW)
    press(page, "Save")
    at(page, "company-links")
    press(page, f"Mail a new link to {NEW}")
    at(page, "company")


def delete(manager: Portal, company_id: str) -> None:
    page = manager.page
    page.goto(f"{manager.account.portal}/companies/{company_id}/delete")
    page.get_by_label("To confirm, type").fill(NAME)
    press(page, "Delete for good")
    expect(page.get_by_text(f"{NAME} is being deleted, with all it shared.")).to_be_visible()
    page.goto(f"{manager.account.portal}/companies/{company_id}")


def sign_in_as_viewer(site: Site, page: Page) -> None:
    email = "keepers-viewer@northbank.example.com"
    accounts.add_account(site.ctx, email, PASSWORD, organization="northbank", name="Vera Viewer", role="viewer")
    Portal(page, Account(f"{site.place.portal}/portal", email, PASSWORD)).sign_in()


def until_gone(site: Site, company_id: str) -> None:
    ends = time.monotonic() + 60
    while True:
        with site.ctx.database.reading() as tx:
            found = deletions.deletion(tx, company_id)
        if found is not None and found.done_at is not None:
            return
        assert time.monotonic() < ends, "the company is still there"
        time.sleep(0.2)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def at(page: Page, name: str) -> None:
    expect(page.locator(f'main[data-page="{name}"]')).to_be_visible()
