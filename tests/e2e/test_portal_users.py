"""Users from the invitation to the forgotten password: an administrator and the invited, against running processes."""

import base64
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from linkflow.domain import totp
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Account, Site

PortalOf = Callable[..., Portal]
NewContext = Callable[..., BrowserContext]
NORA = "nora@northbank.example"
PASSWORD = "several words to remember"
OTHER = "other words to remember"


def link_in(site: Site, about: str) -> str:
    """The address in the newest mail of that subject."""
    found = re.search(r"http\S+/portal/\S+/\S+", site.mailbox.wait_for(NORA, about=about).text)
    assert found is not None
    return found[0]


def sign_in(page: Page, account: Account) -> None:
    page.goto(f"{account.portal}/sign-in")
    page.get_by_label("Email address").fill(account.email)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()


def key_on(page: Page) -> bytes:
    """The key an authenticator app would take from the page."""
    return base64.b32decode(page.locator("code.key").inner_text().replace(" ", ""))


def present_period() -> int:
    """The period whose code an app shows now."""
    return int(time.time()) // totp.PERIOD


def code_after(key: bytes, used: int) -> str:
    """What the app shows now, or next where that was used: one whose clock is a period ahead is taken too."""
    return totp.code_at(key, max(present_period(), used + totp.LEEWAY))


@pytest.mark.slow
def test_somebody_is_invited_signs_in_and_is_shut_out(site: Site, portal: PortalOf, new_context: NewContext) -> None:
    boss = portal(role="administrator")
    boss.sign_in()
    boss.page.get_by_role("link", name="Users").click()
    boss.follow("Invite somebody")
    boss.page.get_by_label("Their email address").fill(NORA)
    boss.page.get_by_role("radio", name="Viewer").check()
    boss.press("Send the invitation")
    boss.at("invitations")
    boss.reads(f"The invitation is on its way to {NORA}.")

    page = new_context().new_page()
    nora = Portal(page, Account(f"{site.place.portal}/portal", NORA, PASSWORD))
    invitation = link_in(site, "Your invitation to the portal of")
    page.goto(invitation)
    nora.at("accept-invitation")
    page.get_by_label("Your name").fill("Nora New")
    page.get_by_label("Password").fill(PASSWORD)
    nora.press("Create the account")
    nora.at("sign-in")
    sign_in(page, nora.account)
    nora.at("companies")
    expect(page.get_by_role("link", name="Request information")).to_have_count(0)
    expect(page.get_by_role("link", name="Users")).to_have_count(0)
    page.goto(invitation)
    nora.at("link-over")

    boss.page.get_by_role("navigation", name="Portal").get_by_role("link", name="Users").click()
    boss.follow("Nora New")
    boss.page.get_by_role("radio", name="Manager").check()
    boss.press("Change the role")
    boss.reads("Nora New has another role")
    page.goto(f"{nora.account.portal}/companies/new")
    nora.at("sign-in")
    sign_in(page, nora.account)
    nora.at("new-company")

    _with_codes(nora, new_context().new_page())
    _forgotten(site, nora, new_context().new_page())

    boss.press("Disable")
    boss.reads("Nora New is signed out everywhere and can no longer sign in.")
    page.reload()
    nora.at("sign-in")
    sign_in(page, Account(nora.account.portal, NORA, OTHER))
    nora.reads("The email address or the password is not right.")


def _with_codes(nora: Portal, other: Page) -> None:
    """Codes are set up in one browser and asked for in another; then the administrator's help is not needed."""
    page = nora.page
    page.get_by_role("link", name="Nora New").click()
    nora.follow("Set it up")
    page.get_by_label("Present password").fill(PASSWORD)
    nora.press("Continue")
    nora.reads("Give your app the key")
    key = key_on(page)
    used = present_period()
    first = totp.code_at(key, used)
    page.get_by_label("The 6 digits the app shows now").fill(first)
    nora.press("Ask for codes from now on")
    nora.at("recovery-codes")
    recovery = page.locator("code.key").first.inner_text()
    for code in (lambda: code_after(key, used), lambda: recovery):
        elsewhere = Portal(other, nora.account)
        other.context.clear_cookies()
        sign_in(other, nora.account)
        elsewhere.at("sign-in-code")
        other.get_by_label("Code").fill(first)
        elsewhere.press("Sign in")
        elsewhere.reads("That code is not right, or it was used before.")
        other.get_by_label("Code").fill(code())
        elsewhere.press("Sign in")
        elsewhere.at("companies")
    nora.follow("I have kept them")
    nora.follow("Change this")
    nora.reads("You have 7 recovery codes left.")
    page.get_by_label("Present password").fill(PASSWORD)
    nora.press("Stop asking for codes")
    nora.reads("No code is asked for any more when you sign in.")


def _forgotten(site: Site, nora: Portal, other: Page) -> None:
    """Another password by mail ends the session that was open."""
    page = nora.page
    other.goto(f"{nora.account.portal}/sign-in")
    other.get_by_role("link", name="Forgotten your password?").click()
    other.get_by_label("Email address").fill(NORA)
    other.get_by_role("button", name="Send the link").click()
    expect(other.get_by_text("a link is on its way to it")).to_be_visible()
    other.goto(link_in(site, "Choose a new password for the portal of"))
    other.get_by_label("New password").fill(OTHER)
    other.get_by_role("button", name="Keep this password").click()
    expect(other.get_by_text("You have a new password.")).to_be_visible()
    page.reload()
    nora.at("sign-in")
    sign_in(page, Account(nora.account.portal, NORA, OTHER))
    nora.at("account")
    page.get_by_role("radio", name="Once a day").check()
    nora.press("Keep this choice")
    nora.reads("Your choice of mails is kept.")
