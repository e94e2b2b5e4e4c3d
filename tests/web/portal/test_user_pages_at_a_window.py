"""The pages about users and accounts, in a real browser, held to everything: axe, reflow, zoom, targets, outline."""

import re

from linkflow.domain.links import invitation_path, new_password_path
from linkflow.store import users
from linkflow.store.users import User
from tests.e2e.outlines import assert_told_at_the_top
from tests.services.people import code_of
from tests.web.office import BASE, PASSWORD, Office, on_sqlite
from tests.web.windows import Check, Window, press

pytestmark = on_sqlite
NEW = "another long password"


def again(office: Office, user: User) -> User:
    with office.ctx.database.reading() as tx:
        return users.user(tx, user.id) or user


def test_looking_after_users(office: Office, window: Window, check: Check) -> None:
    page, viewer = window(office.user("administrator")), office.account("viewer")
    page.goto(f"{BASE}/portal/users")
    check(page, "users")
    page.get_by_label("Name or email address").fill("nobody")
    press(page, "Filter")
    check(page, "users unmatched")
    page.get_by_role("link", name="Show all users").click()
    page.get_by_role("link", name="Viewer of northbank").click()
    check(page, "user")
    press(page, "Disable")
    check(page, "user disabled")
    assert again(office, viewer).disabled_at is not None
    page.goto(f"{BASE}/portal/users/{office.account('administrator').id}")
    check(page, "user oneself")


def test_inviting_somebody(office: Office, window: Window, check: Check) -> None:
    page, stranger = window(office.user("administrator")), window()
    page.goto(f"{BASE}/portal/users/invitations")
    check(page, "invitations none")
    page.get_by_role("main").get_by_role("link", name="Invite somebody").first.click()
    check(page, "invite")
    press(page, "Send the invitation")
    check(page, "invite refused")
    assert_told_at_the_top(page)
    page.get_by_label("Their email address").fill("nora@northbank.example")
    press(page, "Send the invitation")
    check(page, "invitations")
    token = office.ctx.signer.sign_invitation(office.values("SELECT id FROM invitations")[0], 1)
    stranger.goto(BASE + invitation_path(token))
    check(stranger, "accept-invitation")
    press(stranger, "Create the account")
    check(stranger, "accept-invitation refused")
    assert_told_at_the_top(stranger)
    stranger.get_by_label("Your name").fill("Nora New")
    stranger.get_by_label("Password").fill(NEW)
    press(stranger, "Create the account")
    check(stranger, "sign-in invited")
    stranger.goto(BASE + invitation_path(token))
    check(stranger, "link-over invitation")


def test_ones_own_account(office: Office, window: Window, check: Check) -> None:
    page = window(office.user())
    page.goto(f"{BASE}/portal/account")
    check(page, "account")
    page.get_by_label("Present password").fill("not this one")
    page.get_by_label("New password").fill(NEW)
    press(page, "Change the password")
    check(page, "account refused")
    assert_told_at_the_top(page)
    page.get_by_role("link", name="Set it up").click()
    check(page, "second-factor")
    page.get_by_label("Present password").fill(PASSWORD)
    press(page, "Continue")
    check(page, "second-factor waiting")
    press(page, "Ask for codes from now on")
    check(page, "second-factor refused")
    assert_told_at_the_top(page)
    page.get_by_label("The 6 digits the app shows now").fill(code_of(office.ctx, again(office, office.account())))
    press(page, "Ask for codes from now on")
    check(page, "recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="Change this").click()
    check(page, "second-factor on")


def test_signing_in_with_a_code(office: Office, window: Window, check: Check) -> None:
    page, user = window(office.user()), office.account()
    page.goto(f"{BASE}/portal/account/second-factor")
    page.get_by_label("Present password").fill(PASSWORD)
    press(page, "Continue")
    page.get_by_label("The 6 digits the app shows now").fill(code_of(office.ctx, again(office, user)))
    press(page, "Ask for codes from now on")
    recovery = page.locator("code").first.inner_text()
    other = window()
    other.goto(f"{BASE}/portal/sign-in")
    other.get_by_label("Email address").fill(user.email)
    other.get_by_label("Password").fill(PASSWORD)
    press(other, "Sign in")
    check(other, "sign-in-code")
    press(other, "Sign in")
    check(other, "sign-in-code refused")
    assert_told_at_the_top(other)
    other.get_by_label("Code").fill(recovery)
    press(other, "Sign in")
    other.wait_for_url(re.compile("/portal/(companies|requests)$"))


def test_a_forgotten_password(office: Office, window: Window, check: Check) -> None:
    page, user = window(), office.account()
    page.goto(f"{BASE}/portal/sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    check(page, "forgotten-password")
    press(page, "Send the link")
    check(page, "forgotten-password refused")
    assert_told_at_the_top(page)
    page.get_by_label("Email address").fill(user.email)
    press(page, "Send the link")
    check(page, "sign-in forgotten")
    token = office.ctx.signer.sign_reset(office.values("SELECT id FROM password_resets")[0])
    page.goto(BASE + new_password_path(token))
    check(page, "new-password")
    press(page, "Keep this password")
    check(page, "new-password refused")
    assert_told_at_the_top(page)
    page.get_by_label("New password").fill(NEW)
    press(page, "Keep this password")
    check(page, "sign-in new-password")
    page.goto(BASE + new_password_path(token))
    check(page, "link-over new-password")
