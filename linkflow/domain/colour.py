"""Colours as the eye sees them (OKLCH) and as WCAG measures them (relative luminance).

Everything is decided on the rounded ``#rrggbb`` that a browser will draw, never on the exact value behind it.
Formulas: Ottosson's OKLab; WCAG 2.2 contrast ratio.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})\Z")


@dataclass(frozen=True)
class Oklch:
    """Lightness 0..1, chroma 0..about 0.33, hue in radians."""

    lightness: float
    chroma: float
    hue: float


def parse_colour(text: str) -> str:
    """``#rgb`` or ``#rrggbb`` in any case, as ``#rrggbb``; anything else is a ValueError."""
    value = text.strip().lower()
    if not _HEX.match(value):
        raise ValueError(f"{text!r} is not a colour like #1a5fb4")
    return value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    """WCAG relative luminance of ``#rrggbb``, 0 (black) to 1 (white)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two ``#rrggbb``, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def least_contrast(colour: str, others: Iterable[str]) -> float:
    """The contrast with the one of ``others`` it is hardest to tell from."""
    return min(contrast(colour, other) for other in others)


@lru_cache(maxsize=1024)
def to_oklch(colour: str) -> Oklch:
    """``#rrggbb`` to OKLCH."""
    r, g, b = _linear(colour)
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    bb = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return Oklch(lightness, math.hypot(a, bb), math.atan2(bb, a))


def to_hex(colour: Oklch) -> str:
    """The nearest ``#rrggbb`` of that lightness and hue: chroma gives way where the screen cannot show it."""
    lightness = min(1.0, max(0.0, colour.lightness))
    if _fits(_to_linear(lightness, colour.chroma, colour.hue)):
        return _encode(_to_linear(lightness, colour.chroma, colour.hue))
    low, high = 0.0, colour.chroma
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if _fits(_to_linear(lightness, middle, colour.hue)) else (low, middle)
    return _encode(_to_linear(lightness, low, colour.hue))


def nearest_shade(colour: str, passes: Callable[[str], bool], *, toward: float) -> str:
    """``colour`` itself if it passes, else the first shade of its hue that does, moving its lightness toward
    ``toward`` (0 black, 1 white) in steps too small to see. ``toward`` itself must pass."""
    if passes(colour):
        return colour
    start = to_oklch(colour)
    steps = max(2, math.ceil(abs(toward - start.lightness) / 0.004))
    for step in range(1, steps):
        lightness = start.lightness + (toward - start.lightness) * step / steps
        shade = to_hex(Oklch(lightness, start.chroma, start.hue))
        if passes(shade):
            return shade
    return "#ffffff" if toward >= 0.5 else "#000000"


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _decode(red), _decode(green), _decode(blue)


def _decode(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )


def _fits(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)


def _encode(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, c)))):02x}" for c in channels)


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
