"""The journey in browsers of every kind: without scripts, on a small phone, by keyboard, on two devices, to and fro."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linkflow.testing.pages import Customer, Software
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.accessible import PHONE, assert_fits
from tests.e2e.beside import linked_tenants
from tests.e2e.figures import assert_financials
from tests.e2e.keyboard import Keyboard

ABRA = "Abra Kebabra Ltd"
OWNER = "owner@example.com"
Another = Callable[..., Customer]
PortalOf = Callable[..., Portal]


def test_without_scripts(site: Site, another: Another, portal: PortalOf) -> None:
    asked, customer = site.ask(), another(java_script_enabled=False)
    customer.open(asked.link)
    customer.start()
    customer.at("software")
    customer.page.get_by_label("Search by product or maker").fill("sandb")
    customer.press("Search")
    customer.choose_software()
    customer.accept(times=2)
    Software(customer.page).sign_in(OWNER)
    Software(customer.page).approve(times=2)
    customer.confirm_company()
    customer.at("connected")
    site.wait_until_read(asked)
    customer.follow("Check again")
    expect(customer.main.get_by_text("All the books are in.")).to_be_visible()
    assert linked_tenants(site, asked) == ["abra-kebabra"]
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")


@pytest.mark.slow
def test_on_a_phone_of_320_pixels(site: Site, another: Another, portal: PortalOf) -> None:
    asked = site.ask()
    customer = another(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    plain = customer.look

    def fits(page: Page) -> None:
        plain(page)
        assert_fits(page, PHONE)

    customer.look = fits
    customer.open(asked.link)
    customer.start()
    customer.connect(email=OWNER)
    customer.follow("See the summary")
    customer.at("summary")
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")


def test_by_keyboard_alone(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked, keys = site.ask(), Keyboard(customer.page)
    customer.page.goto(asked.link)
    customer.at("welcome")
    keys.press_on("Connect your software")
    customer.at("software")
    keys.press_on("Sandbox Books")
    customer.at("consent")
    keys.type_into("Your full name", "Charlie Contact")
    keys.tick("may share")
    keys.press_on("Accept and continue")
    Software(customer.page).arrive()
    keys.type_into("Email address", OWNER)
    customer.page.keyboard.press("Enter")
    expect(customer.page.locator('main[data-page="authorize"]')).to_be_visible()
    keys.press_on("Approve")
    customer.at("confirm-company")
    keys.press_on("Share with")
    customer.at("connected")
    keys.press_on("See the summary")
    customer.at("summary")
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")


@pytest.mark.slow
def test_reopening_the_link_on_a_second_device_half_way(
    site: Site, customer: Customer, another: Another, portal: PortalOf
) -> None:
    asked, phone = site.ask(), another(viewport=PHONE)
    customer.open(asked.link)
    customer.start()
    customer.choose_software()
    customer.at("consent")
    phone.open(asked.link)
    phone.start()
    phone.connect(email=OWNER)
    customer.page.reload()
    customer.at("connected")
    customer.open(asked.link)
    customer.start()
    customer.at("summary")
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")


@pytest.mark.slow
def test_back_and_reload_at_every_step(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked, page, software = site.ask("both"), customer.page, Software(customer.page)
    customer.open(asked.link)
    customer.start()
    _go_back_and_reload(customer, "software", before="welcome")
    customer.choose_software()
    _go_back_and_reload(customer, "consent", before="software")
    customer.accept()
    software.arrive()
    page.go_back()
    if customer.at("consent", "leaving") == "consent":
        page.reload()
        customer.accept()
    software.sign_in(OWNER)
    page.reload()
    software.arrive()
    software.approve()
    customer.at("confirm-company")
    here = page.url
    page.reload()
    customer.at("confirm-company")
    page.go_back()
    page.wait_for_load_state()
    page.goto(here)
    customer.confirm_company()
    _go_back_and_reload(customer, "connected", before="connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")


def _go_back_and_reload(customer: Customer, step: str, *, before: str) -> None:
    """Reload, go back to the page before and reload that, and come again by its address."""
    page = customer.page
    customer.at(step)
    here = page.url
    page.reload()
    customer.at(step)
    page.go_back()
    page.reload()
    customer.at(before)
    page.goto(here)
    customer.at(step)


def test_two_companies_links_in_one_browser(site: Site, customer: Customer, portal: PortalOf) -> None:
    first, second = site.ask(), site.ask(company="Hairosmith")
    other = Customer(customer.page.context.new_page(), look=customer.look)
    customer.open(first.link)
    customer.start()
    customer.choose_software()
    other.open(second.link)
    other.start()
    other.choose_software()
    customer.accept()
    customer.authorise(email=OWNER)
    other.accept()
    other.authorise(email="hairosmith@example.com")
    customer.confirm_company()
    other.confirm_company()
    customer.at("connected")
    other.at("connected")
    for asked, name, company in ((first, ABRA, "abra-kebabra"), (second, "Hairosmith", "hairosmith")):
        site.wait_until_read(asked)
        manager = portal()
        manager.open_company(asked.company_id)
        assert_financials(manager, name, company)
