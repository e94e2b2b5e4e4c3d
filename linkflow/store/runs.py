"""Who makes a row: of several runs at one, only the one that began last writes, however late another comes to its end.

A row waits, is made by the `run` it names, and is over; each step is one update, whose count decides the race.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table

from linkflow.domain.ports import Transaction
from linkflow.store.rows import change

QUEUED, BUILDING = "queued", "building"
OPEN = (QUEUED, BUILDING)
"""The states of a row that is still to come."""


def begin(tx: Transaction, table: Table, row_id: str, *, seen: str, run: str, **facts: Any) -> bool:
    """Let a run make it; False where it is open no more, or its run is not the one `seen` any more: another began."""
    mine = table.c.id == row_id, table.c.run == seen, table.c.state.in_(OPEN)
    return change(tx, table, *mine, state=BUILDING, run=run, **facts) == 1


def holds(tx: Transaction, table: Table, row_id: str, run: str) -> bool:
    """Whether a run still makes it; no other takes it over before the transaction ends."""
    return change(tx, table, *_made_by(table, row_id, run), run=run) == 1


def finish(tx: Transaction, table: Table, row_id: str, *, run: str, **facts: Any) -> bool:
    """It is made; False when the run does not make it any more."""
    return change(tx, table, *_made_by(table, row_id, run), **facts) == 1


def give_up(tx: Transaction, table: Table, row_id: str, *, seen: str, run: str, **facts: Any) -> bool:
    """It is not to be made; False where it is open no more, or begun by another run than the one `seen` or this."""
    mine = table.c.id == row_id, table.c.run.in_((seen, run)), table.c.state.in_(OPEN)
    return change(tx, table, *mine, **facts) == 1


def _made_by(table: Table, row_id: str, run: str) -> Sequence[ColumnElement[bool]]:
    return table.c.id == row_id, table.c.run == run, table.c.state == BUILDING
