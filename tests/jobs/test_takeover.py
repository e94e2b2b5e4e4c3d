"""What a worker left behind is given to others once it has been silent for a minute; never before, never twice."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from linkflow.domain.ports import Job
from linkflow.jobs import worker
from linkflow.jobs.queue import JobQueue, make_client
from linkflow.jobs.takeover import take_over_silent
from linkflow.jobs.upgrade import upgrade
from linkflow.services.context import Context
from linkflow.store import workers
from tests.config_factories import make_settings
from tests.jobs.rig import Clock, make_context


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ctx(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    settings = make_settings(tmp_path)
    upgrade(settings.database_url)
    ctx = make_context(settings, clock=clock)
    ctx.database.enqueue_with(JobQueue(ctx.database.engine))
    yield ctx
    ctx.database.dispose()


def left_running(ctx: Context, tmp_path: Path, *, by: str, at: datetime) -> None:
    """A workflow in the middle of its work on a worker last seen then."""
    with ctx.database.transaction() as tx:
        workers.appear(tx, by, now=at)
        tx.enqueue(Job.PULL_BOOKS, by)
    raw = sqlite3.connect(tmp_path / "linkflow.db")
    with raw:
        raw.execute(
            "UPDATE workflow_status SET status = 'PENDING', executor_id = ? WHERE workflow_uuid = ?",
            (by, f"pull-books-{by}"),
        )
    raw.close()


def states(ctx: Context) -> dict[str, tuple[str, str]]:
    """Workflow → its state, its queue and its lane there."""
    found = make_client(ctx.database.engine).list_workflows()
    return {
        workflow.workflow_id: (workflow.status, f"{workflow.queue_name} {workflow.queue_partition_key}")
        for workflow in found
    }


def test_work_of_a_silent_worker_goes_back_to_its_queue(ctx: Context, clock: Clock, tmp_path: Path) -> None:
    left_running(ctx, tmp_path, by="gone", at=clock.time - timedelta(seconds=60))
    left_running(ctx, tmp_path, by="alive", at=clock.time - timedelta(seconds=59))
    assert take_over_silent(ctx, make_client(ctx.database.engine)) == 1
    assert states(ctx) == {
        "pull-books-gone": ("ENQUEUED", "pulls common"),
        "pull-books-alive": ("PENDING", "pulls common"),
    }


def test_only_one_of_two_takes_over(ctx: Context, clock: Clock) -> None:
    with ctx.database.transaction() as tx:
        workers.appear(tx, "gone", now=clock.time - timedelta(minutes=2))
    since = clock.time - timedelta(seconds=60)
    with ctx.database.transaction() as tx:
        first = workers.claim(tx, "gone", since=since, now=clock.time)
        second = workers.claim(tx, "gone", since=since, now=clock.time)
    assert (first, second) == (True, False)


def test_a_take_over_that_died_half_way_is_taken_over_in_turn(ctx: Context, clock: Clock, tmp_path: Path) -> None:
    left_running(ctx, tmp_path, by="gone", at=clock.time - timedelta(minutes=2))
    with ctx.database.transaction() as tx:
        assert workers.claim(tx, "gone", since=clock.time - timedelta(seconds=60), now=clock.time)
    client = make_client(ctx.database.engine)
    assert take_over_silent(ctx, client) == 0
    clock.go_on(seconds=61)
    assert take_over_silent(ctx, client) == 1


def test_a_worker_that_was_given_up_learns_it_at_its_next_heartbeat(ctx: Context, clock: Clock) -> None:
    with ctx.database.transaction() as tx:
        workers.appear(tx, "slow", now=clock.time - timedelta(minutes=2))
        assert workers.claim(tx, "slow", since=clock.time - timedelta(seconds=60), now=clock.time)
        assert not workers.renew(tx, "slow", now=clock.time)
        workers.appear(tx, "slow", now=clock.time)
        assert workers.renew(tx, "slow", now=clock.time)


def test_two_live_workers_never_share_a_name(ctx: Context) -> None:
    with worker.only_one(ctx), pytest.raises(worker.NameTaken, match="LINKFLOW_WORKER_NAME"):
        worker.only_one(ctx).__enter__()
    with worker.only_one(ctx):
        assert (ctx.settings.data_dir / "worker-worker-1.lock").exists()
