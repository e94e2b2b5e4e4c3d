"""One total deadline for a whole call: lookup, connect, handshake, every read and every write share it.

A timeout per read, as HTTP libraries offer, lets a server that sends one byte at a time hold a thread for minutes.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from linkflow.outbound.errors import Timeout


class Deadline:
    """`seconds` from now, on a clock that does not jump."""

    def __init__(self, seconds: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ends = monotonic() + seconds

    def left(self, *, at_most: float | None = None) -> float:
        """Seconds left, more than zero; raises `Timeout` when there are none."""
        left = self._ends - self._monotonic()
        if left <= 0:
            raise Timeout(reason="deadline")
        return left if at_most is None else min(left, at_most)


_current: ContextVar[Deadline] = ContextVar("linkflow_outbound_deadline")


@contextmanager
def under(deadline: Deadline) -> Iterator[None]:
    """Run the block's network work under this deadline."""
    token = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Deadline:
    """The deadline of the call under way; without one nothing may touch the network (LookupError)."""
    return _current.get()
