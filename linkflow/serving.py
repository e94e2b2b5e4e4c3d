"""Serves a WSGI application with granian: 32 threads a process, since one waits while an accounting product answers."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from linkflow import logs

THREADS = 32
KILL_AFTER_SECONDS = 2


def serve(target: str, *, host: str, port: int, workers: int = 1, threads: int = THREADS) -> None:
    """Serve what the function `target` ("module:function") makes in each worker process, until a signal.

    No access log: addresses of links are secrets.
    """
    Granian(
        target,
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.error,
        log_dictconfig=logs.SERVER,
    ).serve()
