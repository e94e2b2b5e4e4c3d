"""The organization's own virus scanner: a command that is given a file and answers by how it exits.

The file goes in by standard input, so that no copy of it lies on a disk. Whatever is neither clean nor infected means
that the file could not be looked at; nobody's file is taken on that ground.
"""

import logging
import subprocess
from collections.abc import Sequence
from enum import Enum

_CLEAN, _INFECTED = 0, 1
_log = logging.getLogger(__name__)


class Verdict(Enum):
    """What a scanner says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


def scan(command: Sequence[str], content: bytes, *, seconds: float) -> Verdict:
    """Run the command, without a shell, with the file as its input: 0 is clean, 1 infected, all else unknown."""
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, from the settings
            list(command),
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        _log.error("the scanner of uploaded files: %s", type(error).__name__)
        return Verdict.UNKNOWN
    if done.returncode == _CLEAN:
        return Verdict.CLEAN
    if done.returncode == _INFECTED:
        return Verdict.INFECTED
    _log.error("the scanner of uploaded files ended with %d", done.returncode)
    return Verdict.UNKNOWN
