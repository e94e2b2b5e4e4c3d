"""`linkflow doctor` against servers that answer as each test says: what is right, what is not, and no secret."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from linkflow.doctor.examination import examine
from linkflow.doctor.findings import Level
from linkflow.domain.software import ConnectButton, Software
from linkflow.domain.software_inputs import Input, InputSource
from linkflow.images import Image
from linkflow.organizations import Organizations
from linkflow.outbound.http import HttpClient
from linkflow.problems import CannotRun
from linkflow.services.context import Context
from linkflow.services.signing import Signer
from linkflow.services.vault import Vault
from linkflow.settings import Credentials
from linkflow.software_marks import Marks
from linkflow.store import workers
from linkflow.store.database import Database
from tests.categories.labelled import shipped
from tests.config_factories import (
    ENCRYPTION_KEY,
    SECRET_KEY,
    make_catalogue,
    make_organization,
    make_settings,
    make_software,
)
from tests.fakes import CLIENT, SECRET, Accounting, accounting, replied
from tests.jobs.rig import _migrated, add_rows

Told = dict[str, list[tuple[Level, str]]]
READY = replied(200, {"status": "ready"})
INPUT = Input(name="firm", source=InputSource.CUSTOMER, label="Your firm", pattern="[a-z]+")


@dataclass
class Installation:
    """One on a database of its own, its public address and its one software on loopback."""

    server: Accounting
    folder: Path
    software: Software
    settings: dict[str, Any]
    marks: dict[str, Marks] = field(default_factory=dict)
    feel: dict[str, Any] = field(default_factory=dict)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def context(self) -> Context:
        settings = make_settings(self.folder, **self.settings)
        own = settings.organization_credentials
        catalogue = make_catalogue(
            self.software, credentials=frozenset(settings.software_credentials), own_credentials=own, marks=self.marks
        )
        northbank = make_organization(catalogue=catalogue, reviewed_languages=["en-GB"], feel=self.feel)
        return Context(
            settings=settings,
            organizations=lambda: Organizations({"northbank": northbank}),
            catalogue=catalogue,
            categories=shipped(),
            database=Database(settings.database_url),
            vault=Vault(settings.encryption_keys),
            signer=Signer(settings.secret_keys),
            http=_client(),
            clock=self.clock,
            random_bytes=os.urandom,
        )

    def examined(self, **asked: Any) -> Told:
        """Its sections by title."""
        ctx = self.context()
        found = {one.title: [(line.level, line.text) for line in one.findings] for one in examine(ctx, **asked)}
        ctx.database.dispose()
        return found


@cache
def _client() -> HttpClient:
    """One for all: reading the certificates takes a while."""
    return HttpClient(allow_private=True, total_seconds=1)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    (tmp_path / "linkflow.db").write_bytes(_migrated().read_bytes())
    with accounting() as server:
        software = make_software(api=None)
        assert software.oauth is not None
        at = {name: f"{server.issuer}/{name.removesuffix('_url')}" for name in ("authorize_url", "token_url")}
        described = {"issuer": server.issuer, "token_endpoint": at["token_url"], "scopes_supported": []}
        server.pages = {
            "/health/ready": READY,
            "/authorize": (302, "", {"Location": "/sign-in"}),
            "/.well-known/oauth-authorization-server": replied(200, described),
        }
        software = replace(software, oauth=replace(software.oauth, **at, issuer=server.issuer))
        given = Credentials(client_id=CLIENT, client_secret=SECRET)
        settings = {"public_url": server.issuer, "software_credentials": {"sandbox": given}}
        made = Installation(server, tmp_path, software, settings)
        ctx = made.context()
        with ctx.database.transaction() as tx:
            workers.appear(tx, "worker-1", now=ctx.now())
        ctx.database.dispose()
        yield made


SANDBOX = "Sandbox Books (sandbox)"


def failures(told: Told) -> list[str]:
    return [text for lines in told.values() for level, text in lines if level is Level.FAILURE]


def lines(told: Told, section: str, level: Level) -> str:
    return "\n".join(text for found, text in told[section] if found is level)


def test_where_all_is_well_nothing_fails_and_no_secret_is_told(here: Installation) -> None:
    told = here.examined()
    assert failures(told) == []
    assert "knows the client of this installation" in lines(told, SANDBOX, Level.OK)
    assert "describes itself as the catalogue does" in lines(told, SANDBOX, Level.OK)
    assert "is ready" in lines(told, "Public address", Level.OK)
    assert lines(told, "Clock", Level.OK).startswith("Agrees with the public address, 127.0.0.1")
    everything = json.dumps(told)
    for secret in (SECRET, SECRET_KEY, ENCRYPTION_KEY.hex()):
        assert secret not in everything


def test_the_addresses_to_register_are_told_exactly(here: Installation) -> None:
    here.settings["public_url"] = "https://data.example.com/share"
    told = lines(here.examined(offline=True), SANDBOX, Level.NOTE)
    assert "Redirect address to register: https://data.example.com/share/callback/sandbox" in told
    for page in ("launch", "disconnect", "reconnect"):
        assert f"https://data.example.com/share/software/sandbox/{page}" in told


def test_offline_nobody_is_asked_anything(here: Installation) -> None:
    told = here.examined(offline=True)
    assert failures(told) == []
    assert here.server.looked == here.server.spoken_to == []


Break = Callable[[Installation], None]


def _token_says(status: int, error: str) -> Break:
    def broken(here: Installation) -> None:
        here.server.misbehave = lambda: replied(status, {"error": error})

    return broken


def _shows(path: str, status: int, content: Any = None) -> Break:
    def broken(here: Installation) -> None:
        here.server.pages[path] = replied(status, {} if content is None else content)

    return broken


def _nobody_there(here: Installation) -> None:
    assert here.software.oauth is not None
    dead = "http://127.0.0.1:9"
    oauth = replace(here.software.oauth, authorize_url=f"{dead}/authorize", token_url=f"{dead}/token")
    here.software = replace(here.software, oauth=oauth)


def _https_without_secure_cookies(here: Installation) -> None:
    here.settings |= {"public_url": "https://data.example.com", "cookie_secure": False}


def _another_host_trusted(here: Installation) -> None:
    here.settings["trusted_hosts"] = ("www.example.com",)


def _no_database(here: Installation) -> None:
    (here.folder / "linkflow.db").unlink()


def _no_worker(here: Installation) -> None:
    (here.folder / "linkflow.db").write_bytes(_migrated().read_bytes())


def _an_hour_later(here: Installation) -> None:
    here.clock = lambda: datetime.now(UTC) + timedelta(hours=1)


def _nothing_to_answer_with(here: Installation) -> None:
    here.settings["software_credentials"] = {}


FAULTS: dict[str, tuple[Break, str, Level, str]] = {
    "a secret that is wrong": (_token_says(401, "invalid_client"), SANDBOX, Level.FAILURE, "not that secret"),
    "tokens in trouble": (_token_says(503, "x"), SANDBOX, Level.FAILURE, "does not answer as it should"),
    "a refusal that says nothing": (_token_says(400, "invalid_request"), SANDBOX, Level.NOTE, "(invalid_request)"),
    "a sign-in page that refuses": (_shows("/authorize", 400), SANDBOX, Level.WARNING, "is the redirect address"),
    "a sign-in page in trouble": (_shows("/authorize", 502), SANDBOX, Level.FAILURE, "is in trouble (HTTP 502)"),
    "nobody at the software": (_nobody_there, SANDBOX, Level.FAILURE, "127.0.0.1:9 does not answer"),
    "another description": (
        _shows("/.well-known/oauth-authorization-server", 200, {"token_endpoint": "https://elsewhere.example"}),
        SANDBOX,
        Level.WARNING,
        "otherwise than the catalogue: token_endpoint",
    ),
    "no description": (
        _shows("/.well-known/oauth-authorization-server", 404),
        SANDBOX,
        Level.NOTE,
        "no description was found",
    ),
    "a proxy that leads elsewhere": (_shows("/health/ready", 301), "Public address", Level.FAILURE, "leads elsewhere"),
    "something else in our place": (_shows("/health/ready", 200), "Public address", Level.FAILURE, "not answered by"),
    "a database that is away": (_shows("/health/ready", 503), "Public address", Level.FAILURE, "waits for its data"),
    "cookies in clear": (_https_without_secure_cookies, "Public address", Level.FAILURE, "LINKFLOW_COOKIE_SECURE"),
    "a host nobody trusts": (_another_host_trusted, "Public address", Level.FAILURE, "LINKFLOW_TRUSTED_HOSTS"),
    "no database": (_no_database, "Database", Level.FAILURE, "run `linkflow db upgrade`"),
    "no worker": (_no_worker, "Worker", Level.FAILURE, "None was ever heard of"),
    "a clock that is wrong": (_an_hour_later, "Clock", Level.FAILURE, "seconds ahead of that of the public address"),
    "a worker that fell silent": (_an_hour_later, "Worker", Level.FAILURE, "start `linkflow worker`"),
    "no credentials": (_nothing_to_answer_with, "Organization northbank", Level.WARNING, "only send files"),
    "no user": (lambda here: None, "Organization northbank", Level.WARNING, "linkflow user add --organization"),
    "a demo's mail": (lambda here: None, "Mail", Level.WARNING, "sent to nobody: for a demo only"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_told_where_it_belongs(here: Installation, fault: str) -> None:
    bring_about, section, level, words = FAULTS[fault]
    bring_about(here)
    assert words in lines(here.examined(), section, level)


def test_each_client_is_tried_and_only_the_wrong_one_is_named(here: Installation) -> None:
    here.server.clients["north"] = "right"
    wrong = Credentials(client_id="north", client_secret="wrong")
    here.settings["organization_credentials"] = {"northbank": {"sandbox": wrong}}
    here.server.misbehave = lambda: replied(400, {"error": "invalid_grant"})
    told = here.examined()
    assert "Client north of northbank: for customers of northbank" in lines(told, SANDBOX, Level.OK)
    assert f"Client {CLIENT} of this installation: for customers of nobody now" in lines(told, SANDBOX, Level.OK)
    assert "knows the client of this installation" in lines(told, SANDBOX, Level.OK)
    (failure,) = failures(told)
    assert "does not know the client of northbank, or not that secret" in failure


def test_a_missing_picture_of_the_vendors_is_pointed_out_and_one_in_place_is_not(here: Installation) -> None:
    button = ConnectButton(text="Connect to Sandbox Books", official=True)
    here.software = replace(here.software, connect_button=button)
    assert "put it as sandbox.connect.svg into" in lines(here.examined(offline=True), SANDBOX, Level.WARNING)
    picture = Image(content=b"", media_type="image/svg+xml", suffix=".svg", alt="")
    here.marks = {"sandbox": Marks(connect_button=picture)}
    told = here.examined(offline=True)
    assert "Its vendor's own connect button is in place" in lines(told, SANDBOX, Level.OK)
    assert "connect.svg" not in lines(told, SANDBOX, Level.WARNING)


def test_addresses_that_depend_on_the_customer_are_asked_only_where_they_are_known(here: Installation) -> None:
    assert here.software.oauth is not None
    oauth = replace(here.software.oauth, authorize_url=f"{here.server.issuer}/{{firm}}/authorize")
    here.software = replace(here.software, inputs=(INPUT,), oauth=oauth)
    told = lines(here.examined(), SANDBOX, Level.NOTE)
    assert "Customers are asked: Your firm (firm)" in told
    assert "depend on what the customer says (firm)" in told
    assert here.server.spoken_to == []
    here.server.pages["/bakery/authorize"] = replied(200, {})
    here.settings["software_inputs"] = {"sandbox": {"firm": "bakery"}}
    assert "answers (HTTP 200)" in lines(here.examined(), SANDBOX, Level.OK)
    places = replace(INPUT, pattern="", values={"eu": "europe", "us": "america"})
    here.software, here.settings["software_inputs"] = replace(here.software, inputs=(places,)), {}
    here.examined()
    assert {"/europe/authorize", "/america/authorize"} <= {one.partition("?")[0] for one in here.server.looked}


def test_what_the_settings_say_is_neither_asked_of_customers_nor_tried_otherwise(here: Installation) -> None:
    assert here.software.oauth is not None
    place = replace(INPUT, pattern="", values={"eu": "europe", "us": "america"})
    oauth = replace(here.software.oauth, authorize_url=f"{here.server.issuer}/{{firm}}/authorize")
    here.software = replace(here.software, inputs=(place,), oauth=oauth)
    here.server.pages["/america/authorize"] = replied(200, {})
    here.settings["organization_inputs"] = {"northbank": {"sandbox": {"firm": "us"}}}
    told = here.examined()
    assert "Customers are asked" not in lines(told, SANDBOX, Level.NOTE)
    assert "The settings say us (firm)" in lines(told, SANDBOX, Level.NOTE)
    assert failures(told) == []
    assert "/europe/authorize" not in {one.partition("?")[0] for one in here.server.looked}


def test_the_permissions_to_switch_on_at_the_vendor_are_told(here: Installation) -> None:
    assert here.software.oauth is not None
    more = {"spend_analysis": ("bills.read",)}
    here.software = replace(here.software, oauth=replace(here.software.oauth, scopes_by_data_type=more))
    told = lines(here.examined(offline=True), SANDBOX, Level.NOTE)
    assert f"Scopes it is asked for: {' '.join(here.software.oauth.scopes)} bills.read" in told


def test_who_sends_no_files_is_not_said_to_send_one(here: Installation) -> None:
    here.settings["software_credentials"] = {}
    assert "northbank: they send a file" in lines(here.examined(offline=True), SANDBOX, Level.NOTE)
    here.feel = {"upload": False}
    told = lines(here.examined(offline=True), SANDBOX, Level.NOTE)
    assert "northbank: they cannot share its books" in told
    assert "send a file" not in told


def test_sign_ins_that_nothing_can_renew_any_more_are_counted(here: Installation) -> None:
    ctx = here.context()
    rows = add_rows(ctx)
    add_rows(ctx, of=rows, tenant_id="tenant-2")
    with ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(f"UPDATE grants SET client_id='gone' WHERE id<>'{rows.grant_id}'")
    ctx.database.dispose()
    told = lines(here.examined(offline=True), SANDBOX, Level.WARNING)
    assert "Sign-ins made with a client that is not set any more: 1." in told
    here.settings["encryption_keys"] = {"k2": bytes(32)}
    told = lines(here.examined(offline=True), "Keys", Level.FAILURE)
    assert told.startswith("Sign-ins encrypted with a key that is not set any more: 2.")


def test_software_that_is_named_is_looked_at_alone_and_must_be_known(here: Installation) -> None:
    assert [title for title in here.examined(offline=True, only=["sandbox"]) if "(" in title] == [SANDBOX]
    with pytest.raises(CannotRun, match="did you mean 'sandbox'"):
        here.examined(offline=True, only=["sandbx"])
