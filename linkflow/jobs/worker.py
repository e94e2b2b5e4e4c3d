"""The worker process: runs durable work until it is told to stop. One name, one live worker."""

import contextlib
import fcntl
import logging
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Engine

from linkflow.jobs.queue import APPLICATION, BOOKS, FILES, MAIL, PULLS, UPKEEP, VERSION, make_client, schema_of
from linkflow.jobs.takeover import Heartbeat
from linkflow.jobs.workflows import register
from linkflow.problems import CannotRun
from linkflow.services import refreshing
from linkflow.services.context import Context
from linkflow.services.delivering import mailer_of
from linkflow.services.private_folder import remove_abandoned

AT_ONCE = {MAIL: 8, PULLS: 12, BOOKS: 4, FILES: 2, UPKEEP: 4}
"""Workflows of each queue that one worker runs at a time: large files are few, and never in the way of pulls."""
AT_ONE_SOFTWARE = AT_ONCE[PULLS] // 2
"""Pulls from one software that one worker runs at a time: one that is slow leaves the other places to the others."""
POLLING_SECONDS = 0.2
PATIENCE = 3
"""Seconds given to running steps at the end; what is not finished goes on after the next start."""
SCHEDULES = {
    "every-minute": "0 * * * * *",
    "every-five-minutes": "30 */5 * * * *",
    "every-hour": "0 7 * * * *",
    "every-day": "0 20 3 * * *",
}

_log = logging.getLogger(__name__)


class NameTaken(CannotRun):
    """Another worker of this name runs on this machine: it would run the other's work a second time."""


def run(ctx: Context, *, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or `stop`. The schema must be there (`upgrade`); never call it before a fork."""
    stopping = stop or _stop_on_signals()
    with only_one(ctx):
        remove_abandoned()
        heartbeat = Heartbeat(ctx, make_client(ctx.database.engine), name=ctx.settings.worker_name)
        heartbeat.start()
        launch(ctx)
        _log.info("worker %s is ready", ctx.settings.worker_name)
        stopping.wait()
        DBOS.destroy(workflow_completion_timeout_sec=PATIENCE)
        # A token that has been rotated there and not yet been stored here would be lost.
        refreshing.settle(ctx.settings.outbound_total_seconds)
        heartbeat.stop(leave=False)


def launch(ctx: Context) -> None:
    """Start the engine in this process, with every workflow, queue and schedule."""
    scheduled = register(ctx, mailer_of(ctx.settings))
    DBOS(config=_config(ctx.database.engine, ctx.settings.worker_name))
    DBOS.launch()
    for name, at_once in AT_ONCE.items():
        lane = AT_ONE_SOFTWARE if name == PULLS else None
        DBOS.register_queue(
            name,
            worker_concurrency=at_once,
            partition_worker_concurrency=lane,
            polling_interval_sec=POLLING_SECONDS,
        )
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": scheduled[name], "schedule": cron, "queue_name": UPKEEP}
            for name, cron in SCHEDULES.items()
        ]
    )


def _config(engine: Engine, name: str) -> DBOSConfig:
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_engine": engine,
        "system_database_url": engine.url.render_as_string(hide_password=False),
        "executor_id": name,
        "application_version": VERSION,
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "log_level": "WARNING",
    }
    schema = schema_of(engine)
    if schema is not None:
        config["dbos_system_schema"] = schema
    return config


@contextlib.contextmanager
def only_one(ctx: Context) -> Iterator[None]:
    """Hold the name on this machine; the operating system lets go of it however the process ends."""
    ctx.settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = ctx.settings.data_dir / f"worker-{ctx.settings.worker_name}.lock"
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NameTaken(f"a worker named {ctx.settings.worker_name} runs already (LINKFLOW_WORKER_NAME)") from None
        held.write(str(os.getpid()))
        held.flush()
        yield


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopping
