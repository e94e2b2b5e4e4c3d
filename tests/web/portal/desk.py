"""A portal of two organizations on one database, and somebody of each role at a browser."""

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from linkflow.domain.ports import Job
from linkflow.domain.requests import DataType
from linkflow.organizations import Organizations
from linkflow.outbound.http import HttpClient
from linkflow.services import accounts, requesting
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, Asked, NewCompany
from linkflow.services.signing import Signer
from linkflow.services.vault import Vault
from linkflow.store.database import Database
from linkflow.store.users import User
from tests.categories.labelled import shipped
from tests.config_factories import make_catalogue, make_organization, make_settings
from tests.dump import everything_in
from tests.web.apps import app_for

BASE = "http://127.0.0.1:8000"
PASSWORD = "three plain words here"
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time

    def go_on(self, **duration: float) -> None:
        self.time += timedelta(**duration)


@dataclass
class Desk:
    """The running portal. `jobs` are those that transactions started."""

    ctx: Context
    app: Flask
    clock: Clock
    jobs: list[tuple[Job, str]] = field(default_factory=list)

    def account(self, role: str = "manager", organization: str = "northbank") -> User:
        email = f"{role}@{organization}.example"
        known = accounts.account(self.ctx, email)
        return known or accounts.add_account(
            self.ctx, email, PASSWORD, organization=organization, name=f"{role.title()} of {organization}", role=role
        )

    def browser(self, role: str | None = "manager", organization: str = "northbank") -> "Browser":
        """A browser, signed in as somebody of that role."""
        found = Browser(self.app.test_client())
        if role is not None:
            user = self.account(role, organization)
            answer = found.send("/portal/sign-in", email=user.email, password=PASSWORD)
            assert answer.status_code == 303
        return found

    def ask(self, name: str = "Abra Kebabra Ltd", organization: str = "northbank", **over: Any) -> Asked:
        """A request to a new company by the organization's manager."""
        company = NewCompany(name=name, contact_name="Anna Abra", contact_email="anna@abra.example")
        asked = {"data_types": frozenset(DataType), "name": "Virtual card application", **over}
        return requesting.ask_new_company(self.ctx, self.account("manager", organization), company, Ask(**asked))

    def rows(self) -> str:
        """Everything the database holds, to compare."""
        return everything_in(self.ctx.database)


@dataclass
class Browser:
    """A test client that fills in forms: the token comes from the page, as in a real browser."""

    client: FlaskClient

    def look(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=BASE)

    def page(self, path: str) -> str:
        answer = self.look(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, path: str, *, on: str | None = None, follow: bool = False, **typed: str) -> TestResponse:
        """Post a form found on the page `on` (the same path unless told otherwise)."""
        token = token_of(self.look(on or path).text)
        return self.post(path, follow=follow, linkflow_csrf=token, **typed)

    def post(self, path: str, *, follow: bool = False, **typed: str) -> TestResponse:
        """Post exactly this."""
        return self.client.post(path, base_url=BASE, data=typed, follow_redirects=follow)


def token_of(page: str) -> str:
    found = re.search(r'name="linkflow_csrf" value="([^"]+)"', page)
    return found[1] if found else ""


def main_text(page: str) -> str:
    """The words of a page's main part, blanks folded."""
    reader = _Words()
    reader.feed(re.sub("</?bdi>", "", page[page.find("<main") :]))
    return " ".join(" ".join(reader.words).split())


def data_page(page: str) -> str:
    found = re.search(r'data-page="([^"]+)"', page)
    return found[1] if found else ""


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def make_desk(tmp_path: Path, database_url: str, **over: Any) -> Desk:
    """A portal on a migrated database; `over` changes both organizations."""
    settings = make_settings(tmp_path, database_url=database_url, cookie_secure=False)
    catalogue, clock = make_catalogue(), Clock()
    organizations = Organizations(
        {
            slug: make_organization(slug=slug, catalogue=catalogue, **{"name": slug.title(), **over})
            for slug in ("northbank", "harbour")
        }
    )
    jobs: list[tuple[Job, str]] = []

    def enqueue(_connection: object, job: Job, ids: tuple[str, ...]) -> None:
        jobs.append((job, ids[0]))

    ctx = Context(
        settings=settings,
        organizations=lambda: organizations,
        catalogue=catalogue,
        categories=shipped(),
        database=_opened(Database(settings.database_url, enqueue=enqueue)),
        vault=Vault(settings.encryption_keys),
        signer=Signer(settings.secret_keys),
        http=_client(),
        clock=clock,
        random_bytes=os.urandom,
    )
    return Desk(ctx, app_for(ctx), clock, jobs)


def close_desks() -> None:
    """Every desk made since the last time gives its connections back."""
    while _OPEN:
        _OPEN.pop().dispose()


_OPEN: list[Database] = []


def _opened(database: Database) -> Database:
    _OPEN.append(database)
    return database


@cache
def _client() -> HttpClient:
    """One for the whole run: nothing here calls another host, and reading the certificates takes a while."""
    return HttpClient()
