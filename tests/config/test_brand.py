"""The theme: readable by construction in both schemes, or refused with a shade that loads."""

import re
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from linkflow import paths
from linkflow.domain import brand
from linkflow.domain.brand import (
    FONT_STACKS,
    UnreadableColourError,
    check_primary,
    font_stack,
    theme_css,
    theme_hash,
    theme_tokens,
)
from linkflow.domain.colour import Oklch, contrast, least_contrast, luminance, parse_colour, to_hex, to_oklch
from linkflow.organization_file import LookTable
from tests.config_factories import organization_content

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
    """Every pair the stylesheets draw: text 4.5:1, the edges of controls and focus 3:1."""
    grounds = [scheme[f"--{name}"] for name in ("surface", "surface-raised", "surface-sunken")]
    softs = [scheme["--brand-soft"], scheme["--accent-soft"]]
    states = states_of(scheme)
    notices = [states[f"--{name}-soft"] for name in STATES]
    for family in ("brand", "accent"):
        fills = [scheme[f"--{family}{state}"] for state in ("", "-hover", "-active")]
        assert least_contrast(scheme[f"--on-{family}"], fills) >= 4.5
        assert len(set(fills)) == 3, "hover and active must be seen"
        own = [*grounds, scheme[f"--{family}-soft"], *notices]
        assert least_contrast(scheme[f"--{family}-text"], own) >= 4.5
        assert least_contrast(scheme[f"--{family}-edge"], [*own, scheme["--border"]]) >= 3
    everywhere = [*grounds, *softs, *notices]
    assert least_contrast(scheme["--text"], [*everywhere, scheme["--border"]]) >= 7, "a pressed button is of the border"
    assert least_contrast(scheme["--text-quiet"], everywhere) >= 4.5
    assert least_contrast(scheme["--focus"], everywhere) >= 3
    assert least_contrast(scheme["--border-strong"], everywhere) >= 3
    for name in STATES:
        assert least_contrast(states[f"--{name}"], everywhere) >= 4.5
    assert least_contrast(states["--bad"], [scheme["--border"]]) >= 4.5


STATES = ("ok", "warn", "bad", "info")
SHEETS = {path.stem: path.read_text() for path in (paths.static() / "css").glob("*.css")}


def declared(block):
    return dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]+);", block))


LIGHT, DARK = (
    declared(block) for block in SHEETS["tokens"].split("@media print")[0].split("prefers-color-scheme: dark")
)


def states_of(scheme):
    """The colours of news that tokens.css has for the scheme these tokens are of."""
    return LIGHT if luminance(scheme["--surface"]) > 0.5 else DARK


def rules():
    """(selector, declarations) of every rule that gives a colour by name; what is for print left out."""
    for name, sheet in SHEETS.items():
        screen = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).split("@media print")[0]
        for selector, body in re.findall(r"([^{};]+)\{([^{}]*)\}", screen):
            yield f"{name}: {selector.strip()}", dict(re.findall(r"([a-z-]+): ([^;]+);", body))


def test_the_stylesheets_draw_no_text_and_no_edge_in_a_colour_that_is_not_checked_here():
    texts = {"--text", "--text-quiet", "--brand-text", "--on-brand", *(f"--{state}" for state in STATES), "--tone"}
    grounds = {"--surface", "--surface-raised", "--surface-sunken", "--brand-soft", "--tone-soft", "--paper"}
    fills = {"--brand", "--brand-hover", "--brand-active", "--on-brand", "--border", "--brand-edge", "--accent-edge"}
    outlines = {"--focus"}
    for selector, rule in rules():
        text = re.findall(r"var\((--[a-z-]+)\)", rule.get("color", ""))
        assert set(text) <= texts, selector
        ground = re.findall(r"var\((--[a-z-]+)\)", rule.get("background", ""))
        assert set(ground) <= grounds | fills | {"--s-16"}, selector
        if set(ground) & {"--brand", "--brand-hover", "--brand-active"} and text:
            assert text == ["--on-brand"], selector
        assert set(re.findall(r"var\((--[a-z-]+)\)", rule.get("outline", ""))) <= outlines, selector


def test_the_grounds_of_news_the_theme_reckons_with_are_those_of_the_stylesheet():
    for scheme, sheet in ((brand._LIGHT, LIGHT), (brand._DARK, DARK)):
        assert scheme.notices == tuple(sheet[f"--{name}-soft"] for name in STATES)


def test_the_colours_of_mails_are_pairs_that_are_checked_here():
    style = (paths.templates() / "linkflow" / "email" / "style.css").read_text()
    assert set(re.findall(r"(?<!-)color: \{\{ \w+\.(\w+) \}\}", style)) <= {
        "text",
        "text_quiet",
        "brand_text",
        "on_brand",
        "surface_sunken",
    }
    assert set(re.findall(r"background-color: \{\{ \w+\.(\w+) \}\}", style)) <= {
        "surface_sunken",
        "surface_raised",
        "brand",
        "brand_soft",
    }


def test_without_a_theme_the_stylesheets_own_colours_are_readable_too():
    for sheet in (LIGHT, DARK):
        whole = {name: value if len(value) == 7 else parse_colour(value) for name, value in sheet.items()}
        family = {name.replace("brand", "accent"): value for name, value in whole.items() if "brand" in name}
        assert_readable({**family, **whole})


def test_at_most_one_random_pair_in_twenty_is_refused_and_what_is_suggested_then_loads():
    random = Random(7)
    refused = 0
    for _ in range(2000):
        primary, secondary = (f"#{random.randrange(1 << 24):06x}" for _ in range(2))
        content = organization_content(look={"primary": primary, "secondary": secondary})
        try:
            LookTable.model_validate(content["look"])
        except ValidationError as refusal:
            refused += 1
            suggestion = str(refusal).rpartition("nearest readable shade is ")[2][:7]
            assert LookTable.model_validate({**content["look"], "primary": suggestion}).primary == suggestion
    assert 0 < refused <= 100


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
