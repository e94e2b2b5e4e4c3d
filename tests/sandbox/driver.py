"""A customer's browser and an application at the sandbox, through Flask's test client."""

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from linkflow.sandbox.app import create_sandbox
from linkflow.sandbox.settings import SandboxSettings

ISSUER = "http://localhost:8081"
CALLBACK = "http://127.0.0.1:8080/callback/sandbox"
VERIFIER = "v" * 50
TODAY = date(2026, 11, 23)
DATA_SCOPES = "company.read financials.read spend.read"


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def settings(clock: Clock, **changes: Any) -> SandboxSettings:
    plain = SandboxSettings(
        issuer=ISSUER,
        client_id="linkflow",
        client_secret="not a real secret",
        redirect_uris=(CALLBACK, "http://127.0.0.1:8080/other/callback"),
        faults=True,
        today=TODAY,
        clock=clock,
    )
    return replace(plain, **changes)


@dataclass
class Driver:
    """One browser with one application behind it."""

    app: Flask
    clock: Clock

    def __post_init__(self) -> None:
        self.browser: FlaskClient = self.app.test_client()
        self.machine: FlaskClient = self.app.test_client(use_cookies=False)

    def authorize_address(self, **changes: str | None) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
        wanted = {
            "response_type": "code",
            "client_id": "linkflow",
            "redirect_uri": CALLBACK,
            "scope": "books.read offline_access",
            "state": "the-state",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        } | changes
        return "/oauth/authorize?" + urlencode({name: value for name, value in wanted.items() if value is not None})

    def sign_in(self, email: str, address: str | None = None) -> str:
        """Sign in; returns the consent page."""
        address = address or self.authorize_address()
        token = form_token(self.browser.get(address).text)
        target = address.replace("/authorize?", "/authorize/sign-in?")
        answer = self.browser.post(target, data={"form_token": token, "email": email}, follow_redirects=True)
        return answer.text

    def decide(self, *companies: str, email: str, decision: str = "approve", **changes: str | None) -> dict[str, str]:
        """Sign in and answer; returns the callback's parameters."""
        address = self.authorize_address(**changes)
        token = form_token(self.sign_in(email, address))
        sent = {"form_token": token, "decision": decision, "company": list(companies)}
        answer = self.browser.post(address, data=sent)
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith(CALLBACK + "?")
        return {name: value for name, (value,) in parse_qs(urlsplit(answer.location).query).items()}

    def exchange(self, code: str, **changes: str | None) -> Any:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        } | changes
        return self.token({name: value for name, value in sent.items() if value is not None})

    def refresh(self, token: str) -> Any:
        return self.token({"grant_type": "refresh_token", "refresh_token": token})

    def token(self, sent: dict[str, str], *, secret: str = "not a real secret") -> Any:
        return self.machine.post("/oauth/token", data=sent, auth=("linkflow", secret))

    def connect(self, *companies: str, email: str, **changes: str | None) -> dict[str, Any]:
        """The whole way; returns the token answer."""
        answer = self.exchange(self.decide(*companies, email=email, **changes)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def get(self, path: str, token: str) -> Any:
        return self.machine.get(path, headers={"Authorization": f"Bearer {token}"})

    def fault(self, company: str, kind: str, **more: Any) -> None:
        assert self.machine.post(f"/faults/{company}", json={"kind": kind} | more).status_code == 200


def make_driver(clock: Clock, **changes: Any) -> Driver:
    return Driver(create_sandbox(settings(clock, **changes)), clock)


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found, page
    return unescape(found.group(1))


def write_mail(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
