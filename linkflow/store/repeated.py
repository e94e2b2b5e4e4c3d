"""Whether a page brings anything its pull has not had: what software that goes round in circles is noticed by."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from linkflow.domain.acceptance import name_aside
from linkflow.domain.books import Record
from linkflow.domain.ports import Transaction
from linkflow.store.books_shapes import TABLES
from linkflow.store.syncs import SyncPart, names_set_aside

_SAW = "sync_id"


def is_kept_who_saw(records: Sequence[Record]) -> bool:
    """Whether any of these is of a kind of which it is kept which pull saw it last."""
    return any(_SAW in TABLES[kind].c for kind in {type(record) for record in records})


def all_had(tx: Transaction, records: Sequence[Record], *, connection_id: str, part: SyncPart) -> bool:
    """Whether this pull has stored every one of these before, as far as it is kept, or set it aside."""
    ids: dict[type[Record], set[str]] = {}
    for record in records:
        if _SAW in TABLES[type(record)].c:
            ids.setdefault(type(record), set()).add(name_aside(record.external_id) or "")
    last = next(one for one in reversed(records) if type(one) in ids)
    # The last one is new on every page but a repeated one: the rest is looked for only if it is not.
    wanted: tuple[dict[type[Record], set[str]], ...] = ({type(last): {name_aside(last.external_id) or ""}}, ids)
    return all(not _unknown(tx, each, connection_id, part) for each in wanted)


def all_seen(tx: Transaction, ids: Sequence[str], *, connection_id: str, part: SyncPart) -> bool:
    """Whether this pull has had every one of these before, of a part that is named after its kind."""
    kind = next((kind for kind, table in TABLES.items() if table.name == part.name), None)
    return kind is not None and not _unknown(tx, {kind: set(ids)}, connection_id, part)


def kept_of(tx: Transaction, records: Sequence[Record], *, connection_id: str) -> int:
    """How many records of the kinds on this page a connection has, whichever pull brought them."""
    tables = {TABLES[type(record)] for record in records}
    counted = (select(func.count()).select_from(one).where(one.c.connection_id == connection_id) for one in tables)
    return sum(tx.connection.execute(one).scalar_one() for one in counted)


def _unknown(tx: Transaction, ids: Mapping[type[Record], set[str]], connection_id: str, part: SyncPart) -> set[str]:
    """Those this pull has neither stored nor set aside."""
    left: set[str] = set()
    for kind, its in ids.items():
        table = TABLES[kind]
        here = table.c.connection_id == connection_id, table.c.sync_id == part.sync_id, table.c.external_id.in_(its)
        left |= its - set(tx.connection.execute(select(table.c.external_id).where(*here)).scalars())
    return left - names_set_aside(tx, part, left) if left else left
