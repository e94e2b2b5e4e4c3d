"""Users who sign in at the organization's own provider: what administrators and they themselves may change here."""

from tests.services.people import mails
from tests.web.portal.desk import PASSWORD, Browser, main_text
from tests.web.portal.single_sign_on import SignOn
from tests.web.portal.table import table_rows


def boss(sign_on: SignOn) -> Browser:
    return sign_on.desk.browser("administrator")


def rita(sign_on: SignOn) -> str:
    """Her page, after she has signed in at the provider."""
    sign_on.sign_in()
    user = sign_on.user()
    assert user is not None
    return f"/portal/users/{user.id}"


def test_the_list_says_who_signs_in_there_and_when_they_did(sign_on: SignOn) -> None:
    rita(sign_on)
    rows = {row[0].split()[0]: row for row in table_rows(boss(sign_on).page("/portal/users"))}
    assert rows["Rita"][2:4] == ["The organization’s sign-in", "23 Nov 2026, 12:00 UTC"]
    assert rows["Administrator"][2] == "Password"


def test_a_local_account_that_was_joined_signs_in_there(sign_on: SignOn) -> None:
    user = sign_on.desk.account("viewer")
    sign_on.sign_in(sub="vera", email=user.email, groups=["bank-ro"])
    rows = {row[0].split()[0]: row for row in table_rows(boss(sign_on).page("/portal/users"))}
    assert rows["Viewer"][2] == "The organization’s sign-in"


def test_their_role_is_decided_by_the_groups_alone(sign_on: SignOn) -> None:
    page, browser = rita(sign_on), boss(sign_on)
    assert "The groups at your organization’s own sign-in decide it" in main_text(browser.page(page))
    assert 'name="role"' not in browser.page(page)
    answer = browser.send(f"{page}/role", on=page, follow=True, role="administrator")
    assert "Change it there" in main_text(answer.text)
    assert sign_on.user().role == "manager"  # type: ignore[union-attr]


def test_they_are_disabled_here_and_stay_out(sign_on: SignOn) -> None:
    page, browser = rita(sign_on), boss(sign_on)
    assert "can no longer sign in" in main_text(browser.send(f"{page}/disable", on=page, follow=True).text)
    assert "has been switched off" in sign_on.told()


def test_they_have_no_password_to_change_or_to_forget(sign_on: SignOn) -> None:
    user = sign_on.desk.account("viewer")
    browser = sign_on.desk.browser(None)
    sign_on.sign_in(browser, sub="vera", email=user.email, groups=["bank-ro"])
    page = browser.page("/portal/account")
    assert "You sign in with your organization’s own sign-in" in main_text(page)
    assert "present_password" not in page
    sign_on.desk.browser(None).send("/portal/forgotten-password", your_email=user.email)
    assert mails(sign_on.desk.ctx, "new_password") == []


def test_nobody_is_invited_where_everybody_signs_in_there(sign_on: SignOn) -> None:
    sign_on.configure(local=True)
    browser = boss(sign_on)
    assert browser.send("/portal/users/new", email="nora@northbank.example", role="viewer").status_code == 303
    token = sign_on.desk.ctx.signer.sign_invitation(mails(sign_on.desk.ctx, "invitation")[0].invitation_id or "", 1)
    sign_on.configure(local=False)
    cookie = browser.client.get_cookie("linkflow", domain="127.0.0.1")
    assert cookie is not None
    later = sign_on.desk.browser(None)
    later.client.set_cookie("linkflow", cookie.value, domain="127.0.0.1")
    assert "Invite somebody" not in main_text(later.page("/portal/users"))
    answer = later.send("/portal/users/new", email="more@northbank.example", role="viewer")
    assert answer.status_code == 422
    assert "the first time makes the account" in main_text(answer.text)
    accepted = {"full_name": "Nora New", "new_password": PASSWORD}
    assert sign_on.desk.browser(None).send(f"/portal/invitations/{token}", **accepted).status_code == 410
