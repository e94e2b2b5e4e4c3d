"""Whether this machine's clock agrees with others': the database's, and those of whoever answered a call."""

from collections.abc import Callable
from datetime import datetime, timedelta

from linkflow.doctor.findings import Section

_LITTLE = timedelta(seconds=30)
"""What a slow answer, and a clock that counts whole seconds, can explain."""
_MUCH = timedelta(minutes=5)
"""From here on codes, links and tokens end at times nobody expects."""


class Clock:
    """Collects what others' clocks say while something else is found out."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._differences: dict[str, timedelta] = {}

    def hear(self, who: str, says: datetime | None) -> None:
        """Somebody's clock at this very moment, where it is told; the first answer of each counts."""
        if says is not None:
            self._differences.setdefault(who, says - self._now())

    def section(self) -> Section:
        """What it comes to."""
        section = Section("Clock")
        for who, difference in self._differences.items():
            seconds = abs(int(difference.total_seconds()))
            told = f"{seconds} seconds {'behind' if difference > timedelta() else 'ahead of'} that of {who}"
            if abs(difference) >= _MUCH:
                section.fail(f"This machine's clock is {told}: set it, and keep it set (NTP)")
            elif abs(difference) >= _LITTLE:
                section.warn(f"This machine's clock is {told}")
        if not self._differences:
            section.note("Nobody was asked what time it is")
        elif not section.findings:
            section.ok(f"Agrees with {', '.join(self._differences)}")
        return section
