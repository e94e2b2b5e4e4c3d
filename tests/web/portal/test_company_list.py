"""The list of companies: whose are shown, how they are searched, sorted, filtered and turned, and what one may do."""

from html import unescape
from pathlib import Path

import pytest

from linkflow.services import following_up, keeping
from linkflow.services.keeping import KeptCompany
from linkflow.services.requesting import NewCompany
from linkflow.store import companies
from linkflow.store.turns import take_turn
from tests.web.portal.desk import Desk, main_text, make_desk
from tests.web.portal.table import next_page, table_rows

LIST = "/portal/companies"


def names(page: str) -> list[str]:
    return [row[0] for row in table_rows(page)]


def three(desk: Desk) -> None:
    """Asked by the manager one after the other, so assigned to them; the last one is withdrawn."""
    for name in ("Cod and Chips", "Abra Kebabra Ltd", "Bistro Ünlü"):
        asked = desk.ask(name)
        desk.clock.go_on(minutes=1)
    following_up.withdraw(desk.ctx, desk.account(), asked.request_id)


def test_the_portal_opens_with_it(desk: Desk) -> None:
    assert desk.browser().look("/portal").location == LIST


def test_an_empty_list_says_what_to_do_first(desk: Desk) -> None:
    said = main_text(desk.browser().page(LIST))
    assert "No companies yet" in said
    assert "Add the first company" in said
    viewer = main_text(desk.browser("viewer").page(LIST))
    assert "No companies yet They show up here once a manager has added them." in viewer
    assert "Add the first" not in viewer


@pytest.mark.parametrize("role", ["viewer", "manager"])
def test_who_sees_only_their_own_and_has_none_is_not_told_that_there_are_none(
    tmp_path: Path, portal_url: str, role: str
) -> None:
    desk = make_desk(tmp_path, portal_url, portal={"sight": "assigned"})
    company = NewCompany(name="Abra Kebabra Ltd", contact_name="Anna Abra", contact_email="anna@abra.example")
    keeping.add(desk.ctx, desk.account("administrator"), KeptCompany(company=company, user_ids=()), draft="one")
    said = main_text(desk.browser(role).page(LIST))
    assert "No company is assigned to you yet" in said
    assert "No companies yet" not in said
    assert said.endswith("Add a company") == (role == "manager")


def test_each_company_is_shown_with_contact_users_status_and_actions(desk: Desk) -> None:
    desk.ask()
    (row,) = table_rows(desk.browser().page(LIST))
    assert row[0] == "Abra Kebabra Ltd"
    assert row[1] == "23 Nov 2026"
    assert row[2].startswith("Anna Abra anna@abra.example")
    assert row[3] == "Manager of northbank"
    assert row[4] == "Sent"
    assert row[5].startswith("23 Nov 2026")
    assert row[7] == "Actions for Abra Kebabra Ltd Open Request information Edit Delete"


def test_an_entity_is_named_with_its_company(desk: Desk) -> None:
    asked = desk.ask()
    with desk.ctx.database.transaction() as tx:
        take_turn(tx, asked.company_id)
        entity = companies.Entity(
            id="second", organization="northbank", company_id=asked.company_id, name="Abra North",
            folded_name="abra north", created_at=desk.ctx.now(),
        )  # fmt: skip
        companies.add_entity(tx, entity)
        companies.put_in_request(tx, asked.request_id, "second", at=desk.ctx.now(), software=None)
    assert names(desk.browser().page(LIST)) == ["Abra Kebabra Ltd", "Abra Kebabra Ltd – Abra North"]


def test_a_viewer_is_offered_nothing_but_opening(desk: Desk) -> None:
    desk.ask()
    page = desk.browser("viewer").page(f"{LIST}?of=all")
    assert table_rows(page)[0][7] == "Actions for Abra Kebabra Ltd Open"
    assert "Add a company" not in page


def test_what_was_searched_for_among_ones_own_can_be_searched_for_among_all(desk: Desk) -> None:
    three(desk)
    other = desk.browser("administrator")
    page = other.page(f"{LIST}?q=cod&status=requested")
    assert "Search everybody’s companies" in main_text(page)
    assert f'href="{LIST}?q=cod&amp;status=requested&amp;of=all"' in page
    everywhere = other.page(f"{LIST}?q=nobody&of=all")
    assert "everybody’s" not in main_text(everywhere).partition("No company matches")[2]
    assert f'href="{LIST}?of=all">Show every company' in everywhere


def test_only_ones_own_are_shown_unless_all_are_asked_for(desk: Desk) -> None:
    three(desk)
    assert len(names(desk.browser("manager").page(LIST))) == 3
    other = desk.browser("administrator")
    said = main_text(other.page(LIST))
    assert "No company is assigned here" in said
    assert "take on the ones you look after" in said
    viewers = main_text(desk.browser("viewer").page(LIST))
    assert "take on" not in viewers
    assert "You can look at all of them. A manager can assign some to you." in viewers
    assert f'href="{LIST}?of=all"' in other.page(LIST)
    assert len(names(other.page(f"{LIST}?of=all"))) == 3
    assert len(names(other.page(f"{LIST}?of={desk.account().id}"))) == 3
    assert names(other.page(f"{LIST}?of=nobody")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=kebabra", ["Abra Kebabra Ltd"]),
        ("q=UNLU", ["Bistro Ünlü"]),
        ("q=cod+chips", ["Cod and Chips"]),
        ("q=co", ["Cod and Chips"]),
        ("q=anna%40abra&sort=name", ["Abra Kebabra Ltd", "Bistro Ünlü", "Cod and Chips"]),
        ("q=%22kebabra", []),
        ("q=NOT+kebabra", []),
        ("q=kebabra*", []),
        ("status=withdrawn", ["Bistro Ünlü"]),
        ("status=not-asked", []),
        ("status=nonsense&sort=name", ["Abra Kebabra Ltd", "Bistro Ünlü", "Cod and Chips"]),
        ("sort=-name", ["Cod and Chips", "Bistro Ünlü", "Abra Kebabra Ltd"]),
        ("sort=created", ["Cod and Chips", "Abra Kebabra Ltd", "Bistro Ünlü"]),
        ("sort=-created", ["Bistro Ünlü", "Abra Kebabra Ltd", "Cod and Chips"]),
        ("sort=nonsense", ["Bistro Ünlü", "Abra Kebabra Ltd", "Cod and Chips"]),
        ("size=7&before=nothing", ["Bistro Ünlü", "Abra Kebabra Ltd", "Cod and Chips"]),
    ],
)
def test_its_address_searches_filters_and_sorts_it(desk: Desk, query: str, found: list[str]) -> None:
    three(desk)
    page = desk.browser().page(f"{LIST}?{query}")
    assert names(page) == found
    if not found:
        assert "No company matches" in main_text(page)


@pytest.mark.parametrize("column", ["name", "created", "contact", "users", "status", "changed", "reports"])
def test_every_column_sorts_both_ways_by_its_heading(desk: Desk, column: str) -> None:
    three(desk)
    browser, directions = desk.browser(), set()
    page = browser.page(f"{LIST}?sort={column}")
    assert page.count("aria-sort=") == 1
    for _ in range(2):
        heading = next(part for part in page.split("<th ") if "aria-sort=" in part)
        directions.add(heading.split('aria-sort="')[1].split('"')[0])
        page = browser.page(unescape(heading.split('href="')[1].split('"')[0]))
        assert len(names(page)) == 3
    assert directions == {"ascending", "descending"}


def test_pages_are_turned_in_the_order_that_was_chosen_and_keep_the_filters(desk: Desk) -> None:
    for number in range(60):
        desk.ask(f"Company {number:02}")
    browser, seen = desk.browser(), []
    path, page = f"{LIST}?sort=name&size=25&q=company", ""
    while path:
        page = browser.page(path)
        seen += names(page)
        path = next_page(page, "Next")
        assert not path or ("sort=name" in path and "q=company" in path)
    assert seen == [f"Company {number:02}" for number in range(60)]
    assert names(browser.page(next_page(page, "Back"))) == [f"Company {number:02}" for number in range(25, 50)]


def test_as_many_queries_for_many_companies_as_for_one(desk: Desk) -> None:
    desk.ask()
    browser = desk.browser()
    with desk.ctx.database.counted() as few:
        browser.page(LIST)
    for number in range(24):
        desk.ask(f"Company {number:02}")
    with desk.ctx.database.counted() as many:
        browser.page(LIST)
    assert len(many) == len(few)


def test_whoever_sees_only_what_is_assigned_cannot_ask_for_more(portal_url: str, tmp_path: object) -> None:
    desk = make_desk(tmp_path, portal_url, portal={"sight": "assigned"})  # type: ignore[arg-type]
    desk.ask()
    viewer = desk.browser("viewer")
    for query in ("", "?of=all", f"?of={desk.account().id}", "?q=kebabra&of=all"):
        page = viewer.page(f"{LIST}{query}")
        assert "Kebabra Ltd" not in page.replace('value="kebabra"', "")
        assert 'name="of"' not in page


def test_another_organizations_companies_are_in_no_list(desk: Desk) -> None:
    desk.ask("Secret Harbour Ltd", organization="harbour")
    browser, theirs = desk.browser("administrator"), desk.account("manager", "harbour").id
    for query in ("?of=all", f"?of={theirs}", "?of=all&q=secret+harbour", "?of=all%3Aharbour"):
        assert "Secret Harbour" not in browser.page(f"{LIST}{query}")


def test_what_is_typed_comes_back_as_text(desk: Desk) -> None:
    desk.ask()
    page = desk.browser().page(f"{LIST}?q=%3Cscript%3E&of=%22%3E%3Cb%3E")
    assert "<script>" not in page
    assert 'value="&lt;script&gt;"' in page


def test_figures_nobody_has_are_not_found(desk: Desk) -> None:
    asked = desk.ask()
    with desk.ctx.database.reading() as tx:
        itself = companies.company_itself(tx, asked.company_id)
    for report in ("profit-and-loss", "nonsense"):
        path = f"{LIST}/{asked.company_id}/entities/{itself.id}/{report}.csv"
        assert desk.browser("viewer").look(path).status_code == 404
    assert "figures-taken" not in desk.rows()
