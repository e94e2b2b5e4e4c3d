"""What everything stands on: keys that open what is stored, a database with the right tables, a worker that lives."""

from dataclasses import dataclass
from datetime import timedelta

from linkflow.doctor.clock import Clock
from linkflow.doctor.findings import Section
from linkflow.problems import CannotRun
from linkflow.services.context import Context
from linkflow.store import examining, migrating
from linkflow.store import workers as workers_store
from linkflow.store.engines import sqlite_file

SILENT = timedelta(seconds=60)
"""A worker writes every ten seconds that it lives."""


@dataclass(frozen=True)
class Ground:
    """The database of this installation, looked at once; `trouble` is why nothing can be looked up in it."""

    trouble: str | None

    @classmethod
    def of(cls, ctx: Context) -> "Ground":
        """As it is now."""
        try:
            migrating.refuse_other_schema(ctx.settings.database_url)
        except CannotRun as refused:
            return cls(str(refused))
        return cls(None if ctx.database.answers() else "it does not answer: it may be down, locked or full")

    @property
    def stands(self) -> bool:
        """Whether anything can be looked up."""
        return self.trouble is None


def keys(ctx: Context, ground: Ground) -> Section:
    """Those that sign and those that encrypt, and whether these open every sign-in that is stored."""
    section, settings = Section("Keys"), ctx.settings
    section.ok(f"Signing: {len(settings.secret_keys)}, the last of them signs")
    section.ok(f"Encrypting: {', '.join(settings.encryption_keys)}; {ctx.vault.current} encrypts")
    if not ground.stands:
        return section
    with ctx.database.reading() as tx:
        lost = examining.sealed_otherwise(tx, [f"v1:{name}:" for name in settings.encryption_keys])
    if lost:
        section.fail(
            f"Sign-ins encrypted with a key that is not set any more: {lost}. Put that key back in "
            "LINKFLOW_ENCRYPTION_KEYS, or their customers have to sign in again"
        )
    return section


def database(ctx: Context, ground: Ground, clock: Clock) -> Section:
    """Whether it answers, with the tables of this version."""
    section, url = Section("Database"), ctx.settings.database_url
    if ground.trouble is not None:
        section.fail(ground.trouble)
        return section
    file = sqlite_file(url)
    section.ok(f"{'SQLite, ' + str(file) if file else 'PostgreSQL'}, with the tables of this version")
    if file:
        section.note("SQLite is for one machine; PostgreSQL is recommended for production")
    if missing := migrating.lacks(url):
        section.warn(missing)
    with ctx.database.reading() as tx:
        clock.hear("the database", examining.server_time(tx))
    return section


def workers(ctx: Context, ground: Ground) -> Section:
    """Whether anything would be sent or read."""
    section = Section("Worker")
    if not ground.stands:
        section.note("Cannot be known without the database")
        return section
    with ctx.database.reading() as tx:
        seen = workers_store.last_seen(tx)
    if seen is None:
        section.fail("None was ever heard of: no mail goes out and no books are read until `linkflow worker` runs")
    elif (silence := ctx.now() - seen) > SILENT:
        section.fail(f"None was heard of since {seen:%Y-%m-%d %H:%M} UTC: start `linkflow worker`")
    else:
        section.ok(f"Heard of {max(int(silence.total_seconds()), 0)} seconds ago")
    return section
