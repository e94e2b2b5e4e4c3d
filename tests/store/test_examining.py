"""What the doctor counts, on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from linkflow.store import examining, tables
from linkflow.store.database import Database
from linkflow.store.examining import ClientInUse
from tests.store.rows import NOW, make_connection


def add_grant(connection: Connection, name: str, *, key: str, client_id: str | None, state: str = "active") -> None:
    place = {"organization": "bank", "company_id": "c1", "request_id": "c1", "software": "sandbox"}
    tokens = {"access_token": f"v1:{key}:AAAA", "refresh_token": None, "scopes": ""}
    times = {"created_at": NOW, "updated_at": NOW}
    connection.execute(
        tables.grants.insert().values(id=name, state=state, client_id=client_id, **place, **tokens, **times)
    )


def test_sign_ins_are_counted_by_client_and_by_key(database: Database) -> None:
    with database.transaction() as tx:
        make_connection(tx.connection)
        for name, key, client_id in (("g1", "k_1", None), ("g2", "kx1", "us"), ("g3", "k2", "us")):
            add_grant(tx.connection, name, key=key, client_id=client_id)
        add_grant(tx.connection, "g4", key="k0", client_id="us", state="revoked")
        add_grant(tx.connection, "g5", key="k0", client_id="us", state="dead")
    with database.reading() as tx:
        assert set(examining.clients_in_use(tx)) == {
            ClientInUse("bank", "sandbox", None, 1),
            ClientInUse("bank", "sandbox", "us", 2),
        }
        assert examining.sealed_otherwise(tx, ["v1:k_1:", "v1:k2:"]) == 1, "an underscore is no wildcard"
        assert examining.sealed_otherwise(tx, ["v1:k_1:", "v1:kx1:", "v1:k2:"]) == 0


def test_a_server_tells_its_time_and_a_file_has_none(database: Database) -> None:
    with database.reading() as tx:
        said = examining.server_time(tx)
    if database.engine.dialect.name == "sqlite":
        assert said is None
    else:
        assert said is not None
        assert abs(said - datetime.now(UTC)) < timedelta(minutes=1)
