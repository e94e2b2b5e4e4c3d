"""What stands beside each company of a page of the list: its users, and its entities with what became of each.

As many queries for a hundred companies as for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, or_, select

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.store.columns import constant
from linkflow.store.rows import every
from linkflow.store.tables import company_users, connections, entities, syncs, uploads, users


@dataclass(frozen=True, kw_only=True)
class ListedEntity:
    """An entity of a listed company: the state of its live connection, that one's last pull, and its current file.

    `ended`: it was connected once and is no longer. `data_types` is what the connection reads, in the stored form;
    `has_figures`: a pull of it was complete.
    """

    company_id: str
    id: str
    name: str | None
    connection: str | None
    data_types: str | None
    sync: str | None
    has_figures: bool
    ended: bool
    upload: str | None


def users_of_companies(tx: Transaction, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Company id → the names of the users it is assigned to, by name."""
    named = select(company_users.c.company_id, users.c.name).join(users, users.c.id == company_users.c.user_id)
    here = named.where(company_users.c.company_id.in_(ids), users.c.disabled_at.is_(None)).order_by(users.c.name)
    found: dict[str, tuple[str, ...]] = {}
    for company_id, name in tx.connection.execute(here):
        found[company_id] = (*found.get(company_id, ()), name)
    return found


def entities_of_companies(tx: Transaction, ids: Sequence[str]) -> tuple[ListedEntity, ...]:
    """Every entity of these companies, the company itself before the others, these as they were added."""
    ordered = _ENTITIES.where(entities.c.company_id.in_(ids))
    return every(
        tx, ListedEntity, ordered.order_by(entities.c.company_id, entities.c.folded_name != "", entities.c.created_at)
    )


def _newest_pull(state: SyncState | None = None) -> ScalarSelect[Any]:
    its: list[ColumnElement[bool]] = [syncs.c.connection_id == connections.c.id]
    if state is not None:
        its.append(syncs.c.state == constant(state))
    newest = select(syncs.c.state).where(*its).order_by(syncs.c.created_at.desc()).limit(1)
    return newest.correlate(connections).scalar_subquery()


def _current_file() -> ScalarSelect[Any]:
    its = uploads.c.entity_id == entities.c.id, uploads.c.replaced_at.is_(None)
    newest = select(uploads.c.state).where(*its).order_by(uploads.c.created_at.desc()).limit(1)
    return newest.correlate(entities).scalar_subquery()


_ended = connections.alias("ended")
_LIVE = (ConnectionState.LINKED, ConnectionState.NEEDS_REAUTH)
_is_live = or_(*(connections.c.state == constant(state) for state in _LIVE))
_ENTITIES = (
    select(
        entities.c.company_id,
        entities.c.id,
        entities.c.name,
        connections.c.state.label("connection"),
        connections.c.data_types,
        _newest_pull().label("sync"),
        _newest_pull(SyncState.DONE).is_not(None).label("has_figures"),
        exists().where(_ended.c.entity_id == entities.c.id, _ended.c.linked_at.is_not(None)).label("ended"),
        _current_file().label("upload"),
    )
    .select_from(entities)
    .outerjoin(connections, and_(connections.c.entity_id == entities.c.id, _is_live))
)
