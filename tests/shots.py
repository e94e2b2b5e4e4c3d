"""Takes the pictures of the README anew: `python -m tests.shots`, or `make shots`.

Starts a linkflow of its own with its sandbox, walks the journey in Chromium, and lays the pages it saw side by side,
as they are, in `docs/images/*.png`: light scheme, one pixel a pixel, nothing retouched.
"""

import base64
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from linkflow.preview.chromium import flags, installed
from linkflow.testing.pages import Customer, Software
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site, running_site
from tests.processes import ROOT, child_environment
from tests.small_png import smaller

IMAGES = ROOT / "docs" / "images"
LARGEST = 150_000
"""Bytes a picture may have."""
WIDE, HIGH, GAP = 356, 600, 14
PHONE = {"width": WIDE, "height": HIGH}
DESK = {"width": 1180, "height": 540}

_SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #fff; font: 15px/20px system-ui, sans-serif; color: #333; }}
main {{ display: grid; grid-template-columns: repeat({columns}, {wide}px); gap: {gap}px; padding: {gap}px;
  width: max-content; }}
figure {{ margin: 0; }} figcaption {{ padding: 0 0 6px 2px; }}
img {{ display: block; outline: 1px solid #d5d8dc; }}
.two {{ grid-column: span 2; }}
</style><main>{tiles}</main>"""


@dataclass(frozen=True)
class Tile:
    """One page as it was seen; `span` columns wide."""

    caption: str
    png: bytes
    span: int = 1


def main() -> None:
    """All pictures, one after the other."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, running_site(Path(folder), child_environment()) as site, _browser() as browser:
        _write(browser, "journey", _journey(site, browser), columns=4)
        _write(browser, "another-look", _another_look(site, browser), columns=4)
        _write(browser, "portal", _portal(site, browser), columns=2, wide=DESK["width"] // 2)
        _write(browser, "reports", _reports(site, browser), columns=2, wide=DESK["width"] // 2)


def _journey(site: Site, browser: Browser) -> Sequence[Tile]:
    asked = site.ask("financials")
    customer, tiles = Customer(_page(browser, PHONE)), []

    def see(caption: str, here: str) -> None:
        customer.at(here)
        tiles.append(Tile(f"{len(tiles) + 1}. {caption}", _shot(customer.page)))

    customer.open(asked.link)
    see("Who asks, and for what", "welcome")
    customer.start()
    see("Which software", "software")
    customer.choose_software()
    see("What exactly is shared", "consent")
    customer.accept()
    software = Software(customer.page)
    software.sign_in("owner@example.com")
    tiles.append(Tile("4. At the software itself", _shot(customer.page)))
    software.approve()
    see("Is this the right company", "confirm-company")
    customer.confirm_company()
    customer.at("connected")
    site.wait_until_read(asked)
    customer.page.reload()
    see("Shared", "connected")
    portal = Portal(_page(browser, {"width": 2 * WIDE + GAP, "height": HIGH}), site.account())
    portal.open_company(asked.company_id)
    portal.open_report("financial statements")
    _scroll_to(portal.page, ".charts")
    return [*tiles, Tile("7. The figures in the portal", _shot(portal.page), span=2)]


def _another_look(site: Site, browser: Browser) -> Sequence[Tile]:
    """The other shipped organization: its own words, colours and switches, with a code by mail."""
    asked = site.ask("both", organization="harbour", company="The Codfather", contact="codfather@example.com")
    customer, tiles = Customer(_page(browser, PHONE)), []
    customer.open(asked.link)
    customer.at("welcome")
    tiles.append(Tile("A short welcome", _shot(customer.page)))
    customer.start()
    customer.at("code")
    tiles.append(Tile("A code by mail", _shot(customer.page)))
    customer.enter_code(site.mailbox.wait_for("codfather@example.com").code)
    customer.at("software")
    tiles.append(Tile("Its own choice of software", _shot(customer.page)))
    customer.choose_software()
    customer.at("consent")
    return [*tiles, Tile("Read once, then given back", _shot(customer.page))]


def _portal(site: Site, browser: Browser) -> Sequence[Tile]:
    for kind, company, contact in (
        ("spend_analysis", "Hairosmith Ltd", "group"),
        ("both", "The Codfather", "codfather"),
    ):
        site.ask(kind, company=company, contact=f"{contact}@example.com", mail=True)
        site.mailbox.wait_for(f"{contact}@example.com", about="Northbank")
    portal = Portal(_page(browser, DESK), site.account())
    portal.sign_in()
    return [Tile("Every company, whom to write to, and how far it has come", _shot(portal.page), span=2)]


def _reports(site: Site, browser: Browser) -> Sequence[Tile]:
    """Both reports of one company, from what the sandbox holds of it."""
    asked = site.ask("both", company="Abra Kebabra Ltd", contact="owner@example.com")
    customer = Customer(_page(browser, PHONE))
    customer.open(asked.link)
    customer.start()
    customer.connect(email="owner@example.com")
    site.wait_until_read(asked)
    portal = Portal(_page(browser, DESK), site.account())
    portal.open_company(asked.company_id)
    _scroll_to(portal.page, "#figures")
    tiles = [Tile("Both reports of a company, and what they say first", _shot(portal.page), span=2)]
    for name, caption in (
        ("spend analysis", "Spend, by month, supplier and payment method"),
        ("financial statements", "Profit and loss and balance sheet, by category"),
    ):
        portal.open_company(asked.company_id)
        portal.open_report(name)
        _scroll_to(portal.page, ".charts")
        tiles.append(Tile(caption, _shot(portal.page), span=2))
    return tiles


def _scroll_to(page: Page, part: str) -> None:
    page.locator(part).first.evaluate("it => { it.scrollIntoView(); window.scrollBy(0, -24) }")


def _write(browser: Browser, name: str, tiles: Sequence[Tile], *, columns: int, wide: int = WIDE) -> None:
    """One picture of several pages. Raises `ValueError` when it is too large to be looked at online."""
    page = _page(browser, {"width": columns * (wide + GAP) + GAP, "height": HIGH})
    page.set_content(_SHEET.format(columns=columns, wide=wide, gap=GAP, tiles="".join(map(_figure, tiles))))
    picture = smaller(page.locator("main").screenshot(animations="disabled"))
    if len(picture) > LARGEST:
        raise ValueError(f"{name}.png has {len(picture):,} bytes of at most {LARGEST:,}")
    (IMAGES / f"{name}.png").write_bytes(picture)


def _figure(tile: Tile) -> str:
    data = base64.b64encode(tile.png).decode()
    kind = "two" if tile.span == 2 else "one"
    picture = f'<img src="data:image/png;base64,{data}">'
    return f'<figure class="{kind}"><figcaption>{tile.caption}</figcaption>{picture}</figure>'


def _shot(page: Page) -> bytes:
    page.wait_for_load_state("networkidle")
    return page.screenshot(animations="disabled", caret="hide")


def _page(browser: Browser, viewport: dict[str, int]) -> Page:
    options = {"locale": "en-GB", "timezone_id": "UTC", "color_scheme": "light", "reduced_motion": "reduce"}
    return browser.new_context(viewport=viewport, **options).new_page()


@contextmanager
def _browser() -> Iterator[Browser]:
    found = os.environ.get("LINKFLOW_TEST_CHROMIUM") or installed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags(), chromium_sandbox=False)
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
