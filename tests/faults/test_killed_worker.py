"""`kill -9` of the worker in the middle of a pull: all finish, no row twice, no page more than twice.

At every moment of one page in every run, at every moment of five pages in `make slow`.
"""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import func, select

from linkflow.jobs.queue import JobQueue
from linkflow.jobs.upgrade import upgrade
from linkflow.services import syncing
from linkflow.services.context import Context
from linkflow.store import events, syncs
from linkflow.store.books_tables import bill_payments, bills, expenses, statement_lines, suppliers
from tests.config_factories import make_settings
from tests.faults.books_server import BooksServer, books_server, catalogue_at
from tests.faults.worker_process import MOMENTS
from tests.jobs.rig import Rows, add_rows, make_context
from tests.processes import ROOT, child_environment, end

PAGES = (1, 3, 7, 11, 15)
COMPANY = "abra-kebabra"
PATIENCE = 120.0
"""Seconds one life may take."""
COUNTED = [suppliers, bills, bill_payments, expenses, statement_lines]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[BooksServer]:
    with books_server(tmp_path, page_size=250) as server:
        yield server


@pytest.fixture
def ctx(tmp_path: Path, books: BooksServer) -> Context:
    settings = make_settings(tmp_path)
    upgrade(settings.database_url)
    ctx = make_context(settings, catalogue=catalogue_at(books.url))
    ctx.database.enqueue_with(JobQueue(ctx.database.engine))
    return ctx


class Workers:
    """The process that forks workers, one life after the other."""

    def __init__(self, folder: Path, books: BooksServer) -> None:
        plan = folder / "plan.json"
        plan.write_text(json.dumps({"folder": str(folder), "books": books.url}))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker_process", str(plan)],
            cwd=ROOT,
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        assert self._line() == "ready"

    def live(self, line: str) -> int:
        """Start a worker; answers its process id."""
        stream: IO[str] | None = self.process.stdin
        assert stream is not None
        stream.write(line + "\n")
        stream.flush()
        return int(self._line())

    def died_of(self) -> int:
        """How the worker ended: minus the signal, or its exit code."""
        return int(self._line())

    def _line(self) -> str:
        assert self.process.stdout is not None
        patience = threading.Timer(PATIENCE, end, (self.process,), {"patience": 0})
        patience.start()
        said = self.process.stdout.readline().strip()
        patience.cancel()
        assert said, "a worker neither lived nor died as it was told to"
        return said


@pytest.fixture
def workers(tmp_path: Path, books: BooksServer) -> Iterator[Workers]:
    made = Workers(tmp_path, books)
    yield made
    end(made.process, patience=0)
    for stream in (made.process.stdin, made.process.stdout):
        assert stream is not None
        stream.close()


def begin(ctx: Context, rows: Rows) -> str:
    with ctx.database.transaction() as tx:
        return syncing.start_sync(ctx, tx, connection_id=rows.connection_id)


def states(ctx: Context, pulls: dict[str, Rows]) -> Counter[str]:
    with ctx.database.reading() as tx:
        found = [syncs.sync(tx, sync_id) for sync_id in pulls]
    return Counter(sync.state for sync in found if sync is not None)


def wait_until_all_are_over(ctx: Context, pulls: dict[str, Rows], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while states(ctx, pulls)["done"] < len(pulls):
        assert time.monotonic() < ends, states(ctx, pulls)
        time.sleep(0.05)


def figures(ctx: Context, rows: Rows) -> dict[str, int]:
    """Rows kept of each kind for one connection."""
    with ctx.database.reading() as tx:
        return {
            table.name: tx.connection.execute(
                select(func.count()).select_from(table).where(table.c.connection_id == rows.connection_id)
            ).scalar_one()
            for table in COUNTED
        }


@pytest.mark.parametrize("pages", [(7,), pytest.param(PAGES, marks=pytest.mark.slow)], ids=["a page", "every page"])
def test_a_pull_killed_at_any_point_finishes_with_the_same_books(
    tmp_path: Path, ctx: Context, books: BooksServer, workers: Workers, pages: tuple[int, ...]
) -> None:
    granted = books.grant(COMPANY)
    pulls: dict[str, Rows] = {}
    for page, moment in product(pages, MOMENTS):
        rows = add_rows(ctx, tenant_id=COMPANY, tokens=granted)
        sync_id = begin(ctx, rows)
        pulls[sync_id] = rows
        # This life finishes what the last one left behind, then dies in this pull.
        workers.live(f"{sync_id} {moment} {page}")
        assert workers.died_of() == -9, (moment, page)
    whole = add_rows(ctx, tenant_id=COMPANY, tokens=granted)
    pulls[begin(ctx, whole)] = whole
    workers.live("none none 0")
    wait_until_all_are_over(ctx, pulls, 30)

    wanted = figures(ctx, whole)
    assert all(wanted.values())
    assert states(ctx, pulls) == {"done": len(pulls)}
    assert [figures(ctx, rows) for rows in pulls.values()] == [wanted] * len(pulls)
    fetched = Counter((tmp_path / "fetches.log").read_text().splitlines())
    assert max(fetched.values()) <= 2
    twice = Counter(line.split()[0] for line, times in fetched.items() if times == 2)
    assert max(twice.values()) <= 2, "the page that was being stored, and the next, fetched meanwhile"
    with ctx.database.reading() as tx:
        for rows in pulls.values():
            told = [event.kind for event in events.events_of_request(tx, rows.request_id).rows]
            assert told.count("report-ready") == 1
