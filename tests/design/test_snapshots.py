"""Every page has a kept outline, so that a new one cannot come without the checks that go with it."""

import re

from linkflow import paths
from tests.e2e.outlines import SNAPSHOTS

ROOT = paths.templates() / "linkflow"
OUTLINES = {path.stem for path in SNAPSHOTS.glob("*.yaml")}


def wanted() -> set[str]:
    """Each `data-page` a template sets; one under the name of another page is `page-template`, an error its own."""
    found = {file.stem for file in ROOT.glob("errors/*.html")}
    for folder in ("customer", "portal"):
        for file in ROOT.glob(f"{folder}/*.html"):
            (expression,) = re.findall(r"{% set data_page = (.+?) %}", file.read_text())
            pages = set(re.findall(r'"([a-z-]+)"', expression))
            found |= pages if file.stem in pages else {f"{page}-{file.stem}" for page in pages}
    return found


def page_of(outline: str) -> str:
    """The page whose state an outline is of: the longest name it begins with; empty for none."""
    return max((page for page in wanted() if f"{outline}-".startswith(f"{page}-")), key=len, default="")


def test_every_page_has_its_outline() -> None:
    """Where one is missing, let a test reach the page in a browser and call `check` (tests/web/conftest.py)."""
    assert wanted() - {page_of(outline) for outline in OUTLINES} == set()


def test_every_outline_is_of_a_page_there_is() -> None:
    assert [outline for outline in OUTLINES if not page_of(outline)] == []


def test_a_page_is_not_taken_for_another_whose_name_begins_alike() -> None:
    assert page_of("access-code-mailed") == "access-code"
    assert page_of("leaving-finishing-stuck") == "leaving-finishing"
    assert page_of("sign-in-incomplete") == "sign-in"
    assert page_of("nothing") == ""
