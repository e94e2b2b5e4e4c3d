"""The list of companies in the running portal: found, sorted, turned and taken from, by a manager and a viewer."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from linkflow.domain.books import last_full_months
from linkflow.domain.requests import DataType
from linkflow.sandbox.books import books_for
from linkflow.sandbox.totals import Spend, totals_of
from linkflow.services import accounts, following_up, requesting
from linkflow.services.requesting import Ask, Asked, NewCompany
from linkflow.store.users import User
from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Account, Site
from tests.accessible import assert_accessible
from tests.e2e.figures import TODAY

PortalOf = Callable[..., Portal]
NewContext = Callable[..., BrowserContext]
PASSWORD = "three plain words here"
COPYING = ("clipboard-read", "clipboard-write")
MANY = [f"Lister {number:02}" for number in range(27)]


@pytest.fixture
def lena(site: Site) -> User:
    """A manager who looks after no company yet."""
    email = "lena@northbank.example.com"
    return accounts.add_account(site.ctx, email, PASSWORD, organization="northbank", name="Lena Lister", role="manager")


def ask(site: Site, user: User, name: str) -> Asked:
    typed = NewCompany(name=name, contact_name="Petra Post", contact_email=f"{name[-2:]}@lister.example")
    return requesting.ask_new_company(site.ctx, user, typed, Ask(data_types=frozenset(DataType), name="Review"))


def names(someone: Portal) -> list[str]:
    return [row[0] for row in someone.table("Companies").rows]


def sort_by(page: Page, column: str, way: str) -> None:
    page.get_by_role("columnheader", name=column, exact=True).get_by_role("link").click()
    expect(page.locator(f'th[aria-sort="{way}"]')).to_contain_text(column)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=option)


def test_many_companies_are_searched_sorted_turned_and_bookmarked(
    site: Site, lena: User, portal: PortalOf, new_context: NewContext
) -> None:
    page = new_context(permissions=COPYING).new_page()
    manager = Portal(page, Account(f"{site.place.portal}/portal", lena.email, PASSWORD))
    site.ask(company="Somebody else’s")
    site.ask(organization="harbour", company="Harbour’s own")
    manager.sign_in()
    manager.reads("No company is assigned here")

    asked = {name: ask(site, lena, name) for name in MANY}
    following_up.withdraw(site.ctx, lena, asked[MANY[3]].request_id, sure=True)
    page.reload()
    sort_by(page, "Company", "ascending")
    assert names(manager) == MANY[:25]
    manager.follow("Next")
    expect(page.get_by_role("link", name=MANY[25])).to_be_visible()
    assert names(manager) == MANY[25:]
    manager.follow("Back")
    expect(page.get_by_role("link", name=MANY[0])).to_be_visible()
    sort_by(page, "Company", "descending")
    choose(page, "On a page", "50")
    manager.press("Filter")
    expect(page.get_by_role("link", name=MANY[0])).to_be_visible()
    assert names(manager) == MANY[::-1], "the order is kept when something else is chosen"
    page.get_by_label("Company, entity or contact").fill("lister 1")
    choose(page, "Status", "Sent")
    manager.press("Filter")
    expect(page.get_by_role("link", name=MANY[0])).to_have_count(0)
    assert names(manager) == MANY[19:9:-1]

    bookmark = page.url
    viewer = portal(role="viewer")
    viewer.sign_in()
    viewer.page.goto(bookmark)
    viewer.reads("No company matches")
    choose(viewer.page, "Assigned to", "Lena Lister")
    viewer.press("Filter")
    expect(viewer.page.get_by_role("link", name=MANY[19])).to_be_visible()
    assert names(viewer) == MANY[19:9:-1]
    stranger = portal("harbour", "administrator")
    stranger.sign_in()
    for query in ("of=all&q=lister", f"of={lena.id}"):
        stranger.page.goto(f"{stranger.account.portal}/companies?{query}")
        expect(stranger.page.get_by_role("heading", name="No company")).to_be_visible()
        assert "Lister" not in stranger.page.locator("main").inner_text()
    stranger.follow("Show every company")
    stranger.reads("Harbour’s own")
    assert not set(MANY) & set(names(stranger))

    page.get_by_role("button", name="Copy the address of Petra Post").first.click()
    expect(page.locator("#copied")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "19@lister.example"
    page.get_by_text("Actions for Lister 19").click()
    manager.follow("Request information")
    manager.at("new-request")
    manager.reads("Petra Post, 19@lister.example")
    manager.follow("Cancel")
    manager.at("company")


@pytest.mark.slow
def test_figures_are_taken_from_the_list_entity_by_entity(
    site: Site, customer: Customer, portal: PortalOf, tmp_path: Path
) -> None:
    asked = site.ask("spend_analysis", company="Takeaway Group", contact="take@example.com")
    customer.open(asked.link)
    customer.start()
    customer.say_how_many("Several")
    customer.name_entity("The Codfather")
    customer.connect("The Codfather", email="codfather@example.com")
    site.wait_until_read(asked)
    manager, viewer = portal(), portal(role="viewer")
    for someone in (manager, viewer):
        someone.sign_in()
        someone.page.goto(f"{someone.account.portal}/companies?of=all&q=takeaway")
        rows = someone.table("Companies").rows
        assert [row[0] for row in rows] == ["Takeaway Group", "Takeaway Group – The Codfather"]
        assert rows[1][4] == "Shared"
        assert_accessible(someone.page)
    for menu, words in ((manager, 4), (viewer, 1)):
        menu.page.get_by_text("Actions for Takeaway Group").click()
        expect(menu.page.locator("ul:popover-open a")).to_have_count(words)
        menu.page.get_by_text("Actions for Takeaway Group").click()

    viewer.page.get_by_text("CSV of the figures of The Codfather").click()
    with viewer.page.expect_download() as taken:
        viewer.follow("Spend by supplier")
    assert taken.value.suggested_filename == "The-Codfather-spend-analysis-suppliers.csv"
    file = tmp_path / "taken.csv"
    taken.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = sorted((row["Supplier"], Decimal(row["Billed"]), Decimal(row["Paid"])) for row in csv.DictReader(lines))
    books, period = books_for("the-codfather", today=TODAY), last_full_months(TODAY, 12)
    names_of = {None: "No supplier named", **{one.id: one.name for one in books.suppliers}}
    truth = totals_of(books, first=period.first_month, last=period.ends_on).by_supplier
    assert found == sorted((names_of[key], one.billed, one.paid) for key, one in truth.items() if one != Spend())
    stranger = portal("harbour", "administrator")
    stranger.sign_in()
    assert stranger.page.request.get(taken.value.url).status == 404
