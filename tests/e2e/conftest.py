"""One running linkflow for all walks, and customers whose every page is looked at.

A walk is slow when others pass its pages in a browser, and tests/web holds what becomes of it without one.
"""

from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from linkflow.sandbox.companies import PROFILES
from linkflow.testing.pages import Customer
from linkflow.testing.portal_pages import Portal
from linkflow.testing.site import Site
from tests.e2e.figures import TODAY
from tests.e2e.looking import Looking
from tests.processes import child_environment

expect.set_options(timeout=15_000)  # two cores may be busy with other tests


@pytest.fixture(scope="session")
def linkflow_environment() -> Mapping[str, str]:
    """The servers are as closed to the outside as the tests are, and the books stay those of one day."""
    return child_environment({"LINKFLOW_SANDBOX_TODAY": TODAY.isoformat()})


@pytest.fixture
def site(linkflow_site: Site) -> Iterator[Site]:
    """The running linkflow, whose sandbox behaves again after each test."""
    linkflow_site.faulty.clear()
    yield linkflow_site
    for company in linkflow_site.faulty & set(PROFILES):
        linkflow_site.switch(company, on=False)


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Playwright's, which also tells with a test's failure what the browser could not reach, and why."""

    def open_context(**options: object) -> BrowserContext:
        context = new_context(**options)
        context.on("requestfailed", _tell)
        return context

    return open_context


def _tell(request: Request) -> None:
    print(request.method, request.url.partition("?")[0], request.failure)


@pytest.fixture
def looking() -> Looking:
    return Looking()


@pytest.fixture
def customer(page: Page, looking: Looking) -> Customer:
    return Customer(page, look=looking)


@pytest.fixture
def another(new_context: Callable[..., BrowserContext], looking: Looking) -> Callable[..., Customer]:
    """Somebody in a browser of their own; Playwright's options for its context as keywords."""

    def open_browser(**options: object) -> Customer:
        return Customer(new_context(**options).new_page(), look=looking)

    return open_browser


@pytest.fixture
def portal(new_context: Callable[..., BrowserContext], site: Site) -> Callable[..., Portal]:
    """The portal of an organization, in a browser of its own."""

    def open_portal(organization: str = "northbank", role: str = "manager") -> Portal:
        return Portal(new_context().new_page(), site.account(organization, role))

    return open_portal
