"""What a process of linkflow says while it runs: one line a record on standard error, in UTC.

A fault is told by its type and where it was raised, never by its message or values: those can hold what a customer
typed. Requests are not logged: addresses of links are secrets. A host application that has set up logging keeps it.
"""

import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

ENGINE = "dbos"
_FRAMES = 8

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(logging.Formatter):
    """`2026-11-23T12:00:00.123Z WARNING linkflow.jobs.rescue: started 2 lost pieces of work again`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without line breaks, whatever is in its message."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = f"{at} {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info:
            text = f"{text} | {self.formatException(record.exc_info)}"
        return "\\n".join(text.splitlines())

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the library's name
        """The types of a fault and of what caused it, each with the way to it, the innermost call first."""
        told: list[str] = []
        error = ei[1]
        while error is not None and len(told) < _FRAMES:
            frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:][::-1]
            way = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
            told.append(f"{type(error).__name__} at {way}" if way else type(error).__name__)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return " | by ".join(told)


def configure(level: str) -> None:
    """Log linkflow's own records from `level` up, and of all libraries only warnings and worse."""
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(OneLine())
        root.addHandler(handler)
        root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
        # The durable engine adds a handler with a format of its own unless there is one.
        engine = logging.getLogger(ENGINE)
        engine.addHandler(handler)
        engine.propagate = False
        engine.setLevel(root.level)
    logging.getLogger("linkflow").setLevel(level)


SERVER = {"formatters": {name: {"()": "linkflow.logs.OneLine"} for name in ("generic", "access")}}
"""The same lines for what the server itself says."""
