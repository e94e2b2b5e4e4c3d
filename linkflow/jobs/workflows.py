"""The workflows: each a loop over one step that answers more, wait, done or failed, and nothing else.

Where work stands lies in our own tables, so a workflow can be run again from its start by any worker. Arguments and
answers are ids, counts and words, and no exception crosses a step. A long wait gives its place in the queue to others:
the workflow ends, and a delayed one of the next turn goes on.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dbos import DBOS

from linkflow.domain.errors import DatabaseBusy
from linkflow.domain.ports import Job
from linkflow.jobs.queue import placed
from linkflow.jobs.rescue import start_lost_work
from linkflow.mail import Mailer
from linkflow.services import (
    asking_again,
    asking_all,
    deleting,
    delivering,
    digesting,
    housekeeping,
    importing,
    making_workbooks,
    reminding,
    reminding_again,
    renewing,
    reporting,
    retention,
    revoking,
    statuses,
    syncing,
    uploading,
)
from linkflow.services.context import Context
from linkflow.services.job_steps import JobStep, StepKind, wait
from linkflow.services.reading_ahead import Ahead

LONGEST_SLEEP = 5
"""Seconds a workflow waits in its place; longer waits are another turn's."""
_AFTER_FAULT = timedelta(seconds=30)
_FINISHED_KEPT = timedelta(days=2)
_BATCH = 500

_log = logging.getLogger(__name__)

Scheduled = Callable[[datetime, object], None]


def register(ctx: Context, mailer: Mailer) -> dict[str, Scheduled]:
    """Declare every workflow to the engine, once a process and before it is launched; answers the scheduled ones."""
    _declare(ctx, Job.SEND_MESSAGE, lambda message_id: delivering.deliver(ctx, message_id, mailer=mailer))
    ahead = Ahead()
    _declare(ctx, Job.PULL_BOOKS, lambda sync_id: syncing.pull_next(ctx, sync_id, ahead=ahead))
    _declare(ctx, Job.REVOKE_GRANT, lambda grant_id: revoking.revoke_grant(ctx, grant_id))
    _declare(ctx, Job.DELETE_COMPANY, lambda company_id: deleting.delete_next(ctx, company_id))
    _declare(ctx, Job.DELETE_BOOKS, lambda connection_id: retention.delete_unwanted(ctx, connection_id))
    _declare(ctx, Job.CHECK_UPLOAD, lambda upload_id: uploading.check_next(ctx, upload_id))
    _declare(ctx, Job.BUILD_REPORT, lambda report_id: reporting.build_report(ctx, report_id))
    _declare(ctx, Job.MAKE_WORKBOOK, lambda workbook_id: making_workbooks.make_workbook(ctx, workbook_id))
    _declare(ctx, Job.ADD_COMPANIES, lambda import_id: importing.add_next(ctx, import_id))
    _declare(ctx, Job.ASK_COMPANIES, lambda import_id: asking_all.ask_next(ctx, import_id))
    _declare(ctx, Job.ASK_AGAIN, lambda batch_id: asking_again.ask_next(ctx, batch_id))
    return {
        "every-minute": _schedule(
            "every-minute",
            lambda: reminding.send_due(ctx),
            lambda: reminding_again.send_due(ctx),
            lambda: statuses.refresh_due(ctx),
            lambda: digesting.send_due(ctx),
        ),
        # By itself: a software that hangs keeps no reminder waiting.
        "every-five-minutes": _schedule("every-five-minutes", lambda: renewing.renew_due(ctx)),
        "every-hour": _schedule("every-hour", lambda: start_lost_work(ctx), lambda: importing.forget_old(ctx)),
        "every-day": _schedule("every-day", lambda: housekeeping.tidy(ctx), lambda: delete_finished(ctx.now())),
    }


def _declare(ctx: Context, job: Job, service: Callable[[str], JobStep]) -> None:
    def step(row_id: str) -> str:
        return words(_answer(job, service, row_id))

    def work(row_id: str, turn: int = 0) -> str:
        while True:
            kind, seconds = read(DBOS.run_step({"name": f"{job.value}-step"}, step, row_id))
            if kind in (StepKind.DONE, StepKind.FAILED):
                return kind.value
            if seconds > LONGEST_SLEEP:
                _take_another_turn(ctx, job, row_id, turn + 1, seconds)
                return kind.value
            if seconds:
                DBOS.sleep(seconds)

    DBOS.workflow(name=job.value, max_recovery_attempts=None)(work)


def words(step: JobStep) -> str:
    """A step's answer as the engine keeps it."""
    return f"{step.kind.value} {step.seconds}"


def read(answer: str) -> tuple[StepKind, int]:
    """And back."""
    kind, _, seconds = answer.partition(" ")
    return StepKind(kind), int(seconds)


def delete_finished(now: datetime) -> int:
    """Remove workflows that ended two days ago or earlier; answers how many."""
    before, deleted = (now - _FINISHED_KEPT).astimezone(UTC).isoformat(), 0
    while True:
        ended = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before,
            limit=_BATCH,
            load_input=False,
            load_output=False,
        )
        if not ended:
            return deleted
        DBOS.delete_workflows([workflow.workflow_id for workflow in ended])
        deleted += len(ended)


def _answer(job: Job, service: Callable[[str], JobStep], row_id: str) -> JobStep:
    try:
        return service(row_id)
    except Exception as error:  # noqa: BLE001 - our database may be away for a moment; the work must not end by that
        _log.error("%s %s: %s", job.value, row_id, type(error).__name__)
        return wait(_AFTER_FAULT)


def _take_another_turn(ctx: Context, job: Job, row_id: str, turn: int, seconds: int) -> None:
    try:
        with ctx.database.reading() as tx:
            options = placed(tx.connection, job, row_id)
    except DatabaseBusy:
        # Nothing may end a workflow but its step.
        options = placed(None, job, row_id)
    options |= {"workflow_id": f"{_first_turn()}~{turn}", "delay_seconds": float(seconds)}
    DBOS.enqueue_workflow_with_options(options, row_id, turn)


def _first_turn() -> str:
    """The id this work began under: further turns follow from it, each once however often this one is replayed."""
    current = DBOS.workflow_id or ""
    head, mark, last = current.rpartition("~")
    return head if mark and last.isdigit() else current


def _schedule(name: str, *services: Callable[[], object]) -> Scheduled:
    def step() -> str:
        results = {_attempt(name, service) for service in services}
        return max(results).value

    def tick(_at: datetime, _context: object) -> None:
        DBOS.run_step({"name": f"{name}-step"}, step)

    registered: Scheduled = DBOS.workflow(name=name, max_recovery_attempts=None)(tick)
    return registered


def _attempt(name: str, service: Callable[[], object]) -> StepKind:
    try:
        service()
    except Exception as error:  # noqa: BLE001 - the next tick tries again; this one must not keep the others from theirs
        _log.error("%s: %s", name, type(error).__name__)
        return StepKind.FAILED
    return StepKind.DONE
