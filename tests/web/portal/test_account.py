"""One's own account: name, password, mails, codes, other devices; and getting back in."""

import re

import pytest

from linkflow.domain import totp
from linkflow.services import second_factor
from tests.services.people import again, code_of, delivered_link, mails, with_codes
from tests.web.portal.desk import BASE, PASSWORD, Browser, Desk, data_page, main_text

ACCOUNT = "/portal/account"
FACTOR = "/portal/account/second-factor"
NEW = "another long password"


def typed(desk: Desk, browser: Browser, path: str, **fields: str) -> str:
    return main_text(browser.send(path, on=ACCOUNT, follow=True, **fields).text)


def sign_in(desk: Desk, password: str = PASSWORD, email: str = "manager@northbank.example") -> Browser:
    browser = desk.browser(None)
    browser.send("/portal/sign-in", email=email, password=password)
    return browser


def is_in(browser: Browser) -> bool:
    return browser.look(ACCOUNT).status_code == 200


def test_the_account_is_found_behind_ones_name(desk: Desk) -> None:
    page = desk.browser("viewer").page("/portal/requests")
    assert re.search(r'<a href="/portal/account">Viewer of northbank</a>', page)


def test_another_name_is_kept_and_shown(desk: Desk) -> None:
    browser = desk.browser()
    assert "Your name is changed" in typed(desk, browser, ACCOUNT, full_name=" Rita  Manning ")
    assert again(desk.ctx, desk.account()).name == "Rita Manning"
    assert ">Rita Manning</a>" in browser.page(ACCOUNT)


def test_no_name_and_a_long_one_come_back(desk: Desk) -> None:
    browser = desk.browser()
    for name, sentence in ((" ", "Enter your name"), ("x" * 101, "Shorten your name")):
        answer = browser.send(ACCOUNT, full_name=name)
        assert answer.status_code == 422
        assert sentence in main_text(answer.text)
    assert 'value="' + "x" * 101 + '"' in answer.text


def test_another_password_takes_the_present_one_and_ends_every_other_session(desk: Desk) -> None:
    browser, other = desk.browser(), desk.browser()
    fields = {"present_password": PASSWORD, "new_password": NEW}
    assert "signed out on every other device" in typed(desk, browser, f"{ACCOUNT}/password", **fields)
    assert is_in(browser)
    assert not is_in(other)
    assert not is_in(sign_in(desk))
    assert is_in(sign_in(desk, NEW))


@pytest.mark.parametrize(
    ("present", "new", "sentence"),
    [
        ("", NEW, "Enter your present password"),
        ("not this one", NEW, "That is not your present password"),
        (PASSWORD, "too short", "Use at least 12 characters"),
        (PASSWORD, "x" * 201, "Use at most 200 characters"),
    ],
)
def test_a_password_is_not_changed_by_who_does_not_know_it(desk: Desk, present: str, new: str, sentence: str) -> None:
    browser = desk.browser()
    answer = browser.send(f"{ACCOUNT}/password", on=ACCOUNT, present_password=present, new_password=new)
    assert answer.status_code == 422
    assert sentence in main_text(answer.text)
    assert NEW not in answer.text
    assert is_in(sign_in(desk))


def test_the_present_password_is_not_tried_without_end(desk: Desk) -> None:
    browser = desk.browser()
    fields = {"present_password": "not this one", "new_password": NEW}
    found = [browser.send(f"{ACCOUNT}/password", on=ACCOUNT, **fields).status_code for _ in range(11)]
    assert found == [422] * 10 + [429]


def test_a_session_goes_on_within_its_own_limits_after_a_new_password(desk: Desk) -> None:
    browser = desk.browser()
    for _ in range(35):
        desk.clock.go_on(minutes=20)
        assert is_in(browser)
    typed(desk, browser, f"{ACCOUNT}/password", present_password=PASSWORD, new_password=NEW)
    desk.clock.go_on(minutes=20)
    assert not is_in(browser), "twelve hours after signing in"


def test_other_devices_are_signed_out_and_this_one_is_not(desk: Desk) -> None:
    browser, other = desk.browser(), desk.browser()
    assert "on every other device" in typed(desk, browser, f"{ACCOUNT}/sessions")
    assert is_in(browser)
    assert not is_in(other)
    said = main_text(other.page("/portal/sign-in"))
    assert "You were signed out here by a change made elsewhere" in said
    assert "without activity" not in said


def test_a_session_that_ran_out_is_told_from_one_ended_elsewhere(desk: Desk) -> None:
    browser = desk.browser()
    desk.clock.go_on(minutes=31)
    assert not is_in(browser)
    assert "after a while without activity" in main_text(browser.page("/portal/sign-in"))


def test_a_session_left_alone_is_told_so_also_a_day_later(desk: Desk) -> None:
    browser = desk.browser()
    desk.clock.go_on(hours=23)
    assert not is_in(browser)
    assert "after a while without activity" in main_text(browser.page("/portal/sign-in"))


def test_a_session_that_lasted_twelve_hours_is_told_from_one_left_alone(desk: Desk) -> None:
    browser = desk.browser()
    for _ in range(36):
        assert is_in(browser)
        desk.clock.go_on(minutes=20)
    assert not is_in(browser)
    said = main_text(browser.page("/portal/sign-in"))
    assert "because you had been signed in for twelve hours" in said
    assert "without activity" not in said


def test_mails_are_chosen_and_the_choice_is_shown(desk: Desk) -> None:
    browser = desk.browser()
    assert re.search(r'value="immediate"[^>]* checked', browser.page(ACCOUNT))
    for choice in ("daily", "off", "immediate"):
        typed(desk, browser, f"{ACCOUNT}/mails", mails=choice)
        assert re.search(rf'value="{choice}"[^>]* checked', browser.page(ACCOUNT))
    answer = browser.send(f"{ACCOUNT}/mails", on=ACCOUNT, mails="hourly")
    assert answer.status_code == 422
    assert "Choose one of the three" in main_text(answer.text)


def test_a_stale_form_changes_nothing_and_says_so(desk: Desk) -> None:
    browser, before = desk.browser("viewer"), desk.rows()
    fields = {"full_name": "X", "mails": "off", "present_password": PASSWORD, "new_password": NEW, "app_code": "1"}
    for path in ("", "/password", "/mails", "/sessions", "/second-factor/key", "/second-factor/removal"):
        answer = browser.post(ACCOUNT + path, follow=True, **fields)
        assert "open for too long" in main_text(answer.text), path
    assert desk.rows() == before


def set_up(desk: Desk, browser: Browser) -> tuple[str, ...]:
    """Codes switched on through the pages; answers the recovery codes shown."""
    browser.send(f"{FACTOR}/key", on=FACTOR, present_password=PASSWORD)
    answer = browser.send(FACTOR, app_code=code_of(desk.ctx, again(desk.ctx, desk.account())))
    assert data_page(answer.text) == "recovery-codes", main_text(answer.text)
    return tuple(re.findall(r'<code class="key">([^<]+)</code>', answer.text))


def test_codes_are_set_up_with_the_key_as_text_and_as_a_qr_code(desk: Desk) -> None:
    browser = desk.browser()
    assert data_page(browser.page(FACTOR)) == "second-factor"
    answer = browser.send(f"{FACTOR}/key", on=FACTOR, present_password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, FACTOR)
    page = browser.page(FACTOR)
    key = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert key is not None
    secret = second_factor._secret(desk.ctx, again(desk.ctx, desk.account()))
    assert key[1].replace(" ", "") == totp.key_text(secret)
    assert "otpauth" not in page
    assert re.search(r'<svg class="qr" role="img" aria-label="[^"]+" viewBox="-4 -4 \d+ \d+"><path d="M0 0h7v1', page)
    assert len(set_up(desk, browser)) == 8


def test_a_key_is_made_for_who_knows_the_password_only(desk: Desk) -> None:
    browser, before = desk.browser(), again(desk.ctx, desk.account())
    answer = browser.send(f"{FACTOR}/key", on=FACTOR, present_password="not this one")
    assert answer.status_code == 422
    assert "not your present password" in main_text(answer.text)
    assert again(desk.ctx, desk.account()).totp_secret == before.totp_secret


def test_a_wrong_first_code_switches_nothing_on(desk: Desk) -> None:
    browser = desk.browser()
    browser.send(f"{FACTOR}/key", on=FACTOR, present_password=PASSWORD)
    answer = browser.send(FACTOR, app_code="000000")
    assert answer.status_code == 422
    assert "That code is not right" in main_text(answer.text)
    assert is_in(sign_in(desk))


def test_recovery_codes_are_shown_in_one_answer_and_never_again(desk: Desk) -> None:
    browser = desk.browser()
    codes = set_up(desk, browser)
    page = browser.page(FACTOR)
    assert "You have 8 recovery codes left" in main_text(page)
    assert not [code for code in codes if code in page + browser.page(ACCOUNT)]
    again_ = browser.post(FACTOR, app_code="000000")  # the answer with the codes, loaded again
    assert (again_.status_code, again_.location) == (303, FACTOR)
    cookie = browser.client.get_cookie("linkflow", domain="127.0.0.1")
    assert cookie is not None
    with browser.client.session_transaction(base_url=BASE) as session:
        assert not [code for code in codes if code in str(dict(session))]


def test_every_other_session_ends_when_codes_are_asked_for_and_when_they_are_not_any_more(desk: Desk) -> None:
    browser, other = desk.browser(), desk.browser()
    codes = set_up(desk, browser)
    assert is_in(browser)
    assert not is_in(other), "it was made without a code"
    other = sign_in(desk)
    other.send("/portal/sign-in-code", app_code=codes[0])
    assert is_in(other)
    said = main_text(browser.send(f"{FACTOR}/removal", on=FACTOR, present_password=PASSWORD, follow=True).text)
    assert "You are signed out on every other device." in said
    assert is_in(browser)
    assert not is_in(other)


def test_a_wrong_first_code_and_a_wrong_password_end_no_session(desk: Desk) -> None:
    browser, other = desk.browser(), desk.browser()
    browser.send(f"{FACTOR}/key", on=FACTOR, present_password=PASSWORD)
    assert browser.send(FACTOR, app_code="000000").status_code == 422
    assert browser.send(f"{FACTOR}/removal", on=FACTOR, present_password="not this one").status_code == 422
    assert is_in(other)


def test_signing_in_asks_for_the_code_on_a_second_page(desk: Desk) -> None:
    set_up(desk, desk.browser())
    desk.clock.go_on(minutes=1)
    browser = desk.browser(None)
    browser.look("/portal/users/x")
    answer = browser.send("/portal/sign-in", email="manager@northbank.example", password=PASSWORD)
    assert answer.location == "/portal/sign-in-code"
    assert browser.look("/portal/requests").location == "/portal/sign-in", "not in yet"


def test_the_right_code_leads_on_to_the_page_that_was_wanted(desk: Desk) -> None:
    set_up(desk, desk.browser())
    desk.clock.go_on(minutes=1)
    browser = desk.browser(None)
    browser.look("/portal/account")
    browser.send("/portal/sign-in", email="manager@northbank.example", password=PASSWORD)
    wrong = browser.send("/portal/sign-in-code", app_code="000000")
    assert wrong.status_code == 422
    assert "That code is not right" in main_text(wrong.text)
    answer = browser.send("/portal/sign-in-code", app_code=code_of(desk.ctx, again(desk.ctx, desk.account())))
    assert answer.location == "/portal/account"
    assert is_in(browser)
    with browser.client.session_transaction(base_url=BASE) as session:
        assert set(session["linkflow"]) == {"user"}


def test_the_second_page_is_nobodys_without_the_first(desk: Desk) -> None:
    user, codes = with_codes(desk.ctx, desk.account())
    browser = desk.browser(None)
    assert browser.look("/portal/sign-in-code").location == "/portal/sign-in"
    answer = browser.send("/portal/sign-in-code", on="/portal/sign-in", app_code=codes[0])
    assert answer.location == "/portal/sign-in"
    wrong = browser.send("/portal/sign-in", email=user.email, password="not this one")
    assert wrong.status_code == 422
    assert data_page(wrong.text) == "sign-in"
    assert browser.look("/portal/sign-in-code").location == "/portal/sign-in"


def test_a_right_password_waits_ten_minutes_for_its_code(desk: Desk) -> None:
    user, codes = with_codes(desk.ctx, desk.account())
    browser = sign_in(desk, email=user.email)
    desk.clock.go_on(minutes=9, seconds=59)
    assert browser.look("/portal/sign-in-code").status_code == 200
    desk.clock.go_on(seconds=1)
    assert browser.send("/portal/sign-in-code", on="/portal/sign-in", app_code=codes[0]).location == "/portal/sign-in"
    assert not is_in(browser)


def test_a_password_changed_before_the_code_leads_back(desk: Desk) -> None:
    user, codes = with_codes(desk.ctx, desk.account())
    browser = sign_in(desk, email=user.email)
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET session_epoch = session_epoch + 1")
    assert browser.send("/portal/sign-in-code", app_code=codes[0]).location == "/portal/sign-in"
    assert not is_in(browser)


def test_the_eleventh_wrong_code_is_too_many(desk: Desk) -> None:
    user, _ = with_codes(desk.ctx, desk.account())
    browser = sign_in(desk, email=user.email)
    found = [browser.send("/portal/sign-in-code", app_code="000000").status_code for _ in range(11)]
    assert found == [422] * 10 + [429]


def test_codes_are_ended_by_who_knows_the_password_only(desk: Desk) -> None:
    browser = desk.browser()
    set_up(desk, browser)
    wrong = browser.send(f"{FACTOR}/removal", on=FACTOR, present_password="not this one")
    assert wrong.status_code == 422
    said = main_text(browser.send(f"{FACTOR}/removal", on=FACTOR, follow=True, present_password=PASSWORD).text)
    assert "No code is asked for any more" in said
    assert is_in(sign_in(desk))


def test_who_signs_in_elsewhere_has_neither_password_nor_codes_here(desk: Desk) -> None:
    browser = desk.browser()
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET password_hash = NULL")
    page = browser.page(ACCOUNT)
    assert "You sign in with your organization’s own sign-in" in main_text(page)
    assert "present_password" not in page
    assert FACTOR not in page


def test_a_forgotten_password_is_replaced_by_mail(desk: Desk) -> None:
    desk.account()
    browser = desk.browser(None)
    assert 'href="/portal/forgotten-password"' in browser.page("/portal/sign-in")
    answer = browser.send("/portal/forgotten-password", your_email="manager@northbank.example", follow=True)
    said = main_text(answer.text)
    assert data_page(answer.text) == "sign-in"
    assert "If that address has an account with a password, a link is on its way" in said
    path = delivered_link(desk.ctx, mails(desk.ctx, "new_password")[0]).removeprefix("http://127.0.0.1:8000")
    assert data_page(browser.page(path)) == "new-password"
    assert browser.send(path, new_password="short").status_code == 422
    done = browser.send(path, new_password=NEW, follow=True)
    assert "You have a new password" in main_text(done.text)
    assert is_in(sign_in(desk, NEW))
    over = browser.look(path)
    assert over.status_code == 410
    assert "Ask for another link" in main_text(over.text)


def test_everybody_gets_the_same_answer_to_a_forgotten_password(desk: Desk) -> None:
    desk.account()
    answers = set()
    for email in ("manager@northbank.example", "nobody@northbank.example", "no address"):
        answer = desk.browser(None).send("/portal/forgotten-password", your_email=email, follow=True)
        answers.add((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(answers) == 1


def test_a_fourth_wish_is_too_many_for_everybody(desk: Desk) -> None:
    desk.account()
    for email in ("manager@northbank.example", "nobody@northbank.example"):
        found = [desk.browser(None).send("/portal/forgotten-password", your_email=email).status_code for _ in range(4)]
        assert found == [303, 303, 303, 429]


def test_the_token_leaves_the_address_and_is_nowhere_else(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.account()
    browser = desk.browser(None)
    browser.send("/portal/forgotten-password", your_email="manager@northbank.example")
    path = delivered_link(desk.ctx, mails(desk.ctx, "new_password")[0]).removeprefix("http://127.0.0.1:8000")
    answer = browser.send(path, new_password=NEW)
    token = path.rsplit("/", 1)[1]
    assert token not in answer.location
    assert browser.look(path).headers["Referrer-Policy"] == "no-referrer"
    assert token not in caplog.text
    assert token not in desk.rows()
    with browser.client.session_transaction(base_url=BASE) as session:
        assert token not in str(dict(session))
