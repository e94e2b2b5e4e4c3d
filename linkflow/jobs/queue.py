"""Enqueuing durable work in the caller's own transaction: it starts if and when that commits, once for each id.

All that a web process takes from the engine: a client on our own database, never the engine itself.
"""

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Connection, Engine

from linkflow.domain.ports import Job
from linkflow.store.syncs import software_of

APPLICATION = "linkflow"
VERSION = "1"
"""Of the contract between a workflow's code and its rows: a loop over one step. Raise it only when that changes."""
SCHEMA = "linkflow_jobs"
"""Where the engine's tables live on PostgreSQL; on SQLite they lie beside ours."""

MAIL, PULLS, BOOKS, FILES, UPKEEP = "mail", "pulls", "books", "files", "upkeep"
_FILES = (Job.CHECK_UPLOAD, Job.MAKE_WORKBOOK)
QUEUES = {
    **dict.fromkeys(Job, UPKEEP),
    **dict.fromkeys(_FILES, FILES),
    Job.SEND_MESSAGE: MAIL,
    Job.PULL_BOOKS: PULLS,
    Job.BUILD_REPORT: BOOKS,
}
_COMMON = "common"
"""The lane of pulls of which nobody can tell what software they are from."""


def schema_of(engine: Engine) -> str | None:
    """The engine's schema on this database."""
    return None if engine.dialect.name == "sqlite" else SCHEMA


def make_client(engine: Engine) -> DBOSClient:
    """A client on our own engine, made without a call: the schema may still be missing."""
    return DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=schema_of(engine),
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        retry_connection_errors=False,
        lazy=True,
    )


def placed(connection: Connection | None, job: Job, row_id: str) -> EnqueueOptions:
    """The queue of some work, and in that of the pulls its lane.

    Each software has a lane of its own, so that one that is slow never takes every place.
    """
    options: EnqueueOptions = {"workflow_name": job.value, "queue_name": QUEUES[job]}
    if job is Job.PULL_BOOKS:
        software = software_of(connection, row_id) if connection is not None else None
        options["queue_partition_key"] = software or _COMMON
    return options


class JobQueue:
    """The enqueuing function `Database` is given."""

    def __init__(self, engine: Engine) -> None:
        self._client = make_client(engine)

    def __call__(self, connection: Connection, job: Job, ids: tuple[str, ...]) -> None:
        """Enqueue inside the connection's transaction; the same job and id again change nothing."""
        options = placed(connection, job, ids[0])
        options["workflow_id"] = f"{job.value}-{ids[0]}"
        self._client.enqueue_in_transaction(connection, options, *ids)

    def close(self) -> None:
        """Let the client go; the engine stays open."""
        self._client.destroy()
