"""What stands beside each company of a page of the list: its users, and its entities with what became of each.

As many queries for a hundred companies as for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, or_, select

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, DataType
from linkflow.store.columns import constant
from linkflow.store.report_tables import current_reports
from linkflow.store.rows import every
from linkflow.store.tables import company_users, connections, entities, request_entities, syncs, uploads, users


@dataclass(frozen=True, kw_only=True)
class ListedEntity:
    """An entity of a listed company: the connection that counts for it, that one's last pull, and its current file.

    A live connection counts before one that waits for its company, and that before one that has ended. The last two
    say of which kinds there is a report, whichever of the entity's connections it is of.
    """

    company_id: str
    id: str
    name: str | None
    connection: str | None
    sync: str | None
    upload: str | None
    has_financials: bool
    has_spend: bool


def users_of_companies(tx: Transaction, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Company id → the names of the users it is assigned to, by name."""
    named = select(company_users.c.company_id, users.c.name).join(users, users.c.id == company_users.c.user_id)
    here = named.where(company_users.c.company_id.in_(ids), users.c.disabled_at.is_(None)).order_by(users.c.name)
    found: dict[str, tuple[str, ...]] = {}
    for company_id, name in tx.connection.execute(here):
        found[company_id] = (*found.get(company_id, ()), name)
    return found


def entities_of_companies(tx: Transaction, ids: Sequence[str]) -> tuple[ListedEntity, ...]:
    """The entities of these companies: each itself first, then as they were added those that were not taken out."""
    ordered = _ENTITIES.where(entities.c.company_id.in_(ids))
    return every(
        tx, ListedEntity, ordered.order_by(entities.c.company_id, entities.c.folded_name != "", entities.c.created_at)
    )


def _current_file() -> ScalarSelect[Any]:
    its = uploads.c.entity_id == entities.c.id, uploads.c.replaced_at.is_(None)
    newest = select(uploads.c.state).where(*its).order_by(uploads.c.created_at.desc()).limit(1)
    return newest.correlate(entities).scalar_subquery()


def _is(connection: Any, *states: ConnectionState) -> ColumnElement[bool]:
    return or_(*(connection.c.state == constant(state) for state in states))


def _foremost() -> ScalarSelect[Any]:
    """The id of the entity's live connection, else of one that waits, else of the last that ended."""
    held = connections.alias()
    # Of those that ended, only what was linked once: of the others nobody was ever told.
    linked, waits = held.c.linked_at.is_not(None), _is(held, ConnectionState.PENDING)
    counts = held.c.entity_id == entities.c.id, or_(linked, waits)
    order = case((_is(held, *_LIVE), 0), (waits, 1), else_=2), held.c.created_at.desc()
    return select(held.c.id).where(*counts).order_by(*order).limit(1).correlate(entities).scalar_subquery()


def _has(kind: DataType) -> ColumnElement[bool]:
    held = connections.alias()
    its = held.c.entity_id == entities.c.id, current_reports.c.connection_id == held.c.id
    return exists().where(*its, current_reports.c.kind == constant(kind)).correlate(entities)


_LIVE = (ConnectionState.LINKED, ConnectionState.NEEDS_REAUTH)
_last_pull = (
    select(syncs.c.state)
    .where(syncs.c.connection_id == connections.c.id)
    .order_by(syncs.c.created_at.desc())
    .limit(1)
    .correlate(connections)
    .scalar_subquery()
)
_asked = exists().where(request_entities.c.entity_id == entities.c.id, request_entities.c.removed_at.is_(None))
_ENTITIES = (
    select(
        entities.c.company_id,
        entities.c.id,
        entities.c.name,
        connections.c.state.label("connection"),
        _last_pull.label("sync"),
        _current_file().label("upload"),
        _has(DataType.FINANCIALS).label("has_financials"),
        _has(DataType.SPEND_ANALYSIS).label("has_spend"),
    )
    .select_from(entities)
    .outerjoin(connections, connections.c.id == _foremost())
    .where(or_(entities.c.name.is_(None), _asked, _is(connections, *_LIVE)))
)
