"""Which of an entity's connections counts, where it was connected more than once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from linkflow.domain.requests import ConnectionState, DataType, SyncState
from linkflow.services.report_sources import sources_of
from linkflow.services.reviewing import review_company
from linkflow.services.reviewing_financials import review_financials
from linkflow.services.spending import SpendAsked, review_spend
from linkflow.services.syncing import start_sync
from linkflow.store import companies, connections, reports, syncs
from linkflow.store.reports import Report
from tests.jobs.rig import START, Rig, Rows, add_rows, make_rig
from tests.services import people


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = make_rig(tmp_path)
    yield made
    made.ctx.database.dispose()


def connected(rig: Rig, rows: Rows, name: str, state: str, *, made: int, read: int) -> None:
    """One more connection of the entity: after how many hours it was made, and read."""
    with rig.ctx.database.transaction() as tx:
        first = connections.connection(tx, rows.connection_id)
        assert first is not None
        ended_at = START + timedelta(hours=read) if state == "disconnected" else None
        one = replace(first, id=name, state=state, created_at=START + timedelta(hours=made), ended_at=ended_at)
        connections.add_connection(tx, replace(one, linked_at=one.created_at, tenant_id=name))
        sync_id = start_sync(rig.ctx, tx, connection_id=name)
        syncs.start(tx, sync_id, at=rig.ctx.now())
        syncs.finish(tx, sync_id, SyncState.DONE, at=START + timedelta(hours=read))
        for kind in DataType:
            report = Report(
                id=f"{name}-{kind.value}"[:26],
                organization=one.organization,
                connection_id=name,
                kind=kind.value,
                state="building",
                run="run",
                sync_id=sync_id,
                read_at=START + timedelta(hours=read),
                created_at=START + timedelta(hours=read),
                currency="GBP",
                first_month=date(2026, 1, 1),
                last_month=date(2026, 11, 1),
            )
            reports.add_report(tx, report)
            reports.make_current(tx, report, run="run", at=report.read_at)


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        (("linked", 1, 5), ("disconnected", 2, 9), "first"),
        (("needs_reauth", 1, 5), ("disconnected", 2, 9), "first"),
        (("disconnected", 1, 9), ("disconnected", 2, 5), "first"),
        (("disconnected", 1, 5), ("disconnected", 2, 9), "second"),
    ],
    ids=["the live one", "one to sign in at again", "the one read last", "the younger read last"],
)
def test_every_page_and_file_is_of_the_same_connection(
    rig: Rig, first: tuple[str, int, int], second: tuple[str, int, int], counts: str
) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        old, new = ConnectionState.LINKED, ConnectionState.DISCONNECTED
        connections.move(tx, rows.connection_id, old=old, new=new, ended_at=START)
    for name, (state, made, read) in (("first", first), ("second", second)):
        connected(rig, rows, name, state, made=made, read=read)
    spend = review_spend(rig.ctx, user, rows.company_id, SpendAsked()).scope.every
    financials = review_financials(rig.ctx, user, rows.company_id, rows.entity_id)
    cards = review_company(rig.ctx, user, rows.company_id).cards
    with rig.ctx.database.reading() as tx:
        company = companies.company(tx, "northbank", rows.company_id)
        assert company is not None
        files = [sources_of(tx, company, kind=kind.value)[0].connection.id for kind in DataType]
    assert [one.connection.id for one in spend] == [counts]
    assert financials.connection is not None
    assert financials.connection.id == counts
    assert [one.report.connection_id for one in cards if one.report] == [counts, counts]
    assert files == [counts, counts]
