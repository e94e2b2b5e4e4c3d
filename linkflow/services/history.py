"""What happened to a company or a request, with who was behind it as far as a user of the organization may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linkflow.domain.addresses import mask_address
from linkflow.domain.ports import Transaction
from linkflow.store import companies, portal
from linkflow.store.companies import Company
from linkflow.store.events import Event


@dataclass(frozen=True, kw_only=True)
class History:
    """Events, youngest first, with who is behind their actors and what their entities are called."""

    events: tuple[Event, ...]
    users: Mapping[str, str]
    handed_over: Mapping[str, str]
    entities: Mapping[str, str]


def history_of(tx: Transaction, company: Company, happened: tuple[Event, ...]) -> History:
    """The events of a company with the names that belong to them."""
    named = {entity.id: entity.name for entity in companies.entities_of_company(tx, company.id)}
    recipients = portal.handed_over(tx, company.organization, _ids(happened, "link"))
    return History(
        events=tuple(event for event in happened if event.organization == company.organization),
        users=portal.user_names(tx, company.organization, _ids(happened, "user")),
        handed_over={link_id: mask_address(address) for link_id, address in recipients.items()},
        entities={entity_id: name for entity_id, name in named.items() if name},
    )


def _ids(happened: Iterable[Event], kind: str) -> list[str]:
    actors = (event.actor.partition(":") for event in happened)
    return [found for prefix, _, found in actors if prefix == kind]
