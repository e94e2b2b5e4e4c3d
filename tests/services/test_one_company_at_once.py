"""What happens to one company at the same instant takes turns: nobody is turned away, and no status is left stale."""

from functools import partial

import pytest

from linkflow.domain.errors import Refused
from linkflow.domain.requests import ConnectionState, DataType
from linkflow.services import following_up, keeping, reconnecting, requesting, statuses
from linkflow.services.keeping import KeptCompany
from linkflow.services.requesting import Ask, NewCompany
from linkflow.store import companies, connections, requests
from linkflow.store.turns import take_turn_of
from linkflow.store.users import User
from tests.jobs.rig import Rig, Rows, add_rows
from tests.services import people
from tests.services.test_at_the_same_instant import at_once

ROUNDS = 15


@pytest.fixture
def manager(rig: Rig) -> User:
    """A user who sees every company."""
    return people.add(rig.ctx)


@pytest.fixture
def rows(rig: Rig, manager: User) -> Rows:
    """A company with three requests, and a connection whose customer has to sign in once more."""
    made = add_rows(rig.ctx)
    for name in ("Overdraft", "Card"):
        asked = Ask(data_types=frozenset({DataType.FINANCIALS}), name=name)
        requesting.ask(rig.ctx, manager, made.company_id, asked)
    with rig.ctx.database.transaction() as tx:
        lost = ConnectionState.NEEDS_REAUTH
        assert connections.move(tx, made.connection_id, old=ConnectionState.LINKED, new=lost)
    return made


def of_company(rig: Rig, rows: Rows) -> tuple[str, ...]:
    with rig.ctx.database.reading() as tx:
        return tuple(request.id for request in requests.requests_of_company(tx, rows.company_id))


def move_contact(rig: Rig, user: User, rows: Rows, number: int) -> None:
    """Another address for the company's contact, which takes back every link."""
    with rig.ctx.database.reading() as tx:
        company = companies.company(tx, user.organization, rows.company_id)
    assert company is not None
    contact = f"anna{number}@example.com"
    typed = NewCompany(name=company.name, contact_name=company.contact_name, contact_email=contact)
    keeping.edit(rig.ctx, user, company.id, KeptCompany(company=typed, user_ids=(user.id,)), version=company.version)


def go_on(rig: Rig, request_id: str) -> None:
    """What every step of the customer ends in."""
    with rig.ctx.database.transaction() as tx:
        take_turn_of(tx, "request", request_id)
        requests.set_facts(tx, request_id, opened_at=rig.ctx.now())
        statuses.refresh_status(rig.ctx, tx, request_id)


def recomputed(rig: Rig, rows: Rows) -> list[tuple[str, str | None]]:
    """Every request's status as stored, and as it is when computed anew."""
    stored_and_computed = []
    for request_id in of_company(rig, rows):
        with rig.ctx.database.transaction() as tx:
            take_turn_of(tx, "request", request_id)
            held = requests.request_by_id(tx, request_id)
            assert held is not None
            computed = statuses.refresh_status(rig.ctx, tx, request_id)
            stored_and_computed.append((held.status, computed and computed.value))
    return stored_and_computed


def test_a_contact_is_changed_while_the_customer_and_the_office_go_on(rig: Rig, manager: User, rows: Rows) -> None:
    first, second, third = of_company(rig, rows)
    for number in range(ROUNDS):
        answers = at_once(
            partial(move_contact, rig, manager, rows, number),
            partial(go_on, rig, first),
            partial(go_on, rig, third),
            partial(following_up.withdraw, rig.ctx, manager, second, sure=True),
            partial(reconnecting.ask_to_reconnect, rig.ctx, manager, rows.connection_id),
            partial(keeping.replace_links, rig.ctx, manager, rows.company_id),
        )
        assert [answer for answer in answers if not isinstance(answer, bool | int | None | Refused)] == []
        assert all(stored == computed for stored, computed in recomputed(rig, rows))
        rig.clock.go_on(hours=2)
        following_up.reopen(rig.ctx, manager, second)
