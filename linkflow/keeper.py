"""Holds one server process and everything it starts, and lets none of it outlive whoever started the keeper.

Run as a program of its own by `supervisor.py`, in a new session, with one end of a pipe: `keeper.py FD COMMAND…`. The
other end closes when the supervisor ends, however it ends, and the whole process group is killed. The command itself
also dies with the keeper (Linux' parent-death signal). A server that forks workers and forgets them when killed, as
granian does, therefore leaves nothing behind. Standard library only: it starts in a few milliseconds.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1


def parent_death_signal(number: int = signal.SIGTERM) -> Callable[[], None]:
    """A function that asks the kernel to send this process `number` when its parent ends; Linux only, else nothing."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def ask() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return ask


def keep(lifeline: int, command: Sequence[str]) -> int:
    """Run `command` until it ends or `lifeline` closes. Signals sent to the group are for the command."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # a handler, not SIG_IGN, which the command would inherit
    kept = subprocess.Popen(  # noqa: S603 the supervisor's own command lines
        command,
        stdin=subprocess.DEVNULL,
        preexec_fn=parent_death_signal(signal.SIGKILL),  # noqa: PLW1509 no thread runs yet
    )
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    return kept.wait()


def _end_with(lifeline: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(lifeline, 1):
            pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(keep(int(sys.argv[1]), sys.argv[2:]))
