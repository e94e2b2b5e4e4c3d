"""The Chromium that looks at pages: an installed one, started so that it asks nobody for anything."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from linkflow.problems import CannotRun

if TYPE_CHECKING:
    from playwright.async_api import Browser

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
NEEDED = ("playwright", "axe_playwright_python")


class NoBrowser(CannotRun):
    """There is nothing to look at pages with; the message says what to install."""


def flags() -> list[str]:
    """What it is started with; as root it has no sandbox of its own."""
    return [*QUIET, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]


def installed() -> str | None:
    """The first Chromium on the path."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def require() -> None:
    """Raise `NoBrowser` unless the packages are there that work one."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise NoBrowser(
            "looking at pages takes more than linkflow itself; install it with: pip install 'linkflow[preview]'"
        )


@asynccontextmanager
async def chromium() -> "AsyncIterator[Browser]":
    """A running one, ended afterwards; raises `NoBrowser` when there is none."""
    require()
    from playwright.async_api import Error, async_playwright

    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=installed(), args=flags(), chromium_sandbox=False
            )
        except Error as error:
            raise NoBrowser(
                "no Chromium can be started; install your system's (chromium, or Google Chrome), "
                f"or run: playwright install chromium ({str(error).splitlines()[0]})"
            ) from error
        try:
            yield browser
        finally:
            await browser.close()
