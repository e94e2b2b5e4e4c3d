"""The whole examination, in the order a person reads it."""

from collections.abc import Collection, Iterator

from linkflow.doctor import foundations, mail, organizations, public_address, software
from linkflow.doctor.clock import Clock
from linkflow.doctor.findings import Section
from linkflow.services.context import Context


def examine(ctx: Context, *, offline: bool = False, only: Collection[str] = ()) -> Iterator[Section]:
    """One section after the other, as they are found out; `only` of this software where it is named.

    Raises `CannotRun` for software there is not.
    """
    software.refuse_unknown(ctx, only)
    clock, ground = Clock(ctx.now), foundations.Ground.of(ctx)
    yield public_address.examine(ctx, clock, offline=offline)
    yield foundations.keys(ctx, ground)
    yield foundations.database(ctx, ground, clock)
    yield foundations.workers(ctx, ground)
    yield mail.examine(ctx, offline=offline)
    yield from organizations.examine(ctx, ground, offline=offline)
    yield from software.examine(ctx, ground, clock, offline=offline, only=only)
    yield clock.section()
