"""The list: what it shows, how it is searched, and its pages."""

from html import unescape

import pytest

from linkflow.services import following_up
from tests.web.portal.desk import Desk, main_text
from tests.web.portal.table import next_page, table_rows


def names(page: str) -> list[str]:
    return [row[0].split(" Anna")[0] for row in table_rows(page)]


def test_an_empty_list_offers_the_first_request(desk: Desk) -> None:
    assert "No requests yet" in main_text(desk.browser().page("/portal/requests"))
    assert "Make the first request" in main_text(desk.browser().page("/portal/requests"))


def test_a_request_is_listed_with_status_and_verification_phrase(desk: Desk) -> None:
    asked = desk.ask()
    with desk.ctx.database.reading() as tx:
        from linkflow.store.requests import request_by_id

        phrase = request_by_id(tx, asked.request_id).phrase  # type: ignore[union-attr]
    (row,) = table_rows(desk.browser("viewer").page("/portal/requests"))
    assert row[0] == "Abra Kebabra Ltd Anna Abra , anna@abra.example"
    assert row[1] == "Virtual card application Financial statements and supplier spend"
    assert row[2].startswith("Sent")
    assert row[3] == phrase


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=kebabra", ["Abra Kebabra Ltd"]),
        ("q=KEBABRA+ltd", ["Abra Kebabra Ltd"]),
        ("q=anna%40", ["Hairosmith", "Abra Kebabra Ltd"]),
        ("q=virtual", ["Hairosmith", "Abra Kebabra Ltd"]),
        ("q=100%25", []),
        ("q=_", []),
        ("q=kebabra+hair", []),
        ("status=withdrawn", ["Hairosmith"]),
        ("status=requested", ["Abra Kebabra Ltd"]),
        ("status=nonsense", ["Hairosmith", "Abra Kebabra Ltd"]),
        ("mine=yes", ["Hairosmith", "Abra Kebabra Ltd"]),
        ("q=kebabra&status=withdrawn", []),
        ("before=nothing", ["Hairosmith", "Abra Kebabra Ltd"]),
        ("after=nothing", ["Hairosmith", "Abra Kebabra Ltd"]),
    ],
)
def test_the_list_is_searched_and_filtered_by_its_address(desk: Desk, query: str, found: list[str]) -> None:
    desk.ask()
    desk.clock.go_on(minutes=1)
    gone = desk.ask("Hairosmith")
    following_up.withdraw(desk.ctx, desk.account(), gone.request_id)
    page = desk.browser().page(f"/portal/requests?{query}")
    assert names(page) == found
    if not found:
        assert "No request matches" in main_text(page)


def test_mine_leaves_out_companies_of_others(desk: Desk) -> None:
    desk.ask()
    assert names(desk.browser("administrator").page("/portal/requests?mine=yes")) == []
    assert names(desk.browser("administrator").page("/portal/requests")) == ["Abra Kebabra Ltd"]


def test_a_search_comes_back_as_typed_and_is_never_markup(desk: Desk) -> None:
    page = desk.browser().page("/portal/requests?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page
    assert "<script>alert(1)</script>" in unescape(page)


def test_pages_show_every_request_once_forwards_and_backwards(desk: Desk) -> None:
    made = []
    for number in range(120):
        if number % 7 == 0:
            desk.clock.go_on(seconds=1)
        made.append(f"Company {number:03}")
        desk.ask(made[-1])
    browser = desk.browser()
    first = browser.page("/portal/requests")
    second = browser.page(next_page(first, "Older"))
    third = browser.page(next_page(second, "Older"))
    assert [len(table_rows(page)) for page in (first, second, third)] == [50, 50, 20]
    shown = names(first) + names(second) + names(third)
    assert sorted(shown) == sorted(made)
    assert next_page(third, "Older") == ""
    assert next_page(first, "Newer") == ""
    back = browser.page(next_page(third, "Newer"))
    assert names(back) == names(second)
    again = browser.page(next_page(back, "Newer"))
    assert names(again) == names(first)
    assert next_page(again, "Newer") == ""


def test_however_many_there_are_nothing_is_counted(desk: Desk) -> None:
    desk.ask()
    page = desk.browser().page("/portal/requests")
    assert "1 request" not in main_text(page)
    assert 'aria-label="Pages"' not in page


def test_pages_keep_the_filters(desk: Desk) -> None:
    for number in range(60):
        desk.ask(f"Company {number}")
    browser = desk.browser()
    older = next_page(browser.page("/portal/requests?q=company&status=requested&mine=yes"), "Older")
    assert "q=company&status=requested&mine=yes&before=" in older
    assert len(table_rows(browser.page(older))) == 10


def test_an_address_with_a_character_no_database_takes_is_no_page(desk: Desk) -> None:
    assert desk.browser().look("/portal/requests?q=%00").status_code == 404
