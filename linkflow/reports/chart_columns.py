"""Columns over months as geometry: bars stacked from zero, the months below, names beside the last of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from linkflow.reports.chart_scales import LETTER, NOTHING, Frame, Scale, Tick, Unit, letters, scale_of

LINE = 16
_TOP, _BOTTOM, _WIDEST_BAR = 30, 40, 44
_WIDEST_PAIR = 88
_MONTH_ROOM, _YEAR_ROOM = 32, 40
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Bar:
    """A rectangle that stands for `value`; `tone` is its fill, from 1."""

    key: str
    tone: int
    month: date
    value: Decimal
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True)
class Point:
    """A value on a line."""

    month: date
    value: Decimal
    x: Decimal
    y: Decimal


@dataclass(frozen=True)
class MonthMark:
    """A month below the columns; only some are `shown`, of those some with their year."""

    month: date
    x: Decimal
    shown: bool
    with_year: bool


@dataclass(frozen=True)
class Label:
    """A series' name beside its last column: written at `x`, `y`, led there from `from_x`, `from_y`."""

    key: str
    tone: int
    x: Decimal
    y: Decimal
    from_x: Decimal
    from_y: Decimal
    anchor: Literal["start", "end"] = "start"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """A chart over months. `left` and `right` bound the columns, the scale's figures end at `ticks_end`."""

    frame: Frame
    ticks_end: Decimal
    left: Decimal
    right: Decimal
    zero: Decimal
    unit: Unit
    ticks: tuple[Tick, ...]
    months: tuple[MonthMark, ...]
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    line_key: str = ""
    line: tuple[Point, ...] = ()

    @property
    def height(self) -> int:
        """The drawing's height."""
        return self.frame.height

    @property
    def path(self) -> str:
        """The line through its points."""
        return " ".join(f"{point.x},{point.y}" for point in self.line)


@dataclass(frozen=True)
class Ground:
    """Where columns stand: one `slot` a month between `left` and `right`."""

    frame: Frame
    months: tuple[date, ...]
    scale: Scale
    figures: Decimal
    left: Decimal
    right: Decimal
    widest: int

    @classmethod
    def of(
        cls,
        frame: Frame,
        months: tuple[date, ...],
        values: Sequence[Decimal],
        *,
        names_right: bool = False,
        names_left: bool = False,
    ) -> "Ground":
        scale = scale_of(values, start=frame.height - _BOTTOM, end=_TOP)
        figures = max(letters(tick.value) for tick in scale.ticks) * LETTER + 10
        widest = _WIDEST_PAIR if names_left else _WIDEST_BAR
        left, right = frame.names if names_left else 0, frame.names if names_right else 4
        return cls(frame, months, scale, figures, figures + left, Decimal(frame.width - right), widest)

    @property
    def slot(self) -> Decimal:
        return (self.right - self.left) / max(1, len(self.months))

    @property
    def bar(self) -> Decimal:
        """The width of a month's column."""
        return min(self.slot * Decimal("0.72"), Decimal(self.widest)).quantize(_TENTH)

    def middle(self, number: int) -> Decimal:
        return (self.left + self.slot * number + self.slot / 2).quantize(_TENTH)

    def bar_x(self, number: int) -> Decimal:
        return self.middle(number) - self.bar / 2

    def columns(
        self, *, bars: tuple[Bar, ...], labels: tuple[Label, ...], line_key: str = "", line: tuple[Point, ...] = ()
    ) -> Columns:
        return Columns(
            frame=self.frame,
            ticks_end=self.figures - 6,
            left=self.left,
            right=self.right,
            zero=self.scale.at(NOTHING),
            unit=self.scale.unit,
            ticks=self.scale.ticks,
            months=tuple(self._marks()),
            bars=bars,
            labels=labels,
            line_key=line_key,
            line=line,
        )

    def _marks(self) -> Iterator[MonthMark]:
        """As many months as there is room for, counted back from the last; the year where it begins to be another."""
        every = next((step for step in (1, 2, 3, 6, 12) if step * self.slot >= _MONTH_ROOM), 12)
        shown = [number for number in range(len(self.months)) if (len(self.months) - 1 - number) % every == 0]
        new = [
            n
            for n, before in zip(shown, (-1, *shown), strict=False)
            if n == shown[0] or self._year(n) != self._year(before)
        ]
        dated = {
            n
            for n, after in zip(new, (*new[1:], None), strict=True)
            if after is None or (after - n) * self.slot >= _YEAR_ROOM
        }
        for number, month in enumerate(self.months):
            yield MonthMark(month, self.middle(number), number in shown, number in dated)

    def _year(self, number: int) -> int:
        return self.months[number].year


def bounds(values: Sequence[Decimal]) -> Iterator[Decimal]:
    """How far a stack of these reaches up and down."""
    yield sum((value for value in values if value > 0), NOTHING)
    yield sum((value for value in values if value < 0), NOTHING)


def stack(
    parts: Sequence[tuple[str, int, Decimal]], month: date, *, x: Decimal, width: Decimal, scale: Scale
) -> list[Bar]:
    found, up, down = [], NOTHING, NOTHING
    for key, tone, value in parts:
        if value >= 0:
            bottom, up = scale.at(up), up + value
            top = scale.at(up)
        else:
            top, down = scale.at(down), down + value
            bottom = scale.at(down)
        found.append(Bar(key, tone, month, value, x, top, width, bottom - top))
    return found


def labels_of(
    bars: Sequence[Bar], ground: Ground, *, anchor: Literal["start", "end"] = "start", apart: int = LINE
) -> Iterator[Label]:
    """The names of a stack's parts, each beside its part; at least `apart` from each other."""
    marks = [(bar.key, bar.tone, bar.y + bar.height / 2) for bar in bars]
    return spread(marks, ground, x=ground.right if anchor == "start" else ground.left, anchor=anchor, apart=apart)


def end_of(bar: Bar) -> Decimal:
    return bar.y if bar.value >= 0 else bar.y + bar.height


def spread(
    marks: Sequence[tuple[str, int, Decimal]],
    ground: Ground,
    *,
    x: Decimal,
    anchor: Literal["start", "end"] = "start",
    apart: int = LINE,
) -> Iterator[Label]:
    """Names beside what they name, not on top of each other and inside the frame."""
    ordered = sorted(marks, key=lambda mark: mark[2])
    lowest = Decimal(ground.frame.height - _BOTTOM)
    y = Decimal(_TOP - apart)
    written = []
    for _, _, at in ordered:
        y = max(at, y + apart)
        written.append(y)
    for number in reversed(range(len(written))):
        written[number] = min(written[number], lowest)
        lowest = written[number] - apart
    away = Decimal(-10 if anchor == "end" else 10)
    for (key, tone, at), y in zip(ordered, written, strict=True):
        yield Label(key, tone, x + away, y, x, at, anchor)
