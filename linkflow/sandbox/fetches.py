"""Counts of API pages by company and endpoint, so that tests can say nothing was fetched too often."""

from dataclasses import dataclass

from linkflow.sandbox.database import Database


@dataclass(frozen=True)
class Fetch:
    """How often one page was asked for, and how often it was served."""

    company: str
    endpoint: str
    page: str
    asked: int
    served: int


class Fetches:
    """The counters; they count only where faults may be switched."""

    def __init__(self, database: Database, *, enabled: bool) -> None:
        self._database = database
        self._enabled = enabled

    def count(self, company: str, endpoint: str, page: str, *, served: bool) -> None:
        """Count one request."""
        if not self._enabled:
            return
        with self._database.transaction() as rows:
            rows.execute(
                "INSERT INTO fetches VALUES (?, ?, ?, 1, ?) ON CONFLICT (company, endpoint, page)"
                " DO UPDATE SET asked = asked + 1, served = served + excluded.served",
                (company, endpoint, page, int(served)),
            )

    def all(self) -> tuple[Fetch, ...]:
        """Every counter."""
        with self._database.transaction() as rows:
            found = rows.execute("SELECT * FROM fetches ORDER BY company, endpoint, CAST(page AS INTEGER)").fetchall()
        return tuple(Fetch(*row) for row in found)

    def clear(self) -> None:
        """Start from nothing."""
        with self._database.transaction() as rows:
            rows.execute("DELETE FROM fetches")
