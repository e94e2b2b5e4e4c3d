"""An OpenID provider that tests hold in their hands: honest until it is told to lie, with keys of its own.

Its checks are a real one's (client, PKCE, redirect address, a code's single use). Everything it was asked is counted.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "linkflow-at-northbank"
SECRET = "client-secret-canary-of-northbank"
RITA = {
    "sub": "subject-of-rita",
    "email": "rita@northbank.example",
    "email_verified": True,
    "name": "Rita Manning",
    "groups": ["staff", "bank-rm"],
}
Claims = dict[str, Any]


@cache
def key(kid: str, material: str = "own") -> RSAKey:
    """One pair for each kind of use; making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def honest(claims: Claims, issuer: "LyingIssuer") -> str:
    return jwt.encode({"alg": "RS256", "kid": issuer.kid}, claims, key(issuer.kid))


def by_another_key(claims: Claims, issuer: "LyingIssuer") -> str:
    return jwt.encode({"alg": "RS256", "kid": issuer.kid}, claims, key(issuer.kid, "somebody else's"))


def by_an_unknown_key(claims: Claims, _issuer: "LyingIssuer") -> str:
    return jwt.encode({"alg": "RS256", "kid": "nobody's"}, claims, key("nobody's"))


def unsigned(claims: Claims, _issuer: "LyingIssuer") -> str:
    return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."


def public_key_as_secret(claims: Claims, issuer: "LyingIssuer") -> str:
    return _with_hmac(claims, key(issuer.kid).as_pem(private=False), kid=issuer.kid)


def client_secret_as_key(claims: Claims, _issuer: "LyingIssuer") -> str:
    return _with_hmac(claims, SECRET.encode())


def _with_hmac(claims: Claims, shared: bytes, **header: str) -> str:
    signed = f"{_encoded({'alg': 'HS256', **header})}.{_encoded(claims)}"
    return f"{signed}.{_letters(hmac.digest(shared, signed.encode(), 'sha256'))}"


def _encoded(value: Claims) -> str:
    return _letters(json.dumps(value).encode())


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class LyingIssuer:
    """`person` signs in. `discovery`, `token` (claims; None takes one out) and `answer` are laid over the truth."""

    clock: Callable[[], datetime]
    person: Claims = field(default_factory=lambda: dict(RITA))
    port: int = 0
    kid: str = "k1"
    discovery: Claims = field(default_factory=dict)
    token: Claims = field(default_factory=dict)
    answer: Claims = field(default_factory=dict)
    userinfo: Claims | None = None
    sign: Callable[[Claims, "LyingIssuer"], str] = honest
    faults: dict[str, str] = field(default_factory=dict)
    """Path → `drip`, `huge`, `redirect`, `html`, `500`."""
    asked: Counter[str] = field(default_factory=Counter)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def approve(self, authorize_url: str) -> dict[str, str]:
        """Somebody signs in there: the query the browser is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        assert authorize_url.startswith(f"{self.url}/authorize?")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert (asked["client_id"], asked["scope"].split()[0]) == (CLIENT, "openid")
        assert len(asked["nonce"]) >= 22
        code = f"code-{secrets.token_urlsafe(24)}"
        self.codes[code] = asked
        self.secrets += [code, asked["nonce"]]
        return {"code": code, "state": asked["state"], "iss": self.url}

    def redeem(self, body: dict[str, str]) -> tuple[int, Claims]:
        asked = self.codes.pop(body["code"], None)
        hashed = _letters(hashlib.sha256(body["code_verifier"].encode()).digest())
        self.secrets.append(body["code_verifier"])
        if asked is None or (hashed, body["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"]):
            return 400, {"error": "invalid_grant"}
        access_token = f"access-{secrets.token_urlsafe(24)}"
        id_token = self.sign(self.claims(asked["nonce"], access_token), self)
        self.secrets += [access_token, id_token]
        answer = {"access_token": access_token, "id_token": id_token, "token_type": "Bearer", "expires_in": 300}
        return 200, {name: value for name, value in {**answer, **self.answer}.items() if value is not None}

    def claims(self, nonce: str, access_token: str) -> Claims:
        """What the ID token says."""
        now = int(self.clock().timestamp())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        shown = self.person if self.userinfo is None else {"sub": self.person["sub"]}
        claims = {**shown, **claims, "at_hash": _letters(half), **self.token}
        return {name: value for name, value in claims.items() if value is not None}

    def describes(self) -> Claims:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "authorization_response_iss_parameter_supported": True,
            **self.discovery,
        }

    def replies(self, path: str) -> tuple[int, Claims]:
        match path:
            case "/.well-known/openid-configuration":
                return 200, self.describes()
            case "/keys":
                return 200, {"keys": [key(self.kid).as_dict(private=False)]}
            case "/userinfo":
                return 200, self.userinfo or self.person
        return 404, {}


@contextmanager
def lying_issuer(clock: Callable[[], datetime]) -> Iterator[LyingIssuer]:
    """One running on a free port."""
    state = LyingIssuer(clock)
    key(state.kid)  # made before several threads ask for it at once

    class Handler(_Handler):
        issuer = state

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    issuer: LyingIssuer

    def do_GET(self) -> None:
        if self.path == "/userinfo":
            assert self.headers["Authorization"].removeprefix("Bearer ") in self.issuer.secrets
        self._answer(lambda: self.issuer.replies(self.path))

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        body = {name: values[0] for name, values in parse_qs(sent).items()}
        assert base64.b64decode(self.headers["Authorization"].split()[1]).decode() == f"{CLIENT}:{SECRET}"
        self._answer(lambda: self.issuer.redeem(body))

    def _answer(self, truth: Callable[[], tuple[int, Claims]]) -> None:
        self.issuer.asked[self.path] += 1
        match self.issuer.faults.get(self.path):
            case None:
                status, content = truth()
                self._send(status, json.dumps(content).encode())
            case "redirect":
                self._send(302, b"", Location=f"{self.issuer.url}/elsewhere")
            case "html":
                self._send(200, b"<!doctype html><title>Maintenance</title>")
            case "500":
                self._send(500, b"{}")
            case "huge":
                self._send(200, b'{"x": "' + b"x" * 2_000_000 + b'"}')
            case "drip":
                self._drip()

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "60")
        self.end_headers()
        for _ in range(60):
            if self.issuer.stopping.wait(0.25):
                return
            self.wfile.write(b" ")

    def log_message(self, *_: Any) -> None:
        return
