"""What happened to a company or a request, with who was behind it as far as a user of the organization may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linkflow.domain.addresses import mask_address
from linkflow.domain.ports import Transaction
from linkflow.store import companies, portal
from linkflow.store.events import Event


@dataclass(frozen=True, kw_only=True)
class History:
    """Events, youngest first, with who is behind their actors, whom they concern and what entities are called.

    `older` is the id of the event to go on from, None where these are all.
    """

    events: tuple[Event, ...]
    users: Mapping[str, str]
    handed_over: Mapping[str, str]
    entities: Mapping[str, str]
    older: str | None = None


def history_of(tx: Transaction, organization: str, happened: tuple[Event, ...], *, older: str | None = None) -> History:
    """The organization's own among these events, with the names that belong to them."""
    ours = tuple(event for event in happened if event.organization == organization)
    recipients = portal.handed_over(tx, organization, _ids(ours, "link"))
    concerned = [event.detail.partition(" ")[0] for event in ours if event.company_id is None]
    return History(
        events=ours,
        users=portal.user_names(tx, organization, [*_ids(ours, "user"), *concerned]),
        handed_over={link_id: mask_address(address) for link_id, address in recipients.items()},
        entities=companies.entity_names(tx, organization, {event.entity_id for event in ours if event.entity_id}),
        older=older,
    )


def _ids(happened: Iterable[Event], kind: str) -> list[str]:
    actors = (event.actor.partition(":") for event in happened)
    return [found for prefix, _, found in actors if prefix == kind]
