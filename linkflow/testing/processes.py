"""Runs linkflow's processes for the length of a `with` block, each in a session of its own under a keeper."""

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from linkflow import keeper
from linkflow.supervisor import Child, answers


def free_ports() -> int:
    """The first of two neighbouring ports of this machine on which nobody listens, given to one process once.

    None of those that outgoing connections get: a client waiting for its server would sooner or later be given the
    server's own port, and reach itself.
    """
    folder = Path(tempfile.gettempdir()) / f"linkflow-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    while True:
        port = 20_000 + 2 * secrets.randbelow(6_000)
        lock = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)  # kept open: locked while this process lives
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as first, socket.socket() as second:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
        except OSError:
            os.close(lock)
        else:
            return port


@contextlib.contextmanager
def running(children: Sequence[Child], *, seconds: float = 90.0) -> Iterator[None]:
    """All of `children`, once each answers; ended with everything they started. TimeoutError when one does not."""
    with contextlib.ExitStack() as started:
        processes = [(child, started.enter_context(_running(child))) for child in children]
        deadline = time.monotonic() + seconds
        for child, process in processes:
            while child.ready and not answers(child.ready):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise TimeoutError(
                        f"{child.name} does not answer:\n{child.log.read_text(errors='replace')[-3000:]}"
                    )
                time.sleep(0.05)
        yield
        for _, process in processes:
            _signal_group(process, signal.SIGTERM)


@contextlib.contextmanager
def _running(child: Child) -> Iterator[subprocess.Popen[bytes]]:
    """The keeper ends the rest when this process is killed: the pipe's other end closes."""
    reading, writing = os.pipe()
    with child.log.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 our own command lines
            [sys.executable, "-I", keeper.__file__, str(reading), *child.command],
            env=child.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(reading,),
            start_new_session=True,
        )
    os.close(reading)
    try:
        yield process
    finally:
        _signal_group(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(3)
        _signal_group(process, signal.SIGKILL)
        process.wait()
        os.close(writing)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
