"""One job done in a process of its own, so that its memory is its own.

`done_alone` runs `python -m tests.benchmarks.alone <job> <row>` with the installation in the environment.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from linkflow.domain.ports import Job
from linkflow.services import making_workbooks, reporting, syncing
from linkflow.services.context import Context
from linkflow.services.job_steps import DONE, MORE, JobStep
from linkflow.services.reading_ahead import Ahead
from linkflow.wiring import context_from


def _pull(ctx: Context, sync_id: str) -> JobStep:
    """Every page of a pull, one after the other, as the worker takes them."""
    ahead = Ahead()
    while (step := syncing.pull_next(ctx, sync_id, ahead=ahead)) == MORE:
        pass
    return step


_STEPS = {
    Job.BUILD_REPORT: reporting.build_report,
    Job.MAKE_WORKBOOK: making_workbooks.make_workbook,
    Job.PULL_BOOKS: _pull,
}


@dataclass(frozen=True)
class Took:
    """Seconds, and megabytes of memory: at most, and before it began."""

    seconds: float
    peak_mb: float
    idle_mb: float


def done_alone(environ: dict[str, str], job: Job, row_id: str) -> Took:
    """Do it, and say what it took; raises `CalledProcessError` where it was not done."""
    command = [sys.executable, "-m", "tests.benchmarks.alone", job.value, row_id]
    answer = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    return Took(**json.loads(answer.stdout.splitlines()[-1]))


def main(job: Job, row_id: str) -> None:
    """What the new process does."""
    ctx = context_from(os.environ)
    with ctx.database.reading():
        idle = _peak()
    begun = time.perf_counter()
    if _STEPS[job](ctx, row_id) != DONE:
        raise RuntimeError(f"{job.value} was not done")
    took = time.perf_counter() - begun
    print(json.dumps(asdict(Took(seconds=took, peak_mb=_peak(), idle_mb=idle))))


def _peak() -> float:
    """Of this program alone: what `getrusage` says begins with the size of the process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process' largest size")


if __name__ == "__main__":
    main(Job(sys.argv[1]), sys.argv[2])
