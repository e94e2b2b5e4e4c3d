"""What only a user may change of an entity that is connected: its name, and that it is asked for at all.

The company itself is renamed with the company, and is no entity to take out.
"""

from dataclasses import dataclass

from linkflow.domain.entities import NAME_LIMIT, fold_name
from linkflow.domain.errors import Conflict, NotFound, Refused
from linkflow.domain.ports import Transaction
from linkflow.services import happenings
from linkflow.services.binding import discard_books, drop_waiting
from linkflow.services.context import Context
from linkflow.services.ending import end_connection
from linkflow.services.sight import seen_company
from linkflow.services.statuses import refresh_statuses
from linkflow.store import companies, connections, retention, uploads
from linkflow.store.companies import Entity
from linkflow.store.connections import Connection
from linkflow.store.retention import FILES
from linkflow.store.turns import take_turn_of
from linkflow.store.users import User


@dataclass(frozen=True)
class NamedEntity:
    """A legal entity of a company in the user's sight, with what is connected for it."""

    entity: Entity
    name: str
    company_name: str
    contact_name: str
    live: Connection | None


def named_entity(ctx: Context, user: User, entity_id: str) -> NamedEntity:
    """One that can be renamed and taken out; raises `NotFound` for every other."""
    with ctx.database.reading() as tx:
        return _seen(ctx, tx, user, entity_id)


def rename(ctx: Context, user: User, entity_id: str, typed: str) -> None:
    """Give an entity another name. Raises `Refused`: empty, too long, or the name of another one of the company."""
    name = " ".join(typed.split())
    if not name or len(name) > NAME_LIMIT:
        raise Refused("name", "too-long" if name else "empty", length=str(len(name)))
    try:
        with ctx.database.transaction() as tx:
            take_turn_of(tx, "entity", entity_id)
            found = _seen(ctx, tx, user, entity_id)
            if found.name == name:
                return
            companies.rename_entity(tx, entity_id, name=name, folded_name=fold_name(name), even_shared=True)
            _note(ctx, tx, "entity-renamed", user, found.entity)
    except Conflict:
        raise Refused("name", "same-name") from None


def take_out(ctx: Context, user: User, entity_id: str) -> bool:
    """End what is connected for an entity, ask for it no more, and delete what it shared; False when that was done.

    The contact is told. What was agreed to and what happened stays written down.
    """
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "entity", entity_id)
        found = _seen(ctx, tx, user, entity_id)
        if not companies.take_from_every_request(tx, entity_id, at=ctx.now()):
            return False
        for one in connections.connections_of_company(tx, found.entity.company_id):
            if one.entity_id == entity_id and one.linked_at is None:
                drop_waiting(ctx, tx, one)
            elif one.entity_id == entity_id:
                end_connection(ctx, tx, one, by_organization=True)
                discard_books(ctx, tx, one.id)
        _note(ctx, tx, "entity-removed", user, found.entity)
        refresh_statuses(ctx, tx, found.entity.company_id)
    while _delete_files(ctx, entity_id):
        pass
    return True


def _delete_files(ctx: Context, entity_id: str) -> int:
    with ctx.database.transaction() as tx:
        return sum(
            retention.delete_upload(tx, file_id) for file_id in uploads.ids_of_entity(tx, entity_id, limit=FILES)
        )


def _seen(ctx: Context, tx: Transaction, user: User, entity_id: str) -> NamedEntity:
    found = companies.entity(tx, user.organization, entity_id)
    company = seen_company(ctx, tx, user, found.company_id if found else "")
    if found is None or found.name is None:
        raise NotFound
    return NamedEntity(found, found.name, company.name, company.contact_name, connections.live_connection(tx, found.id))


def _note(ctx: Context, tx: Transaction, kind: str, user: User, entity: Entity) -> None:
    happenings.note_by_user(ctx, tx, kind, user=user, company_id=entity.company_id, entity_id=entity.id)
