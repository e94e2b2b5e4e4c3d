"""Judges every page the whole run served, once: `make test` runs this last, over what recording.py kept."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests import html, recording
from tests.e2e.outlines import SNAPSHOTS

pytestmark = pytest.mark.gathered

TEMPLATES = Path(__file__).parent.parent / "templates"
NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


@dataclass
class Outline(HTMLParser):
    """What this module asks of a page's structure."""

    counts: Counter[str] = field(default_factory=Counter)
    language: str = ""
    title: str = ""
    data_page: str | None = None
    labels: set[str] = field(default_factory=set)
    unlabelled: list[str] = field(default_factory=list)
    fields: list[tuple[str, bool]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.counts[tag] += 1
        self._open.append(tag)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "main":
            self.data_page = given.get("data-page")
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") not in NEEDS_NO_LABEL:
            named = bool({"aria-label", "aria-labelledby"} & set(given)) or "label" in self._open
            self.fields.append((given.get("id", given.get("name", "")), named))

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data


@pytest.fixture(scope="module")
def kept() -> Path:
    folder = recording.directory()
    assert folder is not None, "nothing was recorded; run `make test`"
    assert (folder / "pages").is_dir(), "nothing was recorded; run `make test`"
    return folder


@pytest.fixture(scope="module")
def outlines(kept: Path) -> list[tuple[dict[str, Any], Outline]]:
    return [(known, _outline(path)) for path, known in recording.pages(kept)]


def test_pages_were_recorded(outlines: list[tuple[dict[str, Any], Outline]]) -> None:
    assert len(outlines) >= 20


def test_every_page_is_valid_html(kept: Path) -> None:
    found = html.findings(kept / "pages")
    kinds = Counter(re.sub("“[^”]*”", "“…”", each.partition(": ")[2]) for each in found)
    assert kinds == Counter(), f"for example {found[:5]}"


def test_every_page_has_a_language_a_title_one_main_and_one_heading(outlines: list[Any]) -> None:
    wrong = [
        known
        for known, page in outlines
        if not (page.language and page.title.strip() and page.counts["main"] == page.counts["h1"] == 1)
    ]
    assert [_named(known) for known in wrong] == []


def test_what_is_wrong_is_told_in_the_order_of_the_page(kept: Path) -> None:
    told, wrong = 0, []
    for path, known in recording.pages(kept):
        page = path.read_text()
        summary = page.partition('id="error-summary"')[2].partition("</ul>")[0]
        fields = re.findall(r'href="#([^"]+)"', summary)
        places = [page.find(f' id="{field}"') for field in fields]
        told += len(places) > 1
        if places != sorted(places):
            wrong.append(f"{_named(known)}: {fields}")
    assert wrong == []
    assert told


def test_every_field_has_a_label(outlines: list[Any]) -> None:
    wrong = [
        f"{_named(known)}: {name}"
        for known, page in outlines
        for name, named in page.fields
        if not named and name not in page.labels
    ]
    assert wrong == []


def test_no_two_pages_share_a_title(outlines: list[Any]) -> None:
    shared = defaultdict(set)
    for _, page in outlines:
        if page.data_page:
            shared[page.title.strip()].add(page.data_page)
    assert {title: pages for title, pages in shared.items() if len(pages) > 1} == {}


def test_every_page_carries_the_headers_that_close_a_browser(outlines: list[Any]) -> None:
    assert [told for known, _ in outlines for told in _loose(known)] == []


def test_every_template_was_rendered_by_some_test(kept: Path) -> None:
    there = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if _is_template(path)}
    assert there - {_full(name) for name in recording.rendered_templates(kept)} == set()


def test_every_kept_outline_was_compared_with_its_page(kept: Path) -> None:
    assert {path.name for path in SNAPSHOTS.glob("*.yaml")} - recording.compared_outlines(kept) == set()


def _loose(known: dict[str, Any]) -> Iterator[str]:
    headers = known["headers"]
    policy = headers.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors" not in policy or "unsafe-" in policy:
        yield f"{_named(known)}: Content-Security-Policy is {policy!r}"
    if headers.get("x-content-type-options") != "nosniff":
        yield f"{_named(known)}: X-Content-Type-Options is missing"
    if headers.get("referrer-policy") not in ("no-referrer", "same-origin", "strict-origin", "origin"):
        yield f"{_named(known)}: Referrer-Policy is {headers.get('referrer-policy')!r}"
    if "no-store" not in headers.get("cache-control", ""):
        yield f"{_named(known)}: Cache-Control is {headers.get('cache-control')!r}"


def _outline(path: Path) -> Outline:
    outline = Outline()
    outline.feed(path.read_text())
    return outline


def _named(known: dict[str, Any]) -> str:
    return f"{known['method']} {known['path']} → {known['status']} ({known['endpoint']})"


def _is_template(path: Path) -> bool:
    return path.is_file() and path.suffix in (".html", ".txt", ".svg", ".xml")


def _full(name: str) -> str:
    return name if name.startswith("linkflow/") else f"linkflow/{name}"
