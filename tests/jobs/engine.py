"""The engine in this process, for one test: launched on a context, ended in order, everything registered forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager

from dbos import DBOS

from linkflow.jobs import worker
from linkflow.services.context import Context


@contextmanager
def running_engine(ctx: Context) -> Iterator[None]:
    """Durable work goes on as long as the block does."""
    try:
        worker.launch(ctx)
        yield
    finally:
        DBOS.destroy(destroy_registry=True)
