"""A mail scanner with a real browser: it opens the link, runs the page's scripts, presses the first button, goes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from linkflow.services.requesting import Asked
from linkflow.store.tables import metadata
from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site

SCANNER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks"


@pytest.mark.parametrize("times", [3, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("organization", ["northbank", "harbour"])
def test_a_scanner_that_runs_scripts_and_presses_leaves_the_journey_as_it_was(
    site: Site,
    customer: Customer,
    new_context: Callable[..., BrowserContext],
    portal: Callable[..., Portal],
    organization: str,
    times: int,
) -> None:
    asked = site.ask(organization=organization, contact=f"scanned{times}@{organization}.example", mail=True)
    _scan(new_context, asked)
    before = _rows(site, asked)
    for _ in range(times - 1):
        _scan(new_context, asked)
    assert _rows(site, asked) == before
    manager = portal(organization)
    manager.open_request(asked.request_id)
    expect(manager.page.get_by_text("The link was followed, perhaps automatically.").first).to_be_visible()
    customer.open(asked.link)
    customer.start()
    if customer.at("software", "code") == "code":
        customer.enter_code(site.mailbox.wait_for(f"scanned{times}@{organization}.example", about="code").code)
    customer.choose_software()
    customer.at("consent")


def _scan(new_context: Callable[..., BrowserContext], asked: Asked) -> None:
    context = new_context(user_agent=SCANNER)
    page = context.new_page()
    page.goto(asked.link)
    assert page.evaluate("document.documentElement.classList.length + document.scripts.length") > 0, "it runs scripts"
    page.locator("main button").first.click()
    expect(page.locator('main[data-page="welcome"]')).to_have_count(0)
    context.close()


def _rows(site: Site, asked: Asked) -> dict[str, Any]:
    """Whatever is kept of the request, but the mails, which leave meanwhile."""
    with site.ctx.database.reading() as tx:
        found = {"requests": metadata.tables["requests"].c.id} | {
            table.name: table.c.request_id
            for table in metadata.tables.values()
            if "request_id" in table.c and table.name != "messages"
        }
        return {
            name: [
                row
                for row in tx.connection.execute(select(column.table).where(column == asked.request_id)).mappings()
                if row.get("kind") != "mail-sent"
            ]
            for name, column in found.items()
        }
