"""What an examination says: sections of lines, each with how serious it is, in words for a terminal or a log."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How serious a line is. A note is told so that it can be used, and asks for nothing."""

    OK = "ok"
    NOTE = "note"
    WARNING = "WARNING"
    FAILURE = "FAILURE"


@dataclass(frozen=True)
class Finding:
    """One line."""

    level: Level
    text: str

    def __str__(self) -> str:
        return f"  {self.level.value:<8} {self.text}"


@dataclass
class Section:
    """Lines about one subject, in the order they were found."""

    title: str
    findings: list[Finding] = field(default_factory=list)

    def ok(self, text: str) -> None:
        """As it should be."""
        self.findings.append(Finding(Level.OK, text))

    def note(self, text: str) -> None:
        """Good to know."""
        self.findings.append(Finding(Level.NOTE, text))

    def warn(self, text: str) -> None:
        """It works, and somebody should look at it."""
        self.findings.append(Finding(Level.WARNING, text))

    def fail(self, text: str) -> None:
        """It does not work."""
        self.findings.append(Finding(Level.FAILURE, text))

    def count(self, level: Level) -> int:
        """How many lines are that serious."""
        return sum(one.level is level for one in self.findings)

    def lines(self) -> Iterator[str]:
        """As they are printed."""
        yield self.title
        yield from map(str, self.findings)
