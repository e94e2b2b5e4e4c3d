"""Taking turns on a company: one lock for all that is the company's, taken first.

Whatever changes a company, its requests, entities, connections or files begins with it. So of two who act on one
company at once the second decides on what the first has left, and neither holds a row the other waits for.

What several companies share at a software has a lock of its own, taken last.
"""

from sqlalchemy import bindparam, func, select

from linkflow.domain.ports import Transaction
from linkflow.store.owners import Owned, owner
from linkflow.store.tables import companies

# Rows that refer to the company can be added meanwhile. SQLite's writers take turns anyway.
_HELD = (
    select(companies.c.id)
    .where(companies.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(companies.c.id)
    .with_for_update(key_share=True)
)

_PLACES = 1
"""Keeps these locks apart from any other kind."""


def take_turn(tx: Transaction, *company_ids: str) -> None:
    """Wait until nobody else is changing these companies, and keep others waiting until the transaction ends.

    Before anything is changed, and all at once: who holds one company and then asks for another can wait for ever.
    """
    wanted = sorted(set(company_ids) - tx.turns)
    if wanted:
        tx.connection.execute(_HELD, {"ids": wanted})
        tx.turns.update(wanted)


def take_turn_of(tx: Transaction, kind: Owned, row_id: str) -> None:
    """The same for the company that something belongs to; nothing where there is no such thing."""
    _, company_id = owner(tx, kind, row_id) or (None, None)
    if company_id is not None:
        take_turn(tx, company_id)


def take_place(tx: Transaction, name: str) -> None:
    """Wait until nobody else decides about what is called so, until the transaction ends; nothing may be taken after.

    There is no row for it. On SQLite whoever writes has everything anyway.
    """
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(select(func.pg_advisory_xact_lock(_PLACES, func.hashtext(name))))


def assert_turn(tx: Transaction, company_id: str) -> None:
    """Raises `RuntimeError` where `take_turn` was forgotten."""
    if company_id not in tx.turns:
        raise RuntimeError("a company was changed out of turn: take_turn comes first")
