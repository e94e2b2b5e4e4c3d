"""Work starts if and when the transaction that caused it commits, and once."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from dbos import WorkflowStatus
from sqlalchemy import text

from linkflow.domain.ports import Job
from linkflow.jobs.queue import QUEUES, JobQueue, make_client
from linkflow.jobs.upgrade import upgrade
from linkflow.jobs.worker import AT_ONCE, AT_ONE_SOFTWARE
from linkflow.services import syncing
from linkflow.services.context import Context
from tests.config_factories import make_settings
from tests.jobs.rig import add_rows, make_context
from tests.processes import ROOT, child_environment


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    settings = make_settings(tmp_path)
    upgrade(settings.database_url)
    ctx = make_context(settings)
    ctx.database.enqueue_with(JobQueue(ctx.database.engine))
    return ctx


def waiting(ctx: Context) -> list[WorkflowStatus]:
    return make_client(ctx.database.engine).list_workflows(status="ENQUEUED")


def test_work_is_enqueued_with_the_commit_under_its_natural_key(ctx: Context) -> None:
    with ctx.database.transaction() as tx:
        tx.enqueue(Job.SEND_MESSAGE, "abc")
    (found,) = waiting(ctx)
    assert (found.workflow_id, found.name, found.queue_name) == ("send-message-abc", "send-message", "mail")


def test_a_rolled_back_transaction_starts_nothing(ctx: Context) -> None:
    def change_of_mind() -> None:
        with ctx.database.transaction() as tx:
            tx.enqueue(Job.SEND_MESSAGE, "abc")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_of_mind()
    assert waiting(ctx) == []


def test_the_same_work_enqueued_twice_is_there_once_and_hurts_nobody(ctx: Context) -> None:
    for _ in range(2):
        with ctx.database.transaction() as tx:
            tx.enqueue(Job.REVOKE_GRANT, "g")
            tx.enqueue(Job.REVOKE_GRANT, "g")
    assert len(waiting(ctx)) == 1


def test_every_job_has_its_queue() -> None:
    assert set(QUEUES) == set(Job)
    assert set(QUEUES.values()) == set(AT_ONCE)


def test_large_files_never_take_the_places_of_pulls() -> None:
    assert QUEUES[Job.MAKE_WORKBOOK] == QUEUES[Job.CHECK_UPLOAD] != QUEUES[Job.PULL_BOOKS]
    assert AT_ONCE[QUEUES[Job.MAKE_WORKBOOK]] == 2


def test_each_software_has_a_lane_of_its_own_among_the_pulls(ctx: Context) -> None:
    for software in ("sandbox", "xero"):
        rows = add_rows(ctx, software=software)
        with ctx.database.transaction() as tx:
            syncing.start_sync(ctx, tx, connection_id=rows.connection_id)
    lanes = sorted((found.queue_name or "", found.queue_partition_key or "") for found in waiting(ctx))
    assert lanes == [("pulls", "sandbox"), ("pulls", "xero")]


def test_one_slow_software_leaves_half_of_the_places_to_the_others() -> None:
    assert AT_ONCE[QUEUES[Job.PULL_BOOKS]] == AT_ONE_SOFTWARE * 2


def test_the_queue_holds_ids_as_json_and_nothing_else(ctx: Context, tmp_path: Path) -> None:
    with ctx.database.transaction() as tx:
        tx.enqueue(Job.PULL_BOOKS, "abc")
    with sqlite3.connect(tmp_path / "linkflow.db") as raw:
        (inputs,) = raw.execute("SELECT inputs FROM workflow_input").fetchone()
        (form,) = raw.execute("SELECT serialization FROM workflow_status").fetchone()
    raw.close()
    assert form == "portable_json"
    assert json.loads(inputs)["positionalArgs"] == ["abc"]


def test_what_the_web_takes_from_jobs_never_loads_the_workflows() -> None:
    code = (
        "import sys, linkflow.jobs.queue; "
        "print([m for m in sys.modules if m.startswith('linkflow.jobs.') and m != 'linkflow.jobs.queue'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=child_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_upgrading_twice_changes_nothing(ctx: Context) -> None:
    upgrade(ctx.settings.database_url)
    with ctx.database.reading() as tx:
        assert tx.connection.execute(text("SELECT count(*) FROM dbos_migrations")).scalar_one() == 1
