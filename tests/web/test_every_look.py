"""Every page the journey and the portal can show, in each shipped look, at every width: nothing to object.

Covered is each page that a template can make (`data-page`), in every state of a journey, for everybody who may see it:
as looked at, with its forms refusing what was left empty, and as further_*.py reach it. Pages built alike are one, and
of those that are left so many are shown that every part of each is seen (`each_part_once`). Each of them is shown in
both looks, with all that unfolds unfolded,

- at 320 pixels, at 400 % zoom and at seven widths up to 1920: nothing scrolls sideways and no word is broken;
- where a layout begins: it stands the reader's own text spacing, and every target is large enough;
- in the narrowest and the widest layout: axe finds nothing in light, nothing about colour in dark, and forced colours
  leave every control an edge.

One walk in each look is part of every run (tests/e2e); here is all of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from linkflow import paths
from tests.accessible import (
    AXE,
    PHONE,
    ZOOMED,
    assert_axe_clean_in_both_schemes,
    assert_breaks_no_word,
    assert_no_wider_than_the_window,
    assert_stands_forced_colours,
    assert_stands_text_spacing,
    assert_targets_are_large,
)
from tests.web.every_page import (
    SIDES,
    Gathered,
    Side,
    dressed_office,
    gather,
    names_of,
    page_templates,
    shipped_organization,
)
from tests.web.office import BASE
from tests.web.shown import Shown, each_part_once

LOOKS = ("northbank", "harbour")
WIDTHS = (360, 480, 640, 768, 1024, 1280, 1920)
SIZES = (PHONE, ZOOMED, *({"width": width, "height": 800} for width in WIDTHS))
SAYING_NO = {
    *(f"portal/{name}.html" for name in ("forbidden", "link-over", "nothing-here", "signed-out")),
    *(name for name in page_templates() if name.startswith("errors/")),
}
AT_EVERY_SIZE = (assert_no_wider_than_the_window, assert_breaks_no_word)
IN_EVERY_LAYOUT = (assert_stands_text_spacing, assert_targets_are_large)
ON_PHONE_AND_DESK = (
    assert_axe_clean_in_both_schemes,
    assert_stands_forced_colours,
)  # the outermost layouts; those between are made of their parts


@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_in_every_look_at_every_width(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: str, side: str
) -> None:
    shipped = shipped_organization(tmp_path, look)
    gathered = gather(tmp_path, monkeypatch, shipped=shipped, side=SIDES[side])
    assert_nothing_is_missing(SIDES[side], gathered)
    layouts = layout_widths()
    assert layouts <= set(WIDTHS)
    with (
        dressed_office(tmp_path / "window", monkeypatch, shipped) as office,
        window_onto(browser, office.app.test_client(), gathered.framed) as window,
    ):
        objections = [
            told for shown in each_part_once(gathered.pages.values()) for told in _objections(window, shown, layouts)
        ]
    assert not objections, "\n".join(objections)


def test_every_page_belongs_to_a_side_that_is_looked_at() -> None:
    assert page_templates() - {template for side in SIDES.values() for template in side.templates()} == set()


def assert_nothing_is_missing(side: Side, gathered: Gathered) -> None:
    """Every template and every `data-page` was shown, with status 200 unless its job is to say no."""
    well = {name for template in side.templates() - SAYING_NO for name in names_of(template)}
    assert side.templates() - gathered.templates() == set(), "templates there are and nobody was shown"
    assert side.names() - gathered.names() == set(), "pages there are and nobody was shown"
    assert well - gathered.answered() == set(), "pages that were shown only as refused"
    assert gathered.asking - gathered.refusing == set(), "pages that ask and were not seen refusing"


def layout_widths() -> set[int]:
    """The narrowest width of each layout there is: where the style sheets change something, in CSS pixels."""
    sheets = "".join(path.read_text() for path in (paths.static() / "css").glob("*.css"))
    steps = re.findall(r"@media[^{]*\(min-width: ([\d.]+)rem\)", sheets)
    return {WIDTHS[0], *(round(float(rem) * 16) for rem in steps)}


def _objections(window: "Window", shown: Shown, layouts: set[int]) -> Iterator[str]:
    window.show(shown)
    for size in SIZES:
        window.page.set_viewport_size(size)  # type: ignore[arg-type]
        for check in _checks(size["width"], layouts):
            try:
                check(window.page)
            except AssertionError as wrong:
                yield f"{shown.name} ({shown.where}) at {size['width']} px: {wrong}"


def _checks(width: int, layouts: set[int]) -> Iterator[Callable[[Page], None]]:
    yield from AT_EVERY_SIZE
    if width in layouts:
        yield from IN_EVERY_LAYOUT
    if width in (min(layouts), max(layouts)):
        yield from ON_PHONE_AND_DESK


@dataclass
class Window:
    """A browser's window that is answered what was gathered, and by the application whatever a page is made with."""

    page: Page
    client: FlaskClient
    framed: Mapping[str, Shown]
    _shown: Shown | None = None
    _made_with: dict[str, Shown] = field(default_factory=dict)

    def show(self, shown: Shown) -> None:
        self._shown = shown
        self.page.goto(BASE + shown.path)
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    def answer(self, route: Route) -> None:
        """Leaving for a software stays open; every other address is one of ours."""
        url = route.request.url
        if not url.startswith(BASE):
            route.fulfill(status=204)
            return
        found = self._found(url.removeprefix(BASE))
        route.fulfill(status=found.status, headers=dict(found.headers), body=found.body)

    def _found(self, path: str) -> Shown:
        if self._shown is not None and path == self._shown.path:
            return self._shown
        if path in self.framed:
            return self.framed[path]
        if path not in self._made_with:
            assert path.startswith(("/static/", "/theme/", "/brand/")), f"{self.page.url} asked for {path}"
            got = self.client.get(path, base_url=BASE)
            assert got.status_code == 200, f"{self.page.url} is made with {path}, which is not there"
            self._made_with[path] = Shown("", path, got.status_code, dict(got.headers), got.data)
        return self._made_with[path]


@contextmanager
def window_onto(browser: Browser, client: FlaskClient, framed: Mapping[str, Shown]) -> Iterator[Window]:
    context = browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    context.add_init_script(path=AXE)
    try:
        window = Window(context.new_page(), client, framed)
        context.route("**/*", window.answer)
        yield window
    finally:
        context.close()
