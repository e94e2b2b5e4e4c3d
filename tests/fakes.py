"""An accounting product that tests hold in their hands: its authorization server, on loopback, and its companies.

The server checks what a real one checks (client, PKCE, redirect address, a code's single use) and counts everything;
the companies are a `Provider` without any network.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from linkflow.domain.ports import ApiSession, Asked, Page, Tenant
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import StatusError

CLIENT = "linkflow"
SECRET = "sandbox-secret"
Reply = tuple[int, str, dict[str, str]]


@dataclass
class Accounting:
    """`exchanges` and `revoked` are the calls made; `misbehave` answers in place of the token endpoint.

    `clients` are those it knows, id → secret; `spoken_to` is who called, in order. `pages` are what it shows to whoever
    looks, by path; `looked` is what was looked at.
    """

    port: int = 0
    clients: dict[str, str] = field(default_factory=lambda: {CLIENT: SECRET})
    spoken_to: list[str] = field(default_factory=list)
    pages: dict[str, Reply] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)
    promised: dict[str, tuple[str, str]] = field(default_factory=dict)
    exchanges: list[str] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    revokes_with: int = 200
    refused: list[str] = field(default_factory=list)
    misbehave: Callable[[], Reply] | None = None
    meanwhile: Callable[[], None] = lambda: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def approve(self, authorize_url: str) -> dict[str, str]:
        """Somebody signs in and allows it: the query the browser is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] in self.clients
        code = f"code-{secrets.token_urlsafe(24)}"
        self.promised[code] = (asked["code_challenge"], asked["redirect_uri"])
        self.issued.append(code)
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def refuse(self, authorize_url: str, error: str = "access_denied") -> dict[str, str]:
        """Somebody says no."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        return {"error": error, "state": asked["state"], "iss": self.issuer}

    def exchange(self, body: dict[str, str]) -> Reply:
        with self.lock:
            self.exchanges.append(body["code"])
            challenge, redirect_uri = self.promised.pop(body["code"], ("", ""))
        self.meanwhile()
        if self.misbehave is not None:
            return self.misbehave()
        hashed = hashlib.sha256(body["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(hashed).decode().rstrip("=") != challenge or body["redirect_uri"] != redirect_uri:
            self.refused.append(body["code"])
            return replied(400, {"error": "invalid_grant"})
        return self.tokens()

    def refresh(self, body: dict[str, str]) -> Reply:
        if body["refresh_token"] not in self.issued:
            return replied(400, {"error": "invalid_grant"})
        self.issued.remove(body["refresh_token"])
        return self.tokens()

    def tokens(self) -> Reply:
        made = {name: f"{name}-{secrets.token_urlsafe(24)}" for name in ("access_token", "refresh_token")}
        self.issued.extend(made.values())
        return replied(200, {**made, "token_type": "Bearer", "expires_in": 300})


def replied(status: int, content: Any, **headers: str) -> Reply:
    """An answer in JSON."""
    return status, json.dumps(content), headers


@contextmanager
def accounting() -> Iterator[Accounting]:
    """One running on a free port."""
    state = Accounting()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.looked.append(self.path)
            self.answer(*state.pages.get(urlsplit(self.path).path, replied(404, {})))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            body = {name: values[0] for name, values in parse_qs(sent).items()}
            client, _, secret = base64.b64decode(self.headers["Authorization"].split()[1]).decode().partition(":")
            state.spoken_to.append(client)
            if state.clients.get(client) != secret:
                self.answer(*replied(401, {"error": "invalid_client"}))
                return
            if self.path == "/revoke":
                state.revoked.append(body["token"])
                self.answer(*replied(state.revokes_with, {}))
            elif body["grant_type"] == "refresh_token":
                self.answer(*state.refresh(body))
            else:
                self.answer(*state.exchange(body))

        def answer(self, status: int, text: str, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Companies:
    """The provider of `sandbox`: whichever companies a test puts there, and no books."""

    found: tuple[Tenant, ...] = (Tenant("tenant-1", "Abra Kebabra Limited", country="GB", currency="GBP"),)
    status: int | None = None
    stumbles_over: Exception | None = None
    INCREMENTAL: frozenset[str] = frozenset()

    def tenants(self, session: ApiSession) -> tuple[Tenant, ...]:
        if self.stumbles_over is not None:
            raise self.stumbles_over
        if self.status is not None:
            raise StatusError("127.0.0.1", status=self.status)
        return self.found

    def parts(self, data_types: DataTypes) -> tuple[str, ...]:
        return ()

    def pull(self, session: ApiSession, part: str, asked: Asked) -> Page:
        return Page(())
