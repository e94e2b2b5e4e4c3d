"""The spend report of ten thousand to a million bill lines: how long it takes to make, its memory, and its page.

Beside each stands what the database itself takes to group the same rows once, in the same run.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from linkflow.domain.ports import Job
from linkflow.jobs.upgrade import upgrade
from linkflow.services import accounts
from linkflow.services.context import Context
from linkflow.store import reports
from linkflow.wiring import context_from
from tests.benchmarks import many_bills
from tests.benchmarks.alone import done_alone
from tests.benchmarks.companies import EMAIL, PASSWORD, Store, signed_in
from tests.benchmarks.many_companies import ORGANIZATION
from tests.benchmarks.pages import environment
from tests.benchmarks.results import Figure

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
LOOKS = 5
LIMIT = 2.0
"""Seconds a page may take."""

_PLAIN = (
    "SELECT substr(issued_on, 1, 7), supplier_id, count(*), sum(base_total), sum(base_due) FROM bills GROUP BY 1, 2",
    "SELECT substr(paid_on, 1, 7), supplier_id, method, count(*), sum(base_total) FROM bill_payments GROUP BY 1, 2, 3",
    "SELECT substr(spent_on, 1, 7), supplier_id, method, count(*), sum(base_total) FROM expenses GROUP BY 1, 2, 3",
    "SELECT bill_id, count(*), sum(base_amount) FROM bill_payment_allocations GROUP BY 1",
)


@dataclass(frozen=True)
class Measured:
    """Of one size: seconds of making the report and of its page, megabytes, and the database's own grouping."""

    build: float
    peak: float
    grouping: float
    page: float
    plain_page: float


def measure() -> list[Figure]:
    """Every figure of this module."""
    found = {name: _of(lines) for name, lines in SIZES.items()}
    million, before = found["1m"], found["100k"]
    figures = []
    for name, one in found.items():
        ratio = one.build / one.grouping
        figures.append(Figure(f"spend_build_{name}_s", one.build, "s", one.grouping, ratio, "beside plain GROUP BY"))
        figures.append(Figure(f"spend_build_{name}_peak_mb", one.peak, "MB"))
        note = "beside plain GROUP BY of the period's bills"
        figures.append(Figure(f"spend_page_{name}_s", one.page, "s", one.plain_page, one.page / one.plain_page, note))
    per_line = (million.build / SIZES["1m"]) / (before.build / SIZES["100k"])
    return [
        *figures,
        Figure("spend_build_1m_vs_100k", per_line, "ratio", reference=1.0, ratio=per_line, note="a line"),
        Figure("spend_peak_1m_vs_100k", million.peak / before.peak, "ratio", 1.0, million.peak / before.peak),
        Figure("spend_page_1m_of_limit", million.page / LIMIT, "ratio", 1.0, million.page / LIMIT, f"of {LIMIT:g} s"),
    ]


def _of(lines: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        told = environment(Path(folder), 80)
        upgrade(context_from(told).settings.database_url)
        ctx = context_from(told)
        accounts.add_account(ctx, EMAIL, PASSWORD, organization=ORGANIZATION, name="Rita Manning", role="manager")
        begun = time.perf_counter()
        rows, report_id = many_bills.fill(ctx, lines, until=ctx.now().date())
        print(f"  {lines} bill lines put in in {time.perf_counter() - begun:.0f} s")
        grouping = min(_grouped(ctx, _PLAIN) for _ in range(2))
        built = done_alone(told, Job.BUILD_REPORT, report_id)
        with ctx.database.reading() as tx:
            made = reports.report(tx, report_id)
        if made is None or made.state != "made":
            raise RuntimeError("the report was not made")
        store = Store(ctx, signed_in(ctx))
        path = f"/portal/companies/{rows.company_id}/spend"
        page = max(store.look(path) for _ in range(LOOKS))
        plain_page = min(_grouped(ctx, _PLAIN[:1]) for _ in range(2))
        ctx.database.dispose()
    return Measured(built.seconds, built.peak_mb, grouping, page, plain_page)


def _grouped(ctx: Context, statements: tuple[str, ...]) -> float:
    begun = time.perf_counter()
    with ctx.database.reading() as tx:
        for statement in statements:
            tx.connection.execute(text(statement)).fetchall()
    return time.perf_counter() - begun
