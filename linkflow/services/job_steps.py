"""What one step of durable work answers, and how long to wait after trouble."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LONGEST_WAIT = timedelta(hours=1)


class StepKind(StrEnum):
    """`more`: call again now; `wait`: call again later; the other two end the work."""

    MORE = "more"
    WAIT = "wait"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class JobStep:
    """One answer; `seconds` only for `wait`."""

    kind: StepKind
    seconds: int = 0


MORE = JobStep(StepKind.MORE)
DONE = JobStep(StepKind.DONE)
FAILED = JobStep(StepKind.FAILED)


def wait(pause: timedelta) -> JobStep:
    """Again after `pause`, in whole seconds, rounded up so that nobody is asked too early."""
    return JobStep(StepKind.WAIT, max(0, -(-pause // timedelta(seconds=1))))


def backed_off(
    failures: int,
    *,
    asked: timedelta | None = None,
    shortest: timedelta = timedelta(seconds=1),
    factor: int = 4,
    longest: timedelta = LONGEST_WAIT,
) -> timedelta:
    """The pause after that many failures in a row (1 or more): it grows by `factor`, and is what was asked at least."""
    grown: timedelta = min(shortest * factor ** min(failures - 1, 20), longest)
    return max(grown, asked or timedelta())
