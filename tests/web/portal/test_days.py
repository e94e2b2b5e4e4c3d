"""Days are those of the organization, not of the server: at noon in London it is tomorrow on Kiritimati."""

from datetime import timedelta
from pathlib import Path

import pytest

from linkflow.domain.requests import ConnectionState
from linkflow.outbound.oauth2 import Tokens
from linkflow.store import connections
from tests.jobs.rig import SCOPES, add_rows
from tests.web.portal.desk import Desk, main_text, make_desk


@pytest.fixture
def island(tmp_path: Path, portal_url: str) -> Desk:
    return make_desk(tmp_path, portal_url, timezone="Pacific/Kiritimati")


def test_a_request_was_made_and_its_link_ends_by_the_organizations_clock(island: Desk) -> None:
    asked, browser = island.ask(), island.browser("viewer")
    listed = main_text(browser.page("/portal/requests"))
    assert listed.endswith("24 Nov 2026")
    assert "23 Nov 2026" not in listed
    said = main_text(browser.page(f"/portal/requests/{asked.request_id}"))
    assert "Link Works, until 24 December 2026, 02:00 UTC+14" in said


def test_a_connection_begins_and_ends_by_it(island: Desk) -> None:
    hour, end = (island.ctx.now() + timedelta(**life) for life in ({"hours": 1}, {"days": 60}))
    rows = add_rows(island.ctx, tokens=Tokens("access", "refresh", SCOPES, hour, None, end))
    page = f"/portal/companies/{rows.company_id}"
    said = main_text(island.browser("viewer").page(page))
    assert "since 24 Nov 2026" in said
    assert "Next sign-in By 23 Jan 2027" in said
    with island.ctx.database.transaction() as tx:
        ended = {"ended_at": island.ctx.now(), "end_reason": ""}
        connections.move(tx, rows.connection_id, old=ConnectionState.LINKED, new=ConnectionState.DISCONNECTED, **ended)
    assert "24 Nov 2026 to 24 Nov 2026" in main_text(island.browser("viewer").page(page))
