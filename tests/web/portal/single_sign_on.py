"""A portal whose organizations have providers of their own, and somebody who signs in there."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from werkzeug.test import TestResponse

from linkflow.organizations import Organizations
from linkflow.outbound.http import HttpClient
from linkflow.outbound.issuers import Issuers
from linkflow.store.users import User, user_by_email
from tests.config_factories import make_organization
from tests.lying_issuer import CLIENT, SECRET, LyingIssuer, lying_issuer
from tests.web.apps import app_for
from tests.web.portal.desk import Browser, Desk, main_text

HOME = "/portal/sign-in/northbank"
GROUPS = {"bank-ro": "viewer", "bank-rm": "manager", "bank-admins": "administrator"}


@dataclass
class SignOn:
    """Northbank's people sign in at `issuer`, Harbour's at `other`."""

    desk: Desk
    issuer: LyingIssuer
    other: LyingIssuer

    def set_out(self, browser: Browser, slug: str = "northbank") -> TestResponse:
        """Press the button."""
        return browser.send(f"/portal/sign-in/{slug}/attempt", on=f"/portal/sign-in/{slug}")

    def leave(self, browser: Browser, slug: str = "northbank") -> str:
        """Press the button and go on to the provider: its address."""
        page = browser.look(self.set_out(browser, slug).location)
        assert page.status_code == 200
        return page.headers["Refresh"].removeprefix("0;url=")

    def answer(self, browser: Browser, slug: str = "northbank") -> dict[str, str]:
        """What the provider sends the browser back with."""
        issuer = self.issuer if slug == "northbank" else self.other
        return issuer.approve(self.leave(browser, slug))

    def come_back(self, browser: Browser, query: Any, slug: str = "northbank") -> TestResponse:
        return browser.look(f"/portal/sign-in/{slug}/callback?{urlencode(query, doseq=True)}")

    def sign_in(self, browser: Browser | None = None, slug: str = "northbank", **person: Any) -> TestResponse:
        """The whole way, as `person` says, to the answer to the callback."""
        self.issuer.person.update(person)
        browser = browser or self.desk.browser(None)
        return self.come_back(browser, self.answer(browser, slug), slug)

    def told(self, **person: Any) -> str:
        """The words somebody turned away reads on the sign-in page."""
        browser = self.desk.browser(None)
        answer = self.sign_in(browser, **person)
        assert (answer.status_code, answer.location) == (303, HOME)
        words = main_text(browser.page(HOME))
        assert browser.look("/portal/requests").status_code == 303, "nobody is signed in"
        return words

    def user(self, email: str = "rita@northbank.example") -> User | None:
        with self.desk.ctx.database.reading() as tx:
            return user_by_email(tx, email)

    def events(self, kind: str) -> list[str]:
        """The details of the events of a kind, the oldest first."""
        return self.values(f"SELECT detail FROM events WHERE kind = '{kind}' ORDER BY at")

    def values(self, query: str) -> list[Any]:
        with self.desk.ctx.database.reading() as tx:
            return [row[0] for row in tx.connection.exec_driver_sql(query)]

    def configure(self, **over: Any) -> None:
        """Northbank's `[sign_in]` from now on."""
        self.desk = made_with(self.desk, {"northbank": self.issuer, "harbour": self.other}, **over)


@contextmanager
def sign_on_at(desk: Desk) -> Iterator[SignOn]:
    with lying_issuer(desk.clock) as issuer, lying_issuer(desk.clock) as other:
        made = SignOn(desk, issuer, other)
        made.configure()
        yield made


def made_with(desk: Desk, issuers: dict[str, LyingIssuer], **over: Any) -> Desk:
    """The same portal with providers; `over` is for Northbank's alone."""
    organizations = Organizations(
        {
            slug: make_organization(
                slug=slug,
                name=slug.title(),
                catalogue=desk.ctx.catalogue,
                sign_in={
                    "issuer": issuer.url,
                    "client_id": CLIENT,
                    "groups": GROUPS,
                    **(over if slug == "northbank" else {}),
                },
            )
            for slug, issuer in issuers.items()
        }
    )
    ctx = replace(
        desk.ctx,
        settings=desk.ctx.settings.model_copy(update={"sign_in_secrets": dict.fromkeys(issuers, SECRET)}),
        organizations=lambda: organizations,
        http=client(desk),
        issuers=Issuers(),
    )
    return replace(desk, ctx=ctx, app=app_for(ctx))


def client(desk: Desk, seconds: float = 10.0) -> HttpClient:
    return HttpClient(allow_private=True, total_seconds=seconds, clock=desk.clock, ssl_context=_trust())


def parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
