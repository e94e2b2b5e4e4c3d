"""Every page of every state of the journey and of the portal, in each shipped look, at every width: nothing to object.

One walk in each look is part of every run (tests/e2e); here is all of it.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from linkflow import paths
from linkflow.app import create_app
from linkflow.catalogue import load_catalogue
from linkflow.organization_model import Organization
from linkflow.organizations import Organizations, read_organization
from tests.accessible import assert_accessible, assert_fits
from tests.config_factories import make_settings
from tests.web.office import BASE, Customer, Office, open_office
from tests.web.states import STATES
from tests.web.test_safe_gets import addresses_of

LOOKS = ("northbank", "harbour")
WIDTHS = (360, 480, 640, 768, 1024, 1280, 1920)
_SHAPE = re.compile(r'<[a-z][a-z0-9-]*| (?:class|data-page|type|role)="[^"]*"')
PAGES_OF = {"customer": ("/r/", "/l/"), "manager": ("/portal",)}


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_in_every_look_at_every_width(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: str, half: int
) -> None:
    shipped = _shipped(tmp_path, look)
    seen: set[str] = set()
    objections: list[str] = []
    for name in list(STATES)[half::2]:
        folder = tmp_path / name.replace(" ", "-")
        folder.mkdir()
        with open_office(folder, monkeypatch) as plain:
            office = _dressed(plain, shipped)
            scene = STATES[name](office)
            paths_of = [path for _, path in addresses_of(office, scene)]
            visitors = {"customer": scene.customer, "manager": office.user()}
            for who, visitor in visitors.items():
                own = [path for path in paths_of if path.startswith(PAGES_OF[who])]
                objections += [f"{name}, {who}: {told}" for told in _objections(browser, office, visitor, own, seen)]
    assert len(seen) >= 30
    assert objections == []


def _objections(browser: Browser, office: Office, visitor: Customer, own: list[str], seen: set[str]) -> Iterator[str]:
    """What is wrong with each page whose make-up this run has not looked at yet."""
    fresh = []
    for path in own:
        answer = visitor.client.get(path, base_url=BASE)
        framed = "sandbox" in answer.headers.get("Content-Security-Policy", "")  # a mail; the tests of mails judge it
        if answer.mimetype != "text/html" or 300 <= answer.status_code < 400 or framed:
            continue
        key = f"{answer.status_code} {_SHAPE.findall(answer.text)}"
        if key not in seen:
            seen.add(key)
            fresh.append(path)
    if not fresh:
        return
    with _window(browser, office, visitor) as page:
        for path in fresh:
            page.goto(BASE + path)
            try:
                assert_accessible(page)
                for width in WIDTHS:
                    assert_fits(page, {"width": width, "height": 800})
            except AssertionError as wrong:
                yield f"{path}: {wrong}"


def _shipped(tmp_path: Path, slug: str) -> Organization:
    catalogue = load_catalogue(paths.config() / "software", None, make_settings(tmp_path))
    return read_organization(paths.config() / "organizations" / f"{slug}.toml", catalogue)


def _dressed(office: Office, shipped: Organization) -> Office:
    """The same office, whose organizations look, speak and sign like the shipped one; their switches stay."""
    worn = {
        slug: replace(
            organization, name=shipped.name, look=shipped.look, content=shipped.content, consent=shipped.consent
        )
        for slug, organization in office.ctx.organizations().items()
    }
    ctx = replace(office.ctx, organizations=lambda: Organizations(worn))
    return replace(office, ctx=ctx, app=create_app(ctx))


@contextlib.contextmanager
def _window(browser: Browser, office: Office, visitor: Customer) -> Iterator[Page]:
    """A window of the visitor's; the application itself answers it, at the address it knows as its own."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(BASE)
        got = visitor.client.get(path, base_url=BASE)
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.data)

    context = browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    context.route(f"{BASE}/**", answer)
    context.route(f"{office.software.issuer}/**", lambda route: route.fulfill(status=204))  # leaving stays open
    try:
        yield context.new_page()
    finally:
        context.close()
