"""The copies the list of companies is read from say what the companies say, whatever was changed and however."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, delete, select, text

from linkflow.domain.ports import Transaction
from linkflow.store import companies as store
from linkflow.store import migrating
from linkflow.store.companies import Company, Entity
from linkflow.store.database import Database
from linkflow.store.tables import companies, company_documents, company_listings, requests, syncs, users
from linkflow.store.turns import take_turn
from tests.store.rows import NOW, make_connection, relist_in_turn

LATER = NOW + timedelta(hours=1)


def copies(tx: Transaction) -> list[object]:
    """Everything that is a copy."""
    ordered = (
        select(companies.c.id, companies.c.status, companies.c.status_at).order_by(companies.c.id),
        select(company_listings).order_by(company_listings.c.scope, company_listings.c.number),
        select(company_documents).order_by(company_documents.c.number),
    )
    return [[tuple(row) for row in tx.connection.execute(statement)] for statement in ordered]


def differences(database: Database) -> list[object]:
    """What making every copy anew would change."""
    with database.transaction() as tx:
        before = copies(tx)
        for company_id in tx.connection.execute(select(companies.c.id)).scalars().all():
            relist_in_turn(tx, company_id)
        after = copies(tx)
    return [(one, other) for one, other in zip(before, after, strict=True) if one != other]


def add_user(connection: Connection, name: str) -> str:
    said = {"id": name.lower(), "organization": "bank", "email": f"{name}@bank.example", "name": name}
    connection.execute(users.insert().values(**said, role="manager", created_at=NOW))
    return name.lower()


def add_company(tx: Transaction, name: str = "Abra Kebabra", **over: str) -> str:
    key = name.split(maxsplit=1)[0].lower()
    typed = {"contact_name": "Anna Abra", "contact_email": "anna@abra.example", **over}
    company = Company(id=key, organization="bank", name=name, created_at=NOW, **typed)  # type: ignore[arg-type]
    itself = Entity(id=key, organization="bank", company_id=key, name=None, folded_name="", created_at=NOW)
    store.add_company(tx, company, itself=itself)
    return key


def add_request(tx: Transaction, name: str, status: str, *, minutes: int, company: str = "abra") -> None:
    at = NOW + timedelta(minutes=minutes)
    values = {"name": "Cards", "data_types": "financials", "language": "en", "phrase": "blue boat", "status": status}
    times = {"created_at": at, "expires_at": at, "status_at": at + timedelta(seconds=30)}
    row = {"id": name, "organization": "bank", "company_id": company, **values, **times}
    tx.connection.execute(requests.insert().values(**row))
    relist_in_turn(tx, company)


def scopes(tx: Transaction, number: int = 1) -> list[str]:
    mine = company_listings.c.number == number
    found = select(company_listings.c.scope).where(mine).order_by(company_listings.c.scope)
    return list(tx.connection.execute(found).scalars())


def status_of(tx: Transaction, company_id: str = "abra") -> tuple[object, object]:
    row = tx.connection.execute(select(companies).where(companies.c.id == company_id)).one()
    return row.status, row.status_at


@pytest.fixture
def abra(database: Database) -> Database:
    with database.transaction() as tx:
        add_company(tx)
    return database


def test_a_company_without_a_request_has_no_status(abra: Database) -> None:
    with abra.reading() as tx:
        assert status_of(tx) == (None, None)
        (row,) = tx.connection.execute(select(company_listings).where(company_listings.c.scope == "all:bank"))
        assert (row.status, row.changed_at) == ("", NOW)


def test_a_company_has_the_status_of_its_latest_open_request_else_of_its_last(abra: Database) -> None:
    with abra.transaction() as tx:
        add_request(tx, "first", "available", minutes=1)
        assert status_of(tx) == ("available", NOW + timedelta(seconds=90))
        add_request(tx, "second", "withdrawn", minutes=2)
        assert status_of(tx)[0] == "available"
        add_request(tx, "third", "opened", minutes=3)
        assert status_of(tx)[0] == "opened"
        tx.connection.execute(requests.update().values(status="expired"))
        relist_in_turn(tx, "abra")
        assert status_of(tx) == ("expired", NOW + timedelta(seconds=210))


def test_a_company_is_in_the_lists_of_its_users_or_of_nobody(abra: Database) -> None:
    with abra.transaction() as tx:
        take_turn(tx, "abra")
        assert scopes(tx) == ["all:bank", "none:bank"]
        store.assign(tx, "abra", {add_user(tx.connection, "Zoe"), add_user(tx.connection, "Émile")})
        assert scopes(tx) == ["all:bank", "user:zoe", "user:émile"]
        keys = tx.connection.execute(select(company_listings.c.users_key)).scalars()
        assert set(keys) == {"emile"}
        store.assign(tx, "abra", {"zoe"})
        assert scopes(tx) == ["all:bank", "user:zoe"]
        store.assign(tx, "abra", set())
        assert scopes(tx) == ["all:bank", "none:bank"]


def rename(tx: Transaction) -> None:
    store.update_company(tx, "abra", name="Codfather", contact_name="Lee", contact_email="lee@cod.example")


def add_entity(tx: Transaction) -> None:
    folded = {"name": "Abra North Ltd", "folded_name": "abra north ltd"}
    store.add_entity(tx, Entity(id="n", organization="bank", company_id="abra", created_at=NOW, **folded))


def rename_entity(tx: Transaction) -> None:
    add_entity(tx)
    store.rename_entity(tx, "n", name="Abra South Ltd", folded_name="abra south ltd")


@pytest.mark.parametrize(
    ("change", "found", "gone"),
    [
        (rename, ["  codfather", "lee@cod"], ["kebabra", "anna"]),
        (add_entity, ["  kebabra", "  north"], ["south"]),
        (rename_entity, ["  south"], ["north"]),
    ],
)
def test_the_text_follows_every_name(
    abra: Database, change: Callable[[Transaction], None], found: list[str], gone: list[str]
) -> None:
    with abra.transaction() as tx:
        take_turn(tx, "abra")
        change(tx)
        kept = tx.connection.scalar(select(company_documents.c.text))
        assert all(words in kept for words in found)
        assert not any(words in kept for words in gone)
    assert differences(abra) == []


def test_the_time_of_the_last_figures_is_that_of_the_last_complete_pull(database: Database) -> None:
    with database.transaction() as tx:
        make_connection(tx.connection, "a")
        for number, state in enumerate(("done", "failed")):
            at = NOW + timedelta(hours=number)
            row = {"organization": "bank", "company_id": "a", "connection_id": "a", "consent_id": "k", "state": state}
            months = {"first_month": NOW.date(), "last_month": NOW.date(), "data_types": "financials"}
            tx.connection.execute(
                syncs.insert().values(id=f"s{number}", **row, **months, created_at=at, finished_at=at)
            )
        relist_in_turn(tx, "a")
        assert set(tx.connection.execute(select(company_listings.c.reports_at)).scalars()) == {NOW}


def test_a_company_that_goes_takes_its_copies_along(abra: Database) -> None:
    with abra.transaction() as tx:
        add_company(tx, "Hairosmith")
        tx.connection.execute(delete(companies).where(companies.c.id == "abra"))
        assert scopes(tx) == []
        assert list(tx.connection.execute(select(company_documents.c.company_id)).scalars()) == ["hairosmith"]
        if tx.connection.dialect.name == "sqlite":
            found = text("SELECT rowid FROM company_search WHERE company_search MATCH '\"anna\"'")
            assert list(tx.connection.execute(found).scalars()) == [2]
            tx.connection.execute(text("INSERT INTO company_search(company_search) VALUES ('integrity-check')"))


def test_a_company_that_is_going_is_in_no_list_and_stays_out(abra: Database) -> None:
    with abra.transaction() as tx:
        take_turn(tx, "abra")
        store.begin_deleting(tx, "abra", at=NOW)
        for _ in range(2):
            assert scopes(tx) == []
            assert tx.connection.execute(select(company_documents)).all() == []
            relist_in_turn(tx, "abra")


def test_listing_what_is_not_there_does_nothing(database: Database) -> None:
    with database.transaction() as tx:
        relist_in_turn(tx, "nothing")
        assert copies(tx) == [[], [], []]


def test_an_upgrade_lists_the_companies_there_are(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    old = Database(url)
    with old.engine.begin() as connection:
        command.upgrade(migrating._config(connection), "0010")
        _old_rows(connection, 1203)
    migrating.upgrade(url)
    assert differences(old) == []
    with old.reading() as tx:
        assert status_of(tx, "c0003") == ("opened", NOW)
        assert status_of(tx, "c0005") == (None, None)
        listed = select(company_listings.c.scope, company_listings.c.reports_at, company_documents.c.text)
        joined = listed.join(company_documents, company_documents.c.number == company_listings.c.number)
        rows = tx.connection.execute(joined.where(company_documents.c.company_id == "c0003")).all()
        assert sorted(row.scope for row in rows) == ["all:bank", "user:u1"]
        assert {row.reports_at for row in rows} == {LATER}
        assert "  straße" not in rows[0].text
        assert "  strasse  東  京  annex  ltd" in rows[0].text
        assert len(tx.connection.execute(select(company_listings)).all()) == 2 * 1203
    old.dispose()


def _old_rows(connection: Connection, count: int) -> None:
    """Companies as they were; every third was asked, the last time in vain, and has a user, an entity and figures."""
    at, later = NOW.replace(tzinfo=None).isoformat(" "), LATER.replace(tzinfo=None).isoformat(" ")
    connection.execute(
        text(f"INSERT INTO users ({_USER}) VALUES ('u1', 'bank', 'u@bank.example', 'Ünal', 'manager', :at)"), {"at": at}
    )
    for number in range(count):
        row = {"id": f"c{number:04}", "at": at, "later": later}
        connection.execute(
            text(
                "INSERT INTO companies (id, organization, name, contact_name, contact_email, created_at) "
                "VALUES (:id, 'bank', 'Straße 東京', 'Anna Åbra', 'a@x.example', :at)"
            ),
            row,
        )
        if number % 3:
            continue
        for statement in _OLD:
            connection.execute(text(statement), row)


_USER = "id, organization, email, name, role, created_at"
_REQUEST = "id, organization, company_id, name, data_types, language, phrase, status, created_at, expires_at, status_at"
_CONNECTION = (
    "id, organization, company_id, entity_id, request_id, consent_id, kind, software, data_types, access, state, "
    "created_at"
)
_SYNC = (
    "id, organization, company_id, connection_id, consent_id, data_types, state, created_at, finished_at, "
    "first_month, last_month"
)
_ASKED = "'bank', :id, 'Cards', 'financials', 'en', 'blue boat'"
_LINKED = "'bank', :id, :id, :id || 'r', 'k', 'software', 'sandbox', 'financials', 'once', 'linked'"
_READ = "'bank', :id, :id, 'k', 'financials', 'done'"
_OLD = (
    "INSERT INTO entities VALUES (:id, 'bank', :id, 'Annex Ltd', 'annex ltd', :at)",
    "INSERT INTO company_users VALUES (:id, 'u1')",
    f"INSERT INTO requests ({_REQUEST}) VALUES (:id || 'r', {_ASKED}, 'opened', :at, :at, :at)",
    f"INSERT INTO requests ({_REQUEST}) VALUES (:id || 's', {_ASKED}, 'declined', :later, :later, :later)",
    f"INSERT INTO connections ({_CONNECTION}) VALUES (:id, {_LINKED}, :at)",
    f"INSERT INTO syncs ({_SYNC}) VALUES (:id, {_READ}, :at, :later, '2026-01-01', '2026-01-01')",
)
