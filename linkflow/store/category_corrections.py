"""What users said an account is: several accounts in one change, the youngest word on each counting.

A correction belongs to the books it was made on. A connection made anew to the same company of the same software, for
the same entity, goes on with those of the connection before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, insert, or_, select

from linkflow.domain.ports import Transaction
from linkflow.store.report_tables import category_corrections
from linkflow.store.rows import change, every
from linkflow.store.tables import connections


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One account in a category; None: what is suggested counts again."""

    id: str
    organization: str
    connection_id: str
    change_id: str
    account_id: str
    category: str | None
    user_id: str
    at: datetime
    undone_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CategoryChange:
    """What was said in one go."""

    id: str
    category: str | None
    account_ids: tuple[str, ...]
    user_id: str
    at: datetime
    undone_at: datetime | None


def add_corrections(tx: Transaction, corrections: Sequence[Correction]) -> None:
    """One change."""
    tx.connection.execute(insert(category_corrections), [asdict(one) for one in corrections])


def has_change(tx: Transaction, connection_id: str, change_id: str) -> bool:
    """Whether a change was stored, undone or not."""
    here = category_corrections.c.change_id == change_id
    return bool(tx.connection.scalar(select(exists().where(_of(connection_id), here))))


def in_force(tx: Transaction, connection_id: str) -> dict[str, str]:
    """Account id → the category a user gave it."""
    found: dict[str, str] = {}
    for one in _standing(tx, connection_id):
        found.pop(one.account_id, None)
        if one.category is not None:
            found[one.account_id] = one.category
    return found


def changes(tx: Transaction, connection_id: str, *, limit: int) -> tuple[CategoryChange, ...]:
    """The latest changes, the youngest first, undone ones too."""
    columns = category_corrections.c
    ids = select(columns.change_id).where(_of(connection_id)).group_by(columns.change_id)
    youngest = ids.order_by(func.max(columns.at).desc(), columns.change_id.desc()).limit(limit)
    wanted = tuple(tx.connection.execute(youngest).scalars())
    here = select(category_corrections).where(_of(connection_id), columns.change_id.in_(wanted))
    rows = every(tx, Correction, here.order_by(columns.account_id))
    return tuple(_change(change_id, [one for one in rows if one.change_id == change_id]) for change_id in wanted)


def undo(tx: Transaction, connection_id: str, change_id: str, *, at: datetime) -> int:
    """Take a whole change back; answers how many accounts it was about, 0 for one that is undone or is none here."""
    its = category_corrections.c.change_id == change_id, category_corrections.c.undone_at.is_(None)
    return change(tx, category_corrections, _of(connection_id), *its, undone_at=at)


def _standing(tx: Transaction, connection_id: str) -> tuple[Correction, ...]:
    columns = category_corrections.c
    here = select(category_corrections).where(_of(connection_id), columns.undone_at.is_(None))
    return every(tx, Correction, here.order_by(columns.at, columns.id))


def _change(change_id: str, rows: Iterable[Correction]) -> CategoryChange:
    its = list(rows)
    return CategoryChange(
        id=change_id,
        category=its[0].category,
        account_ids=tuple(one.account_id for one in its),
        user_id=its[0].user_id,
        at=its[0].at,
        undone_at=its[0].undone_at,
    )


def _of(connection_id: str) -> ColumnElement[bool]:
    """Of the connection, or of one before it to the same books."""
    me, other = connections.alias(), connections.alias()
    same = (
        other.c.entity_id == me.c.entity_id,
        other.c.software == me.c.software,
        other.c.tenant_id == me.c.tenant_id,
    )
    before = select(other.c.id).join(me, (me.c.id == connection_id) & same[0] & same[1] & same[2])
    return or_(category_corrections.c.connection_id == connection_id, category_corrections.c.connection_id.in_(before))
