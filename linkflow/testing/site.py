"""One whole linkflow under test: web, worker and sandbox as real processes, and the ways tests act beside the browser.

Requests are made through the same services as everywhere else, in the database the processes use.
"""

import contextlib
import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from linkflow.demo import Place, children_of, environment_of
from linkflow.domain.requests import DataType, SyncState, data_types_of
from linkflow.jobs.upgrade import upgrade
from linkflow.services import accounts
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, Asked, NewCompany, ask, ask_new_company
from linkflow.store import reports, visits
from linkflow.store.users import User
from linkflow.testing.mailbox import Mailbox
from linkflow.testing.processes import free_ports, running
from linkflow.wiring import context_from

KINDS = {"financials": "financials", "spend_analysis": "spend_analysis", "both": "financials,spend_analysis"}
_PASSWORD = "a password that only tests use"  # noqa: S105 made up, for accounts that live as long as the tests
_NAMES = {"viewer": "Vera Viewer", "administrator": "Ada Admin"}


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the portal."""

    portal: str
    email: str
    password: str


@dataclass(frozen=True)
class Site:
    """A linkflow that runs at `place`; `ctx` works on the same database. `faulty` names companies with faults."""

    place: Place
    ctx: Context
    mailbox: Mailbox
    faulty: set[str] = field(default_factory=set)
    _users: dict[str, User] = field(default_factory=dict)

    def ask(
        self,
        kind: str = "financials",
        *,
        organization: str = "northbank",
        company: str = "Abra Kebabra Ltd",
        contact: str = "contact@example.com",
        company_id: str | None = None,
        mail: bool = False,
    ) -> Asked:
        """A request of one kind (`financials`, `spend_analysis`, `both`) to a new company, or to `company_id`."""
        wish = Ask(data_types=data_types_of(KINDS[kind]), name="Working capital review", send=mail)
        user = self._user(organization)
        if company_id is not None:
            return ask(self.ctx, user, company_id, wish)
        typed = NewCompany(name=company, contact_name="Charlie Contact", contact_email=contact)
        return ask_new_company(self.ctx, user, typed, wish)

    def account(self, organization: str = "northbank", role: str = "manager") -> Account:
        """Somebody of the organization with this role."""
        return Account(f"{self.place.portal}/portal", self._user(organization, role).email, _PASSWORD)

    def user(self, organization: str = "northbank") -> User:
        """The same manager, for calling services."""
        return self._user(organization)

    def wait_until_read(self, asked: Asked, *, connections: int = 1, seconds: float = 60.0) -> None:
        """Until the books of so many connections of a request are in, and reports made of them; else TimeoutError."""
        deadline = time.monotonic() + seconds
        while True:
            with self.ctx.database.reading() as tx:
                states = [one.sync_state for one in visits.entities_of(tx, asked.request_id)]
                making = any(reports.making(tx, asked.company_id, kind) for kind in DataType)
            if sum(state is SyncState.DONE for state in states) >= connections and not making:
                return
            stuck = SyncState.FAILED in states or time.monotonic() > deadline
            if stuck:
                raise TimeoutError(f"the books are not in: {states}{', or no report made' if making else ''}")
            time.sleep(0.1)

    def switch(self, company: str, kind: str | None = None, *, on: bool = True, **more: float | str) -> None:
        """Turn a fault of the sandbox on for one company there, or off (all of them without a kind)."""
        self.faulty.add(company)
        body = json.dumps({"kind": kind, "on": on, **more}).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self.place.sandbox}/faults/{company}", data=body, headers=headers)  # noqa: S310 - our own sandbox, on loopback
        with urllib.request.urlopen(asked, timeout=5):  # noqa: S310 a loopback address of ours
            pass

    def _user(self, organization: str, role: str = "manager") -> User:
        email = f"{role}@{organization}.example.com"
        if email not in self._users:
            name = _NAMES.get(role, "Rita Manning")
            self._users[email] = accounts.account(self.ctx, email) or accounts.add_account(
                self.ctx, email, _PASSWORD, organization=organization, name=name, role=role
            )
        return self._users[email]


@contextlib.contextmanager
def running_site(folder: Path, environment: Mapping[str, str]) -> Iterator[Site]:
    """Start everything below `folder`; `environment` is laid over what the demo's processes are told."""
    place = Place(folder, free_ports())
    told = environment_of(place) | dict(environment)
    ctx = context_from(told)
    try:
        upgrade(ctx.settings.database_url)
        with running(children_of(place, told)):
            yield Site(place, ctx, Mailbox(folder / "mailbox"))
    finally:
        ctx.database.dispose()
