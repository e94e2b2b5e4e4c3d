"""The sandbox's own pages: sign-in, consent, faults, home."""

from pathlib import Path

import pytest

from tests.html import findings
from tests.sandbox.driver import Clock, Driver, form_token, make_driver, write_mail

MAIL = """From: Northbank <no-reply@bank.example>
To: olive@example.com
Subject: Please share <your> books
Date: Mon, 23 Nov 2026 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=cut

--cut
Content-Type: text/plain; charset=utf-8

Open http://127.0.0.1:8080/l/abc.def. <b>not bold</b>
--cut
Content-Type: text/html; charset=utf-8

<!doctype html><html lang="en"><head><title>Mail</title></head><body style="color: #222"><p style="margin: 0">
<a href="http://127.0.0.1:8080/l/abc">Open</a><script>alert(1)</script></p></body></html>
--cut--
"""


def test_sign_in_names_everybody_and_takes_any_password(driver: Driver) -> None:
    page = driver.browser.get(driver.authorize_address()).text
    assert 'data-page="sign-in"' in page
    assert "Any password will do" in page
    assert "group@example.com" in page


def test_an_unknown_address_is_refused_with_the_reason(driver: Driver) -> None:
    address = driver.authorize_address()
    token = form_token(driver.browser.get(address).text)
    target = address.replace("/authorize?", "/authorize/sign-in?")
    answer = driver.browser.post(target, data={"form_token": token, "email": "who@example.com"})
    assert answer.status_code == 422
    assert "Nobody has that email address here" in answer.text


def test_one_company_is_ticked_and_of_several_none(driver: Driver) -> None:
    assert " checked" in driver.sign_in("owner@example.com")
    group = driver.sign_in("group@example.com")
    assert group.count('name="company"') == 3
    assert " checked" not in group
    for name in ("Abra Kebabra Ltd", "The Codfather", "Hairosmith Ltd"):
        assert name in group


def test_approving_without_a_company_asks_for_one(driver: Driver) -> None:
    address = driver.authorize_address()
    token = form_token(driver.sign_in("group@example.com", address))
    answer = driver.browser.post(address, data={"form_token": token, "decision": "approve"})
    assert answer.status_code == 422
    assert "Choose at least one company" in answer.text


def test_somebody_signed_in_can_use_another_account(driver: Driver) -> None:
    address = driver.authorize_address()
    token = form_token(driver.sign_in("owner@example.com", address))
    target = address.replace("/authorize?", "/authorize/sign-out?")
    answer = driver.browser.post(target, data={"form_token": token}, follow_redirects=True)
    assert 'data-page="sign-in"' in answer.text


def test_opening_the_address_changes_nothing_but_the_cookie(driver: Driver) -> None:
    driver.browser.get(driver.authorize_address())
    driver.sign_in("owner@example.com")
    driver.browser.get(driver.authorize_address())
    with driver.app.extensions["sandbox_database"].transaction() as rows:
        assert rows.execute("SELECT count(*) FROM grants").fetchone()[0] == 0


def test_the_cookie_has_its_own_name_and_pages_their_headers(driver: Driver) -> None:
    answer = driver.browser.get(driver.authorize_address())
    assert answer.headers["Set-Cookie"].startswith("sandbox_session=")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8080;" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_health_answers(driver: Driver) -> None:
    assert driver.machine.get("/health/live").get_json() == {"status": "ok"}


def test_nothing_can_be_switched_when_faults_are_off(clock: Clock) -> None:
    driver = make_driver(clock, faults=False)
    assert driver.machine.get("/faults").status_code == 404
    assert driver.machine.post("/faults/abra-kebabra", json={"kind": "slow"}).status_code == 404
    assert driver.machine.get("/_test/fetches").status_code == 404


@pytest.fixture
def with_mail(clock: Clock, tmp_path: Path) -> Driver:
    folder = tmp_path / "mail"
    write_mail(folder, "0001.eml", MAIL)
    write_mail(folder, "0002.eml", MAIL.replace("Please share", "Reminder: share"))
    return make_driver(clock, mailbox=folder)


def test_the_mailbox_lists_the_newest_first_and_escapes_everything(with_mail: Driver) -> None:
    page = with_mail.machine.get("/mailbox").text
    assert page.index("Reminder: share") < page.index("Please share")
    assert "&lt;your&gt;" in page
    assert "<your>" not in page


def test_a_mail_shows_its_headers_its_text_with_links_and_its_html_in_a_frame(with_mail: Driver) -> None:
    page = with_mail.machine.get("/mailbox/0001.eml").text
    assert '<a href="http://127.0.0.1:8080/l/abc.def">' in page
    assert "&lt;b&gt;not bold" in page
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert "olive@example.com" in page


def test_the_frame_runs_nothing_and_opens_links_in_the_window(with_mail: Driver) -> None:
    answer = with_mail.machine.get("/mailbox/0001.eml/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "'sha256-" in policy
    assert "unsafe-inline" not in policy
    assert '<head><base target="_top">' in answer.text


def test_nothing_outside_the_mailbox_can_be_read(with_mail: Driver) -> None:
    for name in ("..%2Fsecret", "0003.eml", "..", "0001.eml/../../secret"):
        assert with_mail.machine.get(f"/mailbox/{name}").status_code in {404, 308}


def test_without_a_mailbox_there_is_none(driver: Driver) -> None:
    assert driver.machine.get("/mailbox").status_code == 404


def test_every_page_is_valid_html(with_mail: Driver, tmp_path: Path) -> None:
    driver, pages = with_mail, tmp_path / "pages"
    pages.mkdir()
    driver.fault("abra-kebabra", "slow", times=2, endpoint="bills")
    found = {
        "sign-in": driver.browser.get(driver.authorize_address()).text,
        "consent": driver.sign_in("group@example.com"),
        "none": driver.sign_in("nobody@example.com"),
        "refused": driver.browser.get(driver.authorize_address(client_id="x")).text,
        "home": driver.machine.get("/").text,
        "faults": driver.machine.get("/faults").text,
        "mailbox": driver.machine.get("/mailbox").text,
        "mail": driver.machine.get("/mailbox/0001.eml").text,
        "missing": driver.machine.get("/nowhere").text,
    }
    for name, text in found.items():
        (pages / f"{name}.html").write_text(text)
        assert text.count("<h1") == 1
    assert findings(pages) == []
