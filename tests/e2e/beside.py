"""What walks do and count beside the browser: time that passes, connections there are, answers caught on their way."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, Route
from sqlalchemy import update

from linkflow.services.requesting import Asked
from linkflow.store import connections
from linkflow.store.tables import attempts, links, syncs
from linkflow.testing.pages import Software
from linkflow.testing.site import Site

LONG_AGO = timedelta(days=1)


def expire_link(site: Site, asked: Asked) -> None:
    """The link's days are over."""
    with site.ctx.database.transaction() as tx:
        ended = datetime.now(UTC) - LONG_AGO
        tx.connection.execute(update(links).where(links.c.request_id == asked.request_id).values(expires_at=ended))


def expire_attempts(site: Site, asked: Asked) -> None:
    """The quarter of an hour for signing in at the software is over."""
    with site.ctx.database.transaction() as tx:
        ended = datetime.now(UTC) - LONG_AGO
        mine = attempts.c.request_id == asked.request_id
        tx.connection.execute(update(attempts).where(mine).values(expires_at=ended))


def stop_reading(site: Site, asked: Asked) -> None:
    """The reading of the books has failed for good."""
    with site.ctx.database.transaction() as tx:
        mine = syncs.c.company_id == asked.company_id
        tx.connection.execute(update(syncs).where(mine).values(state="failed", finished_at=datetime.now(UTC)))


def linked_tenants(site: Site, asked: Asked) -> list[str | None]:
    """The companies in the software that are connected for a company, however often."""
    with site.ctx.database.reading() as tx:
        found = connections.connections_of_company(tx, asked.company_id)
        return [one.tenant_id for one in found if one.state == "linked"]


def caught_answer(page: Page, *companies: str) -> str:
    """Approve at the software, but keep its answer from arriving; the answer's address."""
    caught: list[str] = []

    def keep(route: Route) -> None:
        caught.append(route.fetch(max_redirects=0).headers["location"])
        route.fulfill(status=204)

    page.route("**/oauth/authorize?*", keep)
    with page.expect_response("**/oauth/authorize?*"):
        Software(page).approve(*companies)
    page.unroute("**/oauth/authorize?*")
    return caught[0]
