"""The theme: readable by construction in both schemes, or refused with a shade that loads."""

from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkflow.domain.brand import (
    FONT_STACKS,
    UnreadableColourError,
    check_primary,
    font_stack,
    theme_css,
    theme_hash,
    theme_tokens,
)
from linkflow.domain.colour import Oklch, contrast, least_contrast, parse_colour, to_hex, to_oklch

NEUTRALS = {"surface", "surface-raised", "surface-sunken", "text", "text-quiet", "border", "border-strong"}
FAMILY = {"{}", "{}-hover", "{}-active", "on-{}", "{}-edge", "{}-text", "{}-soft"}
SHAPE = {"focus", "radius", "font"}
colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@dataclass(frozen=True)
class Colours:
    primary: str
    secondary: str
    radius: int = 6
    font_stack: str = "serif"


@settings(max_examples=120)
@given(primary=colours, secondary=colours)
def test_any_pair_is_readable_in_both_schemes_or_refused_with_a_shade_that_is(primary, secondary):
    for scheme in theme_tokens(Colours(accepted(primary), secondary)).values():
        assert_readable(scheme)


def accepted(primary):
    """The colour, or what is suggested in its place; the suggestion must be taken as it is."""
    try:
        return check_primary(primary)
    except UnreadableColourError as refusal:
        return check_primary(refusal.suggestion)


def assert_readable(scheme):
    grounds = [scheme[f"--{name}"] for name in ("surface", "surface-raised", "surface-sunken")]
    softs = [scheme["--brand-soft"], scheme["--accent-soft"]]
    for family in ("brand", "accent"):
        fills = [scheme[f"--{family}{state}"] for state in ("", "-hover", "-active")]
        assert least_contrast(scheme[f"--on-{family}"], fills) >= 4.5
        assert len(set(fills)) == 3, "hover and active must be seen"
        own = [*grounds, scheme[f"--{family}-soft"]]
        assert least_contrast(scheme[f"--{family}-text"], own) >= 4.5
        assert least_contrast(scheme[f"--{family}-edge"], own) >= 3
    assert least_contrast(scheme["--text"], grounds + softs) >= 7
    assert least_contrast(scheme["--text-quiet"], grounds + softs) >= 4.5
    assert least_contrast(scheme["--focus"], grounds + softs) >= 3
    assert least_contrast(scheme["--border-strong"], grounds + softs) >= 3


def test_at_most_one_random_colour_in_twenty_is_refused():
    random = Random(7)
    refused = 0
    for _ in range(2000):
        try:
            check_primary(f"#{random.randrange(1 << 24):06x}")
        except UnreadableColourError:
            refused += 1
    assert refused <= 100


@pytest.mark.parametrize("primary", ["#000000", "#12467b", "#ffcc00", "#ff00ff", "#777777", "#00ff00", "#e4e4e4"])
def test_in_the_light_scheme_the_brand_colour_is_drawn_exactly_as_given(primary):
    assert theme_tokens(Colours(primary, "#ffffff"))["light"]["--brand"] == primary


@pytest.mark.parametrize("primary", ["#000000", "#000080", "#3b0000"])
def test_in_the_dark_scheme_a_dark_brand_colour_is_lifted_until_it_shows(primary):
    dark = theme_tokens(Colours(primary, primary))["dark"]
    assert contrast(dark["--brand"], dark["--surface"]) >= 3


def test_white_is_refused_with_the_nearest_shade_that_shows():
    with pytest.raises(UnreadableColourError, match=r"#ffffff can hardly be told.*#e4e4e4") as refusal:
        check_primary("#FFF")
    assert contrast(refusal.value.suggestion, "#ffffff") < 1.3


@pytest.mark.parametrize("text", ["blue", "#12", "#12345", "#1234567", "rgb(0,0,0)", "#12467b;}", "", "#ggg"])
def test_only_hexadecimal_colours_are_colours(text):
    with pytest.raises(ValueError, match="is not a colour"):
        parse_colour(text)


@given(colour=colours)
def test_a_colour_survives_the_way_to_oklch_and_back(colour):
    assert to_hex(to_oklch(colour)) == colour


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_a_hue_too_strong_for_the_screen_gives_up_chroma_not_lightness():
    assert to_oklch(to_hex(Oklch(0.7, 0.4, 2.0))).lightness == pytest.approx(0.7, abs=0.01)


def test_both_schemes_carry_every_token_of_the_stylesheets():
    for scheme in theme_tokens(Colours("#12467b", "#0e7c86")).values():
        families = {name.format(family) for name in FAMILY for family in ("brand", "accent")}
        assert set(scheme) == {f"--{name}" for name in NEUTRALS | SHAPE | families}


def test_the_stylesheet_is_two_blocks_and_its_hash_follows_it():
    css = theme_css(Colours("#12467b", "#0e7c86"))
    assert css.startswith(":root{--surface:")
    assert css.count("@media (prefers-color-scheme:dark){:root{") == 1
    assert css.count("--radius:6px") == css.count("--font:serif") == 1
    assert css.count("{") == css.count("}") == 3
    assert theme_hash(Colours("#12467b", "#0e7c86")) != theme_hash(Colours("#12467c", "#0e7c86"))


def test_fonts_are_named_stacks_or_family_names():
    assert font_stack("system") == FONT_STACKS["system"]
    assert font_stack(("Source Sans 3", "Arial")) == '"Source Sans 3", "Arial", sans-serif'
    assert font_stack(("Georgia", "serif")) == '"Georgia", serif'


@pytest.mark.parametrize("choice", ["sytem", ('Arial";}body{display:none',), ("url(https://x)",), ("",)])
def test_a_font_that_could_leave_its_declaration_is_refused(choice):
    with pytest.raises(ValueError, match="is not"):
        font_stack(choice)
