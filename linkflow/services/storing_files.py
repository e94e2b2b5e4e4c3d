"""The books of a file that was found right: stored as a pull's are, part by part in small transactions.

Where it stands lies in the pull's parts: killed, it goes on behind the last transaction. What an earlier file had and
this one has not goes last; the pull is done only after that, and no report is made before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from linkflow.domain.books import Account, Bill, BillPayment, Expense, Record, Supplier
from linkflow.domain.errors import LinkflowError, Refused
from linkflow.domain.filled_books import FilledBooks
from linkflow.domain.filled_checks import NAMED
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType, DataTypes, data_types_of
from linkflow.services.calendar import day_at
from linkflow.services.checking_files import check_file
from linkflow.services.context import Context
from linkflow.services.job_steps import MORE, JobStep, wait
from linkflow.services.vault import Place
from linkflow.store import books, companies, syncs, uploads
from linkflow.store.connections import Connection
from linkflow.store.syncs import Sync, SyncPart
from linkflow.store.turns import take_turn
from linkflow.store.uploads import Upload

_PARTS: Mapping[DataType, tuple[str, ...]] = {
    DataType.FINANCIALS: ("company", "accounts", "profit_and_loss", "balance_sheet"),
    DataType.SPEND_ANALYSIS: ("company", "accounts", "suppliers", "bills", "payments", "expenses"),
}
_FORGOTTEN_AT_ONCE = 500
TURN = timedelta(seconds=5)
"""How long a file waits for another before it looks again."""
_KINDS: Mapping[str, type[Record]] = {
    "accounts": Account,
    "suppliers": Supplier,
    "bills": Bill,
    "payments": BillPayment,
    "expenses": Expense,
}


class Unstorable(LinkflowError):
    """The file is gone, or is not what it was when it was checked; `code` is the reason a person is shown."""


@dataclass(frozen=True)
class OwnCurrency:
    """The company's own currency by its code; `is_awaited`: the file that tells it is still being stored."""

    code: str | None = None
    is_awaited: bool = False


def parts(data_types: DataTypes) -> tuple[str, ...]:
    """The parts of a file, in the order they are stored."""
    return tuple(dict.fromkeys(part for kind in DataType if kind in data_types for part in _PARTS[kind]))


def store_books(ctx: Context, sync: Sync, connection: Connection) -> JobStep:
    """Store the file a pull is of, and forget what it has not; raises `Unstorable`. The next step ends the pull.

    A file of another kind of data sent before goes first: this one is held to its currency.
    """
    with ctx.database.reading() as tx:
        if syncs.has_open_before(tx, sync):
            return wait(TURN)
    records = dict(_read(ctx, sync, connection).parts)
    with ctx.database.reading() as tx:
        waiting = tuple(part for part in syncs.parts_of(tx, sync.id) if not part.done)
    for part in waiting:
        its = records.get(part.name, ())
        if not (_store_part(ctx, sync, part, its) and _forget_others(ctx, sync, part.name, its)):
            return MORE
        with ctx.database.transaction() as tx:
            take_turn(tx, sync.company_id)
            last = next(one for one in syncs.parts_of(tx, sync.id) if one.position == part.position)
            syncs.advance(tx, last, next_cursor=None, rows=0, total=len(its))
    return MORE


def own_currency(tx: Transaction, connection: Connection | None, data_types: DataTypes) -> OwnCurrency:
    """As an earlier file told it that one of these types does not take the place of; else there is none to keep to."""
    if connection is None or DataType.FINANCIALS in data_types:
        return OwnCurrency()
    if DataType.FINANCIALS not in data_types_of(connection.data_types):
        return OwnCurrency()
    code = books.currency_of(tx.connection, connection.id)
    return OwnCurrency(code, is_awaited=code is None and bool(syncs.open_syncs(tx, connection.id)))


def content_of(ctx: Context, upload: Upload) -> bytes:
    """The file as it was sent."""
    return ctx.vault.open_bytes(upload.content, Place(upload.organization, "uploads", upload.id, "content"))


def _read(ctx: Context, sync: Sync, connection: Connection) -> FilledBooks:
    with ctx.database.reading() as tx:
        upload = uploads.file_under_consent(tx, sync.consent_id)
        entity = companies.entity(tx, sync.organization, connection.entity_id)
        company = companies.company(tx, sync.organization, sync.company_id)
        currency = own_currency(tx, connection, data_types_of(sync.data_types)).code
    if upload is None or company is None:
        raise Unstorable("file-gone")
    named = (entity.name if entity else None) or company.name
    kinds, day = data_types_of(sync.data_types), day_at(ctx, upload.organization, upload.created_at)
    try:
        checked = check_file(content_of(ctx, upload), data_types=kinds, named=named, today=day, currency=currency)
    except Refused:
        raise Unstorable("file-not-right") from None
    if checked.books is None:
        raise Unstorable("file-not-right")
    return checked.books


def _store_part(ctx: Context, sync: Sync, part: SyncPart, records: tuple[Record, ...]) -> bool:
    """Batch after batch, each with how far the part is; False when the pull was ended or taken on by another."""
    for batch in list(books.in_batches(records))[part.pages :]:
        with ctx.database.transaction() as tx:
            take_turn(tx, sync.company_id)
            if not syncs.advance(tx, part, next_cursor=str(part.pages + 1), rows=len(batch), total=len(records)):
                return False
            if books.keep(tx, batch, connection_id=sync.connection_id, sync_id=sync.id).set_aside:
                raise Unstorable("file-not-right")
        part = replace(part, pages=part.pages + 1, rows=part.rows + len(batch))
    return True


def _forget_others(ctx: Context, sync: Sync, name: str, records: tuple[Record, ...]) -> bool:
    """Delete what only an earlier file had of a part; False when the pull was ended meanwhile."""
    kind = _KINDS.get(name)
    if kind is None:
        return True
    kept = {record.external_id for record in records}
    with ctx.database.reading() as tx:
        others = books.surplus(tx, kind, connection_id=sync.connection_id, kept=kept)
    mine = [key for key in others if kind is not Account or _is_of(data_types_of(sync.data_types), key)]
    for at in range(0, len(mine), _FORGOTTEN_AT_ONCE):
        gone = False
        while not gone:
            with ctx.database.transaction() as tx:
                take_turn(tx, sync.company_id)
                if not syncs.is_running(tx, sync.id):
                    return False
                ids = mine[at : at + _FORGOTTEN_AT_ONCE]
                gone = books.forget(tx, kind, ids, connection_id=sync.connection_id)
    return True


def _is_of(data_types: DataTypes, account_id: str) -> bool:
    """Whether an account comes from the sheets of these types: one known by its name alone comes from the spending."""
    named = account_id.startswith(NAMED)
    return (DataType.SPEND_ANALYSIS if named else DataType.FINANCIALS) in data_types
