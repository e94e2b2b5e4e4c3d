"""Who speaks to a software, and where: its addresses as a sign-in found them, and this installation's client there."""

import json
from collections.abc import Mapping

from linkflow.domain.errors import NeedsReauth, NotFound, SoftwareUnavailable
from linkflow.domain.software import Software
from linkflow.outbound.callback import CallbackRefused
from linkflow.services.context import Context
from linkflow.settings import Credentials
from linkflow.store.grants import Grant


def parties(ctx: Context, software_id: str) -> tuple[Software, Credentials]:
    """The software and this installation's credentials there; raises `NotFound` without either."""
    software, credentials = ctx.catalogue.get(software_id), ctx.settings.credentials(software_id)
    if software is None or credentials is None:
        raise NotFound
    return software, credentials


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


def credentials_of(ctx: Context, grant: Grant) -> Credentials:
    """Those a grant is used with; raises `SoftwareUnavailable` where they are not set any more."""
    credentials = ctx.settings.credentials(grant.software)
    if credentials is None:
        raise SoftwareUnavailable(reason="credentials")
    return credentials
