"""Chromium for tests: how it is started, and what is watched on every page of every test.

Every context a test opens is watched: the test fails at its end when a page asked another host for anything, broke its
Content-Security-Policy, or let a script fail.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from linkflow.preview.chromium import flags, installed

OWN_HOSTS = {"127.0.0.1", "localhost"}


VIOLATION = "Content-Security-Policy was broken"
# What a browser keeps from its console it still tells the page.
TELL_VIOLATIONS = f"""document.addEventListener('securitypolicyviolation', event =>
    console.error('{VIOLATION}: ' + event.effectiveDirective + ' ' + event.blockedURI));"""


@dataclass
class Watch:
    """What went wrong on a context's pages. A test that provokes something on purpose empties the list it fills."""

    foreign_requests: list[str] = field(default_factory=list)
    policy_violations: list[str] = field(default_factory=list)
    script_errors: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("request", lambda request: self._note_request(request.url))
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.script_errors.append(str(error.error)))

    def assert_nothing_happened(self) -> None:
        assert not self.foreign_requests, f"pages asked other hosts: {self.foreign_requests}"
        assert not self.policy_violations, f"Content-Security-Policy: {self.policy_violations}"
        assert not self.script_errors, f"scripts failed: {self.script_errors}"

    def _note_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "about", "blob") and parts.hostname not in OWN_HOSTS:
            self.foreign_requests.append(url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if re.search(r"Content[- ]Security[- ]Policy|violates the following", message.text):
            self.policy_violations.append(message.text)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = os.environ.get("LINKFLOW_TEST_CHROMIUM") or installed()
    own = {"executable_path": found} if found and "channel" not in browser_type_launch_args else {}
    return {**browser_type_launch_args, "args": flags(), "chromium_sandbox": False, **own}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {"locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce", **browser_context_args}


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """The watch over every browser context this test opens, by whichever fixture or by hand."""
    watching, plain = Watch(), Browser.new_context

    def watched(self: Browser, **options: Any) -> BrowserContext:
        context = plain(self, **options)
        context.set_default_timeout(10_000)
        watching.attach(context)
        return context

    monkeypatch.setattr(Browser, "new_context", watched)
    yield watching
    watching.assert_nothing_happened()
