"""Keeps the libraries below from writing our calls into a log: httpx2 logs whole addresses, httpcore2 whole headers.

Only while one of our calls is under way, and whatever level a host application has chosen for them; its own use of
the same libraries stays as it was.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ours: ContextVar[bool] = ContextVar("linkflow_outbound_quiet", default=False)


def _not_ours(record: logging.LogRecord) -> bool:
    return not _ours.get() or record.levelno >= logging.WARNING


for _name in (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "authlib.integrations.base_client.sync_app",
):
    logging.getLogger(_name).addFilter(_not_ours)


@contextmanager
def quietly() -> Iterator[None]:
    """Run the block without the libraries' chatter."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)
