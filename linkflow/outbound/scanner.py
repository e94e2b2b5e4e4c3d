"""The organization's own virus scanner: a command that is given a file and answers by how it exits.

The file goes in by standard input, so that no copy of it lies on a disk. Whatever is neither clean nor infected means
that the file could not be looked at; nobody's file is taken on that ground. Of this process's environment, which holds
its keys, the command gets the names it needs and no others.
"""

import logging
import os
import signal
import subprocess
from collections.abc import Iterable, Sequence
from enum import Enum

_CLEAN, _INFECTED = 0, 1
_PASSED_ON = ("PATH", "LANG", "HOME")
_log = logging.getLogger(__name__)


class Verdict(Enum):
    """What a scanner says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


def scan(command: Sequence[str], content: bytes, *, seconds: float, keeping: Iterable[str] = ()) -> Verdict:
    """Run the command, without a shell, with the file as its input: 0 is clean, 1 infected, all else unknown.

    `keeping` names what else of the environment it is given. What it started ends with it when its time is over.
    """
    if not _learns_the_end():
        _log.error("the scanner of uploaded files: SIGCHLD is ignored, so nobody learns how it ends")
        return Verdict.UNKNOWN
    try:
        code = _run(command, content, seconds, {*_PASSED_ON, *keeping})
    except (OSError, subprocess.SubprocessError) as error:
        _log.error("the scanner of uploaded files: %s", type(error).__name__)
        return Verdict.UNKNOWN
    # It may have come to be ignored meanwhile.
    if code == _CLEAN and _learns_the_end():
        return Verdict.CLEAN
    if code == _INFECTED:
        return Verdict.INFECTED
    _log.error("the scanner of uploaded files ended with %d", code)
    return Verdict.UNKNOWN


def _run(command: Sequence[str], content: bytes, seconds: float, names: set[str]) -> int:
    with subprocess.Popen(  # noqa: S603 - the operator's own command, from the settings
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in names if name in os.environ},
        start_new_session=True,
    ) as process:
        try:
            process.communicate(content, timeout=seconds)
        except BaseException:
            # Not yet waited for, so its number is still its group's.
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode


def _learns_the_end() -> bool:
    """Whether this process learns how its commands end; where SIGCHLD is ignored every one seems to end well."""
    return signal.getsignal(signal.SIGCHLD) is not signal.SIG_IGN
