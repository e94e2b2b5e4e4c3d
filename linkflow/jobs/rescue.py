"""Starting lost work again: rows that wait although no workflow is left to work on them.

That should never be so. It is after a restored backup, or when a workflow ended by the engine's own trouble.
"""

import logging
from datetime import timedelta

from dbos import DBOS

from linkflow.jobs.queue import placed
from linkflow.services.context import Context
from linkflow.store.unfinished import overdue

GRACE = timedelta(hours=1)
_ALIVE = ["ENQUEUED", "DELAYED", "PENDING"]

_log = logging.getLogger(__name__)


def start_lost_work(ctx: Context) -> int:
    """Enqueue what is overdue and in nobody's hands, at most once an hour each; answers how much that was."""
    now = ctx.now()
    with ctx.database.reading() as tx:
        found = overdue(tx, since=now - GRACE)
    lost = 0
    for job, row_id in found:
        name = f"{job.value}-{row_id}"
        if DBOS.list_workflows(workflow_id_prefix=name, status=_ALIVE, limit=1, load_input=False, load_output=False):
            continue
        with ctx.database.reading() as tx:
            options = placed(tx.connection, job, row_id)
        options["workflow_id"] = f"{name}~again-{now:%Y%m%d%H}"
        DBOS.enqueue_workflow_with_options(options, row_id)
        lost += 1
    if lost:
        _log.warning("started %d lost pieces of work again", lost)
    return lost
