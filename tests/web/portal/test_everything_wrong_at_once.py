"""Who fills in a form badly reads everything that is wrong with it at once, not one thing after another."""

import re

import pytest

from tests.web.portal.desk import Desk, hidden_fields

EMPTY = {
    "/portal/companies/new": {"company_name", "contact_name", "contact_email"},
    "/portal/requests/new": {"company_name", "contact_name", "contact_email", "data_types", "request_name"},
    "/portal/account/password": {"present_password", "new_password"},
}


@pytest.mark.parametrize("path", EMPTY)
def test_every_empty_field_is_named(desk: Desk, path: str) -> None:
    browser, before = desk.browser("manager"), desk.rows()
    form = "/portal/account" if path.startswith("/portal/account") else path
    blank = dict.fromkeys(EMPTY[path], "")
    answer = browser.post(path, **{**hidden_fields(browser.page(form)), **blank, "do": "preview"})
    assert answer.status_code == 422
    summary = answer.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    assert set(re.findall(r'href="#(\w+)"', summary)) == EMPTY[path]
    assert desk.rows() == before


def test_all_that_is_wrong_with_a_request_to_a_known_company_is_named(desk: Desk) -> None:
    browser, company = desk.browser(), desk.ask().company_id
    path = f"/portal/requests/new?company={company}"
    wrong = {"request_name": "", "due_on": "2020-01-01", "note": "x" * 2_000, "data_types": "both"}
    answer = browser.post("/portal/requests/new", **{**hidden_fields(browser.page(path)), **wrong, "do": "preview"})
    assert answer.status_code == 422
    summary = answer.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == ["request_name", "due_on", "note"]
