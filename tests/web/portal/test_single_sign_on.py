"""Signing in at the organization's own provider: who gets in, as whom, and who does not."""

import pytest

from linkflow.services import inviting
from linkflow.store import users
from tests.web.portal.desk import BASE, PASSWORD, Browser, data_page, main_text
from tests.web.portal.single_sign_on import HOME, SignOn, parameters


def test_somebody_of_a_group_signs_in_for_the_first_time(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    answer = sign_on.sign_in(browser)
    assert (answer.status_code, answer.location) == (303, "/portal/companies")
    user = sign_on.user()
    assert user is not None
    assert (user.organization, user.name, user.role, user.password_hash) == (
        "northbank",
        "Rita Manning",
        "manager",
        None,
    )
    assert "Rita Manning" in browser.page("/portal/requests")
    assert browser.look("/portal/requests/new").status_code == 200
    assert sign_on.events("account-added") == [f"{user.id} manager"]
    assert sign_on.values("SELECT actor FROM events WHERE kind = 'identity-linked'") == [f"user:{user.id}"]
    assert sign_on.events("signed-in") == ["at-provider"]


def test_the_same_person_is_the_same_user_the_next_time(sign_on: SignOn) -> None:
    for _ in range(2):
        assert sign_on.sign_in().location == "/portal/companies"
    assert sign_on.values("SELECT count(*) FROM users") == [1]


def test_the_page_that_was_wanted_opens(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    browser.look("/portal/requests/new")
    assert sign_on.sign_in(browser).location == "/portal/requests/new"


def test_the_session_ends_like_any_other_and_leads_back_to_the_organizations_page(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    sign_on.sign_in(browser)
    sign_on.desk.clock.go_on(minutes=30)
    assert browser.look("/portal/requests").location == HOME
    assert "You were signed out after a while" in main_text(browser.page(HOME))
    sign_on.sign_in(browser)
    assert browser.send("/portal/sign-out", on="/portal/requests").location == HOME


def test_claims_the_token_leaves_out_are_read_from_the_providers_own_page(sign_on: SignOn) -> None:
    sign_on.issuer.userinfo = dict(sign_on.issuer.person)
    assert sign_on.sign_in().location == "/portal/companies"
    assert sign_on.issuer.asked["/userinfo"] == 1


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["bank-ro"], "viewer"),
        ("bank-rm", "manager"),
        (["bank-ro", "bank-admins", "bank-rm", "staff"], "administrator"),
        (["bank-rm", "bank-ro", 7, None], "manager"),
    ],
)
def test_of_several_groups_the_highest_role_counts(sign_on: SignOn, groups: object, role: str) -> None:
    sign_on.sign_in(groups=groups)
    user = sign_on.user()
    assert user is not None
    assert user.role == role


@pytest.mark.parametrize("groups", [[], ["staff"], ["BANK-RM"], "", None, {"bank-rm": True}, 7])
def test_somebody_of_no_group_is_refused_and_told(sign_on: SignOn, groups: object) -> None:
    assert "not in a group that may use this portal" in sign_on.told(groups=groups)
    assert sign_on.user() is None
    assert sign_on.events("sign-in-refused") == ["no-group"]


def test_the_role_follows_the_groups_at_the_next_sign_in(sign_on: SignOn) -> None:
    sign_on.sign_in(groups=["bank-ro"])
    browser = sign_on.desk.browser(None)
    sign_on.sign_in(browser, groups=["bank-rm"])
    user = sign_on.user()
    assert user is not None
    assert browser.look("/portal/requests/new").status_code == 200
    assert sign_on.events("role-followed") == ["viewer manager"]


def test_a_higher_role_leaves_other_sessions_and_a_lower_one_ends_them(sign_on: SignOn) -> None:
    first, second, third = (sign_on.desk.browser(None) for _ in range(3))
    sign_on.sign_in(first, groups=["bank-rm"])
    sign_on.sign_in(second, groups=["bank-admins"])
    assert first.look("/portal/requests").status_code == 200
    sign_on.sign_in(third, groups=["bank-ro"])
    assert [one.look("/portal/requests").status_code for one in (first, second, third)] == [303, 303, 200]
    assert third.look("/portal/requests/new").status_code == 403


def test_whoever_is_taken_out_of_every_group_is_signed_out_everywhere(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    sign_on.sign_in(browser)
    sign_on.told(groups=["staff"])
    assert browser.look("/portal/requests").status_code == 303
    user = sign_on.user()
    assert user is not None
    assert sign_on.events("sign-in-failed") == [f"{user.id} no-group"]


@pytest.mark.parametrize("groups", [["bank-rm"], ["staff"]])
def test_the_invitations_of_a_former_administrator_open_nothing(sign_on: SignOn, groups: list[str]) -> None:
    sign_on.sign_in(groups=["bank-admins"])
    boss = sign_on.user()
    assert boss is not None
    inviting.invite(sign_on.desk.ctx, boss, email="new@northbank.example", role="administrator")
    sign_on.sign_in(groups=groups)
    assert sign_on.values("SELECT count(*) FROM invitations WHERE withdrawn_at IS NULL") == [0]
    assert len(sign_on.events("invitation-withdrawn")) == 1


def test_a_disabled_user_stays_out(sign_on: SignOn) -> None:
    sign_on.sign_in()
    user = sign_on.user()
    assert user is not None
    with sign_on.desk.ctx.database.transaction() as tx:
        users.disable(tx, user.id, at=sign_on.desk.ctx.now())
    assert "has been switched off" in sign_on.told()
    assert "has been switched off" in sign_on.told(sub="another-subject")
    assert sign_on.events("sign-in-failed") == [f"{user.id} account-disabled"] * 2
    assert sign_on.events("sign-in-refused") == []


def test_a_local_account_is_joined_when_the_provider_vouches_for_its_address(sign_on: SignOn) -> None:
    account = sign_on.desk.account("viewer")
    assert sign_on.sign_in(email="Viewer@Northbank.example").location == "/portal/companies"
    user = sign_on.user(account.email)
    assert user is not None
    assert (user.id, user.role) == (account.id, "manager")
    assert sign_on.values("SELECT user_id FROM identities") == [account.id]


@pytest.mark.parametrize("verified", [False, None, "false", 1, "yes"])
def test_an_address_the_provider_does_not_vouch_for_joins_nothing(sign_on: SignOn, verified: object) -> None:
    account = sign_on.desk.account("viewer")
    assert "no email address that Northbank has verified" in sign_on.told(email=account.email, email_verified=verified)
    assert sign_on.values("SELECT count(*) FROM identities") == [0]


def test_an_account_of_another_organization_is_never_joined(sign_on: SignOn) -> None:
    account = sign_on.desk.account("administrator", "harbour")
    assert "Another account here has your email address" in sign_on.told(email=account.email)
    assert sign_on.values("SELECT count(*) FROM identities") == [0]
    unchanged = sign_on.user(account.email)
    assert unchanged == account


def test_a_subject_of_one_organization_is_nobody_in_another(sign_on: SignOn) -> None:
    """Even where both have the same provider."""
    sign_on.sign_in()
    sign_on.other.person = dict(sign_on.issuer.person)
    with sign_on.desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(f"UPDATE identities SET issuer = '{sign_on.other.url}'")
    browser = sign_on.desk.browser(None)
    answer = sign_on.sign_in(browser, "harbour")
    assert answer.location == "/portal/sign-in/harbour"
    assert "Another account here" in browser.page("/portal/sign-in/harbour")


def test_an_address_given_to_somebody_else_does_not_bring_the_account_along(sign_on: SignOn) -> None:
    sign_on.sign_in()
    assert "Another account here has your email address" in sign_on.told(sub="a-new-colleague")
    assert sign_on.values("SELECT subject FROM identities") == ["subject-of-rita"]


def test_another_address_at_the_provider_is_followed_by_the_same_account(sign_on: SignOn) -> None:
    sign_on.sign_in()
    before = sign_on.user()
    sign_on.sign_in(email="rita.married@northbank.example")
    after = sign_on.user("rita.married@northbank.example")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert len(sign_on.events("address-followed")) == 1
    assert sign_on.sign_in(sub="a-new-rita", email="rita@northbank.example").location == "/portal/companies"
    newcomer = sign_on.user()
    assert newcomer is not None
    assert newcomer.id != before.id


def test_taking_somebody_elses_address_at_the_provider_takes_nothing_here(sign_on: SignOn) -> None:
    victim = sign_on.desk.account("administrator")
    sign_on.sign_in()
    browser = sign_on.desk.browser(None)
    assert sign_on.sign_in(browser, email=victim.email).location == "/portal/companies"
    assert sign_on.user(victim.email) == victim
    assert "Rita Manning" in browser.page("/portal/requests")
    assert browser.look("/portal/requests/new").status_code == 200, "still the manager she is"


def test_only_addresses_of_the_named_domains_sign_in(sign_on: SignOn) -> None:
    sign_on.configure(email_domains=["northbank.example"])
    assert sign_on.sign_in().location == "/portal/companies"
    for email in ("rita@evil.example", "rita@northbank.example.evil.example", "rita@sub.northbank.example"):
        assert "is not one of Northbank’s" in sign_on.told(sub=f"subject-of-{email}", email=email)


def test_a_provider_known_to_verify_addresses_need_not_say_so(sign_on: SignOn) -> None:
    sign_on.configure(email_domains=["northbank.example"], emails_verified=True)
    assert sign_on.sign_in(email_verified=None).location == "/portal/companies"
    denied = {"sub": "another", "email": "olaf@northbank.example", "email_verified": False}
    assert "no email address" in sign_on.told(**denied)


def test_an_account_the_provider_has_taken_over_takes_no_password(sign_on: SignOn) -> None:
    account = sign_on.desk.account("viewer")
    sign_on.sign_in(email=account.email)
    browser = sign_on.desk.browser(None)
    answers = [
        main_text(browser.send("/portal/sign-in", email=account.email, password=typed).text)
        for typed in (PASSWORD, "not this one")
    ]
    assert "The email address or the password is not right" in answers[0]
    assert answers[0] == answers[1], "whether it was the right one is told to nobody"
    assert sign_on.values("SELECT count(*) FROM users WHERE password_hash IS NOT NULL") == [0]
    assert sign_on.desk.browser("administrator").look("/portal/requests").status_code == 200, "others may"


def test_local_accounts_can_be_switched_off(sign_on: SignOn) -> None:
    sign_on.configure(local=False)
    account = sign_on.desk.account()
    browser = sign_on.desk.browser(None)
    assert 'name="password"' not in browser.page(HOME)
    answer = browser.send("/portal/sign-in", email=account.email, password=PASSWORD)
    assert answer.status_code == 422
    assert f"{BASE}{HOME}" in main_text(answer.text)
    wrong = browser.send("/portal/sign-in", email=account.email, password="not this one")
    assert HOME not in main_text(wrong.text), "a stranger is told nothing"
    assert sign_on.sign_in().location == "/portal/companies"


def test_each_organization_has_a_sign_in_page_in_its_own_look(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    for slug, other in (("northbank", "Harbour"), ("harbour", "Northbank")):
        page = browser.page(f"/portal/sign-in/{slug}")
        assert f"Sign in with {slug.title()}" in page
        assert f"/theme/{slug}/" in page
        assert other not in page
    general = browser.page("/portal/sign-in")
    assert "Northbank" not in general
    assert "a sign-in page of their own" in general
    assert browser.look("/portal/sign-in/nobodys").status_code == 404


def test_nothing_leads_to_a_provider_that_is_not_there(sign_on: SignOn) -> None:
    from tests.web.portal.single_sign_on import made_with

    sign_on.desk = made_with(sign_on.desk, {"northbank": sign_on.issuer})
    browser = sign_on.desk.browser(None)
    for path in ("/portal/sign-in/harbour/attempt", "/portal/sign-in/nobodys/attempt"):
        assert browser.post(path).status_code == 404
    assert browser.look("/portal/sign-in/harbour/callback").status_code == 404


def test_the_way_out_names_the_address_and_keeps_secrets(sign_on: SignOn) -> None:
    browser = sign_on.desk.browser(None)
    place = sign_on.set_out(browser).location
    page = browser.look(place)
    assert data_page(page.text) == "sign-in-leaving"
    assert f"127.0.0.1:{sign_on.issuer.port}" in main_text(page.text)
    asked = parameters(page.headers["Refresh"].removeprefix("0;url="))
    assert asked["redirect_uri"] == f"{BASE}{HOME}/callback"
    assert asked["scope"] == "openid email profile"
    assert Browser(sign_on.desk.app.test_client()).look(place).location == HOME, "it is of one browser"
    sign_on.desk.clock.go_on(minutes=15)
    assert browser.look(place).location == HOME
