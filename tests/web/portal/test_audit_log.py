"""The audit log page: who did what to which company, filtered, page by page, and taken away."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from linkflow.services import auditing, deleting, following_up, happenings
from linkflow.store import visits
from linkflow.store.events import Event, add_event
from linkflow.web.portal.areas import area_of
from linkflow.web.portal.words import SENTENCES
from tests.web.portal.desk import Desk, data_page, main_text, make_desk
from tests.web.portal.table import next_page, table_rows

LOG = "/portal/audit-log"


def lines(page: str) -> list[tuple[str, str, str]]:
    return [(row[1], row[2], row[3]) for row in table_rows(page)]


@pytest.mark.parametrize("role", ["viewer", "manager"])
@pytest.mark.parametrize("path", [LOG, f"{LOG}.csv"])
def test_only_administrators_see_it(desk: Desk, role: str, path: str) -> None:
    answer = desk.browser(role).look(path)
    assert answer.status_code == 403
    assert data_page(answer.text) == "forbidden"


def test_it_says_who_did_what_to_which_company(desk: Desk) -> None:
    asked = desk.ask()
    desk.clock.go_on(minutes=1)
    following_up.withdraw(desk.ctx, desk.account(), asked.request_id)
    found = lines(desk.browser("administrator").page(LOG))
    assert ("Manager of northbank", "The request was withdrawn.", "Abra Kebabra Ltd") in found
    assert ("Administrator of northbank", "Signed in.", "–") in found


def test_another_organizations_log_is_another(desk: Desk) -> None:
    desk.ask("Secret Harbour Ltd", organization="harbour")
    browser = desk.browser("administrator")
    assert "Secret" not in browser.page(LOG)
    assert "Secret" not in browser.look(f"{LOG}.csv").text
    with desk.ctx.database.reading() as tx:
        theirs = tx.connection.exec_driver_sql("SELECT id FROM events WHERE organization = 'harbour'").scalars().first()
    assert table_rows(browser.page(f"{LOG}?before={theirs}")) != []


ADDED = {
    "The account of Administrator of northbank was added as administrator.",
    "The account of Manager of northbank was added as manager.",
}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("area=requests", {"The request was withdrawn.", "The request was made, to go out by email."}),
        ("area=people", {"Signed in.", *ADDED}),
        ("area=nonsense&who=linkflow", ADDED),
        ("company=kebabra&area=requests", {"The request was withdrawn.", "The request was made, to go out by email."}),
        ("company=hairosmith", set()),
        ("company=%25", set()),
        ("who=link", set()),
        ("who=user%3Anobody", set()),
        ("to=2026-11-22", set()),
        ("from=2026-11-23&to=2026-11-23&area=people", {"Signed in.", *ADDED}),
        ("from=2026-11-24", set()),
    ],
)
def test_its_address_filters_it(desk: Desk, query: str, said: set[str]) -> None:
    asked = desk.ask()
    following_up.withdraw(desk.ctx, desk.account(), asked.request_id)
    page = desk.browser("administrator").page(f"{LOG}?{query}")
    assert {line[1] for line in lines(page)} == said
    assert ("Nothing matches" in main_text(page)) == (not said)


@pytest.mark.postgres
def test_what_was_done_through_a_link_is_found_however_the_database_sorts(
    english_postgres_url: str, tmp_path: Path
) -> None:
    _through_a_link(make_desk(tmp_path, english_postgres_url))


def test_what_was_done_through_a_link_is_found(desk: Desk) -> None:
    _through_a_link(desk)


def _through_a_link(desk: Desk) -> None:
    asked = desk.ask()
    with desk.ctx.database.transaction() as tx:
        link = visits.own_link(tx, asked.request_id)
        assert link is not None
        happenings.note(desk.ctx, tx, "opened", link=link)
    found = lines(desk.browser("administrator").page(f"{LOG}?who=link"))
    assert found == [("the customer", "The customer began to answer.", "Abra Kebabra Ltd")]


def test_what_was_done_to_a_deleted_company_is_found_by_its_id(desk: Desk) -> None:
    asked, other, boss = desk.ask(), desk.ask("Hairosmith"), desk.browser("administrator")
    path = f"/portal/companies/{asked.company_id}/delete"
    assert boss.send(path, typed_name="Abra Kebabra Ltd").status_code == 303
    while deleting.delete_next(desk.ctx, asked.company_id).kind != "done":
        pass
    page = boss.page(LOG)
    assert f'<a href="{LOG}?company={asked.company_id}">A deleted company</a>' in page
    found = {(said, company) for _, said, company in lines(boss.page(f"{LOG}?company={asked.company_id}"))}
    assert ("The company was deleted, with all it shared but its consent records.", "A deleted company") in found
    assert {company for _, company in found} == {"A deleted company"}
    assert asked.company_id in boss.look(f"{LOG}.csv?company={asked.company_id}").text
    assert other.company_id not in boss.look(f"{LOG}.csv?company={asked.company_id}").text


def test_another_organizations_deleted_company_is_in_no_log(desk: Desk) -> None:
    theirs = desk.ask("Secret Harbour Ltd", organization="harbour")
    assert lines(desk.browser("administrator").page(f"{LOG}?company={theirs.company_id}")) == []


ENDS = ("from=0001-01-01", "to=0001-01-01", "from=0001-06-01&to=0001-06-02", "from=9999-12-31", "to=9999-12-31")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles"])
@pytest.mark.parametrize("path", [LOG, "/portal/funnel"])
def test_the_first_and_the_last_day_there_is_are_days(portal_url: str, tmp_path: Path, zone: str, path: str) -> None:
    browser = make_desk(tmp_path, portal_url, timezone=zone).browser("administrator")
    found = {query: browser.look(f"{path}{kind}?{query}") for query in ENDS for kind in ("", ".csv")}
    assert {query: answer.status_code for query, answer in found.items()} == dict.fromkeys(found, 200)


def test_from_the_first_day_to_the_last_is_everything(desk: Desk) -> None:
    browser, everything = desk.browser("administrator"), "from=0001-01-01&to=9999-12-31"
    assert lines(browser.page(f"{LOG}?{everything}")) == lines(browser.page(LOG))
    for nothing in ("from=9999-12-31", "to=0001-01-01"):
        assert lines(browser.page(f"{LOG}?{nothing}")) == []


def test_what_one_user_did_can_be_looked_at(desk: Desk) -> None:
    asked = desk.ask()
    following_up.withdraw(desk.ctx, desk.account(), asked.request_id)
    page = desk.browser("administrator").page(f"{LOG}?who=user%3A{desk.account().id}")
    assert {line[0] for line in lines(page)} == {"Manager of northbank"}


def many(desk: Desk, count: int) -> None:
    with desk.ctx.database.transaction() as tx:
        for number in range(count):
            desk.clock.go_on(seconds=1)
            add_event(
                tx,
                Event(
                    id=desk.ctx.new_id(),
                    organization="northbank",
                    kind="software-missing",
                    actor="linkflow",
                    detail=str(number),
                    at=desk.clock(),
                ),
            )


def test_pages_go_from_the_youngest_to_the_oldest_and_back(desk: Desk) -> None:
    many(desk, 2 * auditing.A_PAGE + 20)
    browser, seen = desk.browser("administrator"), 0
    path: str | None = f"{LOG}?area=answers"
    last = ""
    while path:
        page = browser.page(path)
        seen += len(table_rows(page))
        last, path = page, next_page(page, "Older")
    assert seen == 2 * auditing.A_PAGE + 20
    back = next_page(last, "Newer")
    assert back is not None
    assert len(table_rows(browser.page(back))) == auditing.A_PAGE


def test_the_download_holds_all_that_meets_the_filter_and_is_written_down(desk: Desk) -> None:
    many(desk, 1_100)
    browser = desk.browser("administrator")
    desk.clock.go_on(seconds=1)
    answer = browser.look(f"{LOG}.csv?area=answers&before=nothing")
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 1_100
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-log-')
    (newest, *_) = lines(browser.page(LOG))
    assert newest[:2] == ("Administrator of northbank", "The audit log was downloaded.")


def test_the_download_has_no_cell_that_a_spreadsheet_would_run(desk: Desk) -> None:
    desk.ask('=HYPERLINK("http://evil.example")')
    text = desk.browser("administrator").look(f"{LOG}.csv").text
    for row in csv.reader(StringIO(text.removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert "'=HYPERLINK" in text


def test_no_line_of_it_can_be_changed_or_removed(desk: Desk) -> None:
    desk.ask()
    for statement in ("UPDATE events SET actor = 'linkflow'", "DELETE FROM events"):
        with pytest.raises(DatabaseError, match="append-only"), desk.ctx.database.transaction() as tx:
            tx.connection.exec_driver_sql(statement)


def test_every_kind_of_event_belongs_to_an_area() -> None:
    kinds = {name.partition(" ")[0] for name in SENTENCES}
    assert {kind for kind in kinds if area_of(kind) is None} == set()
