"""What can happen at the software and on the way back: the wrong person, company or browser; twice, late, never."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from linkflow.services.requesting import Asked
from linkflow.testing.pages import Customer, Software
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.e2e.beside import caught_answer, expire_attempts, linked_tenants
from tests.e2e.figures import assert_financials

ABRA = "Abra Kebabra Ltd"
OWNER = "owner@example.com"
Another = Callable[..., Customer]
PortalOf = Callable[..., Portal]


def to_the_software(site: Site, customer: Customer) -> Asked:
    asked = site.ask()
    customer.open(asked.link)
    customer.start()
    customer.choose_software()
    customer.accept()
    Software(customer.page).arrive()
    return asked


def test_the_right_one_of_several_companies_behind_a_sign_in(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked = to_the_software(site, customer)
    customer.authorise(ABRA, "The Codfather", "Hairosmith Ltd", email="group@example.com")
    customer.at("confirm-company")
    expect(customer.main.get_by_role("radio", checked=True)).to_have_count(0)
    customer.press(customer.words.share)
    customer.at("confirm-company")
    expect(customer.page.locator("#error-summary")).to_be_focused()
    customer.confirm_company(ABRA)
    customer.at("connected")
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")
    assert "Hairosmith" not in manager.page.locator("body").inner_text(), "what was not chosen is not told"


@pytest.mark.slow
def test_a_company_of_another_name_is_remarked_on_both_sides_and_never_refused(
    site: Site, customer: Customer, portal: PortalOf
) -> None:
    asked = to_the_software(site, customer)
    customer.authorise("The Codfather", email="group@example.com")
    customer.at("confirm-company")
    remark = f"“The Codfather” does not look like “{ABRA}”."
    expect(customer.main.get_by_text(remark)).to_be_visible()
    customer.confirm_company()
    customer.at("connected")
    expect(customer.main.get_by_text(remark)).to_be_visible()
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    expect(manager.page.get_by_text(remark)).to_be_visible()
    assert_financials(manager, ABRA, "the-codfather")


def test_none_of_these_leads_back_to_the_picker_and_another_sign_in(
    site: Site, customer: Customer, portal: PortalOf
) -> None:
    asked = to_the_software(site, customer)
    customer.authorise("The Codfather", "Hairosmith Ltd", email="group@example.com")
    customer.at("confirm-company")
    customer.press(customer.words.none_of_these)
    customer.connect(ABRA, email="group@example.com")
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")


@pytest.mark.slow
def test_a_role_that_may_not_share_and_then_one_that_may(site: Site, customer: Customer) -> None:
    asked = to_the_software(site, customer)
    customer.authorise(email="viewer@example.com")
    customer.at("wrong-role")
    customer.follow("Sign in as somebody else")
    customer.accept()
    customer.authorise(email=OWNER)
    customer.confirm_company()
    customer.at("connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]


@pytest.mark.slow
def test_a_sign_in_without_a_company_and_then_one_with(site: Site, customer: Customer) -> None:
    asked = to_the_software(site, customer)
    customer.authorise(email="nobody@example.com")
    customer.at("no-company")
    customer.follow("Choose other software")
    customer.choose_software()
    customer.accept()
    customer.authorise(email=OWNER)
    customer.confirm_company()
    customer.at("connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]


@pytest.mark.slow
def test_a_company_cannot_stand_for_two_entities(site: Site, customer: Customer) -> None:
    asked = site.ask("spend_analysis", company="Twice the Cod")
    customer.open(asked.link)
    customer.start()
    customer.say_how_many("Several")
    customer.name_entity("The Codfather")
    customer.connect(email="codfather@example.com")
    customer.follow("Continue to your entities")
    customer.follow(customer.words.add)
    customer.name_entity("Cod and Sons")
    customer.accept()
    customer.authorise(email="codfather@example.com")
    customer.confirm_company()
    customer.at("company-in-use")
    customer.follow("Choose another company")
    customer.accept()
    customer.authorise("Planet of the Grapes", email="pair@example.com")
    customer.confirm_company()
    customer.at("connected")
    assert sorted(map(str, linked_tenants(site, asked))) == ["planet-of-the-grapes", "the-codfather"]


@pytest.mark.slow
def test_declined_at_the_software_and_approved_after_all(site: Site, customer: Customer) -> None:
    asked = to_the_software(site, customer)
    Software(customer.page).sign_in(OWNER)
    Software(customer.page).decline()
    customer.at("declined-at-software")
    customer.page.reload()
    customer.at("declined-at-software")
    customer.follow("Choose other software")
    customer.connect(email=OWNER)
    assert linked_tenants(site, asked) == ["abra-kebabra"]


def test_an_answer_that_comes_back_to_another_browser(site: Site, customer: Customer, another: Another) -> None:
    asked, stranger, colleague = to_the_software(site, customer), another(), another()
    Software(customer.page).sign_in(OWNER)
    answer = caught_answer(customer.page)
    stranger.page.goto(answer)
    stranger.at("other-browser")
    assert "code=" not in stranger.page.url
    colleague.open(asked.link)
    colleague.start()
    colleague.page.goto(answer)
    colleague.at("other-browser")
    assert linked_tenants(site, asked) == []
    customer.page.goto(answer)
    customer.confirm_company()
    customer.at("connected")
    colleague.follow("Start again here")
    colleague.at("connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]


@pytest.mark.slow
def test_an_answer_that_comes_twice_and_again_after_all_is_done(site: Site, customer: Customer) -> None:
    asked = to_the_software(site, customer)
    Software(customer.page).sign_in(OWNER)
    answer = caught_answer(customer.page)
    customer.page.goto(answer)
    customer.at("confirm-company")
    customer.page.goto(answer)
    customer.confirm_company()
    customer.at("connected")
    customer.page.goto(answer)
    customer.at("connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]


def test_double_clicks_on_accept_approve_and_share(site: Site, customer: Customer) -> None:
    asked = site.ask()
    customer.open(asked.link)
    customer.start()
    customer.choose_software()
    customer.accept(times=2)
    Software(customer.page).sign_in(OWNER)
    Software(customer.page).approve(times=2)
    customer.at("confirm-company")
    customer.press(customer.words.share, times=2)
    customer.at("connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]


@pytest.mark.slow
def test_a_sign_in_that_took_too_long_begins_again_at_the_consent(site: Site, customer: Customer) -> None:
    asked = to_the_software(site, customer)
    Software(customer.page).sign_in(OWNER)
    expire_attempts(site, asked)
    Software(customer.page).approve()
    customer.accept()
    Software(customer.page).approve()
    customer.confirm_company()
    customer.at("connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]


@pytest.mark.slow
def test_a_software_that_does_not_answer_and_then_does(site: Site, customer: Customer) -> None:
    asked = to_the_software(site, customer)
    Software(customer.page).sign_in(OWNER)
    site.switch("abra-kebabra", "server-error", endpoint="companies")
    Software(customer.page).approve()
    customer.at("software-unavailable")
    site.switch("abra-kebabra", on=False)
    customer.follow("Try again")
    customer.confirm_company()
    customer.at("connected")
    assert linked_tenants(site, asked) == ["abra-kebabra"]


def test_finished_on_another_device_while_signing_in_here(site: Site, customer: Customer, another: Another) -> None:
    asked, phone = to_the_software(site, customer), another()
    phone.open(asked.link)
    phone.start()
    assert phone.at("consent", "leaving", "other-browser") == "other-browser"
    phone.follow("Start again here")
    phone.connect(email=OWNER)
    Software(customer.page).sign_in(OWNER)
    Software(customer.page).approve()
    customer.at("connected-elsewhere")
    customer.follow("Carry on")
    customer.at("summary")
    assert linked_tenants(site, asked) == ["abra-kebabra"]
