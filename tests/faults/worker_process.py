"""A worker that kills itself with SIGKILL at a chosen moment, started as often as a test likes.

`python -m tests.faults.worker_process PLAN.json` imports everything once, then for each line of its input forks a
process that becomes a worker. A line is `SYNC MOMENT NUMBER`: at the NUMBERth page of that pull the worker dies before
the fetch, after it, with the page stored but not committed, or committed but not yet noted by the engine. `none` lives
until it is told to stop. Every fetch is appended to a log before it is made.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from linkflow.domain.ports import Page
from linkflow.jobs import worker
from linkflow.jobs.queue import JobQueue
from linkflow.services import syncing
from linkflow.services.context import Context
from linkflow.services.reading_ahead import Ahead, Fetch, Which
from linkflow.store.database import Database
from linkflow.store.tables import syncs
from tests.config_factories import make_settings
from tests.faults.books_server import catalogue_at
from tests.jobs.rig import make_context

MOMENTS = ("before-fetch", "after-fetch", "before-commit", "after-commit")


class Plan:
    """When to die: `reach` is called at every moment of every page."""

    def __init__(self, line: str, log: Path) -> None:
        self.sync_id, self.moment, number = line.split()
        self.number, self.pages, self.log = int(number), 0, log
        self.here = threading.local()

    def fetching(self, address: str) -> None:
        with self.log.open("a") as log:
            log.write(f"{self.here.sync_id} {address}\n")
        if self.here.sync_id == self.sync_id:
            self.pages += 1

    def reach(self, moment: str) -> None:
        due = getattr(self.here, "sync_id", None) == self.sync_id and self.pages >= self.number
        if due and moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


class WatchedHttp:
    """The client, with the plan asked around every fetch."""

    def __init__(self, real: Any, plan: Plan) -> None:
        self._real, self._plan = real, plan

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def session(self, *arguments: Any, **named: Any) -> "WatchedSession":
        return WatchedSession(self._real.session(*arguments, **named), self._plan)


class WatchedSession:
    def __init__(self, real: Any, plan: Plan) -> None:
        self._real, self._plan = real, plan

    def get(self, url: str, *, params: Any = None, headers: Any = None) -> Any:
        self._plan.fetching(f"{url}?{json.dumps(params)}")
        self._plan.reach("before-fetch")
        answer = self._real.get(url, params=params, headers=headers)
        self._plan.reach("after-fetch")
        return answer


class WatchedDatabase(Database):
    """The database, with the plan asked before and after every commit."""

    plan: Plan

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with super().transaction() as tx:
            yield tx
            self.plan.reach("before-commit")
        self.plan.reach("after-commit")


def wait_for_the_others(ctx: Context, sync_id: str) -> None:
    """Each pull is killed once: what the life before left behind is finished first."""
    others = select(syncs.c.id).where(syncs.c.id != sync_id, syncs.c.state.in_(("queued", "running")))
    while True:
        with ctx.database.reading() as tx:
            if tx.connection.execute(others).first() is None:
                return
        time.sleep(0.02)


def be_worker(given: dict[str, str], line: str) -> None:
    """In the child: never returns."""
    folder = Path(given["folder"])
    settings = make_settings(folder)
    plan = Plan(line, folder / "fetches.log")
    context = make_context(settings, catalogue=catalogue_at(given["books"]))
    database = WatchedDatabase(settings.database_url)
    database.plan = plan
    database.enqueue_with(JobQueue(database.engine))
    watched = replace(context, database=database, http=WatchedHttp(context.http, plan))  # type: ignore[arg-type]
    real, begin = syncing.pull_next, Ahead.begin

    def noted(ctx: Context, sync_id: str, **named: Any) -> Any:
        plan.here.sync_id = sync_id
        if sync_id == plan.sync_id and plan.pages == 0:
            wait_for_the_others(ctx, sync_id)
        return real(ctx, sync_id, **named)

    def noted_ahead(ahead: Ahead, which: Which, fetch: Fetch) -> None:
        def of_this_pull(under_way: Callable[[], None]) -> Page:
            plan.here.sync_id = which[0]
            return fetch(under_way)

        begin(ahead, which, of_this_pull)

    syncing.pull_next = noted
    Ahead.begin = noted_ahead  # type: ignore[method-assign, assignment]  # in a thread of its own, which knows no pull
    worker.run(watched)
    os._exit(0)


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            be_worker(given, line)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
