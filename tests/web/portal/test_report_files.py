"""The files of a report: its workbook asked for and taken, its tables as CSV, the whole as JSON."""

import csv
import json
import tempfile
from io import BytesIO, StringIO
from threading import Semaphore
from typing import Any, NoReturn
from urllib.parse import unquote

import openpyxl
import pytest

from linkflow.domain.books import Company, Supplier
from linkflow.domain.ports import Job
from linkflow.domain.requests import DataType
from linkflow.services import making_workbooks, reporting, taking_reports, workbooks
from linkflow.services.syncing import start_sync
from linkflow.services.workbooks import Figures
from linkflow.templating import environment
from linkflow.web.assets import asset
from linkflow.web.portal import report_files
from linkflow.web.portal.shell import portal_shell
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import read_whole
from tests.spend_rows import bill
from tests.web.portal.desk import Browser, Desk, main_text
from tests.web.portal.test_company_page import line

COMPONENT = """{% from "linkflow/components/report_files.html" import report_files with context %}
{{ report_files(files) }}"""
PERIOD = "from=2025-01&to=2025-12"


@pytest.fixture
def rows(desk: Desk) -> Rows:
    """A connection whose books were read, with both reports made."""
    rows = add_rows(desk.ctx)
    records = (
        Company(external_id="co", name="Abra", base_currency="GBP"),
        Supplier(external_id="s1", name="=Paper Ltd"),
        bill("b1", "1000.00"),
        line("Sales", "1200.00"),
    )
    read_whole(desk.ctx, rows.connection_id, records)
    for job, row_id in desk.jobs:
        if job is Job.BUILD_REPORT:
            reporting.build_report(desk.ctx, row_id)
    return rows


def of(rows: Rows) -> str:
    return f"/portal/companies/{rows.company_id}/spend"


def financials(rows: Rows) -> str:
    return f"/portal/companies/{rows.company_id}/entities/{rows.entity_id}/financials"


def ask(browser: Browser, path: str, **typed: str) -> Any:
    return browser.send(f"{path}/workbook", on="/portal/requests", **typed)


def make(desk: Desk) -> str:
    workbook_id = next(row_id for job, row_id in reversed(desk.jobs) if job is Job.MAKE_WORKBOOK)
    making_workbooks.make_workbook(desk.ctx, workbook_id)
    return workbook_id


def kinds(desk: Desk) -> list[str]:
    with desk.ctx.database.reading() as tx:
        found = tx.connection.exec_driver_sql("SELECT kind, detail FROM events ORDER BY at, id").all()
    ours = ("workbook-asked", "workbook-taken", "figures-taken")
    return sorted(f"{kind} {detail}" for kind, detail in found if kind in ours)


def shown(desk: Desk, rows: Rows, figures: Figures) -> str:
    """The component as a report's page includes it."""
    with desk.app.test_request_context(base_url="http://127.0.0.1:8000"):
        user = desk.account("viewer")
        files = report_files.report_files(user, rows.company_id, figures)
        shell = portal_shell(user)
        return environment(shell.language).from_string(COMPONENT).render(shell=shell, files=files, asset=asset)


def spend(rows: Rows, **over: Any) -> Figures:
    period = report_files.Period(report_files.month_of("2025-01"), report_files.month_of("2025-12"))
    return Figures(**{"kind": DataType.SPEND_ANALYSIS, "period": period, **over})


def test_a_workbook_is_asked_for_and_taken_and_both_are_written_down(desk: Desk, rows: Rows) -> None:
    browser = desk.browser("viewer")
    answer = ask(browser, of(rows), **{"from": "2025-01", "to": "2025-12", "threshold": "50"})
    assert (answer.status_code, answer.location) == (303, f"{of(rows)}?{PERIOD}&threshold=50#report-files")
    taken = browser.look(f"/portal/workbooks/{make(desk)}")
    assert taken.status_code == 200
    assert taken.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert taken.headers["Cache-Control"] == "no-store"
    assert int(taken.headers["Content-Length"]) == len(taken.data)
    assert "Abra-Kebabra-Ltd-spend-analysis-2025-01-to-2025-12.xlsx" in taken.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(taken.data), data_only=True)
    assert book["Bills"]["B2"].value == "=Paper Ltd"
    assert kinds(desk) == ["workbook-asked spend_analysis", "workbook-taken spend_analysis"]


def test_the_workbook_of_the_financials_has_every_month(desk: Desk, rows: Rows) -> None:
    browser = desk.browser("viewer")
    ask(browser, financials(rows))
    book = openpyxl.load_workbook(BytesIO(browser.look(f"/portal/workbooks/{make(desk)}").data))
    assert book.sheetnames[:3] == ["Summary", "Profit and loss", "Balance sheet"]


def test_a_form_that_was_open_for_too_long_makes_nothing(desk: Desk, rows: Rows) -> None:
    browser = desk.browser("viewer")
    answer = browser.post(f"{of(rows)}/workbook", linkflow_csrf="old")
    assert answer.status_code == 303
    assert kinds(desk) == []
    assert "open for too long" in main_text(browser.page("/portal/requests"))


def test_the_page_says_where_the_workbook_stands(desk: Desk, rows: Rows) -> None:
    page = shown(desk, rows, spend(rows))
    assert "Make workbook" in page
    assert f'action="{of(rows)}/workbook"' in page
    assert '<input type="hidden" name="from" value="2025-01">' in page
    ask(desk.browser("viewer"), of(rows), **{"from": "2025-01", "to": "2025-12"})
    page = shown(desk, rows, spend(rows))
    assert "data-busy" in page
    assert f'href="{of(rows)}?from=2025-01&amp;to=2025-12#report-files">Check again' in page
    workbook_id = make(desk)
    page = shown(desk, rows, spend(rows))
    assert f'href="/portal/workbooks/{workbook_id}"' in page
    assert "The workbook is ready" in page
    assert "data-busy" not in page


def test_the_page_says_why_there_is_no_workbook(desk: Desk, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(making_workbooks, "write_spend_workbook", fail)
    ask(desk.browser("viewer"), of(rows), **{"from": "2025-01", "to": "2025-12"})
    make(desk)
    page = shown(desk, rows, spend(rows))
    assert "There was no room to write the workbook." in page
    assert "Make it again" in page


def test_a_company_with_several_reports_offers_its_entities_too(desk: Desk, rows: Rows) -> None:
    assert f"{of(rows)}/entities.csv?{PERIOD.replace('&', '&amp;')}" in shown(desk, rows, spend(rows))
    page = shown(desk, rows, spend(rows, entity_id=rows.entity_id))
    assert "entities.csv" not in page
    assert f"{of(rows)}/bills.csv?entity={rows.entity_id}&amp;" in page


@pytest.mark.parametrize("table", ["payment-methods", "suppliers", "bills", "bill-lines", "credit-notes"])
def test_every_table_is_a_file_of_its_own(desk: Desk, rows: Rows, table: str) -> None:
    answer = desk.browser("viewer").look(f"{of(rows)}/{table}.csv?{PERIOD}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    found = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert kinds(desk) == [f"figures-taken spend_analysis {table}"]
    if table == "bills":
        assert found[0]["Supplier"] == "'=Paper Ltd"
        assert (found[0]["Total in the books’ currency"], found[0]["Issued"]) == ("1000.00", "2025-03-01")
    if table == "suppliers":
        assert (found[0]["Billed"], found[0]["Average payment"]) == ("1000.00", "")


def test_the_whole_report_is_json_with_money_as_text(desk: Desk, rows: Rows) -> None:
    answer = desk.browser("viewer").look(f"{of(rows)}/report.json?{PERIOD}&threshold=0")
    assert answer.mimetype == "application/json"
    found = json.loads(answer.data)
    assert (found["first_day"], found["last_day"]) == ("2025-01-01", "2025-12-31")
    assert found["entities"][0]["base_currency"] == "GBP"
    (one,) = found["tables"]["bills"]
    assert (one["total_in_the_books_currency"], one["issued"], one["terms_in_days"]) == ("1000.00", "2025-03-01", 30)
    assert found["tables"]["suppliers"][0]["billed"] == "1000.00"
    statements = json.loads(desk.browser("viewer").look(f"{financials(rows)}/report.json").data)
    assert statements["tables"]["profit_and_loss"][0]["line"] == "Sales"


@pytest.mark.parametrize("file", ["no-such.csv", "entities.csv"])
def test_a_table_there_is_not_is_not_found_and_not_written_down_as_taken(desk: Desk, rows: Rows, file: str) -> None:
    assert desk.browser("viewer").look(f"{of(rows)}/{file}").status_code == 404


def test_nothing_is_handed_out_while_the_books_are_read(desk: Desk, rows: Rows) -> None:
    with desk.ctx.database.transaction() as tx:
        start_sync(desk.ctx, tx, connection_id=rows.connection_id)
    browser = desk.browser("viewer")
    answer = browser.look(f"{of(rows)}/bills.csv?{PERIOD}")
    assert (answer.status_code, answer.location) == (303, f"{of(rows)}?{PERIOD}#report-files")
    assert kinds(desk) == []
    assert "The books are being read." in main_text(browser.page("/portal/requests"))


@pytest.mark.parametrize("query", ["from=2025-12&to=2025-01", "from=1990-01&to=2025-01"])
def test_an_impossible_period_is_refused_in_words(desk: Desk, rows: Rows, query: str) -> None:
    browser = desk.browser("viewer")
    assert browser.look(f"{of(rows)}/bills.csv?{query}").status_code == 303
    assert "There are no figures of all these months." in main_text(browser.page("/portal/requests"))


@pytest.mark.parametrize(
    "odd", ["from=x&to=2025-12", "threshold=NaN", "threshold=-1", "threshold=1e400", "from=2025-1"]
)
def test_what_says_nothing_in_an_address_means_the_last_twelve_months(desk: Desk, rows: Rows, odd: str) -> None:
    answer = desk.browser("viewer").look(f"{of(rows)}/report.json?{odd}")
    found = json.loads(answer.data)
    assert (found["first_day"], found["supplier_threshold"]) == ("2025-11-01", "0")


def test_a_name_of_any_letters_is_a_name_to_keep(desk: Desk, rows: Rows) -> None:
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE companies SET name = 'Müller \"& Söhne'")
    answer = desk.browser("viewer").look(f"{of(rows)}/suppliers.csv?{PERIOD}")
    header = answer.headers["Content-Disposition"]
    assert header.isascii()
    assert 'filename="M-ller-S-hne-spend-analysis-suppliers.csv"' in header
    assert "Müller-Söhne-spend-analysis-suppliers.csv" in unquote(header)


def test_five_are_enough_at_once(desk: Desk, rows: Rows) -> None:
    browser = desk.browser("viewer")
    for number in range(workbooks.AT_ONCE + 1):
        ask(browser, of(rows), threshold=str(number + 1))
    assert len(kinds(desk)) == workbooks.AT_ONCE
    assert "Five workbooks" in main_text(browser.page("/portal/requests"))


@pytest.mark.parametrize("full", [True, False])
def test_a_file_that_cannot_be_written_just_now_is_asked_for_later(
    desk: Desk, rows: Rows, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_args: object, **_named: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    if full:
        monkeypatch.setattr(tempfile, "TemporaryFile", no_room)
    else:
        monkeypatch.setattr(taking_reports, "_places", Semaphore(0))
        monkeypatch.setattr(taking_reports, "_PATIENCE", 0)
    answer = desk.browser("viewer").look(f"{of(rows)}/report.json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Load the page again in a minute" in main_text(answer.text)


def test_a_file_tells_the_moment_it_was_taken_from_those_of_its_report(desk: Desk, rows: Rows) -> None:
    made = desk.ctx.now().isoformat(timespec="seconds")
    desk.clock.go_on(hours=3)
    taken = desk.ctx.now().isoformat(timespec="seconds")
    browser = desk.browser("viewer")
    spend_found = json.loads(browser.look(f"{of(rows)}/report.json?{PERIOD}").data)
    (entity,) = spend_found["entities"]
    assert (spend_found["taken_at"], entity["made_at"], entity["read_at"]) == (taken, made, made)
    found = json.loads(browser.look(f"{financials(rows)}/report.json").data)
    assert (found["taken_at"], found["made_at"], found["read_at"]) == (taken, made, made)
