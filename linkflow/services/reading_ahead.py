"""The next page of a pull, fetched while the last one is stored: what a software takes to answer costs no time then.

In this process's memory and for a moment only. Nothing rests on it: the step that comes next takes the page, or the
trouble there was, in place of its own call where it would ask for the very same; else it is forgotten and fetched
again. There is still one call at a time for a pull, and each is made by who may make it when the one before was.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from linkflow.domain.ports import Page

FRESH_SECONDS = 20.0
"""What was fetched longer ago is as good as not fetched."""
_UNDER_WAY_SECONDS = 0.2
"""How long storing waits for the call to be made: two threads that both reckon would be in each other's way."""
Which = tuple[str, int, int, str | None]
"""A pull, the place of its part, how many pages of it there are, and the cursor of the next."""
Fetch = Callable[[Callable[[], None]], Page]
"""Fetches a page, and calls what it is given when the first call is about to be made."""


@dataclass
class _Coming:
    """A page on its way: fetched by a thread of its own, which nobody waits for when the process ends."""

    which: Which
    fetch: Fetch
    page: Page | None = None
    trouble: Exception | None = None
    thread: threading.Thread = field(init=False)
    came_at: float = 0.0
    under_way: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, name="linkflow-ahead", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.page = self.fetch(self.under_way.set)
        except Exception as trouble:  # noqa: BLE001 - it is the next step's, which knows what to do about it
            self.trouble = trouble
        self.came_at = time.monotonic()
        self.under_way.set()


class Ahead:
    """The pages on their way of all pulls of this process, one of each."""

    def __init__(self) -> None:
        self._coming: dict[str, _Coming] = {}
        self._lock = threading.Lock()

    def begin(self, which: Which, fetch: Fetch) -> None:
        """Begin to fetch a page."""
        with self._lock:
            self._forget_old()
            coming = self._coming[which[0]] = _Coming(which, fetch)
        coming.under_way.wait(_UNDER_WAY_SECONDS)

    def take(self, which: Which) -> Page | None:
        """That page, once it is here, or its trouble, raised; None where it is not on its way."""
        with self._lock:
            coming = self._coming.pop(which[0], None)
        if coming is None:
            return None
        # Two calls of one pull at once are one more than was promised, so that it is waited for in any case.
        coming.thread.join()
        if coming.which != which or time.monotonic() - coming.came_at > FRESH_SECONDS:
            return None
        if coming.trouble is not None:
            raise coming.trouble
        return coming.page

    def forget(self, sync_id: str) -> None:
        """A pull that stops has no use for what is on its way."""
        with self._lock:
            self._coming.pop(sync_id, None)

    def _forget_old(self) -> None:
        """Pulls that went on elsewhere never come for theirs."""
        now = time.monotonic()
        for sync_id, coming in list(self._coming.items()):
            if coming.came_at and now - coming.came_at > FRESH_SECONDS:
                del self._coming[sync_id]
