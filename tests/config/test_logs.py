"""What linkflow says while it runs: one line each, in UTC, without values."""

import json
import logging
import os
import re
import subprocess
import sys

import pytest

from linkflow.logs import OneLine

TALK = """
import json, logging, sys
from linkflow import logs
logs.configure(sys.argv[1])
logs.configure(sys.argv[1])
for name in ("linkflow.web", "sqlalchemy.engine", "dbos", "httpx2"):
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger(name), level)("%s of %s", level, name)
"""
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG|INFO|WARNING|ERROR) [\w.]+: (\w+ of [\w.]+)\Z")
LOUD = ["warning of {0}", "error of {0}"]


def said(level: str) -> list[str]:
    """What a process that is set to `level` writes, each line checked."""
    environment = {**os.environ, "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", TALK, level], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == ""
    found = [LINE.match(line) for line in done.stderr.splitlines()]
    assert all(found), done.stderr
    return [line[2] for line in found if line]


@pytest.mark.parametrize(
    ("level", "own"),
    [
        ("DEBUG", ["debug of {0}", "info of {0}", *LOUD]),
        ("INFO", ["info of {0}", *LOUD]),
        ("ERROR", ["error of {0}"]),
    ],
)
def test_the_level_is_linkflows_own_and_libraries_stay_quiet(level: str, own: list[str]) -> None:
    libraries = LOUD if level != "ERROR" else ["error of {0}"]
    wanted = {
        "linkflow.web": own,
        "sqlalchemy.engine": libraries,
        "dbos": libraries,
        "httpx2": libraries,
    }
    assert said(level) == [line.format(name) for name, lines in wanted.items() for line in lines]


def test_a_fault_is_told_without_its_message_and_on_one_line() -> None:
    def asked_for() -> None:
        raise LookupError("token-of-a-customer")

    try:
        try:
            asked_for()
        except LookupError as error:
            raise ValueError("typed by\nsomebody") from error
    except ValueError:
        record = logging.LogRecord("linkflow.web", logging.ERROR, "", 0, "fault %s", ("a1\nforged",), sys.exc_info())
    line = OneLine().format(record)
    assert "\n" not in line
    assert "fault a1\\nforged" in line
    assert re.search(r"ValueError at .*test_logs\.py:\d+ .* \| by LookupError at .*test_logs\.py:\d+ asked_for", line)
    assert "token-of-a-customer" not in json.dumps(line)
    assert "typed by" not in line
