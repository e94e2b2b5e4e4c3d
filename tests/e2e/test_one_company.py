"""Journeys of a company whose books are in one place, from the link to the figures in the portal."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.e2e.figures import FINANCIALS, SPEND, assert_financials, assert_nothing_else_shown, assert_spend
from tests.filled import BOTH, workbook

ABRA = "Abra Kebabra Ltd"
PortalOf = Callable[..., Portal]


@pytest.mark.parametrize("kind", [pytest.param("financials", marks=pytest.mark.slow), "both"])
def test_a_customer_shares_its_books_in_three_actions(
    site: Site, customer: Customer, portal: PortalOf, kind: str
) -> None:
    asked = site.ask(kind)
    customer.open(asked.link)
    customer.start()
    customer.choose_software()
    customer.accept()
    assert customer.actions == 3
    customer.authorise(email="owner@example.com")
    customer.confirm_company()
    customer.at("connected")
    customer.follow("See the summary")
    customer.at("summary")
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")
    if kind == "both":
        assert_spend(manager, ABRA, "abra-kebabra")
    assert_nothing_else_shown(manager, FINANCIALS | SPEND if kind == "both" else FINANCIALS)


def test_a_customer_sends_a_file_instead(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked = site.ask("financials")
    customer.open(asked.link)
    customer.at("welcome")
    customer.press("Upload a file")
    customer.accept()
    customer.at("upload")
    field = customer.page.get_by_label("Filled-in spreadsheet")
    field.set_input_files(
        {"name": "Our books.xlsx", "mimeType": "", "buffer": workbook(BOTH, datetime.now(UTC).date())}
    )
    customer.press("Upload the file")
    expect(customer.main.get_by_text("Your file has arrived")).to_be_visible()
    customer.follow("Continue")
    customer.at("summary")
    manager = portal()
    manager.open_company(asked.company_id)
    expect(manager.page.get_by_role("link", name="Our books.xlsx").first).to_be_visible()
