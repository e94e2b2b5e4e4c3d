"""What a reader is told where the report shown is not of the latest reading, and nothing is on its way."""

import pytest

from linkflow.domain.requests import SyncState
from linkflow.services import sync_endings, syncing
from linkflow.services.report_troubles import Trouble
from linkflow.store import reports, syncs
from linkflow.store.reports import Report
from tests.jobs.rig import Rows, add_rows
from tests.web.portal.desk import Desk, main_text
from tests.web.portal.test_company_page import pulled
from tests.web.portal.test_spend_pages import read, spend_of
from tests.worked_company import worked_books

SAID: dict[Trouble, str] = {
    "not-made": "The latest report could not be made",
    "books-mixed": "The latest reading of the books stopped half-way",
    "nothing-new": "The latest reading held nothing of this report",
}


def cut_short(desk: Desk, rows: Rows) -> None:
    """One more pull, which brought a page and then failed."""
    desk.clock.go_on(minutes=5)
    with desk.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(desk.ctx, tx, connection_id=rows.connection_id)
        syncs.start(tx, sync_id, at=desk.ctx.now())
        syncs.advance(tx, syncs.parts_of(tx, sync_id)[0], next_cursor="2", rows=0, total=None)
        sync_endings.end_sync(desk.ctx, tx, sync_id, state=SyncState.FAILED, reason="unavailable")


def fail(desk: Desk, rows: Rows, *, kind: str, error: str) -> None:
    """The next report of a kind cannot be made."""
    now = desk.ctx.now()
    ids = {"organization": "northbank", "connection_id": rows.connection_id, "sync_id": "s"}
    waiting = Report(id=desk.ctx.new_id(), kind=kind, read_at=now, created_at=now, **ids)
    with desk.ctx.database.transaction() as tx:
        reports.add_report(tx, waiting)
        assert reports.fail(tx, waiting, run="", error=error)


@pytest.mark.parametrize("trouble", SAID)
def test_the_pages_of_an_older_report_say_why_it_is_not_newer(desk: Desk, trouble: Trouble) -> None:
    rows = read(desk, worked_books(), add_rows(desk.ctx, data_types="spend_analysis"))
    if trouble == "books-mixed":
        cut_short(desk, rows)
    else:
        fail(desk, rows, kind="spend_analysis", error="fault" if trouble == "not-made" else "nothing")
    browser = desk.browser("viewer")
    for path in (spend_of(rows), f"/portal/companies/{rows.company_id}"):
        page = main_text(browser.page(path))
        assert SAID[trouble] in page
        assert "ead again" in page
    listed = main_text(browser.page(f"{spend_of(rows)}/bills"))
    assert (SAID[trouble] in listed) is (trouble == "books-mixed")
    assert browser.look(f"{spend_of(rows)}/report.json").status_code == 200


def test_where_no_report_could_be_made_the_pages_say_so(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    for kind in ("spend_analysis", "financials"):
        fail(desk, rows, kind=kind, error="fault")
    browser, company = desk.browser("viewer"), f"/portal/companies/{rows.company_id}"
    for path in (company, spend_of(rows), f"{company}/entities/{rows.entity_id}/financials"):
        assert "tell the people who operate this" in main_text(browser.page(path))
