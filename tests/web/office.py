"""The whole web on one database, and customers at their browsers: they read the page and press what is on it."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import TextClause, text
from werkzeug.test import TestResponse

from linkflow import providers
from linkflow.catalogue import Catalogue
from linkflow.domain.requests import DataType
from linkflow.domain.software import OAuth, Software
from linkflow.organization_model import Organization
from linkflow.organizations import Organizations
from linkflow.outbound.http import HttpClient
from linkflow.services import accounts, requesting
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, Asked, NewCompany
from linkflow.services.signing import Signer
from linkflow.services.vault import Vault
from linkflow.settings import Credentials, Settings
from linkflow.store.database import Database
from linkflow.store.users import User
from tests.categories.labelled import shipped
from tests.config_factories import make_organization, make_settings, make_software
from tests.dump import everything_in
from tests.fakes import CLIENT, SECRET, Accounting, Companies, accounting
from tests.jobs.rig import Clock, Enqueued, _migrated
from tests.web.apps import app_for

BASE = "http://127.0.0.1:8000"
PASSWORD = "three plain words here"
FINANCIALS = frozenset({DataType.FINANCIALS})
SPEND = frozenset({DataType.SPEND_ANALYSIS})
BOTH = frozenset(DataType)
FEELS: dict[str, dict[str, Any]] = {
    "northbank": {"multi_entity": True, "upload": True, "hand_over": True, "one_time_code": False},
    "harbour": {"multi_entity": False, "upload": False, "hand_over": False, "one_time_code": True},
}
on_postgres = pytest.mark.parametrize("office", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
"""This test runs on PostgreSQL in every run; the others do so in `make slow`."""
on_sqlite = pytest.mark.parametrize("office", ["sqlite"], indirect=True)
"""This test runs on SQLite only."""


@dataclass
class Ticking(Clock):
    """A clock that never shows the same time twice, as real ones do not; otherwise it stands still."""

    def __call__(self) -> datetime:
        self.go_on(milliseconds=1)
        return self.time


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.fields or name in self.choices or name in [name_ for name_, _ in self.buttons]


@dataclass
class Customer:
    """A browser; `page` is what it shows. Redirects within our pages are followed, refreshes to others are not."""

    client: FlaskClient
    page: TestResponse = None  # type: ignore[assignment]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The `data-page` of what is shown."""
        found = re.search(r'<main[^>]* data-page="([^"]+)"', self.page.text)
        return found[1] if found else ""

    @property
    def path(self) -> str:
        return self.page.request.path

    @property
    def forms(self) -> list[Form]:
        return forms_of(self.page.text)

    def look(self, path: str) -> "Customer":
        path = path.removeprefix(BASE)
        self.page = self.client.get(path, base_url=BASE, follow_redirects=True, headers=self.headers)
        return self

    def press(self, button: str | None = None, **typed: Any) -> "Customer":
        """Fill in the form that has these fields, and press its first button or the one named `name=value`."""
        wanted = [*typed, *([button.split("=")[0]] if button else [])]
        found = [form for form in self.forms if form.method == "post" and all(form.has(name) for name in wanted)]
        assert found, f"no form on {self.name} at {self.path} has {wanted}"
        form = found[0]
        pressed = [tuple(button.split("=", 1))] if button else [one for one in form.buttons[:1] if one[0]]
        return self.post(form.action, **{**form.fields, **dict(pressed), **typed})  # type: ignore[arg-type]

    def post(self, path: str, **typed: Any) -> "Customer":
        """Send exactly this."""
        self.page = self.client.post(path, base_url=BASE, data=typed, follow_redirects=True, headers=self.headers)
        return self

    @property
    def authorize_url(self) -> str:
        """Where the page on the way out leads."""
        assert self.name == "leaving", (self.name, self.path)
        return self.page.headers["Refresh"].removeprefix("0;url=")

    def come_back(self, query: dict[str, str], *, software: str = "sandbox") -> "Customer":
        return self.look(f"/callback/{software}?{urlencode(query)}")

    def cookie(self) -> str:
        found = self.client.get_cookie("linkflow", domain="127.0.0.1")
        return found.value if found else ""

    def entity_path(self) -> str:
        """`/r/…/e/…` of the page shown."""
        found = re.match(r"/r/[^/]+/e/[^/]+", self.path)
        assert found, self.path
        return found[0]


@dataclass
class Office:
    """Two organizations, a software one can sign in to, one that is connected blindly and two that are not."""

    ctx: Context
    app: Flask
    clock: Clock
    enqueued: Enqueued
    software: Accounting
    companies: Companies
    folder: Path

    def account(self, role: str = "manager", organization: str = "northbank") -> User:
        email = f"{role}@{organization}.example"
        known = accounts.account(self.ctx, email)
        return known or accounts.add_account(
            self.ctx, email, PASSWORD, organization=organization, name=f"{role.title()} of {organization}", role=role
        )

    def ask(self, data_types: frozenset[DataType] = FINANCIALS, organization: str = "northbank", **over: Any) -> Asked:
        typed = {"name": "Abra Kebabra Ltd", "contact_name": "Anna Abra", "contact_email": "anna@abra.example", **over}
        asked = Ask(data_types=data_types, name="Virtual card application")
        return requesting.ask_new_company(self.ctx, self.account("manager", organization), NewCompany(**typed), asked)

    def browser(self) -> Customer:
        return Customer(self.app.test_client())

    def user(self, role: str = "manager", organization: str = "northbank") -> Customer:
        """A browser of somebody signed in to the portal."""
        found, user = self.browser(), self.account(role, organization)
        found.look("/portal/sign-in").press(email=user.email, password=PASSWORD)
        assert found.path == "/portal/companies", found.page.text
        return found

    def follow(self, asked: Asked | str, **choice: str) -> Customer:
        """A customer who opened the link and pressed its first button."""
        link = asked if isinstance(asked, str) else asked.link
        return self.browser().look(link).press(**choice)

    def choose(self, customer: Customer, software: str = "sandbox") -> Customer:
        return customer.press(f"software={software}")

    def consent(self, customer: Customer, **over: str) -> Customer:
        return customer.press(**{"declared_name": "Anna Abra", "may_share": "yes", **over})

    def to_leaving(self, asked: Asked | str) -> Customer:
        """A customer on the way out to the sandbox."""
        return self.consent(self.choose(self.follow(asked)))

    def returned(self, customer: Customer, *, software: str = "sandbox") -> Customer:
        return customer.come_back(self.software.approve(customer.authorize_url), software=software)

    def connected(self, asked: Asked | str) -> Customer:
        """A customer who has confirmed the company."""
        return self.returned(self.to_leaving(asked)).press("tenant=tenant-1")

    def rows(self) -> str:
        """Everything the database holds, to compare."""
        return everything_in(self.ctx.database)

    def kept(self) -> str:
        """The same, without how often something was tried."""
        return "\n".join(line for line in self.rows().splitlines() if 'INTO "throttles"' not in line)

    def write(self, statement: str) -> None:
        """Put rows as something else would have left them: a worker, another browser, time."""
        with self.ctx.database.transaction() as tx:
            tx.connection.execute(_as_typed(statement))

    def count(self, table: str, where: str = "1=1") -> int:
        with self.ctx.database.reading() as tx:
            found = tx.connection.execute(_as_typed(f"SELECT count(*) FROM {table} WHERE {where}"))
            return int(found.scalar_one())

    def values(self, query: str) -> list[Any]:
        with self.ctx.database.reading() as tx:
            return [row[0] for row in tx.connection.execute(_as_typed(query))]

    def again(self, **settings: Any) -> "Office":
        """The same after a restart with other settings."""
        changed = self.ctx.settings.model_copy(update=settings)
        ctx = replace(self.ctx, settings=changed, signer=Signer(changed.secret_keys))
        return replace(self, ctx=ctx, app=app_for(ctx))


Wear = Callable[[Organization], Organization]


@contextmanager
def open_office(
    tmp_path: Path, monkeypatch: Any, *, wear: Wear = lambda plain: plain, **settings: Any
) -> Iterator[Office]:
    """An office on a fresh database below `tmp_path`, or on the migrated one at `database_url`.

    Its two organizations are changed as `wear` says.
    """
    with accounting() as server:
        companies = Companies()
        monkeypatch.setattr(providers, "load", lambda _software: companies)
        office = make_office(tmp_path, server, companies, wear, **settings)
        yield office
        office.ctx.http.close()
        office.ctx.database.dispose()


def make_office(tmp_path: Path, server: Accounting, companies: Companies, wear: Wear, **over: Any) -> Office:
    if "database_url" not in over:
        shutil.copy(_migrated(), tmp_path / "linkflow.db")
    known = Credentials(client_id=CLIENT, client_secret=SECRET)
    values = {"software_credentials": {"sandbox": known, "blind_books": known}, **over}
    settings: Settings = make_settings(tmp_path, cookie_secure=False, **values)
    catalogue, clock, enqueued = make_catalogue(server), Ticking(), Enqueued()
    organizations = Organizations(
        {
            slug: wear(make_organization(slug=slug, name=slug.title(), catalogue=catalogue, feel=feel))
            for slug, feel in FEELS.items()
        }
    )
    ctx = Context(
        settings=settings,
        organizations=lambda: organizations,
        catalogue=catalogue,
        categories=shipped(),
        database=Database(settings.database_url, enqueue=enqueued),
        vault=Vault(settings.encryption_keys),
        signer=Signer(settings.secret_keys),
        http=HttpClient(allow_private=True, total_seconds=2.0, clock=clock),
        clock=clock,
        random_bytes=os.urandom,
    )
    return Office(ctx, app_for(ctx), clock, enqueued, server, companies, tmp_path)


def _as_typed(statement: str) -> TextClause:
    """Without parameters, whatever its words look like."""
    return text(statement.replace(":", r"\:"))


def make_catalogue(server: Accounting) -> Catalogue:
    """The fake server's software twice, once with books and once connected only, and two that take a file."""

    def oauth(old: Software) -> OAuth:
        assert old.oauth is not None
        parts = {name: f"{server.issuer}/{name.removesuffix('_url')}" for name in ("authorize_url", "token_url")}
        return replace(old.oauth, **parts, revoke_url=f"{server.issuer}/revoke", issuer=server.issuer)

    sandbox = make_software()
    blind = replace(sandbox, id="blind_books", name="Blind Books", popular_rank=3, adapter=False, connection_only=True)
    chosen = (
        replace(sandbox, oauth=oauth(sandbox)),
        replace(blind, oauth=oauth(sandbox)),
        Software(id="xero", name="Xero", vendor="Xero", popular_rank=2),
        Software(id="sage_50", name="Sage 50 Accounts", vendor="Sage", aliases=("Sage Line 50",)),
    )
    return Catalogue({one.id: one for one in chosen}, credentials=frozenset({"sandbox", "blind_books"}))


def forms_of(page: str) -> list[Form]:
    reader = _Forms()
    reader.feed(page)
    return reader.forms


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value, kind = given.get("name") or "", given.get("value") or "", given.get("type")
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", given.get("method") or "get"))
        elif not self.forms:
            return
        elif tag == "button":
            self.forms[-1].buttons.append((name, value))
        elif tag == "input" and kind in ("radio", "checkbox"):
            self.forms[-1].choices.setdefault(name, []).append(value)
            if "checked" in given:
                self.forms[-1].fields[name] = value
        elif tag in ("input", "textarea", "select"):
            self.forms[-1].fields[name] = value
