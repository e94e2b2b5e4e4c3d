"""Every page of the journey by itself: axe, reflow, zoom, text spacing, forced colours, targets, outline, focus."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page

from linkflow.services import following_up
from linkflow.testing.pages import Customer, Software
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.accessible import (
    ZOOMED,
    assert_axe_clean,
    assert_axe_clean_in_both_schemes,
    assert_fits,
    assert_stands_forced_colours,
    assert_targets_are_large,
)
from tests.e2e.beside import caught_answer, expire_link, linked_tenants, stop_reading
from tests.e2e.looking import Looking
from tests.e2e.outlines import Outlines, assert_told_at_the_top

Another = Callable[..., Customer]
PortalOf = Callable[..., Portal]
IN_A_MAIL_APP = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
ABRA = "Abra Kebabra Ltd"


@pytest.fixture
def check(looking: Looking) -> Callable[[Customer, str], None]:
    """Arrive at a page, and hold it to everything; a state of a page is named `page state`."""
    outlines = Outlines()

    def arrived(customer: Customer, state: str) -> None:
        customer.at(state.partition(" ")[0])
        outlines.assert_right(customer.page, state.replace(" ", "-"))

    return arrived


Check = Callable[[Customer, str], None]


def test_the_pages_of_a_journey(site: Site, another: Another, check: Check) -> None:
    customer = another(user_agent=IN_A_MAIL_APP)
    arrived = partial(check, customer)
    asked = site.ask("spend_analysis", company="Kebab and Cod")
    customer.open(asked.link)
    arrived("welcome")
    customer.start()
    arrived("entity-count")
    customer.press("Continue")
    arrived("entity-count refused")
    assert_told_at_the_top(customer.page)
    customer.say_how_many("Several")
    arrived("entity-name")
    customer.name_entity("x" * 101)
    arrived("entity-name refused")
    assert_told_at_the_top(customer.page)
    assert customer.page.get_by_label("Registered name").input_value() == "x" * 101
    customer.name_entity(ABRA)
    arrived("software")
    customer.page.get_by_label("Search by product or maker").fill("sage")
    customer.press("Search")
    arrived("software found")
    customer.follow("My software isn’t listed")
    arrived("not-listed")
    customer.press("Send the name")
    arrived("not-listed refused")
    customer.follow(re.compile("^Look again"))
    customer.choose_software()
    arrived("consent")
    customer.page.get_by_label("Your full name").fill("Charlie Contact")
    customer.press("Accept and continue")
    arrived("consent refused")
    assert_told_at_the_top(customer.page)
    assert customer.page.get_by_label("Your full name").input_value() == "Charlie Contact"
    customer.accept()
    arrived("leaving")
    customer.follow("Continue to Sandbox Books")
    Software(customer.page).sign_in("group@example.com")
    Software(customer.page).decline()
    arrived("declined-at-software")
    customer.follow("Choose other software")
    customer.choose_software()
    customer.accept()
    customer.follow("Continue to Sandbox Books")
    Software(customer.page).approve(ABRA, "The Codfather", "Hairosmith Ltd")
    arrived("confirm-company")
    customer.press(customer.words.share)
    arrived("confirm-company refused")
    assert_told_at_the_top(customer.page)
    customer.confirm_company("The Codfather")
    customer.at("connected")
    site.wait_until_read(asked)
    customer.page.reload()
    arrived("connected")
    customer.follow("Continue to your entities")
    customer.follow(customer.words.add)
    arrived("entity-name next")
    customer.name_entity("Cod Two")
    customer.at("consent")
    customer.page.goto(customer.page.url.split("/e/")[0] + "/entities")
    arrived("entities")
    customer.finish()
    arrived("summary")


def test_the_pages_beside_the_journey(site: Site, customer: Customer, check: Check) -> None:
    arrived, asked = partial(check, customer), site.ask(contact="contact@example.com")
    customer.open(asked.link)
    customer.press("Upload a file")
    arrived("consent upload")
    customer.accept()
    arrived("upload")
    customer.press("Upload the file")
    customer.page.get_by_label("Filled-in spreadsheet").set_input_files(
        {"name": "books.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    customer.press("Upload the file")
    arrived("upload refused")
    assert_told_at_the_top(customer.page)
    customer.follow("Save and leave")
    arrived("exit")
    customer.page.goto(customer.page.url.replace("/exit", "/hand-over"))
    arrived("hand-over")
    customer.page.get_by_label("Their email address").fill("contact@example.com")
    customer.press("Continue")
    arrived("hand-over refused")
    assert_told_at_the_top(customer.page)
    customer.page.get_by_label("Their email address").fill("someone@example.com")
    customer.press("Continue")
    arrived("hand-over confirm")
    customer.press("Send the link")
    arrived("hand-over sent")
    customer.follow("Carry on")
    customer.follow("Save and leave")
    customer.main.get_by_text("I will not share", exact=True).click()
    customer.press("Tell them I will not share")
    arrived("exit declined")


def test_the_off_ramps_of_a_link(site: Site, customer: Customer, another: Another, check: Check) -> None:
    arrived, asked = partial(check, customer), site.ask()
    customer.page.goto(asked.link[:-4])
    arrived("link-invalid")
    customer.page.goto(site.place.portal + "/nowhere")
    arrived("page-not-found")
    customer.open(asked.link)
    customer.start()
    customer.at("software")
    customer.page.context.clear_cookies()
    customer.page.reload()
    arrived("session-ended")
    customer.open(asked.link)
    customer.page.context.clear_cookies()
    customer.press(customer.words.start)
    arrived("cookies-blocked")
    expire_link(site, asked)
    customer.page.goto(asked.link)
    arrived("link-expired")
    customer.press("Mail me a fresh link")
    arrived("link-expired sent")
    following_up.withdraw(site.ctx, site.user(), asked.request_id, sure=True)
    customer.page.goto(asked.link)
    arrived("link-withdrawn")


def test_the_off_ramps_of_the_software(site: Site, customer: Customer, another: Another, check: Check) -> None:
    arrived, asked, stranger = partial(check, customer), site.ask(), another()
    customer.open(asked.link)
    customer.start()
    customer.choose_software()
    customer.accept()
    Software(customer.page).sign_in("viewer@example.com")
    answer = caught_answer(customer.page)
    stranger.page.goto(answer)
    check(stranger, "other-browser")
    customer.page.goto(answer)
    arrived("wrong-role")
    customer.follow("Sign in as somebody else")
    customer.accept()
    customer.authorise(email="nobody@example.com")
    arrived("no-company")
    customer.follow("Sign in as somebody else")
    customer.accept()
    Software(customer.page).sign_in("owner@example.com")
    site.switch("abra-kebabra", "server-error", endpoint="companies")
    Software(customer.page).approve()
    arrived("software-unavailable")
    site.switch("abra-kebabra", on=False)
    site.switch("abra-kebabra", "revoked-grant")
    customer.follow("Try again")
    customer.at("software-unavailable", "confirm-company", "consent")
    entity = customer.page.url.rpartition("/")[0]
    customer.page.goto(f"{entity}/connected-elsewhere")
    arrived("connected-elsewhere")


def test_the_pages_after_the_books_were_shared(site: Site, customer: Customer, check: Check) -> None:
    contact, arrived = "receipts@example.com", partial(check, customer)
    asked = site.ask(contact=contact)
    customer.open(asked.link)
    customer.start()
    customer.connect(email="owner@example.com")
    site.wait_until_read(asked)
    customer.follow("See the summary")
    arrived("summary of-one")
    customer.follow("Receipt, access and disconnecting")
    arrived("access-code")
    customer.press("Mail me the code")
    arrived("access-code mailed")
    customer.page.get_by_label("Code").fill(site.mailbox.wait_for(contact, about="code").code)
    customer.press("Continue")
    arrived("access")
    customer.follow("Disconnect Sandbox Books")
    arrived("disconnect")
    customer.press("Disconnect Sandbox Books")
    arrived("access ended")
    assert linked_tenants(site, asked) == []


def test_books_that_could_not_be_read(site: Site, customer: Customer, check: Check) -> None:
    asked = site.ask()
    customer.open(asked.link)
    customer.start()
    customer.connect(email="owner@example.com")
    site.wait_until_read(asked)
    stop_reading(site, asked)
    customer.page.reload()
    check(customer, "first-sync-failed")


def test_the_other_organizations_pages(site: Site, customer: Customer, check: Check) -> None:
    plain, looked = customer.look, set[str]()

    def clean(page: Page) -> None:
        plain(page)
        if (title := page.title()) not in looked:
            looked.add(title)
            assert_axe_clean_in_both_schemes(page)

    customer.look = clean
    contact = "walk@example.com"
    customer.open(site.ask("both", organization="harbour", contact=contact).link)
    customer.start()
    check(customer, "code")
    customer.enter_code(site.mailbox.wait_for(contact).code)
    customer.choose_software()
    customer.accept()
    Software(customer.page).sign_in("group@example.com")
    Software(customer.page).decline()
    customer.at("declined-at-software")
    customer.follow("Choose other software")
    customer.connect(ABRA, "Hairosmith Ltd", email="group@example.com", choose=ABRA)
    customer.follow("See the summary")
    customer.at("summary")
    customer.page.goto(customer.page.url.replace("/summary", "/exit"))
    customer.at("exit")
    customer.page.goto(site.place.portal + "/nowhere")
    customer.at("page-not-found")


def test_the_page_of_a_company_with_all_its_figures(site: Site, customer: Customer, portal: PortalOf) -> None:
    asked, manager = site.ask("both"), portal()
    customer.open(asked.link)
    customer.start()
    customer.connect(email="owner@example.com")
    site.wait_until_read(asked)
    manager.open_company(asked.company_id)
    assert_axe_clean(manager.page)
    assert_fits(manager.page, ZOOMED)
    assert_stands_forced_colours(manager.page)
    assert_targets_are_large(manager.page)
