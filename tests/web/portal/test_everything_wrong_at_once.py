"""Who fills in a form badly reads everything that is wrong with it at once, not one thing after another."""

import re

import pytest

from linkflow.services import keeping
from tests.web.portal.desk import Desk, hidden_fields

EMPTY = {
    "/portal/companies/new": {"company_name", "contact_name", "contact_email"},
    "/portal/requests/new": {"company_name", "contact_name", "contact_email", "data_types", "request_name"},
    "/portal/account/password": {"present_password", "new_password"},
    "/portal/users/new": {"email", "role"},
}


@pytest.mark.parametrize("path", EMPTY)
def test_every_empty_field_is_named(desk: Desk, path: str) -> None:
    browser, before = desk.browser("administrator"), desk.rows()
    form = "/portal/account" if path.startswith("/portal/account") else path
    blank = dict.fromkeys(EMPTY[path], "")
    answer = browser.post(path, **{**hidden_fields(browser.page(form)), **blank, "do": "preview"})
    assert answer.status_code == 422
    assert set(named(answer.text)) == EMPTY[path]
    assert desk.rows() == before


def named(page: str) -> list[str]:
    """The fields the summary of what is wrong leads to."""
    summary = page.partition('id="error-summary"')[2].partition("</ul>")[0]
    return re.findall(r'href="#(\w+)"', summary)


def test_a_day_that_is_none_is_named_beside_everything_else(desk: Desk) -> None:
    browser, path = desk.browser(), "/portal/requests/new"
    wrong = {"due_on": "24.12.2026", "contact_email": "x", "company_name": "Abra", "data_types": "both"}
    answer = browser.post(path, **{**hidden_fields(browser.page(path)), **wrong, "do": "preview"})
    assert named(answer.text) == ["contact_name", "contact_email", "request_name", "due_on"]
    assert 'type="text" value="24.12.2026"' in answer.text


def test_colleagues_nobody_knows_are_all_named_beside_everything_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "USERS_SHOWN", 0)
    browser, path = desk.browser(), "/portal/companies/new"
    wrong = {"company_name": "", "contact_name": "Anna", "contact_email": "anna@example.com", "others": "a@b.c, d@e.f"}
    answer = browser.post(path, **{**hidden_fields(browser.page(path)), **wrong})
    assert named(answer.text) == ["company_name", "others"]
    assert "a@b.c, d@e.f can" in answer.text


def test_a_company_somebody_changed_meanwhile_is_said_to_be_beside_an_empty_name(desk: Desk) -> None:
    browser, company_id = desk.browser(), desk.ask().company_id
    path = f"/portal/companies/{company_id}/edit"
    stale = hidden_fields(browser.page(path))
    typed = {"company_name": "Abra", "contact_name": "Anna", "contact_email": "anna@abra.example"}
    assert browser.post(path, **{**stale, **typed}).status_code == 303
    answer = browser.post(path, **{**stale, **typed, "company_name": ""})
    assert "Somebody changed this company" in answer.text
    assert named(answer.text) == ["company_name"]


def test_all_that_is_wrong_with_a_request_to_a_known_company_is_named(desk: Desk) -> None:
    browser, company = desk.browser(), desk.ask().company_id
    path = f"/portal/requests/new?company={company}"
    wrong = {"request_name": "", "due_on": "2020-01-01", "note": "x" * 2_000, "data_types": "both"}
    answer = browser.post("/portal/requests/new", **{**hidden_fields(browser.page(path)), **wrong, "do": "preview"})
    assert answer.status_code == 422
    assert named(answer.text) == ["request_name", "due_on", "note"]
