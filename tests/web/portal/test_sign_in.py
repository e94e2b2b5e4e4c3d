"""Getting into the portal, staying in it, and getting out."""

import pytest

from linkflow import paths
from linkflow.domain.links import link_path
from linkflow.store import users
from linkflow.web.unattended import HEADER
from tests.config_factories import SECRET_KEY
from tests.web.portal.desk import BASE, PASSWORD, Browser, Desk, data_page, main_text, token_of

PAGES = ("/portal", "/portal/requests", "/portal/requests/new", "/portal/requests/x", "/portal/companies/x")


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_signing_in(desk: Desk, path: str) -> None:
    answer = desk.browser(None).look(path)
    assert answer.status_code == 303
    assert answer.location == "/portal/sign-in"


@pytest.mark.parametrize("path", ["/portal/sign-out", "/portal/requests/new", "/portal/requests/x/withdraw"])
def test_nobody_posts_without_signing_in(desk: Desk, path: str) -> None:
    before = desk.rows()
    assert desk.browser(None).post(path).location == "/portal/sign-in"
    assert desk.rows() == before


def test_signing_in_leads_to_the_page_that_was_wanted(desk: Desk) -> None:
    asked, user = desk.ask(), desk.account()
    browser = desk.browser(None)
    browser.look(f"/portal/companies/{asked.company_id}")
    answer = browser.send("/portal/sign-in", email=user.email, password=PASSWORD)
    assert answer.location == f"/portal/companies/{asked.company_id}"
    assert desk.browser().look("/portal/sign-in").location == "/portal/companies"


@pytest.mark.parametrize(
    ("wanted", "onward"),
    [
        ("/portal/companies?status=declined&of=all", "/portal/companies?status=declined&of=all"),
        (
            "/portal/companies?q=%D0%9A%D0%B5%D0%B1%D0%B0%D0%B1&of=all",
            "/portal/companies?q=%D0%9A%D0%B5%D0%B1%D0%B0%D0%B1&of=all",
        ),
        ("/portal/companies?q=https://evil.example/%0d%0aX:1", "/portal/companies?q=https://evil.example/%0d%0aX:1"),
        ("/portal/companies?q=" + "x" * 2_000, "/portal/companies"),
        ("/portal/companies/" + "x" * 2_000, "/portal/companies"),
        ("/portal/companies?", "/portal/companies"),
    ],
    ids=["a bookmark", "of other letters", "with another address", "too long", "no address of ours", "nothing"],
)
def test_signing_in_leads_to_the_view_that_was_bookmarked(desk: Desk, wanted: str, onward: str) -> None:
    user, browser = desk.account(), desk.browser(None)
    browser.look(wanted)
    answer = browser.send("/portal/sign-in", email=user.email, password=PASSWORD)
    assert answer.headers["Location"] == onward
    assert browser.look(answer.headers["Location"]).status_code == 200


def test_a_wrong_password_keeps_the_address_and_never_the_password(desk: Desk) -> None:
    answer = desk.browser(None).send("/portal/sign-in", email="rita@northbank.example", password="not this one")
    assert answer.status_code == 422
    assert data_page(answer.text) == "sign-in"
    assert "The email address or the password is not right" in answer.text
    assert "rita@northbank.example" in answer.text
    assert "not this one" not in answer.text


def test_a_stale_form_says_so_and_signs_nobody_in(desk: Desk) -> None:
    user, browser = desk.account(), desk.browser(None)
    answer = browser.post("/portal/sign-in", email=user.email, password=PASSWORD)
    assert answer.status_code == 422
    assert "open for too long" in main_text(answer.text)
    assert browser.look("/portal/requests").status_code == 303


def test_the_eleventh_failure_is_too_many(desk: Desk) -> None:
    browser = desk.browser(None)
    found = [browser.send("/portal/sign-in", email="x@northbank.example", password="no").status_code for _ in range(11)]
    assert found == [422] * 10 + [429]


def test_another_site_cannot_sign_anybody_in(desk: Desk) -> None:
    user, browser = desk.account(), desk.browser(None)
    token = token_of(browser.page("/portal/sign-in"))
    typed = {"linkflow_csrf": token, "email": user.email, "password": PASSWORD}
    answer = browser.client.post("/portal/sign-in", base_url=BASE, data=typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert browser.look("/portal/requests").status_code == 303


def test_the_sign_in_page_names_no_organization_where_there_are_several(desk: Desk) -> None:
    page = desk.browser(None).page("/portal/sign-in")
    assert "Northbank" not in page
    assert "Harbour" not in page


def test_a_session_ends_after_thirty_idle_minutes(desk: Desk) -> None:
    browser = desk.browser()
    desk.clock.go_on(minutes=29)
    assert browser.look("/portal/requests").status_code == 200
    desk.clock.go_on(minutes=29, seconds=59)
    assert browser.look("/portal/requests").status_code == 200
    desk.clock.go_on(minutes=30)
    answer = browser.look("/portal/requests")
    assert answer.location == "/portal/sign-in"
    assert "You were signed out after a while" in main_text(browser.page("/portal/sign-in"))
    assert "You were signed out after a while" not in main_text(browser.page("/portal/sign-in"))


def test_a_session_ends_after_twelve_hours_however_busy(desk: Desk) -> None:
    browser = desk.browser()
    for _ in range(35):
        desk.clock.go_on(minutes=20)
        assert browser.look("/portal/requests").status_code == 200
    desk.clock.go_on(minutes=19)
    assert browser.look("/portal/requests").status_code == 200
    desk.clock.go_on(minutes=1)
    assert browser.look("/portal/requests").status_code == 303


def test_a_page_that_fetches_itself_does_not_prolong_a_session(desk: Desk) -> None:
    browser, path = desk.browser(), f"/portal/companies/{desk.ask().company_id}"
    for _ in range(2):
        desk.clock.go_on(minutes=14)
        assert browser.client.get(path, base_url=BASE, headers={HEADER: "1"}).status_code == 200
    desk.clock.go_on(minutes=2)
    assert browser.look("/portal/requests").location == "/portal/sign-in"


def test_the_script_that_fetches_a_page_again_says_so() -> None:
    assert f'"{HEADER.casefold()}"' in (paths.static() / "js" / "live.js").read_text()


def test_a_page_that_fetches_itself_takes_no_message_and_no_way_from_another_tab(desk: Desk) -> None:
    browser, path = desk.browser(), f"/portal/companies/{desk.ask().company_id}"
    browser.send("/portal/account", full_name="Rita Manning")
    assert "Your name is changed" not in browser.client.get(path, base_url=BASE, headers={HEADER: "1"}).text
    assert "Your name is changed" in browser.page("/portal/account")
    desk.clock.go_on(minutes=30)
    browser.look("/portal/requests?status=declined")
    for fetched in (path, "/portal/sign-in"):
        browser.client.get(fetched, base_url=BASE, headers={HEADER: "1"})
    assert "You were signed out after a while" in main_text(browser.page("/portal/sign-in"))
    answer = browser.send("/portal/sign-in", email=desk.account().email, password=PASSWORD)
    assert answer.location == "/portal/requests?status=declined"


def test_looking_at_the_sign_in_page_does_not_prolong_a_session(desk: Desk) -> None:
    browser = desk.browser()
    for _ in range(3):
        desk.clock.go_on(minutes=10)
        browser.look("/portal/sign-in")
    assert browser.look("/portal/requests").status_code == 303


def test_signing_out_ends_the_session_and_every_copy_of_it(desk: Desk) -> None:
    browser, other = desk.browser(), desk.browser()
    cookie = browser.client.get_cookie("linkflow", domain="127.0.0.1")
    assert cookie is not None
    answer = browser.send("/portal/sign-out", on="/portal/requests", follow=True)
    assert "You are signed out" in main_text(answer.text)
    assert browser.look("/portal/requests").status_code == 303
    copy = Browser(desk.app.test_client())
    copy.client.set_cookie("linkflow", cookie.value, domain="127.0.0.1")
    assert copy.look("/portal/requests").status_code == 303
    assert other.look("/portal/requests").status_code == 303


def test_signing_out_needs_the_forms_token(desk: Desk) -> None:
    browser = desk.browser()
    assert browser.post("/portal/sign-out").location == "/portal/companies"
    assert "open for too long" in main_text(browser.page("/portal/requests"))


def test_a_rising_epoch_ends_a_session_at_once(desk: Desk) -> None:
    browser = desk.browser()
    with desk.ctx.database.transaction() as tx:
        users.end_sessions(tx, desk.account().id)
    assert browser.look("/portal/requests").status_code == 303


def test_signing_in_starts_a_session_afresh(desk: Desk) -> None:
    browser, user = desk.browser(None), desk.account()
    first = token_of(browser.page("/portal/sign-in"))
    with browser.client.session_transaction(base_url=BASE) as session:
        session["linkflow"] = {"links": [["planted", 1, 1, 1, 0]], "b": "planted"}
        session["the_hosts_own"] = "kept"
    browser.send("/portal/sign-in", email=user.email, password=PASSWORD)
    with browser.client.session_transaction(base_url=BASE) as session:
        assert set(session["linkflow"]) == {"user"}
        assert session["the_hosts_own"] == "kept"
    assert token_of(browser.page("/portal/requests/new")).split(".")[0] != first.split(".")[0]


def test_a_cookie_signed_with_another_key_opens_nothing(desk: Desk) -> None:
    browser, user = desk.browser(None), desk.account()
    assert desk.app.secret_key == SECRET_KEY
    desk.app.secret_key = "a key of somebody else's, just as long"
    with browser.client.session_transaction(base_url=BASE) as session:
        session["linkflow"] = {"user": [user.id, 0, 10**9, 10**9]}
    desk.app.secret_key = SECRET_KEY
    assert browser.look("/portal/requests").status_code == 303


@pytest.mark.parametrize("planted", [None, "x", [], ["a", 0], ["a", "b", "c", "d"], {"id": "a"}])
def test_a_session_that_cannot_be_read_is_no_session(desk: Desk, planted: object) -> None:
    browser = desk.browser(None)
    with browser.client.session_transaction(base_url=BASE) as session:
        session["linkflow"] = {"user": planted}
    assert browser.look("/portal/requests").status_code == 303


def test_the_cookie_stays_small(desk: Desk) -> None:
    browser = desk.browser()
    browser.look("/portal/requests/" + "x" * 30)
    cookie = browser.client.get_cookie("linkflow", domain="127.0.0.1")
    assert cookie is not None
    assert len(cookie.value) < 1024


def test_a_signed_in_user_who_opens_a_link_only_looks(desk: Desk) -> None:
    asked = desk.ask()
    path = link_path(asked.link.rsplit("/", 1)[1])
    browser, before = desk.browser(), desk.rows()
    page = browser.page(path)
    assert data_page(page) == "welcome"
    assert browser.post(path).status_code == 200
    assert desk.rows() == before
