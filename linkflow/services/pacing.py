"""Keeping to what a software allows: so many calls for one company's books, one sign-in, one client.

Counted in the database ahead of each call, so that every process and machine counts together. Nobody waits here: a call
over a limit is not made, and whoever wanted it hears when it may be. Readings leave people who wait for a page a fifth
of what a sign-in and a client may do; a page that may change nothing counts nothing, and lives on that fifth.
"""

from collections.abc import Callable
from datetime import timedelta

from linkflow.domain.software import RateLimit, Software
from linkflow.outbound.errors import OverLimit
from linkflow.services.context import Context
from linkflow.store.call_counts import Allowance, count_call
from linkflow.store.grants import Grant
from linkflow.store.throttles import key_of

Gate = Callable[[], None]
"""Called ahead of each call; raises `OverLimit` instead of letting it be made."""


def gate(ctx: Context, grant: Grant, software: Software, *, client_id: str, tenant_id: str | None) -> Gate | None:
    """For one page of one company's books, or without a tenant for somebody who waits; None where nothing limits it."""
    limits = software.api.limits if software.api else ()
    whose = {"grant": grant.id, "client": f"{software.id} {client_id}"}
    if tenant_id is not None:
        whose["tenant"] = f"{software.id} {tenant_id}"
    shared = set(whose) - {"tenant"} if tenant_id is not None else ()
    allowances = tuple(
        _allowance(one, whose[one.each], in_full=one.each not in shared) for one in limits if one.each in whose
    )
    return _Gate(ctx, allowances) if allowances else None


class _Gate:
    """`made` counts the calls of one session: what is fetched together must fit into one window."""

    def __init__(self, ctx: Context, allowances: tuple[Allowance, ...]) -> None:
        self._ctx = ctx
        self._allowances = allowances
        self._made = 0

    def __call__(self) -> None:
        if self._made >= min(one.calls for one in self._allowances):
            raise RuntimeError("one page takes more calls than the software allows in a window")
        # Whoever has to begin the page again needs all of its calls once more, and likely as many again.
        needed = 2 * self._made + 1
        with self._ctx.database.transaction() as tx:
            pause = count_call(tx, self._allowances, now=self._ctx.now(), needed=needed)
            if pause is not None:
                raise OverLimit(retry_after=pause)
        self._made += 1


def _allowance(limit: RateLimit, whose: str, *, in_full: bool) -> Allowance:
    calls = limit.calls if in_full else max(1, limit.calls * 4 // 5)
    return Allowance(key_of(f"calls-{limit.each}-{limit.seconds}", whose), calls, timedelta(seconds=limit.seconds))
