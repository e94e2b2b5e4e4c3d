"""Looking at documents in a browser: pictures, what axe finds, how readable text is, whether anything sticks out."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linkflow.preview.chromium import chromium
from linkflow.web.gallery_views import Scheme, Width

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

WIDTHS: dict[Width, int] = {"phone": 360, "desktop": 1280}
"""In CSS pixels."""
HEIGHT, TALLEST = 800, 12_000
"""Of the window: it grows with the document, so that what sticks to its bottom edge covers nothing."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""All that dark changes."""
MAIL_RULES = {"landmark-one-main": False, "region": False, "page-has-heading-one": False}
"""Of documents, not of mails: no program that shows one lets it have landmarks."""

_AXE = """async ([rules, off]) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations', 'passes'], preload: false,
        rules: Object.fromEntries(Object.keys(off).map(id => [id, {enabled: false}]))});
    const ratios = found.passes.filter(rule => rule.id === 'color-contrast').flatMap(rule => rule.nodes)
        .map(node => node.any[0]?.data?.contrastRatio).filter(Boolean);
    return {least: ratios.length ? Math.min(...ratios) : null, violations: found.violations.map(rule =>
        rule.id + ': ' + rule.help +
        ' (' + rule.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ') + ')')};
}"""
_WRONG = """() => [
    ...(document.scrollingElement.scrollWidth > innerWidth ? ['wider than the window by ' +
        (document.scrollingElement.scrollWidth - innerWidth) + ' pixels'] : []),
    ...[...document.images].filter(image => image.complete && !image.naturalWidth).map(image =>
        'a picture cannot be shown: ' + image.getAttribute('src')),
]"""


@dataclass(frozen=True)
class View:
    """How a document is looked at."""

    width: Width
    scheme: Scheme

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}"


@dataclass(frozen=True)
class Seen:
    """One look: the picture taken, if any; the least contrast of text, 1 to 21; and everything that is wrong."""

    view: View
    picture: Path | None
    contrast: float | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """A document to be looked at; `pictures` is how the files are named that are made, without their views."""

    document: Path
    views: Sequence[View]
    is_mail: bool = False
    pictures: Path | None = None


def look_at(jobs: Iterable[Job], *, report: Callable[[Job, tuple[Seen, ...]], None]) -> None:
    """Every document in every view it is to be seen in, several at once; `report` is told of each when it is done."""
    asyncio.run(_look_at(list(jobs), report))


async def _look_at(jobs: list[Job], report: Callable[[Job, tuple[Seen, ...]], None]) -> None:
    waiting = iter(jobs)
    async with chromium() as browser:
        hands = min(len(jobs), os.cpu_count() or 1)
        await asyncio.gather(*(_work(browser, waiting, report) for _ in range(hands)))


async def _work(browser: "Browser", waiting: Iterator[Job], report: Callable[[Job, tuple[Seen, ...]], None]) -> None:
    from axe_playwright_python.base import AXE_SCRIPT

    context = await browser.new_context(reduced_motion="reduce", viewport={"width": WIDTHS["phone"], "height": HEIGHT})
    page = await context.new_page()
    for job in waiting:
        await page.goto(job.document.as_uri())
        await page.evaluate(AXE_SCRIPT)
        report(job, tuple([await _see(page, job, view) for view in job.views]))
    await context.close()


async def _see(page: "Page", job: Job, view: View) -> Seen:
    await page.emulate_media(color_scheme=view.scheme)
    await page.set_viewport_size({"width": WIDTHS[view.width], "height": HEIGHT})
    tall: int = await page.evaluate("document.documentElement.scrollHeight")
    await page.set_viewport_size({"width": WIDTHS[view.width], "height": min(max(tall, HEIGHT), TALLEST)})
    rules = COLOUR_RULES if view.scheme == "dark" else RULES
    axe = await page.evaluate(_AXE, [rules, MAIL_RULES if job.is_mail else {}])
    wrong: list[str] = await page.evaluate(_WRONG)
    picture = None
    if job.pictures is not None:
        picture = job.pictures.with_name(f"{job.pictures.name}-{view}.png")
        await page.screenshot(path=picture, animations="disabled", caret="hide")
    return Seen(view, picture, axe["least"], (*wrong, *axe["violations"]))
