"""Starts a few server processes, waits until each answers, and ends all of them together.

Each child runs in its own session under a keeper (`keeper.py`). On SIGINT, SIGTERM or SIGHUP, or when any child ends,
all are asked to stop, then killed, then reaped. When the supervisor itself is killed, its keepers end the rest. It is
for the demo and for small machines; it restarts nothing.
"""

import contextlib
import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from linkflow import keeper

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Child:
    """One process to run: its output goes to `log`; `ready` is an address that answers once it serves.

    `environment` is all it gets; None hands down our own.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] | None = None
    ready: str | None = None


class ChildFailed(Exception):
    """A child ended by itself, or did not answer in time; the message ends with what it last wrote."""


class _Stop(Exception):
    """A signal asked us to stop."""


def supervise(children: Sequence[Child], *, on_ready: Callable[[], None], patience: float = 5.0) -> None:
    """Run `children` until a signal; returns when all have ended.

    `on_ready` is called once all of them answer. `patience` is how many seconds they may take to stop. Raises
    ChildFailed, after ending the others, when one ends by itself.
    """
    _adopt_orphans()
    running: list[tuple[Child, subprocess.Popen[bytes]]] = []
    with _signals_raise():
        try:
            for child in children:
                running.append((child, _start(child)))  # noqa: PERF401 each must be known before the next starts
            _wait_until_ready(running)
            on_ready()
            while True:
                _check_all_alive(running)
                time.sleep(0.2)
        except _Stop:
            pass
        finally:
            _end_all([process for _, process in running], patience=patience)


def _start(child: Child) -> subprocess.Popen[bytes]:
    """A keeper in a new session. It alone inherits the pipe's reading end; the writing end lives as long as we do."""
    reading, writing = os.pipe()
    try:
        with child.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 our own command lines
                [sys.executable, "-I", keeper.__file__, str(reading), *child.command],
                env=child.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(reading,),
                start_new_session=True,
            )
    finally:
        os.close(reading)
        _lifelines.append(writing)


_lifelines: list[int] = []


def _wait_until_ready(running: Sequence[tuple[Child, subprocess.Popen[bytes]]], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    for child, _ in running:
        while child.ready and not answers(child.ready):
            _check_all_alive(running)
            if time.monotonic() > deadline:
                raise ChildFailed(f"{child.name} did not answer within {seconds:.0f} seconds.\n{_end_of(child.log)}")
            time.sleep(0.05)


def answers(address: str) -> bool:
    """Whether somebody there answers anything below 500. What is no HTTP is no answer: on a port where nobody listens
    yet, a connection can reach itself."""
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310 a loopback address of ours
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code < 500
    except (OSError, http.client.HTTPException):
        return False


def _check_all_alive(running: Sequence[tuple[Child, subprocess.Popen[bytes]]]) -> None:
    for child, process in running:
        if process.poll() is not None:
            raise ChildFailed(f"{child.name} ended by itself (status {process.returncode}).\n{_end_of(child.log)}")


def _end_all(processes: Sequence[subprocess.Popen[bytes]], *, patience: float) -> None:
    """Ask every group, give them `patience`, kill what is left, reap all. A second signal cannot interrupt this."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + patience
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        _signal_group(process, signal.SIGKILL)
    for process in processes:
        process.wait()
    while _lifelines:
        os.close(_lifelines.pop())
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Stop

    before = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _adopt_orphans() -> None:
    """Grandchildren whose parent was killed become ours to reap, instead of staying zombies in a container."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]
