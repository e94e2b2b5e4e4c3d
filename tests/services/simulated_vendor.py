"""Vendors made of nothing but the lifetimes of the catalogue: for each product a token endpoint that keeps to them.

Nothing here knows a product by name. What an entry says of refresh tokens, sign-ins, grace and refusals, a fake of the
kit does by the test's own clock; so what upkeep makes of an entry is tried for every entry there is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from linkflow.domain.requests import DataType
from linkflow.domain.software import OAuth, Software
from linkflow.domain.software import Tokens as Lifetimes
from linkflow.outbound.oauth2 import Tokens
from tests.vendors.calls import Reply, as_json
from tests.vendors.kit import Vendor, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.server import running_vendor
from tests.vendors.tokens import Grant, Issued, TokenRefused

DAY = 86_400
PLACE = "vendor.example"


@dataclass
class Simulated:
    """One product whose token endpoint is served here."""

    software: Software
    vendor: Vendor

    @property
    def lifetimes(self) -> Lifetimes:
        return self.software.tokens

    def sign_in(self) -> Tokens:
        """The tokens of somebody who has just signed in there."""
        vendor, now = self.vendor, self.vendor.clock()
        grant = vendor.tokens.approve("somebody", (), ())
        issued = vendor.tokens.issue(grant, access=vendor.new_access(grant), refresh=vendor.new_refresh())
        life, end = issued.refresh_seconds, self.lifetimes.sign_in_days
        told = end is not None and self.lifetimes.sign_in_life_field is not None
        return Tokens(
            access_token=issued.access,
            refresh_token=issued.refresh,
            scopes=self.software.oauth.scopes_for(DataType) if self.software.oauth else (),
            expires_at=now + timedelta(seconds=issued.access_seconds),
            refresh_expires_at=None if life is None else now + timedelta(seconds=life),
            ends_at=now + timedelta(days=end) if end is not None and told else None,
        )

    @property
    def refreshes(self) -> int:
        """How often tokens were renewed there, over all sign-ins."""
        return sum(grant.refreshes for grant in self.vendor.tokens.grants)


@contextmanager
def simulated(products: Sequence[Software], clock: Callable[[], datetime]) -> Iterator[tuple[Simulated, ...]]:
    """Each of the products with a vendor of its own, on loopback until the end of the block."""
    with ExitStack() as stack:
        found = []
        for product in products:
            kind = type(
                "Fake", (_Keeping,), {"name": product.name, "quirks": _quirks(product), "keeps": product.tokens}
            )
            vendor = stack.enter_context(running_vendor(kind({}, clock=clock)))
            assert product.oauth is not None
            here = f"{vendor.url}/{PLACE}"
            oauth = replace(product.oauth, token_url=f"{here}/token", revoke_url=f"{here}/revoke", issuer=None)
            plain = replace(product, oauth=replace(oauth, authorize_url=here, revoke_json=False), api=None, inputs=())
            found.append(Simulated(plain, vendor))
        yield tuple(found)


class _Keeping(Vendor):
    """A vendor that says of its lifetimes what the catalogue expects it to say, and refuses in its words."""

    keeps: Lifetimes

    def token_answer(self, issued: Issued) -> Reply:
        told = plain_tokens(issued)
        if self.keeps.refresh_life_field != Lifetimes.refresh_life_field:
            told[self.keeps.refresh_life_field] = issued.refresh_seconds
        if self.keeps.sign_in_life_field is not None and self.keeps.sign_in_days is not None:
            told[self.keeps.sign_in_life_field] = self._left(issued.grant, self.keeps.sign_in_days)
        return as_json(told)

    def token_refused(self, refused: TokenRefused) -> Reply:
        if refused.code == "invalid_grant" and self.keeps.spent_errors:
            return as_json({"error": "refused", "error_description": f"{self.keeps.spent_errors[0]}."}, 401)
        return super().token_refused(refused)

    def _left(self, grant: Grant, days: int) -> int:
        return int((grant.given_at + timedelta(days=days) - self.clock()).total_seconds())


def _quirks(product: Software) -> Quirks:
    keeps, oauth = product.tokens, product.oauth or OAuth(authorize_url="", token_url="")
    return Quirks(
        authorize=f"{PLACE}/authorize",
        token=f"{PLACE}/token",
        revoke=f"{PLACE}/revoke",
        client_auth=frozenset({"basic" if oauth.client_auth.value == "basic" else "body"}),
        access_seconds=keeps.access_seconds,
        refresh_seconds=keeps.refresh_days * DAY if keeps.refresh_days else None,
        rolling=keeps.rotates,
        rotates=keeps.rotates,
        grace_seconds=keeps.grace_seconds,
        earliest_refresh=keeps.earliest_refresh_seconds,
        hard_end_seconds=keeps.sign_in_days * DAY if keeps.sign_in_days else None,
        refresh_needs_redirect=oauth.redirect_on_refresh,
    )
