"""Ten and a hundred thousand bills, with all that goes with them, pulled from a fake vendor in a process of its own.

The worker's steps run in a process of their own, too, so that its memory is its own. Beside it stands a bare client,
which asks the same fake, begun anew, for the very same pages one after the other, reads them as JSON, and does nothing
else.
The vendor's limits on calls a minute are left out: they are waited for, and this is about what is not waiting.
"""

import http.client
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, select

from linkflow import providers
from linkflow.domain.ports import Job
from linkflow.jobs.upgrade import upgrade
from linkflow.services import syncing
from linkflow.services.context import Context
from linkflow.store import books_tables as tables
from linkflow.wiring import context_from
from tests.benchmarks.alone import Took, done_alone
from tests.benchmarks.pages import environment
from tests.benchmarks.results import Figure
from tests.jobs.rig import add_rows
from tests.vendors.kit import CLIENT
from tests.vendors.overlay import write_overlay
from tests.vendors.process import Control, vendor_process

SOFTWARE = "xero"
"""One whose lists have a bill's lines in them, five hundred at once, and that says of a row about as much as others."""
SIZES = {"10k": 10_000, "100k": 100_000}
LEAST = 0.5
"""Of the bare client's rows a second."""
_KEPT = (tables.bills, tables.bill_payments, tables.credit_notes, tables.expenses, tables.suppliers, tables.accounts)


@dataclass(frozen=True)
class Pulled:
    """Of one size: what the pull took, the rows it kept, and the seconds the bare client took for the same pages."""

    took: Took
    rows: int
    bare: float


def measure() -> list[Figure]:
    """Every figure of this module."""
    found = {name: _of(bills) for name, bills in SIZES.items()}
    few, many = found["10k"], found["100k"]
    figures = []
    for name, one in found.items():
        note = f"{one.rows} rows; {one.took.idle_mb:.0f} MB before it began"
        figures.append(Figure(f"pull_{name}_peak_mb", one.took.peak_mb, "MB", note=note))
        own, bare = one.rows / one.took.seconds, one.rows / one.bare
        figures.append(Figure(f"pull_{name}_rows_per_s", own, "rows/s", bare, own / bare, "beside a bare client"))
    growth = many.took.peak_mb / few.took.peak_mb
    share = many.bare / many.took.seconds
    return [
        *figures,
        Figure("pull_100k_vs_vendor", share, "ratio", LEAST, share / LEAST, "rows a second beside a bare client's"),
        Figure("pull_peak_100k_vs_10k", growth, "ratio", 1.0, growth, "memory, ten times the ledger"),
    ]


def _of(bills: int) -> Pulled:
    with tempfile.TemporaryDirectory() as name, vendor_process(SOFTWARE, Path(name), bills=bills) as vendor:
        folder = Path(name)
        told = environment(folder, 80) | write_overlay(folder / "software", {SOFTWARE: vendor.url}, limits=False)
        told["LINKFLOW_OUTBOUND_ALLOW_PRIVATE"] = "true"
        upgrade(context_from(told).settings.database_url)
        ctx = context_from(told)
        sync_id = _begin(ctx, vendor)
        took = done_alone(told, Job.PULL_BOOKS, sync_id)
        with ctx.database.reading() as tx:
            rows = sum(tx.connection.scalar(select(func.count()).select_from(table)) or 0 for table in _KEPT)
        ctx.database.dispose()
        seen = vendor.requests()
        if any(one["status"] != 200 for one in seen):
            raise RuntimeError("the vendor refused something")
    # Begun anew: what a fake has made up once it need not make up for the second who asks.
    with tempfile.TemporaryDirectory() as name, vendor_process(SOFTWARE, Path(name), bills=bills) as vendor:
        tokens, _ = vendor.give()
        bare = _read(vendor.url, seen, tokens.access_token)
    print(f"  {bills} bills: {rows} rows in {took.seconds:.1f} s, {len(seen)} calls bare {bare:.1f} s")
    return Pulled(took, rows, bare)


def _begin(ctx: Context, vendor: Control) -> str:
    """A connection to the vendor's company, and a pull that waits; what was asked on the way is forgotten."""
    tokens, given = vendor.give()
    software = ctx.catalogue[SOFTWARE]
    scopes = software.oauth.scopes_for(("spend_analysis",)) if software.oauth else ()
    session = ctx.http.session(software.at(given), access_token=tokens.access_token, client_id=CLIENT, given=given)
    rows = add_rows(
        ctx,
        software=SOFTWARE,
        tenant_id=providers.load(SOFTWARE).tenants(session)[0].id,
        data_types="spend_analysis",
        tokens=replace(tokens, scopes=scopes),
        given=given,
    )
    vendor.forget()
    with ctx.database.transaction() as tx:
        return syncing.start_sync(ctx, tx, connection_id=rows.connection_id)


def _read(url: str, seen: Sequence[Mapping[str, Any]], token: str) -> float:
    """Seconds for the same pages over one connection, each read whole and as JSON."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    begun = time.perf_counter()
    for one in seen:
        headers = {**one["headers"], "authorization": f"Bearer {token}"}
        connection.request("GET", f"/{one['address']}?{urlencode(one['query'])}", headers=headers)
        answer = connection.getresponse()
        json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"the bare client was answered {answer.status}")
    took = time.perf_counter() - begun
    connection.close()
    return took


if __name__ == "__main__":
    for figure in measure():
        print(figure)
