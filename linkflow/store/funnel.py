"""The events a funnel is made of, request by request, in one query that is read as it comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from linkflow.domain.funnel import KINDS, Happened, Trail
from linkflow.domain.ports import Transaction
from linkflow.store.tables import events, requests

MOST = 100_000
"""As many requests, the youngest, are measured at a time."""
_AT_A_TIME = 2_000


@dataclass(frozen=True, kw_only=True)
class FunnelFilter:
    """Requests made from `since` until before `until`; `data_types` in the stored form."""

    since: datetime
    until: datetime
    data_types: str | None = None


def trails(tx: Transaction, organization: str, wanted: FunnelFilter) -> Iterator[Trail]:
    """The trail of each request, youngest first; read while the transaction is open."""
    conditions = [
        requests.c.organization == organization,
        requests.c.created_at >= wanted.since,
        requests.c.created_at < wanted.until,
    ]
    if wanted.data_types:
        conditions.append(requests.c.data_types == wanted.data_types)
    listed = select(requests.c.id, requests.c.status, requests.c.created_at).where(*conditions)
    measured = listed.order_by(requests.c.created_at.desc(), requests.c.id).limit(MOST).subquery()
    told = (
        select(measured.c.id, measured.c.status, events.c.kind, events.c.detail, events.c.at)
        .join_from(measured, events, events.c.request_id == measured.c.id)
        .where(events.c.kind.in_(sorted(KINDS)))
        .order_by(measured.c.created_at.desc(), measured.c.id, events.c.at, events.c.id)
    )
    rows = tx.connection.execution_options(yield_per=_AT_A_TIME).execute(told)
    for _, of_one in groupby(rows, key=lambda row: row.id):
        yield _trail(list(of_one))


def _trail(rows: list[Row[Any]]) -> Trail:
    return Trail(rows[0].status, tuple(Happened(row.kind, row.detail, row.at) for row in rows))
