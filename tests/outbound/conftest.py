"""A misbehaving server and a client for every test of the outbound side, hasty where one waits for its deadline."""

import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from linkflow.domain.software import Api, OAuth, Software, SoftwareKind
from linkflow.outbound.http import HttpClient
from linkflow.settings import Credentials
from tests.outbound.fault_server import FaultServer, fault_server

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="session")
def running_server() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


@pytest.fixture
def server(running_server: FaultServer) -> FaultServer:
    running_server.seen.clear()
    running_server.answers.clear()
    return running_server


@pytest.fixture(scope="session")
def trust() -> ssl.SSLContext:
    """Reading the system's certificates takes longer than most of these tests; once is enough."""
    return ssl.create_default_context()


@pytest.fixture
def client(trust: ssl.SSLContext, request: pytest.FixtureRequest) -> Iterator[HttpClient]:
    seconds = 0.3 if request.node.get_closest_marker("hasty") else 5
    with HttpClient(allow_private=True, total_seconds=seconds, clock=lambda: NOW, ssl_context=trust) as client:
        yield client


@pytest.fixture
def software(server: FaultServer) -> Software:
    return Software(
        id="peer",
        name="Peer Books",
        vendor="Peer",
        kind=SoftwareKind.OAUTH,
        oauth=OAuth(
            authorize_url=f"{server.url}/authorize?tenant=a",
            token_url=f"{server.url}/token",
            revoke_url=f"{server.url}/revoke",
            issuer="https://issuer.example",
            scopes=("books.read", "offline_access"),
            callback_params=("realmId",),
        ),
        api=Api(base_url=f"{server.url}/api", hosts=()),
    )


@pytest.fixture
def credentials() -> Credentials:
    return Credentials(client_id="client-1", client_secret="secret-canary-1")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything any library cares to log, down to DEBUG, even where somebody turned one up by name."""
    for name in ("", "httpx2", "httpcore2", "httpcore2.connection", "httpcore2.http11", "authlib"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog
