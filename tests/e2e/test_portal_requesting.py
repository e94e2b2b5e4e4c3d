"""Asking a company in the running portal: the mail that was previewed, sent once, and all that may follow."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from linkflow.testing.mailbox import Mail
from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.accessible import assert_accessible
from tests.e2e.figures import TODAY

PortalOf = Callable[..., Portal]
NewContext = Callable[..., BrowserContext]
Another = Callable[..., Customer]
NAME = "Abra & Sons “Kebabra”"
CONTACT, FOLLOWED = "previewed@example.com", "followed@example.com"
LATER = TODAY + timedelta(days=200)
STEPS = (
    "The books are in.",
    "The company in the accounting software was confirmed.",
    "Access was approved at Sandbox Books.",
    "Consent was given to share from Sandbox Books.",
    "Sandbox Books was chosen.",
    "The customer began to answer.",
    "The link was followed, perhaps automatically.",
    "The request was mailed.",
    "The request was made, to go out by email.",
)
ACTIONS = re.compile("Send again|Remind now|Give more time|Show the link|Withdraw|Open again")


def test_the_mail_is_the_one_previewed_goes_out_once_and_its_answer_is_followed(
    site: Site, portal: PortalOf, customer: Customer
) -> None:
    site.ask(company="Somebody there already")
    manager, viewer = portal(), portal(role="viewer")
    manager.sign_in()
    shown = previewed(manager)
    assert site.mailbox.mails(CONTACT) == ()
    form = manager.page.locator("main form input").evaluate_all(
        "all => Object.fromEntries(all.map(x => [x.name, x.value]))"
    )
    manager.page.get_by_role("button", name="Send to").dblclick()
    manager.at("request")
    made = manager.page.url
    again = manager.page.request.post(
        f"{manager.account.portal}/requests/new", form={**form, "do": "send"}, max_redirects=0
    )
    assert site.place.portal + again.headers["location"] == made

    mail = site.mailbox.wait_for(CONTACT)
    assert as_previewed(mail, site) == shown
    viewer.open_request(made.rpartition("/")[2])
    stands(viewer, "Sent")
    customer.open(mail.link)
    customer.start()
    customer.at("entity-count")
    stands(viewer, "Sent")  # a program that looks through mails may have come this far
    customer.say_how_many("One")
    customer.at("software")
    stands(viewer, "Opened")
    customer.choose_software()
    customer.at("consent")
    stands(viewer, "In progress")
    customer.accept()
    customer.authorise(email="owner@example.com")
    customer.confirm_company()
    customer.at("connected")
    manager.page.reload()
    stands(manager, re.compile("Connected|Available"))
    site.mailbox.wait_for(manager.account.email, about=NAME)
    stands(viewer, "Available")
    told = [" ".join(line.split()) for line in viewer.page.locator(".timeline li").all_inner_texts()]
    places = [next((n for n, line in enumerate(told) if step in line), -1) for step in STEPS]
    assert places == sorted(places), (told, places)
    assert -1 not in places, (told, places)
    assert len(site.mailbox.mails(CONTACT, about=mail.subject)) == 1
    expect(viewer.page.locator("main").get_by_text(ACTIONS)).to_have_count(0)
    viewer.page.goto(f"{viewer.account.portal}/requests/new")
    viewer.at("forbidden")


@pytest.mark.slow
def test_a_request_is_reminded_of_extended_shown_withdrawn_and_opened_again(
    site: Site, portal: PortalOf, new_context: NewContext, customer: Customer
) -> None:
    asked = site.ask(contact=FOLLOWED, mail=True)
    first = site.mailbox.wait_for(FOLLOWED)
    manager = Portal(new_context(permissions=["clipboard-read", "clipboard-write"]).new_page(), site.account())
    manager.open_request(asked.request_id)
    manager.press("Remind now")
    manager.reads("A reminder is on its way.")
    reminder = site.mailbox.wait_for(FOLLOWED, number=2)
    assert reminder.subject != first.subject
    assert reminder.link == first.link

    manager.follow("Give more time")
    manager.at("extend-request")
    manager.page.get_by_label("Last day").fill(LATER.isoformat())
    manager.press("Give more time")
    manager.at("request")
    manager.reads(f"The request was given more time, until {LATER.day} {LATER:%B %Y}.")

    manager.press("Show the link")
    manager.reads("Showing it is recorded.")
    assert_accessible(manager.page)
    manager.press("Copy")
    expect(manager.page.locator("#copied")).to_have_text("Copied")
    assert manager.page.evaluate("navigator.clipboard.readText()") == first.link
    manager.page.reload()
    expect(manager.page.locator("#link")).to_have_count(0)
    manager.reads("The link was shown.")
    customer.open(first.link)
    customer.at("welcome")

    manager.press("Withdraw")
    manager.reads("The request is withdrawn. Its links no longer work.")
    stands(manager, "Withdrawn")
    for word in ("Send again", "Remind now", "Give more time", "Show the link", "Withdraw"):
        expect(manager.page.get_by_role("button", name=word, exact=True)).to_have_count(0)
    customer.page.reload()
    customer.at("link-withdrawn")

    manager.press("Open again")
    manager.reads("The request is open again. A new link is on its way.")
    fresh = site.mailbox.wait_for(FOLLOWED, number=3)
    assert fresh.link != first.link
    customer.page.goto(first.link)
    customer.at("link-withdrawn")
    customer.open(fresh.link)
    customer.start()
    customer.choose_software()
    customer.at("consent")
    stands(manager, "In progress")

    viewer, stranger = portal(role="viewer"), portal("harbour")
    viewer.open_request(asked.request_id)
    for sentence in ("A reminder was sent by hand.", "The link was shown.", "The request was opened again"):
        said = viewer.page.locator(".timeline li").filter(has_text=sentence)
        expect(said).to_contain_text("Rita Manning")
    expect(viewer.page.locator("main").get_by_role("button", name=ACTIONS)).to_have_count(0)
    stranger.sign_in()
    stranger.page.goto(viewer.page.url)
    stranger.at("page-not-found")
    assert len(site.mailbox.mails(FOLLOWED)) == 3


def previewed(manager: Portal) -> tuple[str, str, str]:
    """A new company's request, looked at before it is sent: subject, text and HTML."""
    page = manager.page
    page.get_by_role("link", name="Requests", exact=True).click()
    manager.follow("Request information")
    manager.at("choose-company")
    manager.follow("A new company")
    page.get_by_label("Company name").fill(NAME)
    page.get_by_label("Contact’s name").fill("Charlie Contact")
    page.get_by_label("Contact’s email address").fill(CONTACT)
    page.get_by_role("radio", name="Supplier spend").check()
    page.get_by_label("Answer by (optional)").fill(f"{TODAY + timedelta(days=20)}")
    page.get_by_label("A note in the email (optional)").fill("See you on Friday <b>.\nBring nothing.")
    manager.press("See the email")
    manager.reads("Exactly this is sent.")
    subject = page.locator(".letter dd").nth(2).inner_text()
    text = page.locator(".letter__text").text_content() or ""
    frame = page.frame_locator(".letter__page")
    expect(frame.get_by_text("See you on Friday <b>.")).to_be_visible()
    html = page.request.get(page.locator(".letter__page").evaluate("frame => frame.src"))
    return subject, text.strip(), html.text().strip()


def as_previewed(mail: Mail, site: Site) -> tuple[str, str, str]:
    """The mail that arrived, with its link made inert as a preview shows it."""
    inert = f"{site.place.portal}/l/..."
    html = re.sub(r'(<a\b[^>]*?)\shref="[^"]*"', r"\1", mail.html)
    text, html = (twin.replace("\r\n", "\n").replace(mail.link, inert).strip() for twin in (mail.text, html))
    return mail.subject, text, html


def stands(someone: Portal, word: str | re.Pattern[str]) -> None:
    """The request's page, looked at anew, says where it stands."""
    someone.page.reload()
    expect(someone.page.locator(".facts .status").first).to_have_text(word)
