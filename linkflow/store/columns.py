"""What all tables share: one metadata, and the columns that stand in most of them.

Ids are opaque text, times UTC, money ten-thousandths. Every row a person can reach carries its organization.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKey, MetaData, String, literal_column

from linkflow.store.types import Money

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = String(32)
Slug = String(64)
Word = String(40)


def id_column() -> Column[str]:
    """The row's opaque id."""
    return Column("id", Id, primary_key=True)


def organization_column() -> Column[str]:
    """The organization whose row it is."""
    return Column("organization", Slug, nullable=False, index=True)


def reference(
    name: str, target: str, *, nullable: bool = False, index: bool = True, primary_key: bool = False
) -> Column[str]:
    """A row of another table, with which this one goes."""
    target_row = ForeignKey(f"{target}.id", ondelete="CASCADE")
    return Column(name, Id, target_row, nullable=nullable, index=index, primary_key=primary_key)


def money_columns(*names: str) -> Sequence[Column[Any]]:
    """Amounts that every row has."""
    return [Column(name, Money, nullable=False) for name in names]


def constant(word: StrEnum) -> ColumnElement[str]:
    """One of our own words as part of a statement's text, for the columns that a partial index names.

    SQLite prepares a statement anew each time a bound value meets such a column, which costs ten times the query.
    """
    return literal_column(f"'{word.value}'", Word)
