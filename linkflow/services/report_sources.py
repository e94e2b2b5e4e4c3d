"""The reports of one kind that count for a company: of one of its entities, or of all that have one.

Every page and file asks here which of an entity's connections it is about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from linkflow.domain.ports import Transaction
from linkflow.services.ending import LIVE
from linkflow.store import companies, connections, reports, syncs
from linkflow.store.companies import Company, Entity
from linkflow.store.connections import Connection
from linkflow.store.reports import Report

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Source:
    """An entity's report, and the connection whose books it is of; `name` is the company's for itself."""

    name: str
    entity: Entity
    connection: Connection
    report: Report


def counting(held: Iterable[Connection], read_at: Mapping[str, datetime]) -> Connection | None:
    """Of one entity's connections the one that counts: the live one, else the one read last, else the youngest."""
    return max(held, key=lambda one: (one.state in LIVE, read_at.get(one.id, _NEVER), one.created_at), default=None)


def reports_of_each(
    held: Iterable[Connection], made: Iterable[Report], *, kind: str
) -> dict[str, tuple[Connection, Report]]:
    """Entity id → the report of a kind that counts for it, and the connection whose books it is of."""
    of = {one.connection_id: one for one in made if one.kind == kind}
    read_at = {connection_id: one.read_at for connection_id, one in of.items()}
    its: dict[str, list[Connection]] = {}
    for one in held:
        if one.id in of:
            its.setdefault(one.entity_id, []).append(one)
    best = {entity_id: counting(several, read_at) for entity_id, several in its.items()}
    return {entity_id: (one, of[one.id]) for entity_id, one in best.items() if one is not None}


def sources_of(tx: Transaction, company: Company, *, kind: str, entity_id: str | None = None) -> tuple[Source, ...]:
    """In the order of the entities, one of each."""
    held = connections.connections_of_company(tx, company.id)
    found = reports_of_each(held, reports.current_reports_of(tx, company.id), kind=kind)
    return tuple(
        Source(entity.name or company.name, entity, *found[entity.id])
        for entity in companies.entities_of_company(tx, company.id)
        if entity.id in found and entity_id in (None, entity.id)
    )


def is_changing(tx: Transaction, company: Company, *, kind: str, entity_id: str | None = None) -> bool:
    """Whether books are being read, or a report is being made of them, that this would soon be out of date by."""
    return any(
        syncs.open_syncs(tx, one.id) or reports.is_making(tx, one.id, kind)
        for one in connections.connections_of_company(tx, company.id)
        if entity_id in (None, one.entity_id)
    )
