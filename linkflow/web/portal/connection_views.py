"""An entity and its connection as the company's page shows them, with what may be done now."""

from datetime import datetime, timedelta
from typing import Literal, cast

from linkflow.domain.software import UPLOAD, UPLOADED_FILE
from linkflow.organization_model import Organization
from linkflow.services.ending import LIVE
from linkflow.services.progress import SyncProgress
from linkflow.services.reviewing import CompanyReview, EntityReview
from linkflow.store.connections import Connection
from linkflow.store.uploads import StoredFile
from linkflow.web.company_page_views import ConnectionView
from linkflow.web.customer_views import FILE_STATES
from linkflow.web.forms import button
from linkflow.web.portal.paths import disconnect_path, entity_path, reading_path, reconnect_path
from linkflow.web.pull_progress import progress_view
from linkflow.web.running import ctx, href

JUST_NOW = timedelta(minutes=5)
"""How long the page says that a reading is over, for whoever waits for it."""
_State = Literal["pending", "linked", "needs_reauth", "disconnected"]
_Access = Literal["once", "ongoing"]
_SignIn = Literal["ends", "unrenewed", "scope", "access", "kept", "untold"]


def connection_views(review: CompanyReview, *, acts: bool) -> tuple[ConnectionView, ...]:
    """Every entity; with `acts` the user may do what its state allows."""
    organization = ctx().organizations()[review.company.organization]
    files = {file.entity_id: file for file in reversed(review.present_files)}
    return tuple(
        _view(one, review.company.name, organization, file=files.get(one.entity.id), acts=acts)
        for one in review.entities
    )


def resembles(one: EntityReview) -> bool:
    """Whether the company connected there looks like the one asked for, as far as anybody compared them."""
    held = one.connection
    return held is None or held.name_matches is not False or held.state not in LIVE


def software_name(held: Connection) -> str:
    """What a connection's software is called; empty for a file that was sent."""
    return "" if held.kind == "upload" else ctx().software_name(held.software)


def fragment(entity_id: str) -> str:
    """Ids may begin with a digit; fragments had better not."""
    return f"entity-{entity_id}"


def _view(
    one: EntityReview, company_name: str, organization: Organization, *, file: StoredFile | None, acts: bool
) -> ConnectionView:
    held, entity = one.connection, one.entity
    is_file = held is not None and held.software == UPLOAD
    view = ConnectionView(
        id=fragment(entity.id),
        name=entity.name or company_name,
        file=FILE_STATES[file.state] if file and (held is None or held.state not in LIVE or is_file) else None,
        rename_href=href(entity_path(entity.id, "name")) if acts and entity.name else None,
        remove_href=href(entity_path(entity.id, "removal")) if acts and entity.name else None,
    )
    if held is None:
        return view
    until = held.access_until
    given = {name: getattr(view, name) for name in ("id", "name", "file", "rename_href", "remove_href")}
    return ConnectionView(
        **given,
        state=cast(_State, held.state),
        software_name=software_name(held) or UPLOADED_FILE,
        tenant_name=held.tenant_name,
        resembles=resembles(one),
        linked_at=held.linked_at,
        ended_at=held.ended_at,
        end_reason=held.end_reason,
        synced_at=one.pulled_at,
        access_until=organization.day_of(until) if until else None,
        access=cast(_Access, held.access) if held.state in LIVE and not is_file else None,
        sign_in=_sign_in(one) if one.has_sign_in else None,
        sign_in_by=one.need.at if one.need else None,
        asked_at=held.reconnect_asked_at,
        progress=progress_view(one.progress) if one.progress and held.state in LIVE else None,
        just_read=_is_fresh(one.progress, ctx().now()),
        refresh=button(reading_path(held.id)) if acts and one.can_refresh else None,
        reconnect=button(reconnect_path(held.id)) if acts and one.can_reconnect else None,
        disconnect_href=href(disconnect_path(held.id)) if acts and held.state in LIVE and not is_file else None,
    )


def _sign_in(one: EntityReview) -> _SignIn:
    if one.need is not None:
        return cast(_SignIn, one.need.why.value)
    return "kept" if one.keeps_alive else "untold"


def _is_fresh(pull: SyncProgress | None, now: datetime) -> bool:
    return pull is not None and pull.finished_at is not None and now - pull.finished_at < JUST_NOW
