"""What a chart measures by: a scale that holds zero and has round steps, the room it draws in, names cut to fit.

Lengths are the drawing's own units, one of them a pixel where a chart is shown at its natural size.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Generic, Literal, TypeVar

NOTHING = Decimal(0)
LETTER = Decimal("7.4")
"""The width of a usual letter of the charts' text."""
STEPS = 5
"""At most so many steps from the lowest to the highest value."""
_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_TENTH = Decimal("0.1")

Unit = Literal["one", "thousand", "million", "billion", "trillion"]
_UNITS: tuple[tuple[Unit, Decimal], ...] = (
    ("trillion", Decimal(10) ** 12),
    ("billion", Decimal(10) ** 9),
    ("million", Decimal(10) ** 6),
    ("thousand", Decimal(10) ** 3),
)
_TEN = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Frame:
    """The room a chart is drawn in: a wide one, and a narrow one for phones with fewer labels of the same size."""

    width: int
    height: int
    names: int
    is_narrow: bool = False


WIDE = Frame(width=640, height=280, names=136)
NARROW = Frame(width=328, height=264, names=110, is_narrow=True)


@dataclass(frozen=True)
class Drawing(Generic[T]):
    """One chart at both widths. An empty one has nothing but zeros to show."""

    wide: T
    narrow: T
    is_empty: bool


def draw_both(draw: Callable[[Frame], T], *, is_empty: bool) -> Drawing[T]:
    """One chart, wide and narrow."""
    return Drawing(draw(WIDE), draw(NARROW), is_empty)


@dataclass(frozen=True)
class Tick:
    """A step of the scale: `value` in its unit, `at` where it lies."""

    value: Decimal
    at: Decimal


@dataclass(frozen=True)
class Scale:
    """`low` (zero or below) lies at `start`, `high` (zero or above) at `end`."""

    low: Decimal
    high: Decimal
    start: Decimal
    end: Decimal
    step: Decimal

    def at(self, value: Decimal) -> Decimal:
        """Where a value lies, to a tenth of a unit."""
        span = self.high - self.low
        share = (value - self.low) / span if span else NOTHING
        return (self.start + share * (self.end - self.start)).quantize(_TENTH, ROUND_HALF_UP)

    @property
    def unit(self) -> Unit:
        """What the steps are counted in, so that their figures stay short."""
        return next((name for name, size in _UNITS if self._largest >= size * _TEN), "one")

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Each step from the lowest to the highest; zero alone where there is nothing else."""
        size = dict(_UNITS).get(self.unit, Decimal(1))
        count = int((self.high - self.low) / self.step) if self.step else 0
        values = (self.low + self.step * number for number in range(count + 1))
        return tuple(Tick(_plain(value / size), self.at(value)) for value in values)

    @property
    def _largest(self) -> Decimal:
        return max(self.high, -self.low)


def scale_of(values: Iterable[Decimal], *, start: Decimal | int, end: Decimal | int) -> Scale:
    """A scale with round steps on which all values and zero lie."""
    known = [NOTHING, *values]
    step = _step(max(known) - min(known))
    low = (min(known) / step).to_integral_value(ROUND_FLOOR) * step if step else NOTHING
    high = (max(known) / step).to_integral_value(ROUND_CEILING) * step if step else NOTHING
    return Scale(low, high, Decimal(start), Decimal(end), step)


def exact_scale(values: Iterable[Decimal], *, start: Decimal | int, end: Decimal | int) -> Scale:
    """A scale that ends with the largest value: for bars with their figures beside them."""
    known = [NOTHING, *values]
    return Scale(min(known), max(known), Decimal(start), Decimal(end), NOTHING)


def letters(value: Decimal) -> int:
    """How many letters a figure takes."""
    return len(f"{value:,f}")


def widest(values: Sequence[Decimal]) -> int:
    """How many letters the longest of some amounts takes without its decimals."""
    return max((len(f"{value:,.0f}") for value in values), default=1)


def shortened(name: str, room: Decimal | int) -> str:
    """The name, or its beginning with an ellipsis where it needs more than `room`."""
    if _width(name) <= room:
        return name
    kept = name
    while kept and _width(kept) + LETTER > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _width(text: str) -> Decimal:
    return sum((_letter(letter) for letter in text), NOTHING)


def _letter(letter: str) -> Decimal:
    if unicodedata.combining(letter):
        return NOTHING
    if unicodedata.east_asian_width(letter) in "WF":
        return LETTER * 2
    if letter in "iljtfI.,:;'|! ":
        return LETTER / 2
    return LETTER * Decimal("1.35") if letter.isupper() or letter in "mw@%&" else LETTER


def _step(span: Decimal) -> Decimal:
    if not span:
        return NOTHING
    least = span / STEPS
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * size for size in _ROUND if power * size >= least)


def _plain(value: Decimal) -> Decimal:
    """The same value written without a power of ten or needless zeros."""
    return Decimal(f"{value.normalize():f}")
