"""A form that is sent after its session has ended: nothing is done, and nothing that was typed is lost."""

from io import BytesIO

import pytest
from wtforms import PasswordField

from linkflow.store import users
from linkflow.web.forms import SECRETS, Form
from tests.web.portal.desk import BASE, PASSWORD, Browser, Desk, data_page, hidden_fields, main_text, token_of
from tests.web.portal.furnished import furnish

NOTE = "Called Anna.\nShe says \"<b>a week</b>\" & 'Ünver'. " + "x" * 1_900


def form_action(page: str) -> str:
    return page.split('data-page="signed-out"')[1].split('action="')[1].split('"', maxsplit=1)[0]


def sign_in(desk: Desk, browser: Browser, role: str = "manager") -> None:
    """In another tab of the same browser."""
    answer = browser.send("/portal/sign-in", email=desk.account(role).email, password=PASSWORD)
    assert answer.status_code == 303


def test_a_note_outlives_the_session_it_was_written_in(desk: Desk) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    typed = {**hidden_fields(browser.page(path)), "note_text": NOTE}
    desk.clock.go_on(minutes=31)
    before = desk.rows()
    answer = browser.post(f"{path}/notes", **typed)
    assert (answer.status_code, data_page(answer.text)) == (403, "signed-out")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<b>a week" not in answer.text
    assert 'href="/portal/sign-in" target="_blank"' in answer.text
    assert desk.rows() == before
    sign_in(desk, browser)
    again = browser.post(form_action(answer.text), **hidden_fields(answer.text))
    assert again.status_code == 422
    assert "What you typed is still here" in main_text(again.text)
    assert "She says" not in desk.rows()
    shown = again.text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    assert "She says &#34;&lt;b&gt;a week" in shown
    done = browser.post(f"{path}/notes", **{**typed, "linkflow_csrf": token_of(again.text)})
    assert done.status_code == 303
    assert "Called Anna." in main_text(browser.page(path))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/portal/connections/{connection_id}/disconnect", "end_reason"),
        ("/portal/files/{upload_id}/correction", "correction"),
        ("/portal/entities/{entity_id}/name", "name"),
        ("/portal/companies/{company_id}/edit", "description"),
        ("/portal/companies/new", "description"),
        ("/portal/requests/new", "note"),
        ("/portal/requests/{request_id}/extend", "last_day"),
        ("/portal/users/new", "email"),
        ("/portal/account", "full_name"),
    ],
)
def test_every_form_comes_back_with_what_was_typed(desk: Desk, path: str, field: str) -> None:
    path, browser = path.format(**furnish(desk).names), desk.browser("administrator")
    typed = {**hidden_fields(browser.page(path)), field: "Words that took a while"}
    desk.clock.go_on(hours=13)
    kept = browser.post(path, **typed)
    assert kept.status_code == 403
    sign_in(desk, browser, "administrator")
    before = desk.rows()
    again = browser.post(form_action(kept.text), **hidden_fields(kept.text))
    assert again.status_code == 422
    assert "Words that took a while" in again.text
    assert desk.rows() == before


def test_pressing_before_signing_in_shows_the_same_page_again(desk: Desk) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    typed = {**hidden_fields(browser.page(path)), "note_text": "Called Anna."}
    desk.clock.go_on(minutes=31)
    first = browser.post(f"{path}/notes", **typed)
    second = browser.post(form_action(first.text), **hidden_fields(first.text))
    assert hidden_fields(second.text) == hidden_fields(first.text)


def test_another_tab_that_noticed_first_takes_nothing_away(desk: Desk) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    typed = {**hidden_fields(browser.page(path)), "note_text": "Called Anna."}
    desk.clock.go_on(minutes=31)
    assert browser.look("/portal/companies").status_code == 303
    assert "Called Anna." in browser.post(f"{path}/notes", **typed).text


def test_somebody_signed_out_everywhere_keeps_what_was_typed_too(desk: Desk) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    typed = {**hidden_fields(browser.page(path)), "note_text": "Called Anna."}
    with desk.ctx.database.transaction() as tx:
        users.end_sessions(tx, desk.account().id)
    assert data_page(browser.post(f"{path}/notes", **typed).text) == "signed-out"


@pytest.mark.parametrize("token", [None, "", "made-up", "somebody-elses"])
def test_what_no_page_of_ours_sent_becomes_no_form(desk: Desk, token: str | None) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    browser.page(path)
    if token == "somebody-elses":
        token = token_of(desk.browser().page(path))
    desk.clock.go_on(minutes=31)
    typed = {"note_text": "Planted."} | ({} if token is None else {"linkflow_csrf": token})
    answer = browser.post(f"{path}/notes", **typed)
    assert (answer.status_code, answer.location) == (303, "/portal/sign-in")
    assert "Planted." not in answer.text


def test_another_site_cannot_have_a_form_made_even_with_the_token(desk: Desk) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    typed = {**hidden_fields(browser.page(path)), "note_text": "Planted."}
    desk.clock.go_on(minutes=31)
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.client.post(f"{path}/notes", base_url=BASE, data=typed, headers=headers)
    assert data_page(answer.text) == "cross-site"
    assert "Planted." not in answer.text


def test_the_token_of_the_ended_session_carries_nothing_out_in_the_next(desk: Desk) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    typed = {**hidden_fields(browser.page(path)), "note_text": "Called Anna."}
    desk.clock.go_on(minutes=31)
    browser.look(path)
    sign_in(desk, browser)
    assert browser.post(f"{path}/notes", **typed).status_code == 422
    assert "Called Anna." not in desk.rows()


def test_signing_out_oneself_leaves_no_form_behind(desk: Desk) -> None:
    path, browser = f"/portal/companies/{desk.ask().company_id}", desk.browser()
    typed = {**hidden_fields(browser.page(path)), "note_text": "Called Anna."}
    browser.send("/portal/sign-out", on=path)
    assert browser.post(f"{path}/notes", **typed).status_code == 303


def test_no_password_and_no_code_is_kept(desk: Desk) -> None:
    browser = desk.browser()
    typed = {
        **hidden_fields(browser.page("/portal/account")),
        "present_password": PASSWORD,
        "new_password": "hush hush",
    }
    desk.clock.go_on(minutes=31)
    assert browser.post("/portal/account/password", **typed).status_code == 303
    answer = browser.post("/portal/account/password", **typed, app_code="123456", and_more="words")
    assert hidden_fields(answer.text) == {"linkflow_csrf": typed["linkflow_csrf"], "and_more": "words"}
    assert not any(secret in answer.text for secret in (PASSWORD, "hush hush", "123456"))


def test_every_password_of_every_form_counts_as_a_secret() -> None:
    forms = Form.__subclasses__()
    secrets = {
        name
        for form in forms
        for name in dir(form)
        if getattr(getattr(form, name), "field_class", None) is PasswordField
    }
    assert secrets
    assert secrets <= SECRETS


def test_a_button_that_takes_no_words_leads_to_the_sign_in(desk: Desk) -> None:
    path, browser = f"/portal/requests/{desk.ask().request_id}", desk.browser()
    token = token_of(browser.page(path))
    desk.clock.go_on(minutes=31)
    answer = browser.post(f"{path}/withdraw", linkflow_csrf=token)
    assert (answer.status_code, answer.location) == (303, "/portal/sign-in")


def test_a_file_is_let_go_and_the_page_says_so(desk: Desk) -> None:
    browser = desk.browser()
    token = token_of(browser.page("/portal/companies/import"))
    desk.clock.go_on(minutes=31)
    sent = {"linkflow_csrf": token, "words": "kept", "file": (BytesIO(b"Name\nAcme"), "companies.csv")}
    answer = browser.client.post("/portal/companies/import", base_url=BASE, data=sent)
    assert "The file you chose is not: choose it again." in main_text(answer.text)
    assert "Acme" not in answer.text
