"""After the connection: how the reading goes, and the summary a finished request opens with."""

from datetime import datetime, timedelta

from werkzeug.wrappers import Response

from linkflow.domain.journey import Step
from linkflow.domain.requests import DataType, SyncState
from linkflow.services.progress import SyncProgress, part_progress
from linkflow.web.customer.reading import failed_page
from linkflow.web.customer.return_url import return_url, shared_at
from linkflow.web.customer.rows import entity_row
from linkflow.web.customer_views import ConnectedPage, PullProgress, SummaryPage
from linkflow.web.guards import Visiting, journey
from linkflow.web.pages import render
from linkflow.web.pull_progress import progress_view
from linkflow.web.running import ctx, href
from linkflow.web.shells import customer_shell

SLOW = timedelta(minutes=2)


@journey(Step.CONNECTED)
def connected(here: Visiting) -> Response:
    """What is connected, and what is being read now."""
    entity = here.one
    software = ctx().catalogue.get(entity.connection_software or "")
    next_step = Step.ENTITIES if here.progress.several else Step.SUMMARY
    if entity.sync_state is SyncState.FAILED:
        return failed_page(here)
    until = entity.access_until
    shown = ConnectedPage(
        software_name=software.name if software else "",
        tenant_name=entity.tenant_name or "",
        progress=_progress(here),
        onward_href=href(here.request_path(next_step)),
        again_href=href(here.path(Step.CONNECTED)),
        several=here.progress.several,
        entity_name=entity.name,
        expected_name=entity.name or here.visit.link.company_name,
        resembles=entity.name_matches is not False,
        access="once" if entity.access == "once" else "ongoing",
        access_until=here.organization.day_of(until) if until else None,
        return_url=return_url(here) if here.progress.complete else None,
    )
    return render("customer/connected.html", shell=customer_shell(here), page=shown)


@journey(Step.SUMMARY)
def summary(here: Visiting) -> Response:
    """The whole request at a glance."""
    link, several = here.visit.link, here.progress.several
    finished_at = link.finished_at or _answered_at(here)
    page = SummaryPage(
        request_name=link.request_name,
        company_name=link.company_name,
        rows=tuple(entity_row(here, entity, actions=False) for entity in here.visit.entities),
        data_types=tuple(kind.value for kind in DataType if kind in link.data_types),
        again_href=href(here.request_path(Step.SUMMARY)),
        finished_at=finished_at,
        due_on=link.due_on,
        several=several,
        add_href=href(here.request_path(Step.ENTITY_NAME)) if several else None,
        access_href=href(here.request_path(Step.ACCESS)) if _has_shared(here) else None,
        return_url=return_url(here) if finished_at else None,
    )
    return render("customer/summary.html", shell=customer_shell(here), page=page)


def _answered_at(here: Visiting) -> datetime | None:
    """When the only entity's books were on their way; nobody is asked to finish what has one."""
    if not here.progress.complete:
        return None
    return max(filter(None, map(shared_at, here.visit.entities)), default=None)


def _has_shared(here: Visiting) -> bool:
    """Whether there is a receipt to see."""
    return any(entity.consent_id or entity.disconnected_at for entity in here.visit.entities)


def _progress(here: Visiting) -> PullProgress:
    entity = here.one
    if entity.sync_id is None or entity.sync_state is None:
        return progress_view(None)
    with ctx().database.reading() as tx:
        parts = part_progress(tx, entity.sync_id, entity.sync_state)
    pull = SyncProgress(
        sync_id=entity.sync_id,
        state=entity.sync_state,
        parts=parts,
        error=entity.sync_error,
        waits_until=entity.sync_waits_until,
        finished_at=entity.sync_at,
    )
    begun, open_ = entity.sync_begun_at, pull.state in (SyncState.QUEUED, SyncState.RUNNING)
    return progress_view(pull, slow=open_ and begun is not None and ctx().now() - begun > SLOW)
