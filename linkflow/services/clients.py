"""Who speaks to a software, and where: its addresses as a sign-in found them, and the client a sign-in belongs to.

A sign-in begins with its organization's own client, or the instance's. From then on it is spoken for with that very
client, and with no other: not the instance's in place of one that is gone, and never another organization's.
"""

import json
from collections.abc import Mapping
from typing import Protocol

from linkflow.domain.errors import ClientGone, NeedsReauth, NotFound, SoftwareUnavailable
from linkflow.domain.software import Software
from linkflow.outbound.callback import CallbackRefused
from linkflow.services.context import Context
from linkflow.settings import Credentials
from linkflow.store.grants import Grant


class BegunWithClient(Protocol):
    """An attempt or a grant; `client_id` of None: it is older than what is kept of clients, so the instance's."""

    @property
    def organization(self) -> str:
        """Whose customer it is of."""

    @property
    def software(self) -> str:
        """Where."""

    @property
    def client_id(self) -> str | None:
        """With which client it was begun."""


def parties(ctx: Context, software_id: str, organization: str) -> tuple[Software, Credentials]:
    """The software, and the client a new sign-in of this organization is made with; raises `NotFound` without."""
    software, credentials = ctx.catalogue.get(software_id), ctx.settings.credentials(software_id, organization)
    if software is None or credentials is None:
        raise NotFound
    return software, credentials


def known_software(ctx: Context, software_id: str) -> Software:
    """One of the catalogue; raises `NotFound`."""
    if software_id not in ctx.catalogue:
        raise NotFound
    return ctx.catalogue[software_id]


def located(software: Software, given: Mapping[str, str]) -> Software:
    """With what was given in its addresses; raises `CallbackRefused` for what may not stand there."""
    try:
        return software.at(given)
    except ValueError as error:
        raise CallbackRefused(f"input-{error}") from None


def software_of(ctx: Context, grant: Grant) -> Software:
    """A grant's software at the addresses its sign-in found; `NeedsReauth` where these may not be any more."""
    if grant.software not in ctx.catalogue:
        raise NeedsReauth
    try:
        return ctx.catalogue[grant.software].at(json.loads(grant.callback_params))
    except ValueError:
        raise NeedsReauth from None


def credentials_of(ctx: Context, begun: BegunWithClient) -> Credentials:
    """Those of the client it was begun with.

    Raises `SoftwareUnavailable` where no client is set for the software, which may be a mistake of today, and
    `ClientGone` where others have taken its place.
    """
    found = ctx.settings.client(begun.software, begun.organization, begun.client_id)
    if found is not None:
        return found
    if ctx.settings.credentials(begun.software, begun.organization) is None:
        raise SoftwareUnavailable(reason="credentials")
    raise ClientGone
