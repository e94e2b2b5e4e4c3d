"""How far data requests get, from the events of each: stages reached, where it ended and why, and how long it took.

Whoever reached a stage has passed those before it, also without an event of its own: a file needs no sign-in, a copied
link no mail. Times are measured between stages that both have one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median


class Stage(StrEnum):
    """The stages in their order."""

    MAILED = "mailed"
    OPENED = "opened"
    STARTED = "started"
    CHOSEN = "chosen"
    RETURNED = "returned"
    LINKED = "linked"
    REPORTED = "reported"


STAGES = tuple(Stage)
OPEN = "under-way"
"""The reason of those who have not left: they may still go on."""
UNNAMED = "none"
"""The software of those who chose none."""

_LINK_MAILS = frozenset({"request", "reminder", "fresh_link"})
_STAGE_OF: Mapping[str, Stage] = {
    "mail-sent": Stage.MAILED,
    "link-made": Stage.MAILED,
    "opened": Stage.OPENED,
    "entity-added": Stage.STARTED,
    "software-missing": Stage.STARTED,
    "software-chosen": Stage.CHOSEN,
    "returned": Stage.RETURNED,
    "uploaded": Stage.LINKED,
    "linked": Stage.LINKED,
    "report-ready": Stage.REPORTED,
}
_ENDED = ("declined", "withdrawn", "expired", "undeliverable")
"""Statuses that say by themselves why a request went no further."""
REASONS = (
    *_ENDED,
    "attempt-declined",
    "attempt-failed",
    "attempt-expired",
    "software-missing",
    "none-of-these",
    "handed-over",
    "sync-failed",
)
"""Why a request went no further, besides `OPEN`."""
KINDS = frozenset(_STAGE_OF) | frozenset(REASONS) | {"requested"}
"""The events that matter here; every request has at least `requested` or `link-made`."""


@dataclass(frozen=True)
class Happened:
    """One event of a request."""

    kind: str
    detail: str
    at: datetime


@dataclass(frozen=True)
class Trail:
    """One request's events, the oldest first."""

    status: str
    events: tuple[Happened, ...]

    @property
    def software(self) -> str:
        """What was chosen first."""
        return next((one.detail for one in self.events if one.kind == "software-chosen"), UNNAMED)

    def reached(self) -> dict[Stage, datetime]:
        """The first time of each stage that has one."""
        found: dict[Stage, datetime] = {}
        for one in self.events:
            stage = _STAGE_OF.get(one.kind)
            if stage is not None and _counts(one):
                found.setdefault(stage, one.at)
        return found

    def reason(self, furthest: Stage | None) -> str:
        """Why it went no further than `furthest`."""
        if self.status in _ENDED:
            return self.status
        since = self.reached().get(furthest) if furthest else None
        reasons = [one for one in self.events if one.kind in REASONS and _counts(one)]
        later = [one.kind for one in reasons if since is None or one.at >= since]
        return later[-1] if later else OPEN


def _counts(event: Happened) -> bool:
    """Of mails only those that hold the link say how far a request got."""
    return event.kind not in {"mail-sent", "undeliverable"} or event.detail.partition(" ")[0] in _LINK_MAILS


@dataclass(frozen=True, kw_only=True)
class StageSummary:
    """One stage: how many requests reached it, the median time since the stage before, and who went no further."""

    stage: Stage
    requests: int
    median: timedelta | None
    left: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class SoftwareSummary:
    """One software: how many requests chose it, came back from it, were linked, and had a report."""

    software: str
    chosen: int
    returned: int
    linked: int
    reported: int
    median: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """`requests` counts all there are, mailed or not, and `read` those of other software too.

    `median` is the time from the mail to the first report.
    """

    requests: int
    read: int
    stages: tuple[StageSummary, ...]
    software: tuple[SoftwareSummary, ...]
    median: timedelta | None


class _Tally:
    def __init__(self) -> None:
        self.reached: Counter[Stage] = Counter()
        self.left: dict[Stage, Counter[str]] = {stage: Counter() for stage in STAGES}
        self.times: dict[tuple[Stage, Stage], list[float]] = {}

    def add(self, trail: Trail) -> None:
        times = trail.reached()
        furthest = max(times, key=STAGES.index, default=None)
        if furthest is None:
            return
        passed = STAGES[: STAGES.index(furthest) + 1]
        self.reached.update(passed)
        if furthest is not STAGES[-1]:
            self.left[furthest][trail.reason(furthest)] += 1
        pairs = [*pairwise(STAGES), (STAGES[0], STAGES[-1]), (Stage.CHOSEN, Stage.LINKED)]
        for earlier, later in pairs:
            if earlier in times and later in times:
                spent = (times[later] - times[earlier]).total_seconds()
                self.times.setdefault((earlier, later), []).append(max(spent, 0.0))

    def median(self, earlier: Stage, later: Stage) -> timedelta | None:
        found = self.times.get((earlier, later))
        return timedelta(seconds=round(median(found))) if found else None


def measure(trails: Iterable[Trail], *, software: str | None = None) -> Funnel:
    """The funnel of these requests; with `software` of those alone that chose it first. Reads each trail once."""
    whole, by_software, requests, read = _Tally(), dict[str, _Tally](), 0, 0
    for trail in trails:
        read += 1
        if software is not None and trail.software != software:
            continue
        requests += 1
        whole.add(trail)
        by_software.setdefault(trail.software, _Tally()).add(trail)
    named = [_software(name, tally) for name, tally in by_software.items() if name != UNNAMED]
    return Funnel(
        requests=requests,
        read=read,
        stages=tuple(_stage(whole, number) for number in range(len(STAGES))),
        software=tuple(sorted(named, key=lambda one: (-one.chosen, one.software))),
        median=whole.median(STAGES[0], STAGES[-1]),
    )


def _stage(tally: _Tally, number: int) -> StageSummary:
    stage = STAGES[number]
    return StageSummary(
        stage=stage,
        requests=tally.reached[stage],
        median=tally.median(STAGES[number - 1], stage) if number else None,
        left=dict(sorted(tally.left[stage].items(), key=lambda item: (item[0] == OPEN, -item[1], item[0]))),
    )


def _software(name: str, tally: _Tally) -> SoftwareSummary:
    return SoftwareSummary(
        software=name,
        chosen=tally.reached[Stage.CHOSEN],
        returned=tally.reached[Stage.RETURNED],
        linked=tally.reached[Stage.LINKED],
        reported=tally.reached[Stage.REPORTED],
        median=tally.median(Stage.CHOSEN, Stage.LINKED),
    )
