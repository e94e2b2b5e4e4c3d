"""Deleting a company from its page: what is said before, what is asked, and what is left to be opened afterwards."""

from linkflow.domain.ports import Job
from linkflow.services import deleting
from tests.store.hanging import add_everything
from tests.web.portal.desk import Browser, Desk, data_page, main_text


def page_of(company_id: str) -> str:
    return f"/portal/companies/{company_id}/delete"


def filled(desk: Desk) -> str:
    """A company with something in every table."""
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO users (id, organization, email, name, role, created_at) "
            "VALUES ('user-of-Kettle', 'northbank', 'x@y.example', 'X', 'viewer', '2026-01-01')"
        )
        company_id = add_everything(tx.connection, "Kettle")
        tx.connection.exec_driver_sql("UPDATE connections SET linked_at = created_at")
    return company_id


def test_the_page_says_what_goes_and_what_stays_for_how_long(desk: Desk) -> None:
    company_id, browser = filled(desk), desk.browser()
    before = desk.rows()
    said = main_text(browser.page(page_of(company_id)))
    for words in (
        "Delete Kettle?",
        "This cannot be undone.",
        "Requests 1",
        "Connections Sandbox Books: 1 (still connected: 1)",
        "Access tokens 1",
        "Records of the books 12",
        "Files 1",
        "Emails kept 1",
        "1 consent record: what was agreed, when, and by whom.",
        "They are deleted 72 months after the company.",
    ):
        assert words in said, said
    assert desk.rows() == before


def test_without_a_consent_it_speaks_of_none(desk: Desk) -> None:
    said = main_text(desk.browser().page(page_of(desk.ask().company_id)))
    assert "No consent records: the customer has agreed to nothing." in said
    assert "It is deleted 72 months after the company." in said
    assert "what was agreed" not in said


def test_its_name_must_be_typed(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    before = desk.rows()
    for typed, words in (("", "Type the company’s name to confirm."), ("Abra", "This is not the company’s name.")):
        answer = browser.send(page_of(asked.company_id), typed_name=typed)
        assert answer.status_code == 422
        assert words in main_text(answer.text)
        assert f'name="typed_name" type="text" value="{typed}"' in answer.text
    assert desk.rows() == before
    assert Job.DELETE_COMPANY not in [job for job, _ in desk.jobs]


def test_from_the_press_on_nothing_of_it_can_be_opened(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    other = desk.ask("Hairosmith")
    answer = browser.send(page_of(asked.company_id), typed_name="abra kebabra ltd", follow=True)
    assert "Abra Kebabra Ltd is being deleted, with all it shared." in main_text(answer.text)
    assert desk.jobs[-1] == (Job.DELETE_COMPANY, asked.company_id)
    listed = main_text(browser.page("/portal/requests")).replace("Abra Kebabra Ltd is being deleted", "")
    assert "Abra Kebabra" not in listed
    assert "Hairosmith" in listed
    assert "Abra Kebabra" not in browser.page("/portal/requests/new")
    for path in (
        f"/portal/companies/{asked.company_id}",
        f"/portal/companies/{asked.company_id}/edit",
        f"/portal/companies/{asked.company_id}/links",
        page_of(asked.company_id),
        f"/portal/requests/{asked.request_id}",
    ):
        answer = browser.look(path)
        assert (answer.status_code, data_page(answer.text)) == (410, "company-going"), path
        assert "Abra Kebabra" not in answer.text
    customer = Browser(desk.app.test_client())
    opened = customer.look(asked.link.removeprefix(desk.ctx.settings.public_url))
    assert (opened.status_code, data_page(opened.text)) == (410, "link-withdrawn")
    assert browser.look(f"/portal/requests/{other.request_id}").status_code == 200


def test_pressing_twice_deletes_once(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    for status in (303, 410):
        token = browser.send("/portal/requests/new", do="change")
        answer = browser.post(
            page_of(asked.company_id),
            linkflow_csrf=token.text.split('name="linkflow_csrf" value="')[1].split('"')[0],
            typed_name="Abra Kebabra Ltd",
        )
        assert answer.status_code == status
    assert [job for job, _ in desk.jobs].count(Job.DELETE_COMPANY) == 1


def test_a_company_that_is_gone_is_not_found(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    browser.send(page_of(asked.company_id), typed_name="Abra Kebabra Ltd")
    while deleting.delete_next(desk.ctx, asked.company_id).kind != "done":
        pass
    answer = browser.look(f"/portal/companies/{asked.company_id}")
    assert (answer.status_code, data_page(answer.text)) == (404, "page-not-found")


def test_a_company_that_goes_is_not_asked_again(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    browser.send(page_of(asked.company_id), typed_name="Abra Kebabra Ltd")
    answer = browser.send(
        "/portal/requests/new", do="send", company=asked.company_id, data_types="both", request_name="Once more"
    )
    assert (answer.status_code, data_page(answer.text)) == (410, "company-going")


def test_a_viewer_deletes_nothing(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser("viewer")
    before = desk.rows()
    assert browser.look(page_of(asked.company_id)).status_code == 403
    answer = browser.send(page_of(asked.company_id), on="/portal/requests", typed_name="Abra Kebabra Ltd")
    assert answer.status_code == 403
    assert desk.rows() == before


def test_a_form_without_its_token_deletes_nothing(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    before = desk.rows()
    assert browser.post(page_of(asked.company_id), typed_name="Abra Kebabra Ltd").status_code == 422
    assert desk.rows() == before
