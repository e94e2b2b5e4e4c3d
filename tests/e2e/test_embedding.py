"""linkflow inside somebody else's app: the journey is walked there, and the host stays what it was."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from linkflow.app import UnsuitableHost
from linkflow.demo import Place, environment_of
from linkflow.domain.requests import DataType
from linkflow.jobs.upgrade import upgrade
from linkflow.sandbox.app import create_sandbox
from linkflow.sandbox.settings import settings_from
from linkflow.services import accounts, requesting
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, NewCompany
from linkflow.testing.pages import Customer
from linkflow.testing.processes import free_ports
from linkflow.wiring import context_from
from tests.config_factories import make_settings
from tests.e2e.host_app import PREFIX, make_host
from tests.web.office import Office, open_office


@dataclass(frozen=True)
class Embedded:
    """A bank with linkflow below `/books`, and the sandbox beside it."""

    host: Flask
    ctx: Context
    address: str

    def ask(self) -> str:
        user = accounts.add_account(
            self.ctx,
            "manager@northbank.example",
            "three plain words here",
            organization="northbank",
            name="Rita",
            role="manager",
        )
        company = NewCompany(name="Abra Kebabra Ltd", contact_name="Anna Abra", contact_email="anna@abra.example")
        asked = Ask(data_types=frozenset({DataType.FINANCIALS}), name="Virtual card application", send=False)
        return requesting.ask_new_company(self.ctx, user, company, asked).link


@contextlib.contextmanager
def serving(app: Flask, host: str, port: int) -> Iterator[None]:
    server = make_server(host, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    place = Place(tmp_path, free_ports())
    told = environment_of(place) | {
        "LINKFLOW_PUBLIC_URL": place.portal + PREFIX,
        "LINKFLOW_SANDBOX_REDIRECT_URIS": f"{place.portal}{PREFIX}/callback/sandbox",
        "LINKFLOW_SANDBOX_TODAY": datetime.now(UTC).date().isoformat(),
    }
    ctx = context_from(told)
    upgrade(ctx.settings.database_url)
    host = make_host(ctx)
    with (
        serving(host, "127.0.0.1", place.port),
        serving(create_sandbox(settings_from(told)), "localhost", place.port + 1),
    ):
        yield Embedded(host, ctx, place.portal)
    ctx.database.dispose()


def test_the_journey_is_walked_inside_the_host(embedded: Embedded, page: Page) -> None:
    page.goto(embedded.address)
    customer = Customer(page)
    customer.open(embedded.ask())
    assert page.url.startswith(embedded.address + PREFIX + "/l/")
    customer.start()
    customer.choose_software()
    customer.accept()
    customer.authorise(email="owner@example.com")
    customer.at("confirm-company")
    assert page.url.startswith(embedded.address + PREFIX + "/r/")
    customer.confirm_company()
    customer.at("connected")
    page.goto(embedded.address)
    assert page.locator("p").inner_text() == "lax 2", "the host's session is untouched by ours"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with open_office(tmp_path, monkeypatch, public_url="http://127.0.0.1:8000" + PREFIX) as opened:
        yield opened


@pytest.fixture
def host(office: Office) -> Flask:
    return make_host(office.ctx)


def test_the_hosts_templates_webhook_and_session_work_as_before(host: Flask) -> None:
    client = host.test_client()
    assert "<p>lax 1</p>" in client.get("/").text
    assert "<p>lax 2</p>" in client.get("/").text
    sent = {"Sec-Fetch-Site": "cross-site", "Origin": "https://payments.example"}
    assert client.post("/hooks/payments", json={"amount": 5}, headers=sent).json == {"taken": {"amount": 5}}
    assert "Content-Security-Policy" not in client.get("/").headers


def test_the_hosts_errors_stay_the_hosts(host: Flask) -> None:
    client = host.test_client()
    host.config["PROPAGATE_EXCEPTIONS"] = False
    for path in ("/nowhere", "/books/no-such-page", "/books"):
        assert client.get(path).text == "the bank knows no such page"
    assert client.get("/broken").text == "the bank has trouble"


def test_our_own_refusals_are_our_pages_inside_the_host(host: Flask) -> None:
    answer = host.test_client().get("/books/l/made-up", base_url="http://127.0.0.1:8000")
    assert answer.status_code == 404
    assert 'data-page="link-invalid"' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_every_address_on_our_pages_has_the_prefix(host: Flask, office: Office) -> None:
    customer = office.browser()
    customer.client = host.test_client()
    customer.look(office.ask().link).press()
    assert customer.path.startswith(PREFIX + "/r/")
    for page in (customer.page.text, office.consent(office.choose(customer)).page.text):
        local = [part.split('"')[0] for part in page.replace("action=", "href=").split('href="/')[1:]]
        assert local
        assert all(("/" + path).startswith(PREFIX + "/") for path in local), local
    assert "callback%2Fsandbox" in customer.authorize_url
    assert "books%2Fcallback" in customer.authorize_url


def test_the_host_session_holds_one_namespace_of_ours(host: Flask, office: Office) -> None:
    customer = office.browser()
    customer.client = host.test_client()
    customer.look("/").look(office.ask().link).press()
    with customer.client.session_transaction(base_url="http://127.0.0.1:8000") as kept:
        ours = set(kept) - {"visits"}
        assert kept["visits"] == 1
    assert all(key.startswith("linkflow") for key in ours)


def test_a_large_body_is_refused_inside_a_host_without_limits(host: Flask, office: Office) -> None:
    customer = office.browser()
    customer.client = host.test_client()
    customer.look(office.ask().link)
    form = customer.forms[0]
    answer = customer.client.post(form.action, data={"way": "x" * 100_000}, base_url="http://127.0.0.1:8000")
    assert answer.status_code == 413
    assert 'data-page="too-large"' in answer.text


@pytest.mark.parametrize(
    ("config", "public_url", "said"),
    [
        ({"SECRET_KEY": None}, "http://127.0.0.1:8000/books", "SECRET_KEY"),
        ({"SESSION_COOKIE_SAMESITE": "Strict"}, "http://127.0.0.1:8000/books", "SameSite=Strict"),
        ({}, "http://127.0.0.1:8000", "public_url"),
        ({}, "http://127.0.0.1:8000/other", "public_url"),
    ],
)
def test_an_unsuitable_host_is_refused_with_the_reason(
    tmp_path: Path, office: Office, config: dict[str, object], public_url: str, said: str
) -> None:
    settings = make_settings(tmp_path, public_url=public_url)
    ctx = office.again(public_url=settings.public_url).ctx
    with pytest.raises(UnsuitableHost, match=said):
        make_host(ctx, **config)
