"""The same durable work on PostgreSQL: one database, the engine's tables in a schema of their own."""

import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from linkflow.jobs.queue import SCHEMA, JobQueue, make_client
from linkflow.jobs.takeover import take_over_silent
from linkflow.jobs.upgrade import upgrade
from linkflow.services import mailing
from linkflow.store import messages, workers
from tests.config_factories import make_settings
from tests.jobs.engine import running_engine
from tests.jobs.rig import ask, make_context


def test_a_mail_enqueued_with_a_commit_leaves_and_work_left_behind_is_taken_over(
    tmp_path: Path, postgres_url: str
) -> None:
    settings = make_settings(tmp_path, database_url=postgres_url)
    upgrade(settings.database_url)
    upgrade(settings.database_url)
    ctx = make_context(settings)
    ctx.database.enqueue_with(JobQueue(ctx.database.engine))
    client = make_client(ctx.database.engine)
    rows = ask(ctx)
    with ctx.database.transaction() as tx:
        message_id = mailing.queue_link_mail(ctx, tx, "request", link_id=rows.link_id)
        workers.appear(tx, "gone", now=ctx.now() - timedelta(minutes=2))
    with ctx.database.transaction() as tx:
        tx.connection.execute(text(f"UPDATE {SCHEMA}.workflow_status SET status = 'PENDING', executor_id = 'gone'"))
    assert take_over_silent(ctx, client) == 1
    with running_engine(ctx):
        ends = time.monotonic() + 20
        while client.list_workflows(status=["ENQUEUED", "PENDING"]):
            assert time.monotonic() < ends
            time.sleep(0.05)
    with ctx.database.reading() as tx:
        message = messages.message(tx, message_id)
        schemas = tx.connection.execute(text("SELECT schemaname FROM pg_tables WHERE tablename = 'workflow_status'"))
        assert schemas.scalars().all() == [SCHEMA]
    assert message is not None
    assert message.state == "sent"
    ctx.database.dispose()
