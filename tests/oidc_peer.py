"""panva's oidc-provider in a process of its own: a strict authorization server that shares no code with linkflow.

`OidcPeer.catalogue_entry` makes it one more software by a catalogue file alone; `walk` signs in and answers its
consent page over plain HTTP, as a browser without JavaScript would.
"""

import contextlib
import html
import http.cookiejar
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from linkflow.testing.processes import free_ports
from tests.processes import ROOT, node, running, wait_for

SCRIPT = ROOT / "tests" / "node" / "oidc_provider.mjs"
SCOPES = ("books.read", "offline_access")


@dataclass(frozen=True)
class OidcPeer:
    """A running peer. `redirect_uris` are matched exactly."""

    issuer: str
    redirect_uris: tuple[str, ...]
    client_id: str = "linkflow-tests"
    client_secret: str = field(default="", repr=False)

    @property
    def authorize_url(self) -> str:
        return f"{self.issuer}/auth"

    @property
    def token_url(self) -> str:
        return f"{self.issuer}/token"

    @property
    def revoke_url(self) -> str:
        return f"{self.issuer}/token/revocation"

    def catalogue_entry(self) -> str:
        """The text of `strict_books.toml`: a product one can connect, whose books linkflow cannot read."""
        scopes = ", ".join(f'"{scope}"' for scope in SCOPES)
        return f"""\
id = "strict_books"
name = "Strict Books"
vendor = "Strict"
kind = "oauth"
connection_only = true
read_only = true
required_role = "any user"

[oauth]
authorize_url = "{self.authorize_url}"
token_url = "{self.token_url}"
revoke_url = "{self.revoke_url}"
issuer = "{self.issuer}"
iss_parameter = true
client_auth = "basic"
scopes = [{scopes}]
pkce = "S256"

[tokens]
access_seconds = 300
rotates = true
"""

    def walk(self, authorize_url: str, *, login: str = "owner", allow: bool = True) -> dict[str, list[str]]:
        """From the authorize address through its forms; returns the query it sends the browser back with."""
        browser = _Browser(self.redirect_uris)
        page = browser.open(authorize_url)
        for _ in range(4):
            if browser.back is not None:
                return urllib.parse.parse_qs(urllib.parse.urlsplit(browser.back).query)
            action = _form(page, "/login") or _form(page, "/confirm" if allow else "/abort")
            page = browser.open(self.issuer + action, {"login": login})
        if browser.back is None:
            raise AssertionError(f"never sent back: {page[:500]}")
        return urllib.parse.parse_qs(urllib.parse.urlsplit(browser.back).query)


@contextlib.contextmanager
def running_peer(redirect_uris: Sequence[str], *, log: Path, access_seconds: int = 300) -> Iterator[OidcPeer]:
    """A peer that knows these redirect addresses, stopped at the end."""
    port = free_ports()
    peer = OidcPeer(f"http://localhost:{port}", tuple(redirect_uris), client_secret=secrets.token_hex(24))
    environment = {
        "OIDC_PORT": str(port),
        "OIDC_CLIENT_ID": peer.client_id,
        "OIDC_CLIENT_SECRET": peer.client_secret,
        "OIDC_REDIRECT_URIS": " ".join(redirect_uris),
        "OIDC_ACCESS_SECONDS": str(access_seconds),
    }
    with running([node(), str(SCRIPT)], log=log, environment=environment) as process:
        wait_for(f"{peer.issuer}/.well-known/openid-configuration", process=process, log=log)
        yield peer


@pytest.fixture(scope="session")
def oidc_peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcPeer]:
    """One peer for the whole run, for tests that read the answer themselves."""
    log = tmp_path_factory.mktemp("oidc") / "peer.log"
    with running_peer(["http://127.0.0.1:8000/callback/strict-books"], log=log) as peer:
        yield peer


class _Browser(urllib.request.HTTPRedirectHandler):
    """Follows redirects with cookies, but stops at the client's own address and keeps it in `back`."""

    def __init__(self, redirect_uris: tuple[str, ...]) -> None:
        self._ours = redirect_uris
        self.back: str | None = None
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, self)

    def open(self, url: str, form: dict[str, str] | None = None) -> str:
        data = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with self._opener.open(url, data, timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return str(error.read().decode())

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if newurl.startswith(self._ours):
            self.back = newurl
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _form(page: str, ending: str) -> str:
    found = re.search(rf'action="([^"]+{ending})"', page)
    return html.unescape(found[1]) if found else ""
