"""What a vendor's authorization server remembers: codes, grants and their tokens, under one lock and one clock."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.vendors.books import Books
from tests.vendors.quirks import Quirks


@dataclass
class Grant:
    """One person's approval. `refreshes` and `accesses` count what it was used for."""

    id: str
    person: str
    companies: tuple[Books, ...]
    scopes: tuple[str, ...]
    given_at: datetime
    dead: bool = False
    refreshes: int = 0
    accesses: list[datetime] = field(default_factory=list)


@dataclass
class Promise:
    """A code and what must come with it."""

    grant: Grant
    redirect_uri: str
    challenge: str | None
    expires_at: datetime
    used: bool = False


@dataclass
class Token:
    """An access or refresh token; `replaced_at` of a refresh token that was rotated out."""

    secret: str
    grant: Grant
    made_at: datetime
    expires_at: datetime | None
    replaced_at: datetime | None = None
    struck: bool = False


@dataclass(frozen=True)
class Issued:
    """What a token answer is written from."""

    grant: Grant
    access: str
    refresh: str | None
    access_seconds: int
    refresh_seconds: int | None
    renewed: bool = False
    """A refresh brought it, and not a code."""


class TokenRefused(Exception):
    """No tokens: the code of RFC 6749, and words for the log."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code, self.words = code, words


class Tokens:
    """All of one vendor's."""

    def __init__(self, quirks: Quirks, clock: Callable[[], datetime]) -> None:
        self.quirks, self.clock = quirks, clock
        self.lock = threading.RLock()
        self.grants: list[Grant] = []
        self.promises: dict[str, Promise] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self.exchanges = 0

    def approve(self, person: str, companies: tuple[Books, ...], scopes: tuple[str, ...]) -> Grant:
        """A grant without tokens yet."""
        with self.lock:
            grant = Grant(secrets.token_hex(8), person, companies, scopes, self.clock())
            self.grants.append(grant)
            return grant

    def promise(self, code: str, grant: Grant, *, redirect_uri: str, challenge: str | None) -> None:
        """A code that can be exchanged once."""
        ends = self.clock() + timedelta(seconds=self.quirks.code_seconds)
        with self.lock:
            self.promises[code] = Promise(grant, redirect_uri, challenge, ends)

    def redeem(self, code: str) -> Promise:
        """Take a code's place; the second who tries may cost the first its tokens."""
        with self.lock:
            self.exchanges += 1
            promise = self.promises.get(code)
            if promise is None:
                raise TokenRefused("invalid_grant", "no such code")
            if promise.used:
                promise.grant.dead = promise.grant.dead or self.quirks.reused_code_ends_grant
                raise TokenRefused("invalid_grant", "the code was used before")
            promise.used = True
            if self.clock() >= promise.expires_at:
                raise TokenRefused("invalid_grant", "the code has expired")
            return promise

    def issue(self, grant: Grant, *, access: str, refresh: str | None) -> Issued:
        """First tokens of a grant; where a person has too many refresh tokens, the oldest goes."""
        with self.lock:
            self._add_access(access, grant)
            if refresh is not None:
                self._add_refresh(refresh, grant)
                self._thin_out(grant.person)
            return Issued(grant, access, refresh, self.quirks.access_seconds, self.quirks.refresh_seconds)

    def renew(self, secret: str, *, access: str, refresh: str) -> Issued:
        """New tokens for a refresh token."""
        quirks, now = self.quirks, self.clock()
        with self.lock:
            token = self._usable(secret, now)
            grant = token.grant
            self._refuse_haste(grant, now)
            self._add_access(access, grant)
            grant.refreshes += 1
            grant.accesses.append(now)
            left = quirks.refresh_seconds
            if quirks.rotates and now - token.made_at >= timedelta(seconds=quirks.rotates_after):
                token.replaced_at = token.replaced_at or now
                self._add_refresh(refresh, grant)
                return Issued(grant, access, refresh, quirks.access_seconds, left, renewed=True)
            if quirks.rolling and left is not None:
                token.expires_at = now + timedelta(seconds=left)
            return Issued(grant, access, secret, quirks.access_seconds, left, renewed=True)

    def revoke(self, secret: str) -> bool:
        """End the grant of a token the endpoint knows; answers whether there was one."""
        with self.lock:
            kinds = {"refresh": self.refresh, "access": self.access}
            token = next((kinds[kind][secret] for kind in self.quirks.revokes if secret in kinds[kind]), None)
            if token is None:
                return False
            token.grant.dead = True
            return True

    def reader(self, secret: str) -> Token | None:
        """The access token, None where it is good for nothing (any more)."""
        with self.lock:
            token = self.access.get(secret)
            if token is None or token.struck or token.grant.dead or self._ended(token.grant):
                return None
            return token if token.expires_at is None or self.clock() < token.expires_at else None

    def _usable(self, secret: str, now: datetime) -> Token:
        token = self.refresh.get(secret)
        if token is None or token.struck or token.grant.dead or self._ended(token.grant):
            raise TokenRefused("invalid_grant", "the refresh token is unknown or was revoked")
        if token.expires_at is not None and now >= token.expires_at:
            raise TokenRefused("invalid_grant", "the refresh token has expired")
        if token.replaced_at is not None and now >= token.replaced_at + timedelta(seconds=self.quirks.grace_seconds):
            token.grant.dead = token.grant.dead or self.quirks.reused_refresh_ends_grant
            raise TokenRefused("invalid_grant", "an old refresh token was used")
        return token

    def _refuse_haste(self, grant: Grant, now: datetime) -> None:
        quirks = self.quirks
        lives = [token.expires_at for token in self.access.values() if token.grant is grant and not token.struck]
        ends = max((end for end in lives if end is not None), default=None)
        early = None if quirks.earliest_refresh is None else timedelta(seconds=quirks.earliest_refresh)
        if early is not None and ends is not None and ends - now > early:
            raise TokenRefused("too_early", "the access token is still good")
        if quirks.access_tokens_in is not None:
            many, seconds = quirks.access_tokens_in
            recent = [at for at in grant.accesses if now - at < timedelta(seconds=seconds)]
            if len(recent) >= many:
                raise TokenRefused("too_many", "too many access tokens")

    def _add_access(self, secret: str, grant: Grant) -> None:
        now = self.clock()
        self.access[secret] = Token(secret, grant, now, now + timedelta(seconds=self.quirks.access_seconds))

    def _add_refresh(self, secret: str, grant: Grant) -> None:
        now, life = self.clock(), self.quirks.refresh_seconds
        self.refresh[secret] = Token(secret, grant, now, None if life is None else now + timedelta(seconds=life))

    def _thin_out(self, person: str) -> None:
        most = self.quirks.refresh_tokens_each
        mine = [t for t in self.refresh.values() if t.grant.person == person and not t.replaced_at and not t.struck]
        for token in mine[:-most] if most else ():
            token.struck = True

    def _ended(self, grant: Grant) -> bool:
        end = self.quirks.hard_end_seconds
        return end is not None and self.clock() >= grant.given_at + timedelta(seconds=end)
