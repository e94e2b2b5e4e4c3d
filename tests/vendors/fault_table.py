"""The table of faults that a test run ends with: what comes of each at each vendor, as far as it was tried.

A test tells its cell by `record_property("fault", (row, vendor, words))`; a test that fails has its cell say so.
"""

from collections import defaultdict
from typing import Any

import pytest

PROPERTY = "fault"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for row, vendor, words in told(report):
                cells[row][vendor] = words if outcome == "passed" else "FAILED"
    if cells:
        terminalreporter.section("what comes of a fault while books are read", sep="-")
        for line in lines(cells):
            terminalreporter.write_line(line)


def told(report: pytest.TestReport) -> list[tuple[str, str, str]]:
    """The cells a test is about."""
    return [tuple(value) for name, value in getattr(report, "user_properties", ()) if name == PROPERTY]  # type: ignore[misc]


def lines(cells: dict[str, dict[str, str]]) -> list[str]:
    """One block a fault: what came of it, and at which vendors."""
    found = []
    for row in sorted(cells):
        found.append(row)
        same: dict[str, list[str]] = defaultdict(list)
        for vendor, words in sorted(cells[row].items()):
            same[words].append(vendor)
        width = max(map(len, same))
        found += [f"    {words:{width}}  {', '.join(vendors)}" for words, vendors in sorted(same.items())]
    return found
