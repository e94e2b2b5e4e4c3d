"""A new request begins with whom it is for: any company in sight, found by a search, or a new one."""

import pytest

from linkflow.store import companies
from linkflow.store.turns import take_turn
from tests.web.portal.desk import Desk, data_page, hidden_fields, main_text, make_desk
from tests.web.portal.table import next_page, table_rows

NEW = "/portal/requests/new"


def names(page: str) -> list[str]:
    return [row[0] for row in table_rows(page)]


def test_the_first_company_is_typed_without_a_detour(desk: Desk) -> None:
    page = desk.browser().page(NEW)
    assert data_page(page) == "new-request"
    assert "Company name" in main_text(page)


def test_every_company_can_be_found_and_asked_however_many_there_are(desk: Desk) -> None:
    asked = {f"Company {number:02}": desk.ask(f"Company {number:02}").company_id for number in range(30)}
    browser, path, seen = desk.browser("administrator"), NEW, []
    while path:
        page = browser.page(path)
        assert data_page(page) == "choose-company"
        seen += names(page)
        path = next_page(page, "Next")
    assert seen == sorted(asked)
    assert names(browser.page(next_page(page, "Back"))) == sorted(asked)[:25]
    found = browser.page(f"{NEW}?q=company+29")
    assert names(found) == ["Company 29"]
    assert f'href="{NEW}?company={asked["Company 29"]}"' in found
    form = browser.page(f"{NEW}?company={asked['Company 29']}")
    assert "Company Company 29 Anna Abra, anna@abra.example" in main_text(form)
    assert "Company 28" not in form
    assert hidden_fields(form)["company"] == asked["Company 29"]


def test_it_costs_as_many_queries_with_many_companies_as_with_one(desk: Desk) -> None:
    first, browser = desk.ask(), desk.browser()
    paths = (NEW, f"{NEW}?company={first.company_id}")
    with desk.ctx.database.counted() as few:
        sizes = [len(browser.page(path)) for path in paths]
    for number in range(24):
        desk.ask(f"Company {number:02}")
    with desk.ctx.database.counted() as many:
        assert len(browser.page(paths[0])) > sizes[0]
        assert len(browser.page(paths[1])) == sizes[1], "the form is about one company"
    assert len(many) == len(few)


@pytest.mark.parametrize("query", ["q=nobody", "q=%3Cscript%3E", "q=secret+harbour"])
def test_a_search_that_finds_nothing_says_what_to_do(desk: Desk, query: str) -> None:
    desk.ask()
    desk.ask("Secret Harbour Ltd", organization="harbour")
    page = desk.browser().page(f"{NEW}?{query}")
    assert "No company matches" in main_text(page)
    assert f'href="{NEW}?company=new"' in page
    assert "<script>" not in page
    assert "Secret" not in page


def test_only_companies_in_sight_are_offered(portal_url: str, tmp_path: object) -> None:
    desk = make_desk(tmp_path, portal_url, portal={"sight": "assigned"})  # type: ignore[arg-type]
    seen, unseen = desk.ask("Abra Kebabra Ltd"), desk.ask("Hairosmith")
    with desk.ctx.database.transaction() as tx:
        take_turn(tx, unseen.company_id)
        companies.assign(tx, unseen.company_id, ())
    browser = desk.browser()
    assert names(browser.page(NEW)) == ["Abra Kebabra Ltd"]
    assert browser.look(f"{NEW}?company={seen.company_id}").status_code == 200
    assert browser.look(f"{NEW}?company={unseen.company_id}").status_code == 404


def test_a_request_can_be_called_off_before_it_is_made(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    path = f"/portal/companies/{asked.company_id}"
    assert f'href="{path}">Cancel' in browser.page(f"{NEW}?company={asked.company_id}").replace("<span>", "")
    assert 'href="/portal/requests">Cancel' in browser.page(f"{NEW}?company=new").replace("<span>", "")


def test_a_companys_page_leads_to_a_request_to_that_company(desk: Desk) -> None:
    asked = desk.ask()
    page = desk.browser().page(f"/portal/companies/{asked.company_id}")
    assert f'href="{NEW}?company={asked.company_id}"' in page
    assert f'href="{NEW}"' not in page


def test_a_form_that_names_nobody_is_about_a_new_company(desk: Desk) -> None:
    desk.ask()
    answer = desk.browser().send(NEW, on=f"{NEW}?company=new", do="preview", company="")
    assert (answer.status_code, data_page(answer.text)) == (422, "new-request")
    assert "Enter the company’s name" in main_text(answer.text)
