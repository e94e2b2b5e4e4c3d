"""Every check of a page beyond its words, once for each state a test names, and its outline beside the kept one."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.accessible import assert_accessible, assert_outline_is

SNAPSHOTS = Path(__file__).parent / "snapshots"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November")
_DAY = rf"\b\d{{1,2}} (?:{'|'.join((*_MONTHS, 'December', *(name[:3] for name in _MONTHS), 'Sept', 'Dec'))}) \d{{4}}"
_CHANGING = (
    (re.compile(rf"{_DAY}(?: at|,) \d\d:\d\d [\w+:]+"), "MOMENT"),
    (re.compile(r"(Characters (?:left|too many): \d+)(?: \1)+"), r"\1"),
    (re.compile(_DAY), "DAY"),
    (re.compile(r"/l/[A-Za-z0-9._-]+"), "/l/TOKEN"),
    (re.compile(r"(?<=[/=:])[a-z2-7]{26}\b"), "ID"),
    (re.compile(r"\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b"), "KEY OF AN APP"),
    (re.compile(r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b"), "RECOVERY CODE"),
    (re.compile(r"#entity-[a-z2-7]{26}"), "#entity-ID"),
    (re.compile(r"(Reference to quote: )[0-9a-f]{8}"), r"\1REFERENCE"),
    (re.compile(r"(localhost|127\.0\.0\.1):\d+"), r"\1"),
    (re.compile(r"(auth(?:orize)?\?)\S+"), r"\1…"),
    (re.compile(r"(Verification phrase: )[a-z]+ [a-z]+"), r"\1TWO WORDS"),
    (re.compile(r"(?<=paragraph: )[a-z]+ [a-z]+$", re.MULTILINE), "TWO WORDS"),
    (re.compile(r"(listitem: [A-Z][a-z ]+?) [\d,]+(?: of [\d,]+)?$", re.MULTILINE), r"\1 ROWS"),
    (re.compile(r"[\d,]+ rows"), "ROWS"),
)


@dataclass
class Outlines:
    """Looks at each page, and keeps quiet about one it has looked at under the same name."""

    looked: set[str] = field(default_factory=set)

    def assert_right(self, page: Page, name: str) -> None:
        """All of it holds for this page in the state called `name`."""
        if name not in self.looked:
            self.looked.add(name)
            assert_outline_is(page, SNAPSHOTS / f"{name}.yaml", steady=steady)
            assert_accessible(page)


def assert_told_at_the_top(page: Page) -> None:
    """After a mistake the summary has the focus, and its first line leads to the field."""
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.press("Enter")
    field_id = page.evaluate("location.hash")
    assert page.locator(field_id).count() == 1, f"{page.url}: the summary leads nowhere"
    page.locator(field_id).focus()
    assert page.evaluate("'#' + document.activeElement.id") == field_id, f"{field_id} takes no focus"


def steady(outline: str) -> str:
    """Without what differs from run to run."""
    for pattern, instead in _CHANGING:
        outline = pattern.sub(instead, outline)
    return outline
