"""One spend report made in a process of its own, so that its memory is its own: prints seconds and megabytes.

Run as `python -m tests.benchmarks.spend_building <report>`, with the installation in the environment.
"""

import json
import os
import sys
import time
from pathlib import Path

from linkflow.services import reporting
from linkflow.wiring import context_from


def main(report_id: str) -> None:
    """Make it, and say what it took."""
    ctx = context_from(os.environ)
    with ctx.database.reading():
        idle = _peak()
    begun = time.perf_counter()
    reporting.build_report(ctx, report_id)
    took = time.perf_counter() - begun
    print(json.dumps({"seconds": took, "peak_mb": _peak(), "idle_mb": idle}))


def _peak() -> float:
    """Of this program alone: what `getrusage` says begins with the size of the process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process' largest size")


if __name__ == "__main__":
    main(sys.argv[1])
