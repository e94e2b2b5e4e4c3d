"""Journeys of a company whose books are in one place, from the link to the figures in the portal."""

from collections.abc import Callable

import pytest

from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.e2e.figures import FINANCIALS, SPEND, assert_financials, assert_nothing_else_shown, assert_spend

ABRA = "Abra Kebabra Ltd"
PortalOf = Callable[..., Portal]


@pytest.mark.parametrize("kind", ["financials", "both"])
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
