"""One workbook made in a process of its own, so that its memory is its own: prints seconds and megabytes.

Run as `python -m tests.benchmarks.workbook_making <workbook>`, with the installation in the environment.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from linkflow.services import making_workbooks
from linkflow.services.job_steps import DONE
from linkflow.wiring import context_from


def main(workbook_id: str) -> None:
    """Make it, and say what it took."""
    ctx = context_from(os.environ)
    with ctx.database.reading():
        idle = _peak()
    begun = time.perf_counter()
    if making_workbooks.make_workbook(ctx, workbook_id) != DONE:
        raise RuntimeError("the workbook was not made")
    took = time.perf_counter() - begun
    print(json.dumps({"seconds": took, "peak_mb": _peak(), "idle_mb": idle}))


def _peak() -> float:
    """Of this program alone: what the kernel counts for the process began with the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(found.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1])
