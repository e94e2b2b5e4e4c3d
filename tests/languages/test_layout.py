"""Layouts hold words 40 % longer than English, and words that run from right to left: nothing too wide, cut or lost."""

from collections.abc import Iterator, Sequence

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from linkflow.pseudo import PSEUDO
from linkflow.web.gallery.documents import Document, documents
from tests.accessible import (
    assert_axe_clean,
    assert_breaks_no_word,
    assert_no_wider_than_the_window,
    assert_stands_text_spacing,
)
from tests.languages.conftest import Speaking
from tests.web.shown import Shown
from tests.web.test_every_look import Window, window_onto

WIDTHS = (320, 768, 1280)
TELLING = ("welcome", "software", "consent", "summary-of-several", "other-browser")
"""Between them every layout there is."""
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_OUTSIDE = """() => [...document.querySelectorAll('main, main h1, .panel, .top__logo, .top__links')]
    .filter(e => e.checkVisibility())
    .filter(e => { const b = e.getBoundingClientRect(); return b.left < -1 || b.right > innerWidth + 1; })
    .map(e => e.outerHTML.slice(0, 120))"""


def pages(speaking: Speaking, language: str) -> list[Document]:
    every = documents(speaking(language, *(tag for tag in PSEUDO if tag != language)), language)
    return [shown for shown in every if shown.kind == "page"]


def objections(browser: Browser, inside: Flask, shown: Sequence[Document], widths: Sequence[int]) -> Iterator[str]:
    with window_onto(browser, inside.test_client(), {}) as window:
        for one in shown:
            window.show(Shown(one.name, f"/{one.name}", 200, _HTML, one.body.encode()))
            yield from _of_page(window, one, widths)


def _of_page(window: Window, shown: Document, widths: Sequence[int]) -> Iterator[str]:
    for width in widths:
        window.page.set_viewport_size({"width": width, "height": 800})
        checks = [assert_no_wider_than_the_window, assert_breaks_no_word, assert_stands_text_spacing, assert_inside]
        for check in [*checks, *([assert_axe_clean] if width in (widths[0], widths[-1]) else [])]:
            try:
                check(window.page)
            except AssertionError as wrong:
                yield f"{shown.name} at {width} px: {wrong}"


def assert_inside(page: Page) -> None:
    """The frame's parts stand in the window on both sides: what hangs out to the left cannot be scrolled to."""
    found = page.evaluate(_OUTSIDE)
    assert not found, f"outside the window: {found}"


@pytest.mark.parametrize("language", PSEUDO)
def test_every_layout_holds_longer_words_and_words_from_right_to_left(
    browser: Browser, inside: Flask, speaking: Speaking, language: str
) -> None:
    shown = [one for one in pages(speaking, language) if one.name in TELLING]
    assert len(shown) == len(TELLING)
    assert list(objections(browser, inside, shown, (WIDTHS[0], WIDTHS[-1]))) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", PSEUDO)
def test_every_page_holds_longer_words_and_words_from_right_to_left(
    browser: Browser, inside: Flask, speaking: Speaking, language: str
) -> None:
    told = list(objections(browser, inside, pages(speaking, language), WIDTHS))
    assert not told, "\n".join(told)


def test_a_page_from_right_to_left_begins_at_the_right(browser: Browser, inside: Flask, speaking: Speaking) -> None:
    shown = next(one for one in pages(speaking, "ar-XB") if one.name == "consent")
    with window_onto(browser, inside.test_client(), {}) as window:
        window.page.set_viewport_size({"width": 1280, "height": 800})
        window.show(Shown(shown.name, "/consent", 200, _HTML, shown.body.encode()))
        page = window.page
        assert page.locator("html").get_attribute("dir") == "rtl"
        logo, links = page.locator(".top__logo").bounding_box(), page.locator(".top__links").bounding_box()
        main, panel = page.locator("main").bounding_box(), page.locator(".panel--wide").bounding_box()
        assert logo is not None
        assert links is not None
        assert main is not None
        assert panel is not None
        assert logo["x"] > links["x"]
        assert main["x"] > panel["x"]
        turned = page.locator(".crumbs .icon").first.evaluate("e => getComputedStyle(e).transform")
        assert turned == "matrix(-1, 0, 0, 1, 0, 0)", "an arrow points back, which is to the right"
