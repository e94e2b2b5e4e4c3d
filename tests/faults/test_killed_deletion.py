"""`kill -9` of the worker in the middle of a company's deletion: the next one finishes it, and nothing is left.

That a deletion goes on wherever it is cut short is part of every run: tests/services/test_deleting.py.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from linkflow.domain.ports import Job
from linkflow.jobs.queue import JobQueue
from linkflow.jobs.upgrade import upgrade
from linkflow.services.context import Context
from linkflow.store import companies, deletions, events, grants
from linkflow.store.deletions import HANGING, Deletion
from linkflow.store.turns import take_turn
from tests.config_factories import make_settings
from tests.jobs.rig import make_context
from tests.processes import ROOT, child_environment, end
from tests.store.hanging import add_everything, everything

MARK = "Kettle"
PATIENCE = 150


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    settings = make_settings(tmp_path)
    upgrade(settings.database_url)
    ctx = make_context(settings)
    ctx.database.enqueue_with(JobQueue(ctx.database.engine))
    return ctx


@pytest.mark.slow
def test_a_deletion_goes_on_after_a_kill_at_every_point(ctx: Context, tmp_path: Path) -> None:
    _delete_through(ctx, tmp_path, kills=(1, 2, 3, 2, 1, 4, 3, 2, 1, 2))


def _delete_through(ctx: Context, folder: Path, *, kills: tuple[int, ...]) -> None:
    company_id = _going(ctx)
    for number in kills:
        worker = _worker(folder, number)
        assert worker.wait(PATIENCE) == -signal.SIGKILL
    worker = _worker(folder, 0)
    try:
        _until_gone(ctx, company_id)
    finally:
        end(worker)
    with ctx.database.reading() as tx:
        found = everything(tx.connection)
        kinds = [one.kind for one in events.events_of_company(tx, company_id).rows]
    assert [name for name in {table.name for table in HANGING} if found[name]] == []
    assert kinds.count("company-erased") == 1
    assert len(found["consents"]) == 1


def _going(ctx: Context) -> str:
    """A company that somebody deleted, with something in every table and a grant that is revoked already."""
    with ctx.database.transaction() as tx:
        user = (
            "INSERT INTO users (id, organization, email, name, role, created_at) "
            "VALUES (:id, 'northbank', :id, 'x', 'viewer', :at)"
        )
        tx.connection.execute(text(user), {"id": f"user-of-{MARK}", "at": "2026-01-01 00:00:00"})
        company_id = add_everything(tx.connection, MARK)
        tx.connection.execute(grants.grants.update().values(state="revoked"))
        take_turn(tx, company_id)
        companies.begin_deleting(tx, company_id, at=ctx.now())
        deletions.add_deletion(tx, Deletion(company_id=company_id, organization="northbank", asked_at=ctx.now()))
        tx.enqueue(Job.DELETE_COMPANY, company_id)
    return company_id


def _worker(folder: Path, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.deletion_process", str(folder), str(number)],
        cwd=ROOT,
        env=child_environment(),
        start_new_session=True,
        text=True,
    )


def _until_gone(ctx: Context, company_id: str) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with ctx.database.reading() as tx:
            deletion = deletions.deletion(tx, company_id)
        if deletion is not None and deletion.done_at is not None:
            return
        time.sleep(0.1)
    raise AssertionError("the deletion did not end")
