"""The reports of one kind that count for a company: of one of its entities, or of all that have one."""

from dataclasses import dataclass

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import DataType
from linkflow.store import companies, connections, reports, syncs
from linkflow.store.companies import Company, Entity
from linkflow.store.connections import Connection
from linkflow.store.reports import Report

_PREFERENCE = ("linked", "needs_reauth", "disconnected", "pending")


@dataclass(frozen=True)
class Source:
    """An entity's report, and the connection whose books it is of; `name` is the company's for itself."""

    name: str
    entity: Entity
    connection: Connection
    report: Report


def sources_of(tx: Transaction, company: Company, *, kind: str, entity_id: str | None = None) -> tuple[Source, ...]:
    """In the order of the entities, one of each, as the reports' own pages choose where there are several.

    Of spend analyses the one read last; of financials that of the connection there is now, else of the youngest.
    """
    made = {one.connection_id: one for one in reports.current_reports_of(tx, company.id) if one.kind == kind}
    held = [one for one in connections.connections_of_company(tx, company.id) if one.id in made]
    found = []
    for entity in companies.entities_of_company(tx, company.id):
        its = [one for one in held if one.entity_id == entity.id]
        if kind == DataType.SPEND_ANALYSIS:
            best = max(its, key=lambda one: made[one.id].read_at, default=None)
        else:
            youngest_first = sorted(its, key=lambda one: one.created_at, reverse=True)
            best = min(youngest_first, key=lambda one: _PREFERENCE.index(one.state), default=None)
        if best is not None and entity_id in (None, entity.id):
            found.append(Source(entity.name or company.name, entity, best, made[best.id]))
    return tuple(found)


def is_changing(tx: Transaction, company: Company, *, kind: str, entity_id: str | None = None) -> bool:
    """Whether books are being read, or a report is being made of them, that this would soon be out of date by."""
    return any(
        syncs.open_syncs(tx, one.id) or reports.is_making(tx, one.id, kind)
        for one in connections.connections_of_company(tx, company.id)
        if entity_id in (None, one.entity_id)
    )
