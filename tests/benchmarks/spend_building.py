"""One spend report made in a process of its own, so that its memory is its own: prints seconds and megabytes.

Run as `python -m tests.benchmarks.spend_building <report>`, with the installation in the environment.
"""

import json
import os
import resource
import sys
import time

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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1])
