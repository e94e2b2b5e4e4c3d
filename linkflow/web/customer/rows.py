"""Entities as lines of a list: their state in one word, and where to go on."""

from linkflow.domain.journey import Step, where
from linkflow.domain.requests import SyncState
from linkflow.store.visits import EntityVisit
from linkflow.web.customer_views import FILE_STATES, EntityRow, EntityState
from linkflow.web.forms import button
from linkflow.web.guards import Visiting
from linkflow.web.running import ctx, href


def entity_row(here: Visiting, entity: EntityVisit, *, actions: bool) -> EntityRow:
    """One entity of the request; with `actions` it can be gone on with, renamed and removed until it is connected."""
    progress = here.progress.entity(entity.id)
    step = where(here.progress, progress) if progress else Step.SOFTWARE
    open_ = actions and progress is not None and not progress.done and not progress.again
    known = ctx().catalogue.get(entity.connection_software or entity.software or "")
    return EntityRow(
        id=entity.id,
        name=entity.name or here.visit.link.company_name,
        state=entity_state(entity),
        href=href(here.entity_path(step, entity.id)),
        software_name=known.name if known else None,
        tenant_name=entity.tenant_name,
        changed_at=entity.sync_at or entity.uploaded_at or entity.linked_at,
        rename_href=href(here.entity_path(Step.ENTITY_NAME, entity.id)) if open_ else None,
        remove=button(here.entity_path("remove", entity.id)) if open_ else None,
    )


def entity_state(entity: EntityVisit) -> EntityState:
    """The state a customer is shown."""
    if entity.upload_id is not None:
        return FILE_STATES[entity.upload_state or "received"]
    if entity.to_reconnect:
        return "pending" if entity.pending_id is not None else "renew" if entity.to_renew else "reconnect"
    if entity.connection_state is not None:
        return _connected(entity)
    if entity.pending_id is not None:
        return "pending"
    if entity.is_disconnected:
        return "disconnected"
    return "started" if entity.software is not None else "not-started"


def _connected(entity: EntityVisit) -> EntityState:
    if entity.sync_state is SyncState.DONE:
        return "available"
    return "failed" if entity.sync_state is SyncState.FAILED else "reading"
