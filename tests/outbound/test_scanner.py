"""The organization's virus scanner, as a real process: by how it ends a file is clean, infected, or not known to be."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def deaf() -> Iterator[None]:
    """SIGCHLD is ignored, as some that start a process have it."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGCHLD, before)


@pytest.mark.usefixtures("deaf")
def test_nothing_is_clean_where_nobody_learns_how_it_ended() -> None:
    assert scan(script("sys.exit(1)"), b"PK", seconds=20) is Verdict.UNKNOWN


def test_it_is_not_told_the_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LINKFLOW_SECRET_KEYS", "a:secret")
    monkeypatch.setenv("CLAMD_CONF", "/etc/clamd.conf")
    found = tmp_path / "environment"
    code = f"import os; open({str(found)!r}, 'w').write(' '.join(os.environ))"
    assert scan(script(code), b"PK", seconds=20, keeping=("CLAMD_CONF",)) is Verdict.CLEAN
    names = set(found.read_text().split())
    assert "CLAMD_CONF" in names
    assert names <= {"PATH", "LANG", "HOME", "CLAMD_CONF", "LC_CTYPE"}


def test_what_it_started_ends_with_it_when_its_time_is_over(tmp_path: Path) -> None:
    pipe = tmp_path / "held"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    command = ("sh", "-c", f"(exec 3>{pipe}; echo here >&3; sleep 60) & cat >/dev/null; wait")
    assert scan(command, b"PK", seconds=2) is Verdict.UNKNOWN
    os.set_blocking(reading, True)
    # The end of what is in it comes when nobody holds its other side any more.
    assert os.read(reading, 100) == b"here\n"
    assert os.read(reading, 100) == b""
    os.close(reading)
