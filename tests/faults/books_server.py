"""The sandbox in its own process, and a grant there without walking the pages."""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linkflow.catalogue import Catalogue
from linkflow.domain.software import Api, OAuth, Tokens
from linkflow.outbound.oauth2 import Tokens as Granted
from linkflow.sandbox.app import create_sandbox
from linkflow.sandbox.settings import SandboxSettings
from linkflow.testing.processes import free_ports
from tests.config_factories import make_catalogue, make_software
from tests.processes import running, wait_for
from tests.sandbox.driver import CALLBACK, Driver

CLIENT, SECRET = "linkflow", "sandbox-secret"


@dataclass
class BooksServer:
    """A running sandbox. `driver` signs in through the same database, without the network."""

    url: str
    driver: Driver

    def grant(self, *companies: str, email: str = "owner@example.com") -> Granted:
        """Tokens for these companies, as the customer's approval brings them."""
        code = self.driver.decide(*companies, email=email)["code"]
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": "v" * 50,
        }
        answer = self.driver.token(sent, secret=SECRET).get_json()
        scopes = tuple(answer["scope"].split())
        return Granted(answer["access_token"], answer["refresh_token"], scopes, None, None)


@contextlib.contextmanager
def books_server(folder: Path, *, page_size: int = 100) -> Iterator[BooksServer]:
    """A sandbox with its faults open, on a free port, keeping its grants below `folder`."""
    port, database, log = free_ports(), folder / "sandbox.sqlite", folder / "sandbox.log"
    url = f"http://localhost:{port}"
    environment = {
        "LINKFLOW_SANDBOX_CLIENT_ID": CLIENT,
        "LINKFLOW_SANDBOX_CLIENT_SECRET": SECRET,
        "LINKFLOW_SANDBOX_REDIRECT_URIS": CALLBACK,
        "LINKFLOW_SANDBOX_PAGE_SIZE": str(page_size),
        "LINKFLOW_SANDBOX_ACCESS_SECONDS": "3600",
    }
    command = [sys.executable, "-m", "linkflow.sandbox", "--port", str(port), "--database", str(database), "--faults"]
    with running(command, log=log, environment=environment) as process:
        wait_for(f"{url}/health/live", process=process, log=log)
        settings = SandboxSettings(
            issuer=url,
            client_id=CLIENT,
            client_secret=SECRET,
            redirect_uris=(CALLBACK,),
            database=database,
            access_seconds=3600,
            faults=True,
        )
        yield BooksServer(url, Driver(create_sandbox(settings), settings.clock))  # type: ignore[arg-type]


def catalogue_at(url: str) -> Catalogue:
    """The catalogue with the sandbox at this address."""
    oauth = OAuth(
        authorize_url=f"{url}/oauth/authorize",
        token_url=f"{url}/oauth/token",
        revoke_url=f"{url}/oauth/revoke",
        issuer=url,
        iss_parameter=True,
        scopes=("books.read", "offline_access"),
    )
    tokens = Tokens(access_seconds=300, refresh_days=60, rotates=True)
    return make_catalogue(make_software(oauth=oauth, tokens=tokens, api=Api(base_url=url)))
