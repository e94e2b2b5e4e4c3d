"""A real browser's window onto an office, and what is asked of every page in it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

Window = Callable[..., Page]
Check = Callable[[Page, str], None]


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """One button of the page."""
    page.get_by_role("main").get_by_role("button", name=name).click()
