"""Column types: exact on both databases, refusing in words of their own."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, select, text

from linkflow.store.database import Database
from linkflow.store.types import Exact, Money, UtcDateTime

SAMPLE = Table(
    "sample",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("amount", Money),
    Column("rate", Exact),
    Column("at", UtcDateTime),
)


@pytest.fixture
def sample(database: Database) -> Database:
    SAMPLE.metadata.create_all(database.engine)
    return database


def test_a_sum_of_a_thousand_dimes_is_exact(sample: Database) -> None:
    with sample.transaction() as tx:
        tx.connection.execute(SAMPLE.insert(), [{"amount": Decimal("0.10")}] * 1003)
        assert tx.connection.scalar(select(func.sum(SAMPLE.c.amount))) == Decimal("100.30")
        assert tx.connection.scalar(select(func.max(SAMPLE.c.amount))) == Decimal("0.10")


@pytest.mark.parametrize("amount", ["0.9931", "-0.0001", "900000000000000", "1234567.8"])
def test_an_amount_comes_back_as_it_went_in(sample: Database, amount: str) -> None:
    with sample.transaction() as tx:
        tx.connection.execute(SAMPLE.insert(), {"amount": Decimal(amount)})
        assert tx.connection.scalar(select(SAMPLE.c.amount)) == Decimal(amount)


def test_an_exact_number_keeps_every_digit(sample: Database) -> None:
    with sample.transaction() as tx:
        tx.connection.execute(SAMPLE.insert(), {"rate": Decimal("0.000012345678901234567890")})
        assert str(tx.connection.scalar(select(SAMPLE.c.rate))) == "0.000012345678901234567890"


def test_a_time_is_stored_as_the_same_utc_wall_time_in_both_databases(sample: Database) -> None:
    noon = datetime(2026, 3, 29, 12, 0, 0, 123456, tzinfo=UTC)
    with sample.transaction() as tx:
        tx.connection.execute(SAMPLE.insert(), {"at": noon})
        assert tx.connection.scalar(select(SAMPLE.c.at)) == noon
        assert str(tx.connection.scalar(text("SELECT at FROM sample"))) == "2026-03-29 12:00:00.123456"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", Decimal("0.00001")),
        ("amount", Decimal("9e14") + 1),
        ("amount", 0.1),
        ("rate", 0.1),
        ("rate", Decimal("NaN")),
        ("rate", Decimal("1E+99")),
        ("at", datetime(2026, 1, 1)),  # noqa: DTZ001 - what is refused
        ("at", datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_what_does_not_fit_is_refused_as_a_plain_value_error(sample: Database, column: str, value: object) -> None:
    with pytest.raises(ValueError), sample.transaction() as tx:
        tx.connection.execute(SAMPLE.insert(), {column: value})
