"""The organization's own page that follows the end, told how this visit ended."""

import json
from collections.abc import Iterable
from datetime import datetime

from linkflow.domain.connections import AttemptState
from linkflow.domain.requests import SyncState
from linkflow.domain.return_address import EntityEnd, ending, return_address
from linkflow.services import choosing
from linkflow.store.visits import EntityVisit
from linkflow.web.guards import Visiting
from linkflow.web.running import ctx


def return_url(here: Visiting) -> str | None:
    """Its address as things stand now; None where the organization named none."""
    address = here.organization.feel.redirect_after
    if address is None:
        return None
    link, entities, progress = here.visit.link, here.visit.entities, here.progress
    nothing = not choosing.anything_to_offer(ctx(), here.organization)
    how = ending(
        (_end(here, one, nothing_to_offer=nothing) for one in entities),
        complete=progress.complete,
        declined=progress.declined,
        since=here.opening.since,
    )
    told: dict[str, str] = json.loads(link.redirect_parameters)
    told |= {
        "request": link.request_id,
        "company": link.company_id,
        "connection": _listed(one.connection_id for one in entities),
        "software": _listed(one.connection_software or one.software for one in entities),
    }
    return return_address(address, how, told)


def shared_at(entity: EntityVisit) -> datetime | None:
    """When its books were on their way."""
    return max(filter(None, (entity.consent_at, entity.linked_at, entity.uploaded_at)), default=None)


def _end(here: Visiting, entity: EntityVisit, *, nothing_to_offer: bool) -> EntityEnd:
    progress = here.progress.entity(entity.id)
    done = progress is not None and progress.done
    unread = entity.sync_state is SyncState.FAILED and entity.data_at is None and not entity.is_from_file
    return EntityEnd(
        shared_at=shared_at(entity) if done and not unread else None,
        failed=unread if done else entity.attempt_state is AttemptState.FAILED,
        unsupported=not done and (nothing_to_offer or entity.unlisted_software is not None),
    )


def _listed(found: Iterable[str | None]) -> str:
    """Each once, in the order of the entities, with commas."""
    return ",".join(dict.fromkeys(filter(None, found)))
