"""The funnel page: who may see it, what its address filters, and its download."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from linkflow.domain.requests import DataType
from linkflow.services import following_up
from linkflow.services.happenings import LINKFLOW
from linkflow.store.events import Event, add_event
from tests.web.portal.desk import Desk, data_page, main_text
from tests.web.portal.table import table_rows

FUNNEL = "/portal/funnel"


def happen(desk: Desk, asked: object, *kinds: str, organization: str = "northbank") -> None:
    """Events of a request, a minute apart."""
    for kind in kinds:
        desk.clock.go_on(minutes=1)
        name, _, detail = kind.partition(" ")
        event = Event(
            id=desk.ctx.new_id(),
            organization=organization,
            company_id=asked.company_id,  # type: ignore[attr-defined]
            request_id=asked.request_id,  # type: ignore[attr-defined]
            kind=name,
            actor=LINKFLOW,
            detail=detail,
            at=desk.clock(),
        )
        with desk.ctx.database.transaction() as tx:
            add_event(tx, event)


WHOLE = ("mail-sent request", "opened", "software-chosen sandbox", "returned sandbox", "linked match", "report-ready")


@pytest.mark.parametrize("role", ["viewer", "manager"])
@pytest.mark.parametrize("path", [FUNNEL, f"{FUNNEL}.csv"])
def test_only_administrators_see_it(desk: Desk, role: str, path: str) -> None:
    answer = desk.browser(role).look(path)
    assert answer.status_code == 403
    assert data_page(answer.text) == "forbidden"
    assert path not in desk.browser(role).page("/portal/requests")


def test_stages_shares_times_and_reasons_are_shown(desk: Desk) -> None:
    happen(desk, desk.ask("All the way Ltd"), *WHOLE)
    happen(desk, desk.ask("Gone Ltd"), "mail-sent request")
    gone = desk.ask("Withdrawn Ltd")
    happen(desk, gone, "mail-sent request")
    following_up.withdraw(desk.ctx, desk.account(), gone.request_id)
    page = desk.browser("administrator").page(FUNNEL)
    rows = table_rows(page)
    assert rows[0] == ["Mailed, or the link copied", "3", "100%", "–", "1 withdrawn by you 1 may still go on"]
    assert rows[1] == ["Opened by a person", "1", "33%", "1 min", "–"]
    assert rows[6][:2] == ["First report ready", "1"]
    assert "3 requests made" in main_text(page)
    assert "no longer than 5 min" in main_text(page)
    assert table_rows(page, after='id="by-software"')[0] == ["Sandbox Books", "1", "1", "1", "1", "2 min"]


def test_another_organizations_requests_are_not_counted(desk: Desk) -> None:
    happen(desk, desk.ask("Harbour's Ltd", organization="harbour"), *WHOLE, organization="harbour")
    assert "No requests in this period" in main_text(desk.browser("administrator").page(FUNNEL))


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ("", 2),
        ("software=sandbox", 1),
        ("software=xero", 0),
        ("software=%3Cscript%3E", 2),
        ("type=financials", 1),
        ("type=both", 1),
        ("type=spend_analysis", 0),
        ("from=2026-11-23&to=2026-11-23", 2),
        ("to=2026-11-22", 0),
        ("from=2099-01-01", 2),
        ("from=yesterday&to=31/12", 2),
        ("from=0001-01-01&to=9999-12-31", 2),
    ],
)
def test_its_address_filters_it(desk: Desk, query: str, counted: int) -> None:
    happen(desk, desk.ask("Chosen Ltd"), *WHOLE)
    happen(desk, desk.ask("Asked Ltd", data_types=frozenset({DataType.FINANCIALS})), "mail-sent request")
    page = desk.browser("administrator").page(f"{FUNNEL}?{query}")
    assert (f"{counted} request" in main_text(page)) if counted else ("No requests in this period" in main_text(page))


def test_days_are_those_of_the_organizations_own_clock(desk: Desk) -> None:
    desk.clock.time = desk.clock.time.replace(hour=23, minute=30)
    happen(desk, desk.ask(), "mail-sent request")
    desk.clock.go_on(days=1)
    browser = desk.browser("administrator")
    assert "1 request" in main_text(browser.page(f"{FUNNEL}?from=2026-11-23&to=2026-11-23"))
    assert "No requests" in main_text(browser.page(f"{FUNNEL}?from=2026-11-24&to=2026-11-24"))


def test_a_last_day_before_the_first_is_an_error_with_what_was_typed(desk: Desk) -> None:
    answer = desk.browser("administrator").look(f"{FUNNEL}?from=2026-11-23&to=2026-11-20")
    assert answer.status_code == 422
    said = main_text(answer.text)
    assert "Choose a last day that is not before the first." in said
    assert "No requests" not in said
    for day in ("2026-11-23", "2026-11-20"):
        assert f'value="{day}"' in answer.text


def test_the_usual_period_is_the_last_ninety_days(desk: Desk) -> None:
    desk.ask("Old Ltd")
    desk.clock.time += timedelta(days=90)
    desk.ask("New Ltd")
    assert "1 request" in main_text(desk.browser("administrator").page(FUNNEL))


def test_the_download_has_a_line_for_each_stage(desk: Desk) -> None:
    happen(desk, desk.ask("All the way Ltd"), *WHOLE)
    happen(desk, desk.ask("Gone Ltd"), "mail-sent request")
    answer = desk.browser("administrator").look(f"{FUNNEL}.csv?software=&type=both")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="funnel-')
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["stage"] for row in rows][0::6] == ["mailed", "reported"]
    assert (rows[0]["requests"], rows[0]["share_of_mailed"], rows[0]["under-way"]) == ("2", "1.0000", "1")
    assert rows[1]["median_seconds_since_stage_before"] == "60"
