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
Which = tuple[str, int, int, str | None]
"""A pull, the place of its part, how many pages of it there are, and the cursor of the next."""


@dataclass
class _Coming:
    """A page on its way: fetched by a thread of its own, which nobody waits for when the process ends."""

    which: Which
    fetch: Callable[[], Page]
    page: Page | None = None
    trouble: Exception | None = None
    thread: threading.Thread = field(init=False)
    came_at: float = 0.0

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, name="linkflow-ahead", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.page = self.fetch()
        except Exception as trouble:  # noqa: BLE001 - it is the next step's, which knows what to do about it
            self.trouble = trouble
        self.came_at = time.monotonic()


class Ahead:
    """The pages on their way of all pulls of this process, one of each."""

    def __init__(self) -> None:
        self._coming: dict[str, _Coming] = {}
        self._lock = threading.Lock()

    def begin(self, which: Which, fetch: Callable[[], Page]) -> None:
        """Begin to fetch a page."""
        with self._lock:
            self._forget_old()
            self._coming[which[0]] = _Coming(which, fetch)

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
