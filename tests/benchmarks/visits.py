"""A browser in every place of the journey, taken there through the pages themselves; only the software's part is
written to the store, as the callback would.
"""

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from linkflow.domain.links import step_path
from linkflow.domain.requests import ConnectionState, data_types_of
from linkflow.services import connecting, syncing
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, NewCompany, ask_new_company
from linkflow.store import connections, consents
from linkflow.store.users import User, add_user

HEADERS = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Place:
    """One page, and the cookie of a browser that may look at it."""

    name: str
    path: str
    cookie: str


class Walk:
    """One request in one browser."""

    def __init__(self, app: Flask, ctx: Context, user: User, data_types: str, *, company: str) -> None:
        typed = NewCompany(name=company, contact_name="Ann Owner", contact_email="ann@example.com")
        asked = ask_new_company(
            ctx, user, typed, Ask(data_types=data_types_of(data_types), name="Loan review", send=False)
        )
        self.ctx, self.request_id = ctx, asked.request_id
        self.client: FlaskClient = app.test_client()
        self.base = ctx.settings.public_url
        self.link = asked.link.removeprefix(self.base)
        self.here = self.link
        self.get()
        self.follow(self.client.post(self.link, headers=HEADERS, base_url=self.base))

    def get(self) -> str:
        """The page one is on."""
        return self.client.get(self.here, base_url=self.base).get_data(as_text=True)

    def follow(self, answer: TestResponse) -> None:
        """Go where an answer leads."""
        if answer.status_code != 303:
            raise RuntimeError(f"{self.here} answered {answer.status_code}")
        self.here = str(answer.headers["Location"])

    def send(self, **fields: str) -> None:
        """Answer the page one is on."""
        page = self.get()
        for name in ("linkflow_csrf", "version"):
            found = re.search(f'name="{name}" value="([^"]+)"', page)
            fields |= {name: found[1]} if found else {}
        self.follow(self.client.post(self.here, data=fields, headers=HEADERS, base_url=self.base))

    def place(self, name: str, path: str | None = None) -> Place:
        """A page as this browser sees it, once it has been there: its cookie has all that the page puts into it."""
        self.client.get(path or self.here, base_url=self.base)
        cookie = self.client.get_cookie("linkflow", domain="127.0.0.1")
        return Place(name, path or self.here, f"linkflow={cookie.value}" if cookie else "")

    def connect(self) -> None:
        """What the callback and the choice of a company write."""
        entity_id = self.here.split("/e/")[1].split("/")[0]
        with self.ctx.database.transaction() as tx:
            record = consents.consents_of_request(tx, self.request_id)[-1]
            made = connecting.await_company(self.ctx, tx, record, grant_id=None)  # type: ignore[arg-type]
            named = {"tenant_id": made, "tenant_name": "Abra Kebabra Ltd", "name_matches": True}
            states = {"old": ConnectionState.PENDING, "new": ConnectionState.LINKED}
            connections.move(tx, made, **states, **named, linked_at=self.ctx.now())  # type: ignore[arg-type]
            syncing.start_sync(self.ctx, tx, connection_id=made)
        self.here = step_path(self.request_id, "connected", entity_id)


def places(app: Flask, ctx: Context) -> list[Place]:
    """Every page of the journey that can be looked at without another server."""
    user = User(
        id=ctx.new_id(),
        organization="northbank",
        email="rm@example.com",
        name="Rita Manning",
        password_hash=None,
        role="manager",
        created_at=ctx.now(),
    )
    with ctx.database.transaction() as tx:
        add_user(tx, user)
    return [*_one(app, ctx, user), *_several(app, ctx, user), *_file(app, ctx, user)]


def _one(app: Flask, ctx: Context, user: User) -> list[Place]:
    looking = Walk(app, ctx, user, "financials,spend_analysis", company="Abra Kebabra Ltd")
    found = [looking.place("welcome", looking.link), looking.place("software")]
    found.append(looking.place("not-listed", looking.here.replace("/software", "/not-listed")))
    found += [looking.place(page, step_path(looking.request_id, page)) for page in ("hand-over", "exit")]
    choosing = Walk(app, ctx, user, "financials,spend_analysis", company="Second Ltd")
    choosing.send(software="sandbox")
    found.append(choosing.place("consent"))
    leaving = Walk(app, ctx, user, "financials,spend_analysis", company="Third Ltd")
    leaving.send(software="sandbox")
    leaving.send(declared_name="Ann Owner", may_share="yes")
    found.append(leaving.place("leaving"))
    connected = Walk(app, ctx, user, "financials,spend_analysis", company="Fourth Ltd")
    connected.send(software="sandbox")
    connected.send(declared_name="Ann Owner", may_share="yes")
    connected.connect()
    found += [connected.place("connected"), connected.place("summary", step_path(connected.request_id, "summary"))]
    return found


def _several(app: Flask, ctx: Context, user: User) -> list[Place]:
    counting = Walk(app, ctx, user, "spend_analysis", company="Group plc")
    found = [counting.place("entity-count")]
    walk = Walk(app, ctx, user, "spend_analysis", company="Second Group plc")
    walk.send(count="several")
    found.append(walk.place("entity-name"))
    for name in ("North Ltd", "South Ltd", "East Ltd"):
        walk.here = step_path(walk.request_id, "entity-name")
        walk.send(name=name)
    return [*found, walk.place("entities", step_path(walk.request_id, "entities"))]


def _file(app: Flask, ctx: Context, user: User) -> list[Place]:
    walk = Walk(app, ctx, user, "financials", company="Paper Ltd")
    walk.here = walk.here.replace("/software", "/upload-consent")
    walk.send(declared_name="Ann Owner", may_share="yes")
    return [walk.place("upload")]
