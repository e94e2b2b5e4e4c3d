"""An office of its own for each test, on both databases, and windows of a real browser onto it."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from linkflow.services import accounts
from tests.e2e.outlines import Outlines
from tests.web.apps import give_apps_back
from tests.web.office import BASE, Customer, Office, open_office
from tests.web.windows import Check, Window


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Applications are lent, and passwords hashed in no time: these tests sign in thousands of times."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(memory_cost=8, time_cost=1, parallelism=1))
    accounts._nobodys_hash.cache_clear()
    yield
    accounts._nobodys_hash.cache_clear()
    give_apps_back()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres])])
def office(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Two organizations, nobody there yet."""
    elsewhere = request.param == "postgres"
    settings = {"database_url": request.getfixturevalue("migrated_postgres_url")} if elsewhere else {}
    with open_office(tmp_path, monkeypatch, **settings) as opened:
        yield opened


@pytest.fixture
def served(office: Office) -> Iterator[str]:
    """Where whatever application the office has at the moment is served."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return office.app(environ, start_response)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def window(served: str, new_context: Callable[..., BrowserContext]) -> Window:
    """Opens a browser that finds the office at its public address and at every other, with a visitor's cookie."""

    def opened(visitor: Customer | None = None) -> Page:
        context = new_context(proxy={"server": served, "bypass": "<-loopback>"})
        if visitor is not None:
            context.add_cookies([{"name": "linkflow", "value": visitor.cookie(), "url": BASE}])
        return context.new_page()

    return opened


@pytest.fixture
def check() -> Check:
    """A page has this name, and is held to everything; a state of a page is named `page state`."""
    outlines = Outlines()

    def arrived(page: Page, state: str) -> None:
        expect(page.locator(f'main[data-page="{state.partition(" ")[0]}"]')).to_be_visible()
        outlines.assert_right(page, state.replace(" ", "-"))

    return arrived
