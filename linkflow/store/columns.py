"""What all tables share: one metadata, and the columns that stand in most of them.

Ids are opaque text, times UTC, money ten-thousandths. Every row a person can reach carries its organization.
"""

from sqlalchemy import Column, ForeignKey, MetaData, String

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
