"""The spend workbook of a hundred thousand and of a million bill lines: memory, which stays flat, and time a line.

Each is made whole by the job, from the books in the database to the encrypted pieces, in a process of its own.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from linkflow.domain.books import Period
from linkflow.domain.ports import Job
from linkflow.domain.requests import DataType
from linkflow.jobs.upgrade import upgrade
from linkflow.services import accounts, reporting, workbooks
from linkflow.services.workbooks import Figures
from linkflow.store import reports
from linkflow.store.report_tables import workbooks as stored
from linkflow.wiring import context_from
from tests.benchmarks import many_bills
from tests.benchmarks.alone import done_alone
from tests.benchmarks.companies import EMAIL, PASSWORD
from tests.benchmarks.many_companies import ORGANIZATION
from tests.benchmarks.pages import environment
from tests.benchmarks.results import Figure

SIZES = {"100k": 100_000, "1m": 1_000_000}


@dataclass(frozen=True)
class Measured:
    """Of one size: seconds of making it, megabytes of memory, before and at most, and of the file."""

    seconds: float
    peak: float
    idle: float
    file: float


def measure() -> list[Figure]:
    """Every figure of this module."""
    found = {name: _of(lines) for name, lines in SIZES.items()}
    few, many = found["100k"], found["1m"]
    figures = []
    for name, one in found.items():
        note = f"{one.idle:.0f} MB before it began, a file of {one.file:.0f} MB"
        figures.append(Figure(f"workbook_{name}_peak_mb", one.peak, "MB", note=note))
        figures.append(Figure(f"workbook_{name}_s", one.seconds, "s"))
    per_line = (many.seconds / SIZES["1m"]) / (few.seconds / SIZES["100k"])
    return [
        *figures,
        Figure("workbook_peak_1m_vs_100k", many.peak / few.peak, "ratio", 1.0, many.peak / few.peak),
        Figure("workbook_1m_vs_100k", per_line, "ratio", 1.0, per_line, note="a line"),
    ]


def _of(lines: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        told = environment(Path(folder), 80)
        upgrade(context_from(told).settings.database_url)
        ctx = context_from(told)
        user = accounts.add_account(ctx, EMAIL, PASSWORD, organization=ORGANIZATION, name="Rita", role="manager")
        rows, report_id = many_bills.fill(ctx, lines, until=ctx.now().date())
        reporting.build_report(ctx, report_id)
        with ctx.database.reading() as tx:
            made = reports.report(tx, report_id)
        if made is None or made.first_month is None or made.last_month is None:
            raise RuntimeError("the report was not made")
        figures = Figures(kind=DataType.SPEND_ANALYSIS, period=Period(made.first_month, made.last_month))
        workbooks.ask_for_workbook(ctx, user, rows.company_id, figures)
        with ctx.database.reading() as tx:
            workbook_id = tx.connection.scalar(select(stored.c.id))
        took = done_alone(told, Job.MAKE_WORKBOOK, workbook_id)
        with ctx.database.reading() as tx:
            found = workbooks.standing(ctx, tx, user, rows.company_id, figures)
        if found.ready is None:
            raise RuntimeError("the workbook is not ready")
        ctx.database.dispose()
    return Measured(took.seconds, took.peak_mb, took.idle_mb, found.ready.size / 1024 / 1024)
