"""From two brand colours to a whole, readable theme.

The organization gives a primary and a secondary colour; every other colour is computed here, for the light and
the dark scheme, so that WCAG 2.2 AA holds by construction: 4.5:1 for text, 3:1 for the edges of controls and for
focus. The brand colour itself is kept where it can be: in the light scheme it is always drawn exactly as given
(a pale one gets a darker edge, ``--brand-edge``), in the dark scheme it is lifted as far as it must be. Only a
primary colour that can hardly be told from the page is refused, with the nearest shade that will do.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from linkflow.domain.colour import (
    Oklch,
    contrast,
    least_contrast,
    nearest_shade,
    parse_colour,
    to_hex,
    to_oklch,
)

TEXT = 4.5
"""WCAG 1.4.3: the least contrast of text."""
CONTROL = 3.0
"""WCAG 1.4.11: the least contrast of a control's edge and of focus."""
TELLABLE = 1.25
"""The least contrast of the brand's fill with the page; below it a button is no longer a shape."""
RADII = (0, 6, 12)
_HOVER, _ACTIVE = 0.045, 0.09

FONT_STACKS: Mapping[str, str] = MappingProxyType(
    {
        "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif',
        "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", sans-serif',
        "geometric": 'Avenir, Montserrat, Corbel, "URW Gothic", sans-serif',
        "neutral": 'Inter, Roboto, "Helvetica Neue", "Arial Nova", "Nimbus Sans", Arial, sans-serif',
        "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif',
        "old-style": '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, Georgia, serif',
    }
)
_FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,38}[A-Za-z0-9]\Z")
_GENERIC = ("sans-serif", "serif", "monospace", "system-ui", "ui-sans-serif", "ui-serif", "ui-rounded")


class Brand(Protocol):
    """What the theme is made of. ``organization.look`` is one."""

    @property
    def primary(self) -> str: ...
    @property
    def secondary(self) -> str: ...
    @property
    def radius(self) -> int: ...
    @property
    def font_stack(self) -> str: ...


class UnreadableColourError(ValueError):
    """A colour no readable theme can be made of; ``suggestion`` is the nearest shade of it that will do."""

    def __init__(self, colour: str, suggestion: str) -> None:
        super().__init__(f"{colour} can hardly be told from a white page; the nearest readable shade is {suggestion}")
        self.colour = colour
        self.suggestion = suggestion


def check_primary(colour: str) -> str:
    """The colour as ``#rrggbb``. ValueError when it is none, UnreadableColourError when no theme can be made."""
    value = parse_colour(colour)
    if _tellable(value):
        return value
    raise UnreadableColourError(value, nearest_shade(value, _tellable, toward=0.0))


def font_stack(choice: str | tuple[str, ...]) -> str:
    """CSS for ``--font``: one of FONT_STACKS by name, or font families (installed ones; none is fetched)."""
    if isinstance(choice, str):
        if choice not in FONT_STACKS:
            raise ValueError(f"{choice!r} is not one of {', '.join(FONT_STACKS)}")
        return FONT_STACKS[choice]
    for family in choice:
        if not _FAMILY.match(family):
            raise ValueError(f"{family!r} is not a font family name (letters, digits, spaces, hyphens)")
    quoted = [family if family in _GENERIC else f'"{family}"' for family in choice]
    return ", ".join(quoted if quoted and quoted[-1] in _GENERIC else [*quoted, "sans-serif"])


def theme_tokens(look: Brand) -> Mapping[str, Mapping[str, str]]:
    """``{"light": {...}, "dark": {...}}``: custom property name → value, e.g. ``["light"]["--brand"]``.

    ``--radius`` and ``--font`` are in both. Raises as ``check_primary`` does.
    """
    return _tokens(check_primary(look.primary), parse_colour(look.secondary), look.radius, look.font_stack)


def theme_css(look: Brand) -> str:
    """The organization's stylesheet: the tokens of both schemes on ``:root`` and nothing else."""
    tokens = theme_tokens(look)
    shared = {"--radius", "--font"}
    dark = {name: value for name, value in tokens["dark"].items() if name not in shared}
    return f"{_block(tokens['light'])}@media (prefers-color-scheme:dark){{{_block(dark)}}}\n"


def theme_hash(look: Brand) -> str:
    """Twelve hex digits that change when ``theme_css`` does; for its address."""
    return hashlib.sha256(theme_css(look).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class _Scheme:
    """Lightness of the neutrals of one colour scheme; ``far`` is where text moves to be readable.

    `notices` are the grounds of good, warning, bad and plain news, as tokens.css has them.
    """

    dark: bool
    surface: float
    raised: float
    sunken: float
    text: float
    quiet: float
    border: float
    strong: float
    soft: float
    soft_chroma: float
    tint: float
    notices: tuple[str, ...]

    @property
    def far(self) -> float:
        return 1.0 if self.dark else 0.0


_ON_LIGHT = ("#e6f4ed", "#fdf3e0", "#fdeeec", "#e9f1fb")
_ON_DARK = ("#12301f", "#35270e", "#3c1a18", "#172b48")
_LIGHT = _Scheme(False, 0.985, 1.0, 0.962, 0.235, 0.46, 0.885, 0.62, 0.945, 0.035, 0.006, _ON_LIGHT)
_DARK = _Scheme(True, 0.195, 0.235, 0.16, 0.945, 0.76, 0.335, 0.6, 0.3, 0.05, 0.009, _ON_DARK)


@lru_cache(maxsize=256)
def _tokens(primary: str, secondary: str, radius: int, font: str) -> Mapping[str, Mapping[str, str]]:
    shape = {"--radius": f"{radius}px", "--font": font}
    light = _scheme_tokens(_LIGHT, primary, secondary)
    dark = _scheme_tokens(_DARK, primary, secondary)
    return MappingProxyType(
        {"light": MappingProxyType({**light, **shape}), "dark": MappingProxyType({**dark, **shape})}
    )


def _scheme_tokens(scheme: _Scheme, primary: str, secondary: str) -> dict[str, str]:
    tokens = _neutrals(scheme, to_oklch(primary))
    surfaces = tuple(tokens[name] for name in ("--surface", "--surface-raised", "--surface-sunken"))
    grounds = (*surfaces, *scheme.notices)
    for name, colour in (("brand", primary), ("accent", secondary)):
        tokens |= _colour_family(name, colour, scheme, grounds, border=tokens["--border"])
    everywhere = (*grounds, tokens["--brand-soft"], tokens["--accent-soft"])
    tokens["--focus"] = _readable(tokens["--brand"], everywhere, CONTROL, scheme)
    for name, ratio in (("--text", TEXT), ("--text-quiet", TEXT), ("--border-strong", CONTROL)):
        tokens[name] = _readable(tokens[name], everywhere, ratio, scheme)
    return tokens


def _neutrals(scheme: _Scheme, brand: Oklch) -> dict[str, str]:
    chroma = min(scheme.tint, brand.chroma / 4)

    def grey(lightness: float, strength: float = 1.0) -> str:
        return to_hex(Oklch(lightness, chroma * strength, brand.hue))

    return {
        "--surface": grey(scheme.surface, 0.5),
        "--surface-raised": grey(scheme.raised),
        "--surface-sunken": grey(scheme.sunken),
        "--text": grey(scheme.text, 2),
        "--text-quiet": grey(scheme.quiet, 2),
        "--border": grey(scheme.border),
        "--border-strong": grey(scheme.strong, 2),
    }


def _colour_family(name: str, colour: str, scheme: _Scheme, grounds: tuple[str, ...], *, border: str) -> dict[str, str]:
    """A colour as a fill with its states, text on it, its edge, itself as text, and a soft surface of its hue."""
    fill = _readable(colour, grounds, CONTROL, scheme) if scheme.dark else colour
    on = text_on(fill)
    seen = to_oklch(fill)
    soft = to_hex(Oklch(scheme.soft, min(seen.chroma, scheme.soft_chroma), seen.hue))
    everywhere = (*grounds, soft)
    return {
        f"--{name}": fill,
        f"--{name}-hover": _pressed(fill, on, _HOVER),
        f"--{name}-active": _pressed(fill, on, _ACTIVE),
        f"--on-{name}": on,
        f"--{name}-edge": _readable(fill, (*everywhere, border), CONTROL, scheme),
        f"--{name}-text": _readable(fill, everywhere, TEXT, scheme),
        f"--{name}-soft": soft,
    }


def text_on(fill: str) -> str:
    """White where it can be read on the fill, else a dark ink of its hue, else black; one of them always can."""
    seen = to_oklch(fill)
    ink = to_hex(Oklch(0.2, min(seen.chroma, 0.03), seen.hue))
    for candidate in ("#ffffff", ink):
        if contrast(candidate, fill) >= TEXT:
            return candidate
    return "#000000"


def _pressed(fill: str, on: str, amount: float) -> str:
    """The fill a step darker; a step lighter where darker would hide the text or cannot be seen."""
    seen = to_oklch(fill)

    def moved(step: float) -> str:
        return to_hex(Oklch(seen.lightness + step, seen.chroma, seen.hue))

    if seen.lightness >= 0.2 and contrast(moved(-_ACTIVE), on) >= TEXT:
        return moved(-amount)
    return moved(amount if seen.lightness >= 0.2 else 0.2 - seen.lightness + amount)


def _readable(colour: str, grounds: tuple[str, ...], ratio: float, scheme: _Scheme) -> str:
    return nearest_shade(colour, lambda c: least_contrast(c, grounds) >= ratio, toward=scheme.far)


def _tellable(colour: str) -> bool:
    return contrast(colour, "#ffffff") >= TELLABLE


def _block(tokens: Mapping[str, str]) -> str:
    return ":root{" + ";".join(f"{name}:{value}" for name, value in tokens.items()) + "}"
