"""Legal entities: how many there are, what they are called, and which of them belong to a request."""

from linkflow.domain.entities import ENTITIES_LIMIT, NAME_LIMIT, fold_name
from linkflow.domain.errors import Conflict, NotFound, Refused
from linkflow.domain.journey import Count
from linkflow.domain.ports import Transaction
from linkflow.domain.software import UPLOAD
from linkflow.services import connecting, happenings
from linkflow.services.context import Context
from linkflow.services.linking import mark_opened
from linkflow.services.statuses import refresh_status
from linkflow.store import companies, connections, grants, requests
from linkflow.store.companies import Entity
from linkflow.store.visits import EntityVisit, Visit


def say_how_many(ctx: Context, visit: Visit, count: Count) -> str | None:
    """One entity or several; answers the company's own entity when it is one. `Refused` once something is shared."""
    link = visit.link
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, link)
        itself = companies.company_itself(tx, link.company_id)
        for entity in visit.entities:
            if (entity.id == itself.id) is (count is Count.SEVERAL):
                _take_out(ctx, tx, visit, entity, field="count")
        requests.set_facts(tx, link.request_id, entity_count=count.value)
        if count is Count.ONE:
            software = software_of(tx, itself.id) or link.preselected
            companies.put_in_request(tx, link.request_id, itself.id, at=ctx.now(), software=software)
        refresh_status(ctx, tx, link.request_id)
    return itself.id if count is Count.ONE else None


def name_entity(ctx: Context, visit: Visit, typed: str, *, grant_id: str | None = None) -> str:
    """Add a legal entity by name, or one the company has from an earlier request; answers its id.

    With `grant_id` its books lie behind a sign-in already given in this request. Raises `Refused`: empty, too long,
    already here, or one too many.
    """
    name = _checked_name(visit, typed)
    link = visit.link
    try:
        with ctx.database.transaction() as tx:
            mark_opened(ctx, tx, link)
            known = {entity.folded_name: entity for entity in companies.entities_of_company(tx, link.company_id)}
            entity = known.get(fold_name(name)) or _new_entity(ctx, visit, name)
            if entity.folded_name not in known:
                companies.add_entity(tx, entity)
            _put(ctx, tx, visit, entity.id, grant_id=grant_id)
    except Conflict:
        raise Refused("name", "same-name") from None
    return entity.id


def reusable_grants(ctx: Context, visit: Visit) -> frozenset[str]:
    """The sign-ins given in this request that still hold: `name_entity` takes them."""
    with ctx.database.reading() as tx:
        return grants.active_grants(tx, visit.link.request_id)


def rename_entity(ctx: Context, visit: Visit, entity: EntityVisit, typed: str) -> None:
    """Correct a name while nothing is shared under it."""
    name = _checked_name(visit, typed, renaming=entity.id)
    try:
        with ctx.database.transaction() as tx:
            mark_opened(ctx, tx, visit.link)
            if not companies.rename_entity(tx, entity.id, name=name, folded_name=fold_name(name)):
                raise Refused("name", "connected")
    except Conflict:
        raise Refused("name", "same-name") from None


def remove_entity(ctx: Context, visit: Visit, entity: EntityVisit) -> None:
    """Take an entity out of the request; what is connected stays and only the relationship manager may end it."""
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        _take_out(ctx, tx, visit, entity, field="entity")
        happenings.note(ctx, tx, "entity-removed", link=visit.link, entity_id=entity.id)
        refresh_status(ctx, tx, visit.link.request_id)


def _take_out(ctx: Context, tx: Transaction, visit: Visit, entity: EntityVisit, *, field: str) -> None:
    if not companies.take_from_request(tx, visit.link.request_id, entity.id, at=ctx.now()):
        raise Refused(field, "connected")
    connecting.forget_choice(ctx, tx, visit, entity)


def _put(ctx: Context, tx: Transaction, visit: Visit, entity_id: str, *, grant_id: str | None) -> None:
    link = visit.link
    reused = grants.grant(tx, grant_id) if grant_id is not None else None
    if grant_id is not None and (reused is None or reused.request_id != link.request_id or not reused.is_active):
        raise NotFound
    software = reused.software if reused else software_of(tx, entity_id) or _usual_software(visit) or link.preselected
    companies.put_in_request(tx, link.request_id, entity_id, at=ctx.now(), software=software, grant_id=grant_id)
    if link.finished_at is not None:  # there is one more after all
        requests.set_facts(tx, link.request_id, finished_at=None)
    happenings.note(ctx, tx, "entity-added", link=link, entity_id=entity_id)
    refresh_status(ctx, tx, link.request_id)


def software_of(tx: Transaction, entity_id: str) -> str | None:
    """The software an entity is connected to already: a further request goes on from there. A file is none."""
    live = connections.live_connection(tx, entity_id)
    return live.software if live is not None and live.software != UPLOAD else None


def _usual_software(visit: Visit) -> str | None:
    """A further entity most likely uses what the last connected one does; its consent page offers another."""
    used = [e.connection_software for e in visit.entities if e.connection_software not in (None, UPLOAD)]
    return used[-1] if used else None


def _checked_name(visit: Visit, typed: str, *, renaming: str | None = None) -> str:
    name = " ".join(typed.split())
    others = {fold_name(e.name or "") for e in visit.entities if e.id != renaming}
    if not name:
        raise Refused("name", "empty")
    if len(name) > NAME_LIMIT:
        raise Refused("name", "too-long", length=str(len(name)))
    if fold_name(name) in others:
        raise Refused("name", "same-name")
    if renaming is None and len(visit.entities) >= ENTITIES_LIMIT:
        raise Refused("name", "too-many")
    return name


def _new_entity(ctx: Context, visit: Visit, name: str) -> Entity:
    return Entity(
        id=ctx.new_id(),
        organization=visit.link.organization,
        company_id=visit.link.company_id,
        name=name,
        folded_name=fold_name(name),
        created_at=ctx.now(),
    )
