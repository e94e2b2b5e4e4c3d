"""What becomes of links: expired and renewed, withdrawn, handed over, guarded by a code, taken up again after all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from linkflow.services import following_up
from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.e2e.beside import expire_link
from tests.e2e.figures import FINANCIALS, assert_financials, assert_nothing_else_shown, assert_spend

ABRA = "Abra Kebabra Ltd"
OWNER = "owner@example.com"
Another = Callable[..., Customer]
PortalOf = Callable[..., Portal]


@pytest.mark.slow
def test_an_expired_link_and_its_fresh_one(site: Site, customer: Customer, portal: PortalOf) -> None:
    contact = "late@example.com"
    asked = site.ask(contact=contact)
    expire_link(site, asked)
    customer.page.goto(asked.link)
    customer.at("link-expired")
    customer.press("Mail me a fresh link")
    customer.at("link-expired")
    expect(customer.main.get_by_role("heading", name="Look in your inbox")).to_be_visible()
    customer.open(site.mailbox.wait_for(contact).link)
    customer.start()
    customer.connect(email=OWNER)
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")


def test_the_mail_and_the_portal_name_the_phrase_the_first_page_shows(
    site: Site, customer: Customer, portal: PortalOf
) -> None:
    contact = "careful@example.com"
    asked = site.ask(contact=contact, mail=True)
    mail = site.mailbox.wait_for(contact)
    customer.open(mail.link)
    customer.at("welcome")
    phrase = customer.main.locator(".phrase__words").inner_text()
    assert phrase in mail.text
    assert ABRA not in customer.main.inner_text()
    manager = portal()
    manager.open_request(asked.request_id)
    expect(manager.page.get_by_text(phrase, exact=True)).to_be_visible()


def test_a_withdrawn_link_says_so_before_and_in_the_middle(site: Site, customer: Customer) -> None:
    asked = site.ask()
    customer.open(asked.link)
    customer.start()
    customer.at("software")
    following_up.withdraw(site.ctx, site.user(), asked.request_id)
    customer.page.reload()
    customer.at("link-withdrawn")
    customer.page.goto(asked.link)
    customer.at("link-withdrawn")


def test_a_link_with_a_piece_missing_does_not_work(site: Site, customer: Customer) -> None:
    customer.page.goto(site.ask().link[:-4])
    customer.at("link-invalid")


def test_the_other_organization_mails_a_code_first(site: Site, customer: Customer, portal: PortalOf) -> None:
    contact = "shop@example.com"
    asked = site.ask("both", organization="harbour", contact=contact)
    customer.open(asked.link)
    customer.start()
    customer.at("code")
    customer.page.get_by_label("Code").fill("no code")
    customer.press("Continue")
    customer.at("code")
    expect(customer.page.locator("#error-summary")).to_be_focused()
    customer.actions = 1
    customer.enter_code(site.mailbox.wait_for(contact).code)
    customer.choose_software()
    customer.accept()
    assert customer.actions == 4, "a mailed code adds one"
    customer.authorise(email=OWNER)
    customer.confirm_company()
    customer.at("connected")
    site.wait_until_read(asked)
    manager = portal("harbour")
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")
    assert_spend(manager, ABRA, "abra-kebabra")
    stranger = portal()
    stranger.sign_in()
    answer = stranger.page.goto(f"{site.account().portal}/companies/{asked.company_id}")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.slow
def test_handing_over_to_a_colleague(site: Site, customer: Customer, another: Another, portal: PortalOf) -> None:
    asked, colleague, accountant = site.ask(contact="boss@example.com"), another(), "accountant@example.com"
    customer.open(asked.link)
    customer.start()
    customer.choose_software()
    customer.at("consent")
    customer.follow("Send them a link")
    customer.at("hand-over")
    customer.page.get_by_label("Their email address").fill(accountant)
    customer.press("Continue")
    customer.at("hand-over")
    expect(customer.main.get_by_text(accountant).first).to_be_visible()
    customer.press("Send the link")
    expect(customer.main.get_by_role("heading", name="The link is on its way")).to_be_visible()
    colleague.open(site.mailbox.wait_for(accountant).link)
    colleague.start()
    colleague.connect(email=OWNER)
    colleague.page.goto(colleague.page.url.split("/e/")[0] + "/hand-over")
    colleague.at("page-not-found")
    customer.follow("Carry on")
    customer.at("summary")
    receipt = site.mailbox.wait_for("boss@example.com")
    assert "Sandbox Books" in receipt.text
    site.wait_until_read(asked)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")
    expect(manager.page.get_by_text("through the link sent to").first).to_be_visible()
    assert accountant not in manager.page.locator("main").inner_text()


def test_a_colleague_answers_for_one_entity_and_sees_no_other(site: Site, customer: Customer, another: Another) -> None:
    asked, colleague, contact = site.ask("spend_analysis", company="Two Entities"), another(), "one-entity@example.com"
    customer.open(asked.link)
    customer.start()
    customer.say_how_many("Several")
    customer.name_entity("The Codfather")
    customer.at("software")
    start = customer.page.url.split("/e/")[0]
    customer.page.goto(start + "/entity-name")
    customer.name_entity("Hairosmith")
    customer.at("software")
    customer.page.goto(start + "/hand-over")
    customer.at("hand-over")
    customer.page.get_by_label("Their email address").fill(contact)
    customer.main.get_by_role("radio", name="The Codfather").check()
    customer.press("Continue")
    customer.press("Send the link")
    expect(customer.main.get_by_role("heading", name="The link is on its way")).to_be_visible()
    colleague.open(site.mailbox.wait_for(contact).link)
    colleague.start()
    colleague.connect(email="codfather@example.com")
    assert "Hairosmith" not in colleague.page.locator("body").inner_text()
    colleague.page.goto(start + "/summary")
    assert "Hairosmith" not in colleague.page.locator("body").inner_text()
    hairosmith = customer.page.goto(start + "/entities")
    assert hairosmith is not None
    customer.at("entities")
    other = customer.main.get_by_role("link", name="Hairosmith", exact=True).get_attribute("href")
    colleague.page.goto(site.place.portal + str(other))
    colleague.at("page-not-found")


@pytest.mark.slow
def test_not_sharing_and_answering_after_all(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked, manager = site.ask(), portal()
    customer.open(asked.link)
    customer.start()
    customer.at("software")
    customer.follow("Save and leave")
    customer.at("exit")
    customer.main.get_by_text("I will not share", exact=True).click()
    customer.page.get_by_label("Reason, if you like").fill("We have moved to another bank.")
    customer.press("Tell them I will not share")
    customer.at("exit")
    expect(customer.main.get_by_role("heading", name="You have chosen not to share")).to_be_visible()
    manager.open_request(asked.request_id)
    expect(manager.page.get_by_text("We have moved to another bank.")).to_be_visible()
    customer.open(asked.link)
    customer.start()
    customer.at("exit")
    customer.press("Answer after all")
    customer.connect(email=OWNER)
    site.wait_until_read(asked)
    manager.open_company(asked.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")
    assert_nothing_else_shown(manager, FINANCIALS)


@pytest.mark.slow
def test_a_second_request_to_a_linked_company_needs_no_second_sign_in(
    site: Site, customer: Customer, portal: PortalOf
) -> None:
    first = site.ask("financials")
    customer.open(first.link)
    customer.start()
    customer.connect(email=OWNER)
    site.wait_until_read(first)
    second = site.ask("both", company_id=first.company_id)
    customer.open(second.link)
    customer.start()
    customer.at("consent")
    expect(customer.main.get_by_role("heading", level=1)).to_have_text("Share more from your Sandbox Books connection")
    customer.accept()
    customer.at("connected")
    assert customer.actions == 2
    site.wait_until_read(second)
    manager = portal()
    manager.open_company(first.company_id)
    assert_financials(manager, ABRA, "abra-kebabra")
    assert_spend(manager, ABRA, "abra-kebabra")
