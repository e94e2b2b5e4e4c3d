"""Charts of rows, as geometry: a name, and one bar or two that start at zero, each with its figure beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from linkflow.reports.chart_scales import (
    LETTER,
    NOTHING,
    Drawing,
    Frame,
    Scale,
    draw_both,
    exact_scale,
    shortened,
    widest,
)

MOST = 10
"""Rows a chart has at most; all of them are in its table."""
CURRENCY = 4
"""Letters a currency takes beside an amount."""
DAYS = 18
"""Letters a number of days takes, with what it is of."""
_NAMES, _LINE, _BAR, _GAP, _APART = 190, 18, 16, 3, 12


@dataclass(frozen=True)
class Measured:
    """What is drawn as one row: an amount, or two that are compared; None is drawn as nothing."""

    key: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class RowBar:
    """A bar with its figure at `figure_x`; no width where there is nothing to show. `tone` is its fill, from 1."""

    tone: int
    value: Decimal | None
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    figure_x: Decimal
    figure_y: Decimal


@dataclass(frozen=True)
class Row:
    """`name` is the key cut to its room, for rows that are called what the books call them."""

    key: str
    name: str
    x: Decimal
    y: Decimal
    bars: tuple[RowBar, ...]


@dataclass(frozen=True)
class Rows:
    """A chart of rows; `names_end` where names stand left of the bars and end there, instead of above them."""

    frame: Frame
    height: Decimal
    zero: Decimal
    names_end: bool
    rows: tuple[Row, ...]


def amounts(measured: Sequence[tuple[str, Decimal]]) -> Drawing[Rows]:
    """One bar for each of the first `MOST`, for amounts of money."""
    told = [Measured(key, (value,)) for key, value in measured[:MOST]]
    return _drawn(told, figure=widest([value for _, value in measured[:MOST]]) + CURRENCY)


def compared(measured: Sequence[tuple[str, Decimal | None, Decimal | None]]) -> Drawing[Rows]:
    """Two bars for each of the first `MOST`, what was agreed above what came of it, for numbers of days."""
    return _drawn([Measured(key, (first, second)) for key, first, second in measured[:MOST]], figure=DAYS)


def _drawn(told: Sequence[Measured], *, figure: int) -> Drawing[Rows]:
    room = figure * LETTER + 8
    return draw_both(lambda frame: _rows(told, frame, room), is_empty=not any(any(one.values) for one in told))


def _rows(told: Sequence[Measured], frame: Frame, room: Decimal) -> Rows:
    left = Decimal(4 if frame.is_narrow else _NAMES)
    known = [value for one in told for value in one.values if value is not None]
    scale = exact_scale(known, start=left, end=max(left, frame.width - room))
    found, y = [], Decimal(4)
    for one in told:
        row = _row(one, frame, scale, y=y)
        found.append(row)
        y = row.bars[-1].y + _BAR + _APART
    return Rows(frame, y, scale.at(NOTHING), not frame.is_narrow, tuple(found))


def _row(one: Measured, frame: Frame, scale: Scale, *, y: Decimal) -> Row:
    first = y + _LINE if frame.is_narrow else y
    bars = tuple(
        _bar(value, tone=2 - number if len(one.values) == 2 else 1, scale=scale, y=first + number * (_BAR + _GAP))
        for number, value in enumerate(one.values)
    )
    if frame.is_narrow:
        return Row(one.key, shortened(one.key, frame.width - 8), scale.start, y + 12, bars)
    middle = (first + bars[-1].y + _BAR) / 2
    return Row(one.key, shortened(one.key, _NAMES - 12), scale.start - 8, middle + 4, bars)


def _bar(value: Decimal | None, *, tone: int, scale: Scale, y: Decimal) -> RowBar:
    zero, end = scale.at(NOTHING), scale.at(value or NOTHING)
    left, right = min(zero, end), max(zero, end)
    return RowBar(tone, value, left, y, right - left, Decimal(_BAR), right + 6, y + 12)
