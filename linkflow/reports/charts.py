"""Charts over months, as geometry: what is drawn where, worked out from exact amounts and nothing else.

Every chart stands on zero and is drawn twice, for wide and for narrow windows. Series are named by keys or by what the
books call them; words, dates and figures in the reader's format are the template's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linkflow.reports.chart_columns import (
    LINE,
    Bar,
    Columns,
    Ground,
    Label,
    Point,
    bounds,
    end_of,
    labels_of,
    spread,
    stack,
)
from linkflow.reports.chart_scales import NOTHING, Drawing, Frame, draw_both

TONES = 4
"""The fills that can be told apart in grey; a fifth is for the rest."""
REST = "rest"


@dataclass(frozen=True)
class Series:
    """One amount a month."""

    key: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True)
class Sides:
    """One day's two sides, each a list of parts that add up to the same."""

    month: date
    left: tuple[tuple[str, Decimal], ...]
    right: tuple[tuple[str, Decimal], ...]


def stacked(months: Sequence[date], series: Sequence[Series]) -> Drawing[Columns]:
    """What came together in each month, the first series at the bottom; what is below zero hangs from it."""
    told = _told(largest(series))
    return draw_both(lambda frame: _stacked(tuple(months), told, frame), is_empty=not told)


def profit_and_loss(
    months: Sequence[date], *, income: Sequence[Decimal], costs: Sequence[Decimal], net: Sequence[Decimal]
) -> Drawing[Columns]:
    """Income beside costs (both as positive amounts) with what is left as a line; keys `income`, `costs`, `net`."""
    pair = (Series("income", tuple(income)), Series("costs", tuple(costs)))
    line = Series("net", tuple(net))
    is_empty = not any(any(one.values) for one in (*pair, line))
    return draw_both(lambda frame: _paired(tuple(months), pair, line, frame), is_empty=is_empty)


def composition(days: Sequence[Sides]) -> Drawing[Columns]:
    """Two columns for each day, what there is beside what it is owed to; a narrow one shows the latest day."""
    parts = {key for day in days for key, value in (*day.left, *day.right) if value}
    told = [Sides(day.month, _of(parts, day.left), _of(parts, day.right)) for day in days]
    return draw_both(lambda frame: _composition(told[-1:] if frame.is_narrow else told, frame), is_empty=not parts)


def largest(series: Sequence[Series]) -> tuple[Series, ...]:
    """The series in order, those beyond the `TONES` largest added up as `rest`; what is all zero is left out."""
    told = [one for one in series if any(one.values)]
    if len(told) <= TONES:
        return tuple(told)
    kept = sorted(told, key=lambda one: -abs(sum(one.values, NOTHING)))[:TONES]
    others = [one.values for one in told if one not in kept]
    rest = tuple(sum(values, NOTHING) for values in zip(*others, strict=True))
    return (*(one for one in told if one in kept), Series(REST, rest))


_Told = tuple[tuple[Series, int], ...]


def _told(series: Sequence[Series]) -> _Told:
    return tuple((one, TONES + 1 if one.key == REST else number) for number, one in enumerate(series, 1))


def _stacked(months: tuple[date, ...], told: _Told, frame: Frame) -> Columns:
    sums = [bound for column in zip(*(one.values for one, _ in told), strict=True) for bound in bounds(column)]
    ground = Ground.of(frame, months, sums, names_right=bool(told))
    bars = []
    for number, month in enumerate(months):
        parts = [(one.key, tone, one.values[number]) for one, tone in told]
        bars += stack(parts, month, x=ground.bar_x(number), width=ground.bar, scale=ground.scale)
    return ground.columns(bars=tuple(bars), labels=tuple(labels_of(bars[-len(told) :] if told else [], ground)))


def _paired(months: tuple[date, ...], pair: tuple[Series, Series], line: Series, frame: Frame) -> Columns:
    known = [value for one in (*pair, line) for value in one.values]
    ground = Ground.of(frame, months, known, names_right=True)
    half = ground.bar / 2
    bars = [
        bar
        for number, month in enumerate(months)
        for side, one in enumerate(pair)
        for bar in stack(
            [(one.key, side + 1, one.values[number])],
            month,
            x=ground.bar_x(number) + half * side,
            width=half,
            scale=ground.scale,
        )
    ]
    points = tuple(
        Point(month, value, ground.middle(number), ground.scale.at(value))
        for number, (month, value) in enumerate(zip(months, line.values, strict=True))
    )
    marks = [*((bar.key, bar.tone, end_of(bar)) for bar in bars[-2:]), *((line.key, 0, one.y) for one in points[-1:])]
    labels = tuple(spread(marks, ground, x=ground.right))
    return ground.columns(bars=tuple(bars), labels=labels, line_key=line.key, line=points)


def _composition(days: Sequence[Sides], frame: Frame) -> Columns:
    sides = [[value for _, value in side] for day in days for side in (day.left, day.right)]
    reach = [bound for side in sides for bound in bounds(side)]
    months = tuple(day.month for day in days)
    ground = Ground.of(frame, months, reach, names_right=True, names_left=True)
    half = ground.bar / 2
    bars: list[Bar] = []
    labels: list[Label] = []
    for number, day in enumerate(days):
        x = ground.bar_x(number)
        left = stack(_toned(day.left, first=1), day.month, x=x, width=half, scale=ground.scale)
        right = stack(
            _toned(day.right, first=len(day.left) + 1), day.month, x=x + half + 2, width=half, scale=ground.scale
        )
        bars += [*left, *right]
        if number == 0:
            labels += labels_of(left, ground, anchor="end", apart=2 * LINE)
        if number == len(days) - 1:
            labels += labels_of(right, ground, apart=2 * LINE)
    return ground.columns(bars=tuple(bars), labels=tuple(labels))


def _of(keys: set[str], parts: tuple[tuple[str, Decimal], ...]) -> tuple[tuple[str, Decimal], ...]:
    return tuple((key, value) for key, value in parts if key in keys)


def _toned(parts: Sequence[tuple[str, Decimal]], *, first: int) -> list[tuple[str, int, Decimal]]:
    return [(key, min(first + number, TONES + 1), value) for number, (key, value) in enumerate(parts)]
