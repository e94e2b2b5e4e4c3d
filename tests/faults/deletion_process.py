"""A worker that kills itself with SIGKILL at a chosen transaction of a company's deletion, or lives (`0`).

`python -m tests.faults.deletion_process FOLDER NUMBER`: it dies before the NUMBERth commit if that is odd, after it if
even.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from linkflow.jobs import worker
from linkflow.jobs.queue import JobQueue
from linkflow.services import deleting
from linkflow.services.context import Context
from linkflow.services.job_steps import JobStep
from linkflow.store import deletions
from linkflow.store.database import Database
from tests.config_factories import make_settings
from tests.jobs.rig import make_context

ROWS = 2
"""A small company takes many transactions."""


class Watched(Database):
    """The database, which ends the process at the chosen commit of the thread that deletes."""

    number: int
    here = threading.local()
    reached = 0

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        deleting_now = getattr(self.here, "deleting", False)
        self.reached += deleting_now
        due = deleting_now and self.reached == self.number
        with super().transaction() as tx:
            yield tx
            if due and self.number % 2:
                os.kill(os.getpid(), signal.SIGKILL)
        if due:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    settings = make_settings(folder)
    context = make_context(settings)
    database = Watched(settings.database_url)
    database.number = number
    database.enqueue_with(JobQueue(database.engine))
    deletions.erase_some.__kwdefaults__ = {"keep": (), "limit": ROWS}
    real = deleting.delete_next

    def noted(ctx: Context, company_id: str) -> JobStep:
        database.here.deleting = True
        try:
            return real(ctx, company_id)
        finally:
            database.here.deleting = False

    deleting.delete_next = noted
    worker.run(replace(context, database=database))


if __name__ == "__main__":
    main()
