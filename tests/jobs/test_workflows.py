"""Loops over one step: more, wait, done, failed; a long wait gives its place to others."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import WorkflowStatus

from linkflow.domain.ports import Job
from linkflow.jobs import workflows
from linkflow.jobs.queue import JobQueue, make_client
from linkflow.jobs.rescue import start_lost_work
from linkflow.jobs.upgrade import upgrade
from linkflow.jobs.worker import AT_ONE_SOFTWARE
from linkflow.services import delivering, housekeeping, mailing, reminding, revoking, syncing
from linkflow.services.context import Context
from linkflow.services.job_steps import DONE, FAILED, MORE, JobStep, StepKind, backed_off, wait
from linkflow.services.reading_ahead import Ahead
from linkflow.store import messages
from tests.config_factories import make_settings
from tests.jobs.engine import running_engine
from tests.jobs.rig import add_rows, ask, make_context


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    settings = make_settings(tmp_path)
    upgrade(settings.database_url)
    ctx = make_context(settings)
    ctx.database.enqueue_with(JobQueue(ctx.database.engine))
    yield ctx
    ctx.database.dispose()


def until(found: Callable[[], object], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < ends
        time.sleep(0.02)


def start(ctx: Context, job: Job, row_id: str) -> None:
    with ctx.database.transaction() as tx:
        tx.enqueue(job, row_id)


def begun(ctx: Context, software: str) -> str:
    """A pull that waits for a worker."""
    rows = add_rows(ctx, software=software)
    with ctx.database.transaction() as tx:
        return syncing.start_sync(ctx, tx, connection_id=rows.connection_id)


def workflow(ctx: Context, workflow_id: str) -> WorkflowStatus | None:
    found = make_client(ctx.database.engine).list_workflows(workflow_ids=[workflow_id])
    return found[0] if found else None


def ended(ctx: Context, workflow_id: str) -> Callable[[], bool]:
    def found() -> bool:
        status = workflow(ctx, workflow_id)
        return status is not None and status.status == "SUCCESS"

    return found


def test_a_mail_enqueued_by_the_web_leaves(ctx: Context, tmp_path: Path) -> None:
    rows = ask(ctx)
    with ctx.database.transaction() as tx:
        message_id = mailing.queue_link_mail(ctx, tx, "request", link_id=rows.link_id)
    with running_engine(ctx):
        until(ended(ctx, f"send-message-{message_id}"))
    with ctx.database.reading() as tx:
        message = messages.message(tx, message_id)
    assert message is not None
    assert message.state == "sent"
    assert len(list((tmp_path / "mailbox").glob("*.eml"))) == 1


def test_a_step_is_asked_again_until_it_has_ended(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [MORE, JobStep(StepKind.WAIT, 1), MORE, FAILED]
    monkeypatch.setattr(syncing, "pull_next", lambda ctx, sync_id, ahead: answers.pop(0))
    start(ctx, Job.PULL_BOOKS, "s")
    with running_engine(ctx):
        until(ended(ctx, "pull-books-s"))
        found = make_client(ctx.database.engine).list_workflows(workflow_ids=["pull-books-s"])
    assert answers == []
    assert found[0].output == "failed"


def test_a_long_wait_ends_the_turn_and_the_next_turn_is_delayed(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revoking, "revoke_grant", lambda ctx, grant_id: JobStep(StepKind.WAIT, 900))
    start(ctx, Job.REVOKE_GRANT, "g")
    with running_engine(ctx):
        until(ended(ctx, "revoke-grant-g"))
        following = workflow(ctx, "revoke-grant-g~1")
    assert following is not None
    assert (following.status, following.queue_name) == ("DELAYED", "upkeep")


def test_a_software_that_never_answers_keeps_no_other_waiting(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, free = threading.Event(), threading.Event()
    held = [begun(ctx, "sandbox") for _ in range(3 * AT_ONE_SOFTWARE)]
    other, at_once, most = begun(ctx, "xero"), [0], [0]
    lock = threading.Lock()

    def pull(ctx: Context, sync_id: str, *, ahead: Ahead) -> JobStep:
        if sync_id not in held:
            free.set()
            return DONE
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        slow.wait(30)
        with lock:
            at_once[0] -= 1
        return DONE

    monkeypatch.setattr(syncing, "pull_next", pull)
    with running_engine(ctx):
        assert free.wait(20), "the other software's pull never had its turn"
        until(ended(ctx, f"pull-books-{other}"))
        until(lambda: most[0] == AT_ONE_SOFTWARE)
        slow.set()
        for sync_id in held:
            until(ended(ctx, f"pull-books-{sync_id}"))
    assert most[0] == AT_ONE_SOFTWARE


def test_a_pull_keeps_its_lane_over_its_turns(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "pull_next", lambda ctx, sync_id, ahead: JobStep(StepKind.WAIT, 36_000))
    sync_id = begun(ctx, "xero")
    with running_engine(ctx):
        until(ended(ctx, f"pull-books-{sync_id}"))
        following = workflow(ctx, f"pull-books-{sync_id}~1")
    assert following is not None
    assert (following.status, following.queue_name, following.queue_partition_key) == ("DELAYED", "pulls", "xero")


def test_the_next_turn_comes_when_its_time_has(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows, "LONGEST_SLEEP", 0)
    answers = [JobStep(StepKind.WAIT, 1), JobStep(StepKind.WAIT, 1), DONE]
    monkeypatch.setattr(revoking, "revoke_grant", lambda ctx, grant_id: answers.pop(0))
    start(ctx, Job.REVOKE_GRANT, "g")
    with running_engine(ctx):
        until(ended(ctx, "revoke-grant-g~2"))
    assert answers == []


def test_a_step_that_breaks_is_tried_again_later(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(ctx: Context, grant_id: str) -> JobStep:
        raise RuntimeError("a secret that must not be stored")

    monkeypatch.setattr(revoking, "revoke_grant", broken)
    start(ctx, Job.REVOKE_GRANT, "g")
    with running_engine(ctx):
        until(ended(ctx, "revoke-grant-g"))
        following = workflow(ctx, "revoke-grant-g~1")
    assert following is not None
    assert following.status == "DELAYED"
    files = b"".join(path.read_bytes() for path in ctx.settings.data_dir.glob("linkflow.db*"))
    assert b"a secret" not in files


def test_scheduled_work_calls_each_service_even_when_one_breaks(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    called, told = [], threading.Event()

    def broken(ctx: Context) -> int:
        called.append("reminders")
        raise RuntimeError

    monkeypatch.setattr(reminding, "send_due", broken)
    monkeypatch.setattr(workflows.statuses, "refresh_due", lambda ctx: (called.append("statuses"), told.set()))
    monkeypatch.setattr(housekeeping, "tidy", lambda ctx: called.append("tidy"))
    with running_engine(ctx):
        make_client(ctx.database.engine).trigger_schedule("every-minute")
        assert told.wait(20)
    assert called[:2] == ["reminders", "statuses"]


def test_finished_work_is_forgotten_after_two_days(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "deliver", lambda ctx, message_id, *, mailer: DONE)
    for number in range(3):
        start(ctx, Job.SEND_MESSAGE, f"m{number}")
    with running_engine(ctx):
        for number in range(3):
            until(ended(ctx, f"send-message-m{number}"))
        assert workflows.delete_finished(ctx.now() + timedelta(days=1)) == 0
        assert workflows.delete_finished(ctx.now() + timedelta(days=3)) == 3
        assert workflow(ctx, "send-message-m0") is None


def test_pauses_grow_and_never_fall_short_of_what_was_asked() -> None:
    pauses = [backed_off(failures).total_seconds() for failures in range(1, 9)]
    assert pauses == [1, 4, 16, 64, 256, 1024, 3600, 3600]
    assert backed_off(1, asked=timedelta(seconds=7)) == timedelta(seconds=7)
    assert wait(timedelta(milliseconds=1)) == JobStep(StepKind.WAIT, 1)


def test_work_that_lost_its_workflow_is_started_again_and_other_work_is_not(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ask(ctx)
    with ctx.database.transaction() as tx:
        lost = mailing.queue_link_mail(ctx, tx, "request", link_id=rows.link_id)
        mailing.queue_link_mail(ctx, tx, "reminder", link_id=rows.link_id)
    client = make_client(ctx.database.engine)
    client.delete_workflow(f"send-message-{lost}")
    later = ctx.now() + timedelta(hours=2)
    with running_engine(ctx):
        assert start_lost_work(replace(ctx, clock=lambda: later)) == 1
        until(lambda: _state(ctx, lost) == "sent")


def _state(ctx: Context, message_id: str) -> str | None:
    with ctx.database.reading() as tx:
        message = messages.message(tx, message_id)
    return message.state if message else None
