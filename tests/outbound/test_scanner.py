"""The organization's virus scanner, as a real process: by how it ends a file is clean, infected, or not known to be."""

import sys

import pytest

from linkflow.outbound.scanner import Verdict, scan


def script(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys; content = sys.stdin.buffer.read(); {code}")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("sys.exit(0)", Verdict.CLEAN),
        ("sys.exit(1 if b'EICAR' in content else 0)", Verdict.INFECTED),
        ("sys.exit(0 if len(content) == 100_012 else 2)", Verdict.CLEAN),
        ("sys.exit(2)", Verdict.UNKNOWN),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Verdict.UNKNOWN),
    ],
)
def test_its_exit_says_what_it_found(code: str, verdict: Verdict) -> None:
    assert scan(script(code), b"PK EICAR PK " + bytes(100_000), seconds=20) is verdict


def test_one_that_does_not_answer_in_time_is_ended_and_knows_nothing() -> None:
    assert (
        scan(script("sys.stdout.flush(); sys.stdin.close(); import time; time.sleep(60)"), b"", seconds=0.3)
        is Verdict.UNKNOWN
    )


def test_one_that_is_not_there_any_more_knows_nothing() -> None:
    assert scan(("/nowhere/scanner",), b"PK", seconds=5) is Verdict.UNKNOWN


def test_one_that_does_not_read_the_whole_file_still_counts() -> None:
    assert scan((sys.executable, "-c", "raise SystemExit(1)"), bytes(5_000_000), seconds=20) is Verdict.INFECTED
