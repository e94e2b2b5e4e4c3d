"""Grants with their codes and tokens. Each code and refresh token works once; a second use ends its whole family.

A grant is the family: whatever comes of one approval shares its fate.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from sqlite3 import Row

from linkflow.sandbox.database import Database, hashed
from linkflow.sandbox.grant_values import Code, Grant, Token


class Grants:
    """Everything the authorization server remembers."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @property
    def now(self) -> float:
        """The present, as seconds since 1970."""
        return self._clock().timestamp()

    def start(self, *, client_id: str, person: str, scope: str, companies: Iterable[str]) -> str:
        """Store a new grant; returns its id."""
        grant_id = secrets.token_hex(16)
        with self._database.transaction() as rows:
            rows.execute(
                "INSERT INTO grants VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (grant_id, client_id, person, scope, json.dumps(sorted(companies)), self.now),
            )
        return grant_id

    def add_code(self, grant_id: str, code: str, *, redirect_uri: str, challenge: str, method: str, life: int) -> None:
        """Store a code that works once within `life` seconds."""
        with self._database.transaction() as rows:
            rows.execute(
                "INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (hashed(code), grant_id, redirect_uri, challenge, method, self.now + life),
            )

    def find_code(self, code: str) -> Code | None:
        """Look a code up, used or not."""
        row = self._one("codes", code)
        if row is None:
            return None
        return Code(
            row["hash"], _grant(row), row["redirect_uri"], row["challenge"], row["method"], row["expires"], row["used"]
        )

    def add_tokens(
        self, grant_id: str, scope: str, *, access: str, access_life: int, refresh: str | None, refresh_life: int
    ) -> None:
        """Store what was just issued; lives are in seconds."""
        now = self.now
        with self._database.transaction() as rows:
            rows.execute(
                "INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?, NULL)",
                (hashed(access), grant_id, scope, now, now + access_life),
            )
            if refresh:
                rows.execute(
                    "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, NULL)",
                    (hashed(refresh), grant_id, scope, now + refresh_life),
                )

    def find_access(self, token: str) -> Token | None:
        """Look an access token up, dead or alive."""
        row = self._one("access_tokens", token)
        if row is None:
            return None
        dead = row["revoked"] is not None
        return Token(row["hash"], _grant(row), row["scope"], row["expires"], row["issued"], revoked=dead)

    def find_refresh(self, token: str) -> Token | None:
        """Look a refresh token up, dead or alive."""
        row = self._one("refresh_tokens", token)
        if row is None:
            return None
        return Token(row["hash"], _grant(row), row["scope"], row["expires"], used=row["used"])

    def claim_code(self, code: Code) -> bool:
        """Use a code up; False when somebody was faster."""
        return self._claim("codes", code.hash)

    def claim_refresh(self, token: Token) -> bool:
        """Use a refresh token up; False when somebody was faster."""
        return self._claim("refresh_tokens", token.hash)

    def end(self, grant_id: str) -> None:
        """Revoke a grant: all its tokens are dead."""
        with self._database.transaction() as rows:
            rows.execute("UPDATE grants SET revoked = ? WHERE id = ? AND revoked IS NULL", (self.now, grant_id))

    def end_access(self, token: Token) -> None:
        """Revoke one access token."""
        with self._database.transaction() as rows:
            rows.execute("UPDATE access_tokens SET revoked = ? WHERE hash = ?", (self.now, token.hash))

    def end_all_of(self, company_id: str) -> None:
        """Revoke every grant that covers a company, as an owner could inside the software."""
        with self._database.transaction() as rows:
            rows.execute(
                "UPDATE grants SET revoked = ? WHERE revoked IS NULL AND companies LIKE ?",
                (self.now, f'%"{company_id}"%'),
            )

    def _claim(self, table: str, key: str) -> bool:
        with self._database.transaction() as rows:
            changed = rows.execute(f"UPDATE {table} SET used = ? WHERE hash = ? AND used IS NULL", (self.now, key))  # noqa: S608 - our own table names
            return changed.rowcount == 1

    def _one(self, table: str, secret: str) -> Row | None:
        query = (
            "SELECT t.*, g.client_id, g.person, g.companies, g.scope AS granted, g.revoked AS ended"  # noqa: S608 - our own table names
            f" FROM {table} t JOIN grants g ON g.id = t.grant_id WHERE t.hash = ?"
        )
        with self._database.transaction() as rows:
            found: Row | None = rows.execute(query, (hashed(secret),)).fetchone()
            return found


def _grant(row: Row) -> Grant:
    companies = tuple(json.loads(row["companies"]))
    return Grant(row["grant_id"], row["client_id"], row["person"], row["granted"], companies, row["ended"] is not None)
