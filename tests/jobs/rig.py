"""A linkflow without pages: a context on a database of its own, and rows as the journey would have left them."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from linkflow.catalogue import Catalogue
from linkflow.domain.ports import Job
from linkflow.organizations import Organizations
from linkflow.outbound.http import HttpClient
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import storing_grants
from linkflow.services.context import Context
from linkflow.services.signing import Signer
from linkflow.services.vault import Vault
from linkflow.settings import Settings
from linkflow.store import companies, connections, consents, migrating, requests
from linkflow.store.companies import Company, Entity
from linkflow.store.consents import Consent
from linkflow.store.database import Database
from linkflow.store.requests import DataRequest, Link
from linkflow.store.turns import take_turn
from tests.categories.labelled import shipped
from tests.config_factories import make_catalogue, make_organization, make_settings

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORGANIZATION = "northbank"
SCOPES = ("offline_access", "company.read", "financials.read", "spend.read")


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time

    def go_on(self, **duration: float) -> None:
        self.time += timedelta(**duration)


@dataclass
class Enqueued:
    """Every job a transaction started, in place of the engine."""

    jobs: list[tuple[Job, str]] = field(default_factory=list)

    def __call__(self, _connection: Connection, job: Job, ids: tuple[str, ...]) -> None:
        self.jobs.append((job, ids[0]))

    def of(self, job: Job) -> list[str]:
        return [row_id for found, row_id in self.jobs if found is job]


def make_context(
    settings: Settings,
    *,
    catalogue: Catalogue | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    enqueue: Any = None,
    **organization: Any,
) -> Context:
    """Everything wired as the product wires it, with one organization; the schema must be there or follow."""
    catalogue = catalogue or make_catalogue()
    organizations = Organizations({ORGANIZATION: make_organization(catalogue=catalogue, **organization)})
    return Context(
        settings=settings,
        organizations=lambda: organizations,
        catalogue=catalogue,
        categories=shipped(),
        database=Database(settings.database_url, enqueue=enqueue),
        vault=Vault(settings.encryption_keys),
        signer=Signer(settings.secret_keys),
        http=HttpClient(allow_private=True, total_seconds=settings.outbound_total_seconds, clock=clock),
        clock=clock,
        random_bytes=os.urandom,
    )


@dataclass
class Rig:
    """A context with a still clock whose jobs are written into a list."""

    ctx: Context
    clock: Clock
    enqueued: Enqueued


def make_rig(tmp_path: Path, *, catalogue: Catalogue | None = None, database_url: str = "", **organization: Any) -> Rig:
    """A rig on a migrated database, a fresh SQLite file below `tmp_path` unless there is another."""
    settings = make_settings(tmp_path, database_url=database_url)
    if not database_url:
        shutil.copy(_migrated(), tmp_path / "linkflow.db")
    clock, enqueued = Clock(), Enqueued()
    return Rig(
        make_context(settings, catalogue=catalogue, clock=clock, enqueue=enqueued, **organization), clock, enqueued
    )


@cache
def _migrated() -> Path:
    """A database with nothing in it, made once a process."""
    path = Path(tempfile.mkdtemp(prefix="linkflow-empty-")) / "linkflow.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    migrating.upgrade(f"sqlite:///{path}")
    return path


@dataclass(frozen=True)
class Rows:
    """The ids of one company's way through the journey."""

    company_id: str
    entity_id: str
    request_id: str
    link_id: str
    consent_id: str
    grant_id: str
    connection_id: str


def add_rows(
    ctx: Context,
    *,
    tenant_id: str = "tenant-1",
    data_types: str = "financials,spend_analysis",
    access: str = "ongoing",
    tokens: Tokens | None = None,
    scopes: tuple[str, ...] = SCOPES,
    grant_id: str | None = None,
    software: str = "sandbox",
    retention_months: int | None = None,
    given: Mapping[str, str] | None = None,
    of: Rows | None = None,
) -> Rows:
    """One linked connection with all it stands on; with `of`, one more entity of that company and request."""
    now, new = ctx.now(), ctx.new_id
    tokens = tokens or Tokens("access-1", "refresh-1", scopes, now + timedelta(days=1), None)
    with ctx.database.transaction() as tx:
        rows = of or _ask(ctx, tx, data_types)
        entity_id = rows.entity_id if of is None else new()
        if of is not None:
            name = f"Entity {entity_id[:6]}"
            entity = Entity(
                id=entity_id,
                organization=ORGANIZATION,
                company_id=of.company_id,
                name=name,
                folded_name=name.lower(),
                created_at=now,
            )
            take_turn(tx, of.company_id)
            companies.add_entity(tx, entity)
        companies.put_in_request(tx, rows.request_id, entity_id, at=now, software=software)
        consent = _consent(ctx, rows, entity_id, data_types=data_types, access=access, software=software)
        consent = replace(consent, retention_months=retention_months)
        consents.add_consent(tx, consent)
        grant_id = grant_id or storing_grants.store_grant(
            ctx,
            tx,
            tokens,
            storing_grants.SignIn(
                organization=ORGANIZATION,
                company_id=rows.company_id,
                request_id=rows.request_id,
                software=software,
                given=given or {},
            ),
        )
        connection = connections.Connection(
            id=new(),
            organization=ORGANIZATION,
            company_id=rows.company_id,
            entity_id=entity_id,
            request_id=rows.request_id,
            grant_id=grant_id,
            consent_id=consent.id,
            kind="software",
            software=software,
            tenant_id=tenant_id,
            tenant_name="Abra Kebabra Ltd",
            tenant_currency="GBP",
            name_matches=True,
            data_types=data_types,
            access=access,
            access_until=None,
            state="linked",
            created_at=now,
            linked_at=now,
        )
        connections.add_connection(tx, connection)
    return replace(rows, entity_id=entity_id, consent_id=consent.id, grant_id=grant_id, connection_id=connection.id)


def ask(ctx: Context, *, data_types: str = "financials", created_by: str | None = None) -> Rows:
    """A request with its link and nothing answered; the last three ids are empty."""
    with ctx.database.transaction() as tx:
        return _ask(ctx, tx, data_types, created_by)


def _ask(ctx: Context, tx: Any, data_types: str, created_by: str | None = None) -> Rows:
    now, new = ctx.now(), ctx.new_id
    company_id, entity_id, request_id, link_id = (new() for _ in range(4))
    company = Company(
        id=company_id,
        organization=ORGANIZATION,
        name="Abra Kebabra Ltd",
        contact_name="Anna Abra",
        contact_email="anna@example.com",
        created_at=now,
    )
    itself = Entity(
        id=entity_id, organization=ORGANIZATION, company_id=company_id, name=None, folded_name="", created_at=now
    )
    companies.add_company(tx, company, itself=itself)
    request = DataRequest(
        id=request_id,
        organization=ORGANIZATION,
        company_id=company_id,
        created_by=created_by,
        name="Virtual card application",
        data_types=data_types,
        language="en-GB",
        phrase="amber lantern",
        created_at=now,
        expires_at=now + timedelta(days=90),
        status="draft",
        status_at=now,
    )
    link = Link(
        id=link_id,
        organization=ORGANIZATION,
        request_id=request_id,
        kind="request",
        recipient_name="Anna Abra",
        recipient_email="anna@example.com",
        created_at=now,
        expires_at=now + timedelta(days=30),
    )
    requests.add_request(tx, request, link)
    return Rows(company_id, entity_id, request_id, link_id, "", "", "")


def _consent(ctx: Context, rows: Rows, entity_id: str, *, data_types: str, access: str, software: str) -> Consent:
    return Consent(
        id=ctx.new_id(),
        organization=ORGANIZATION,
        company_id=rows.company_id,
        request_id=rows.request_id,
        entity_id=entity_id,
        entity_name="Abra Kebabra Ltd",
        link_id=rows.link_id,
        link_issue=1,
        recipient="anna@example.com",
        declared_name="Anna Abra",
        kind="software",
        software=software,
        data_types=data_types,
        scopes=" ".join(SCOPES),
        access=access,
        access_until=None,
        language="en-GB",
        text="I agree.",
        text_version="v1",
        accepted_at=ctx.now(),
    )
