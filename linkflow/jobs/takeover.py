"""Staying known as alive, and taking over what a worker that fell silent has left running.

The engine gives a dead worker's work only to a new one of the same name. So each worker renews a row of its own; one
silent for a minute is claimed by a conditional update, and its running workflows go back to their queues. A worker that
cannot renew its row ends itself well before it could be taken for dead.
"""

import logging
import os
import threading
import time
from datetime import timedelta

from dbos import DBOSClient

from linkflow.jobs.queue import QUEUES
from linkflow.services.context import Context
from linkflow.store import workers

HEARTBEAT = timedelta(seconds=10)
GIVE_UP = timedelta(seconds=30)
SILENT = timedelta(seconds=60)

_log = logging.getLogger(__name__)


class Heartbeat:
    """Two threads: one renews this worker's row, one looks for workers that no longer renew theirs."""

    def __init__(self, ctx: Context, client: DBOSClient, *, name: str) -> None:
        self._ctx = ctx
        self._client = client
        self._name = name
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._renew_always, name="heartbeat", daemon=True),
            threading.Thread(target=self._look_always, name="take-over", daemon=True),
        ]

    def start(self) -> None:
        """Appear, then keep appearing."""
        with self._ctx.database.transaction() as tx:
            workers.appear(tx, self._name, now=self._ctx.now())
        for thread in self._threads:
            thread.start()

    def stop(self, *, leave: bool) -> None:
        """End both threads; with `leave` nothing is left running, so nobody need take over."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)
        if leave:
            with self._ctx.database.transaction() as tx:
                workers.leave(tx, self._name)

    def _renew_always(self) -> None:
        renewed = time.monotonic()
        while not self._stopping.wait(HEARTBEAT.total_seconds()):
            try:
                with self._ctx.database.transaction() as tx:
                    known = workers.renew(tx, self._name, now=self._ctx.now())
            except Exception as error:  # noqa: BLE001 - whatever keeps us from the database, the clock below decides
                _log.warning("heartbeat: %s", type(error).__name__)
                if time.monotonic() - renewed > GIVE_UP.total_seconds():
                    _end("this worker could not renew its row")
                continue
            if not known:
                _end("this worker was taken for dead and its work given to another")
            renewed = time.monotonic()

    def _look_always(self) -> None:
        while not self._stopping.wait(HEARTBEAT.total_seconds()):
            try:
                take_over_silent(self._ctx, self._client)
            except Exception as error:  # noqa: BLE001 - the next look comes in ten seconds
                _log.warning("take-over: %s", type(error).__name__)


def take_over_silent(ctx: Context, client: DBOSClient) -> int:
    """Give the running work of every silent worker back to its queue; answers how many workflows that were."""
    since = ctx.now() - SILENT
    with ctx.database.reading() as tx:
        silent = workers.silent_workers(tx, since=since)
    resumed = 0
    for name in silent:
        with ctx.database.transaction() as tx:
            claimed = workers.claim(tx, name, since=since, now=ctx.now())
        if claimed:
            resumed += _resume_all(client, name)
            with ctx.database.transaction() as tx:
                workers.leave(tx, name)
    return resumed


def _resume_all(client: DBOSClient, name: str) -> int:
    running = client.list_workflows(status="PENDING", executor_id=name, load_input=False, load_output=False)
    own = {job.value: queue for job, queue in QUEUES.items()}
    for workflow in running:
        client.resume_workflow(workflow.workflow_id, queue_name=workflow.queue_name or own.get(workflow.name))
    if running:
        _log.warning("took over %d workflows of the silent worker %s", len(running), name)
    return len(running)


def _end(reason: str) -> None:
    _log.critical("%s: ending", reason)
    # Not an exception: threads in the middle of a step must stop here and now, as after a kill.
    os._exit(70)
