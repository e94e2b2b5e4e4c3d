"""What a relationship manager is shown of a company: read in one go, decided nowhere else.

Another organization's ids are not found, whatever they name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ENDED, ConnectionState, SyncState
from linkflow.domain.upkeep import Need, renew_at
from linkflow.services.context import Context
from linkflow.services.ending import LIVE
from linkflow.services.foreseeing import need_of, soon
from linkflow.services.history import History, history_of
from linkflow.services.progress import SyncProgress, reading_progress
from linkflow.services.reading_again import may_refresh
from linkflow.services.reconnecting import may_ask, was_refused
from linkflow.services.report_cards import ReportCard, report_cards
from linkflow.services.report_sources import counting
from linkflow.services.sight import seen_company, seen_connection
from linkflow.store import (
    companies,
    connections,
    consents,
    events,
    grants,
    notes,
    portal,
    tenant_changes,
    uploads,
)
from linkflow.store.companies import Company, Entity
from linkflow.store.connections import Connection
from linkflow.store.grants import GrantFacts
from linkflow.store.notes import SignedNote
from linkflow.store.portal import ListedRequest
from linkflow.store.rows import Latest
from linkflow.store.tenant_changes import AskedChange
from linkflow.store.uploads import StoredFile
from linkflow.store.users import User, users_of_company


@dataclass(frozen=True, kw_only=True)
class EntityReview:
    """One entity: the connection that counts for it, how its reading goes, and what may be done now.

    `read_from` is the connection its figures are of, connected now or last, as long as any pull of it is kept;
    `pulled_at` when one was last complete.
    `need`: when somebody has to sign in at the software again or agree once more, and why; `keeps_alive`: until then
    upkeep renews the sign-in. `can_refresh`: a reading may begin; `can_reconnect`: the customer may be asked to.
    """

    entity: Entity
    connection: Connection | None
    progress: SyncProgress | None
    read_from: Connection | None
    pulled_at: datetime | None
    has_sign_in: bool
    need: Need | None
    keeps_alive: bool
    can_refresh: bool
    can_reconnect: bool

    @property
    def is_read(self) -> bool:
        """Whether its books are being read now."""
        return _is_read(self.progress)


@dataclass(frozen=True, kw_only=True)
class CompanyReview:
    """A company; `standing` is its latest open request, else its last; `cards` the reports of the entity `shown`."""

    company: Company
    assigned: tuple[User, ...]
    standing: ListedRequest | None
    requests: tuple[ListedRequest, ...]
    entities: tuple[EntityReview, ...]
    changes: tuple[AskedChange, ...]
    shown: EntityReview | None
    cards: tuple[ReportCard, ...]
    present_files: tuple[StoredFile, ...]
    files: Latest[StoredFile]
    notes: Latest[SignedNote]
    history: History


@dataclass(frozen=True, kw_only=True)
class Before:
    """The ids of an event, a note and a file: of each only those before it are wanted."""

    event: str | None = None
    note: str | None = None
    file: str | None = None


def review_company(
    ctx: Context, user: User, company_id: str, *, shown: str | None = None, before: Before = Before()
) -> CompanyReview:
    """Everything about one company of the user's organization, with the reports of one entity.

    `shown` is its id; any other word shows the first that was read. The queries are as many for fifty entities as for
    one.
    """
    with ctx.database.reading() as tx:
        company = seen_company(ctx, tx, user, company_id)
        asked = portal.requests_of_company(tx, company.organization, company.id)
        standing = next((one for one in asked if one.status not in ENDED), asked[0] if asked else None)
        held = connections.connections_of_company(tx, company.id)
        entities = _entities(ctx, tx, company, held)
        happened = events.events_of_company(tx, company.id, before=before.event)
        read = [one for one in entities if one.read_from is not None]
        chosen = next((one for one in read if one.entity.id == shown), read[0] if read else None)
        return CompanyReview(
            company=company,
            assigned=users_of_company(tx, company.id),
            standing=standing,
            requests=asked,
            entities=entities,
            changes=tenant_changes.asked_of_company(tx, company.id),
            shown=chosen,
            cards=_cards(ctx, tx, chosen, [one for one in held if chosen and one.entity_id == chosen.entity.id]),
            present_files=uploads.present_files(tx, company.id),
            files=uploads.files_of_company(tx, company.id, before=before.file),
            notes=notes.notes_of_company(tx, company.id, before=before.note),
            history=history_of(tx, company.organization, happened.rows, older=happened.older),
        )


def place_of(ctx: Context, user: User, connection_id: str) -> tuple[str, str]:
    """The ids of the company and the entity a connection in the user's sight belongs to."""
    with ctx.database.reading() as tx:
        held = seen_connection(ctx, tx, user, connection_id)
    return held.company_id, held.entity_id


def _cards(
    ctx: Context, tx: Transaction, shown: EntityReview | None, held: Sequence[Connection]
) -> tuple[ReportCard, ...]:
    if shown is None or shown.read_from is None:
        return ()
    usual = ctx.organizations()[shown.read_from.organization].spend_period
    return report_cards(tx, held, shown.read_from, shown.progress, usual=usual)


def _entities(ctx: Context, tx: Transaction, company: Company, held: Sequence[Connection]) -> tuple[EntityReview, ...]:
    asked = portal.asked_entities(tx, company.id)
    pulls, reading = portal.last_pulls(tx, company.id), reading_progress(tx, company.id)
    given, scopes = grants.grants_of_company(tx, company.id), consents.scopes_asked(tx, company.id)
    found = []
    for entity in companies.entities_of_company(tx, company.id):
        its = [one for one in held if one.entity_id == entity.id]
        connection = _standing(its, pulls)
        if entity.id in asked or (connection is not None and connection.state in LIVE):
            grant = given.get(connection.grant_id or "") if connection else None
            read_from = counting([one for one in its if one.linked_at is not None and one.id in reading], pulls)
            wanted = scopes.get(connection.consent_id, "") if connection else ""
            need = need_of(ctx, connection, grant, scopes_asked=wanted) if connection else None
            found.append(
                _entity(ctx, entity, connection, grant, need=need, read_from=read_from, reading=reading, pulls=pulls)
            )
    return tuple(found)


def _entity(
    ctx: Context,
    entity: Entity,
    held: Connection | None,
    grant: GrantFacts | None,
    *,
    need: Need | None,
    read_from: Connection | None,
    reading: Mapping[str, SyncProgress],
    pulls: Mapping[str, datetime],
) -> EntityReview:
    progress = reading.get(held.id) if held else None
    software = ctx.catalogue.get(held.software) if held else None
    sign_in = grant if held and held.state == ConnectionState.LINKED and grant and grant.is_active else None
    renewed_at = renew_at(software.tokens, sign_in.life) if software and sign_in else None
    refused = progress is not None and was_refused(progress.state, progress.error)
    return EntityReview(
        entity=entity,
        connection=held,
        progress=progress,
        read_from=read_from,
        pulled_at=pulls.get(read_from.id) if read_from else None,
        has_sign_in=sign_in is not None,
        need=need,
        keeps_alive=renewed_at is not None,
        can_refresh=held is not None and not _is_read(progress) and may_refresh(ctx, held, grant),
        can_reconnect=held is not None
        and may_ask(held, need if need and need.at <= soon(ctx) else None, refused=refused),
    )


def _is_read(progress: SyncProgress | None) -> bool:
    return progress is not None and progress.state in (SyncState.QUEUED, SyncState.RUNNING)


def _standing(held: Sequence[Connection], pulls: Mapping[str, datetime]) -> Connection | None:
    """The live one, else one that waits, else the one that counts of those that were linked once.

    Of others nobody was ever told.
    """
    known = [one for one in held if one.linked_at is not None or one.state == ConnectionState.PENDING]
    return counting([one for one in known if one.state != ConnectionState.DISCONNECTED] or known, pulls)
