"""Checks of one open page beyond its words: axe, reflow, zoom, text spacing, forced colours, targets, its outline."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests import recording
from tests.availability import require

AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_COLOUR_RULES = ["color-contrast", "link-in-text-block"]
PHONE = {"width": 320, "height": 640}
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
TEXT_SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    "p { margin-bottom: 2em !important; }"
)

# axe would preload style sheets and media for rules on turning a screen and on sound; no page has to do with either.
_RUN_AXE = """async rules => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false});
    return found.violations.map(v => ({rule: v.id, help: v.help, where: v.nodes.map(n => n.target.join(' ') +
        ' | ' + n.html.slice(0, 200) + ' | ' + (n.any[0]?.message ?? ''))}));
}"""
_TOO_WIDE = """() => {
    const limit = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= limit) return [];
    return [...document.querySelectorAll('body *')].filter(e => {
        const box = e.getBoundingClientRect();
        return box.right > limit + 1 || box.left < -1; // a page from right to left grows to the left
    }).slice(0, 5).map(e => e.outerHTML.slice(0, 160));
}"""
_CUT_TEXT = """() => [...document.querySelectorAll('body *')].filter(e => {
    const style = getComputedStyle(e), hides = v => v === 'hidden' || v === 'clip';
    const box = e.getBoundingClientRect();
    return box.width > 2 && box.height > 2 && e.textContent.trim() &&
        ((hides(style.overflowY) && e.scrollHeight > e.clientHeight + 2) ||
         (hides(style.overflowX) && e.scrollWidth > e.clientWidth + 2));
}).slice(0, 5).map(e => e.outerHTML.slice(0, 160))"""
_BROKEN_WORDS = """longest => {
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [], range = new Range();
    for (let node = words.nextNode(); node; node = words.nextNode()) {
        if (node.parentElement.getBoundingClientRect().width <= 2 || !node.parentElement.checkVisibility()) continue;
        for (const word of node.data.matchAll(/\\S+/g)) {
            if (word[0].length > longest || /[-\\/@\\]]/.test(word[0])) continue;
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].filter(r => r.width).map(r => r.top)).size > 1)
                found.push(`${word[0]} in ${node.parentElement.outerHTML.slice(0, 160)}`);
        }
    }
    return found.slice(0, 5);
}"""
_SMALL_TARGETS = """least => {
    const all = [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
    const box = e => (e.closest('label') ?? document.querySelector(`label[for="${e.id}"]`) ?? e)
        .getBoundingClientRect();
    const shown = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) &&
        e.getBoundingClientRect().width > 1;
    const inText = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline' &&
        [...e.parentElement.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    return all.filter(e => shown(e) && !inText(e)).filter(e => {
        const own = e.getBoundingClientRect(), label = ['radio', 'checkbox'].includes(e.type) ? box(e) : own;
        return Math.max(own.width, label.width) < least || Math.max(own.height, label.height) < least;
    }).map(e => e.outerHTML.slice(0, 160));
}"""
_UNSEEN_CONTROLS = """() => [...document.querySelectorAll(
        'button, a.button, input:not([type=hidden]), select, textarea')]
    .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(e => { const s = getComputedStyle(e), b = e.getBoundingClientRect();
        return b.width > 1 && !['radio', 'checkbox', 'file'].includes(e.type) && s.appearance === 'none' &&
            parseFloat(s.borderTopWidth) === 0 && parseFloat(s.borderBottomWidth) === 0 && s.outlineStyle === 'none' &&
            s.textDecorationLine === 'none'; })
    .map(e => e.outerHTML.slice(0, 160))"""


def assert_axe_clean(page: Page, rules: list[str] = AXE_RULES) -> None:
    """axe-core finds nothing by these rules, in the colours the page shows now."""
    require(AXE.exists(), "axe-core", command="make setup")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(_RUN_AXE, rules)
    told = "\n".join(f"{each['rule']}: {each['help']}\n    " + "\n    ".join(each["where"]) for each in found)
    assert not found, f"axe on {page.url}:\n{told}"


def assert_axe_clean_in_both_schemes(page: Page) -> None:
    """The same in light and, by the rules on colours, which are all that changes, in dark."""
    assert_axe_clean(page)
    page.emulate_media(color_scheme="dark")
    try:
        assert_axe_clean(page, AXE_COLOUR_RULES)
    finally:
        page.emulate_media(color_scheme="light")


def assert_fits(page: Page, size: dict[str, int]) -> None:
    """At this size in CSS pixels nothing asks for sideways scrolling (tables have regions), and words stay whole."""
    with _resized(page, size):
        assert_no_wider_than_the_window(page)
        assert_breaks_no_word(page)


def assert_no_wider_than_the_window(page: Page) -> None:
    """Nothing asks for sideways scrolling."""
    _assert_none(page, _TOO_WIDE, f"is wider than {page.evaluate('innerWidth')} px")


def assert_breaks_no_word(page: Page, *, longest: int = 14) -> None:
    """No word of up to `longest` letters goes over two lines; addresses, what is longer and what has brackets may."""
    _assert_none(page, _BROKEN_WORDS, f"breaks words at {page.evaluate('innerWidth')} px", longest)


def assert_stands_text_spacing(page: Page) -> None:
    """WCAG 1.4.12: with the reader's own spacing nothing is cut and nothing scrolls sideways."""
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }",
        TEXT_SPACING,
    )
    try:
        _assert_none(page, _TOO_WIDE, "scrolls sideways with text spacing")
        _assert_none(page, _CUT_TEXT, "cuts text with text spacing")
    finally:
        page.evaluate("document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1)")


def assert_stands_forced_colours(page: Page) -> None:
    """With the reader's own colours every control still has an edge, an underline or its native look."""
    page.emulate_media(forced_colors="active")
    try:
        _assert_none(page, _UNSEEN_CONTROLS, "has controls without an edge in forced colours")
    finally:
        page.emulate_media(forced_colors="none")


def assert_targets_are_large(page: Page, *, least: int = 24) -> None:
    """Every control is at least `least` CSS pixels each way; links inside a sentence are excepted (WCAG 2.5.8)."""
    _assert_none(page, _SMALL_TARGETS, f"has targets under {least} px", least)


def assert_accessible(page: Page) -> None:
    """Everything above, on one page."""
    assert_axe_clean_in_both_schemes(page)
    assert_fits(page, PHONE)
    assert_fits(page, ZOOMED)
    assert_stands_text_spacing(page)
    assert_stands_forced_colours(page)
    assert_targets_are_large(page)


def assert_outline_is(page: Page, kept: Path, *, steady: Callable[[str], str] = str) -> None:
    """The accessibility tree equals the one in `kept`; LINKFLOW_TEST_UPDATE=1 writes it anew.

    `steady` takes out what differs from run to run.
    """
    recording.note_outline(kept.name)
    outline = steady(page.locator("body").aria_snapshot()) + "\n"
    if os.environ.get("LINKFLOW_TEST_UPDATE"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(outline)
    assert kept.exists(), f"{kept.name} is missing; write it with LINKFLOW_TEST_UPDATE=1"
    assert outline == kept.read_text(), f"the accessibility tree of {page.url} differs from {kept.name}:\n{outline}"


def _assert_none(page: Page, script: str, told: str, argument: object = None) -> None:
    """The script finds no element; where it does, they are named."""
    found: list[str] = page.evaluate(script, argument)
    assert not found, "\n    ".join([f"{page.url} {told}:", *found])


@contextmanager
def _resized(page: Page, size: dict[str, int]) -> Iterator[None]:
    before = page.viewport_size
    page.set_viewport_size(size)  # type: ignore[arg-type]
    try:
        yield
    finally:
        if before:
            page.set_viewport_size(before)
