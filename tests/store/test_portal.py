"""The portal's queries on both databases: pages, searches and what belongs to another organization."""

from datetime import timedelta

import pytest

from linkflow.store import portal
from linkflow.store.database import Database
from linkflow.store.portal import RequestFilter
from linkflow.store.tables import company_users, requests, syncs, users
from tests.store.rows import NOW, make_connection


@pytest.fixture
def five(database: Database) -> Database:
    """Requests a to e, the youngest last; b and c were made in the same instant."""
    with database.transaction() as tx:
        for number, name in enumerate("abcde"):
            make_connection(tx.connection, name)
            at = NOW + timedelta(minutes=1 if name in "bc" else number)
            tx.connection.execute(requests.update().where(requests.c.id == name).values(created_at=at))
    return database


def listed(
    database: Database, *, organization: str = "bank", size: int = 2, **wanted: str
) -> tuple[str, str | None, str | None]:
    with database.reading() as tx:
        found = portal.list_requests(tx, organization, RequestFilter(**wanted), size=size)
    return "".join(row.id for row in found.rows), found.newer, found.older


def test_pages_go_back_in_time_and_forth_again(five: Database) -> None:
    assert listed(five) == ("ed", None, "d")
    assert listed(five, before="d") == ("cb", "c", "b")
    assert listed(five, before="b") == ("a", "a", None)
    assert listed(five, after="a") == ("cb", "c", "b")
    assert listed(five, after="c") == ("ed", None, "d")
    assert listed(five, before="a") == ("", None, None)


def test_a_page_of_all_has_no_neighbours(five: Database) -> None:
    assert listed(five, size=5) == ("edcba", None, None)


def test_words_are_searched_whatever_their_case_and_signs_are_plain(five: Database) -> None:
    assert listed(five, size=9, words="ABRA bOaT")[0] == "edcba"
    for words in ("%", "_bra", "abra boot", "\\"):
        assert listed(five, words=words)[0] == ""


def test_another_organization_lists_counts_and_finds_nothing(five: Database) -> None:
    assert listed(five, organization="other") == ("", None, None)
    assert listed(five, organization="other", before="d") == ("", None, None)
    with five.reading() as tx:
        assert portal.list_requests(tx, "other", RequestFilter()).rows == ()
        assert len(portal.list_requests(tx, "bank", RequestFilter()).rows) == 5
        assert portal.listed_request(tx, "other", "a") is None
        assert portal.requests_of_company(tx, "other", "a") == ()
        assert [row.id for row in portal.requests_of_company(tx, "bank", "a")] == ["a"]


def test_only_companies_assigned_to_the_user_are_theirs(five: Database) -> None:
    with five.transaction() as tx:
        said = {"id": "u", "organization": "bank", "email": "u@example.com", "name": "Una", "role": "manager"}
        tx.connection.execute(users.insert().values(**said, created_at=NOW))
        tx.connection.execute(company_users.insert().values(company_id="b", user_id="u"))
    assert listed(five, assigned_to="u")[0] == "b"
    with five.reading() as tx:
        assert portal.user_names(tx, "bank", ["u", "x"]) == {"u": "Una"}
        assert portal.user_names(tx, "other", ["u"]) == {}
        assert portal.user_names(tx, "bank", []) == {}


def test_the_last_complete_pull_of_each_connection_is_found(five: Database) -> None:
    with five.transaction() as tx:
        for number, state in enumerate(("done", "done", "failed")):
            at = NOW + timedelta(hours=number)
            row = {"organization": "bank", "company_id": "a", "connection_id": "a", "consent_id": "k", "state": state}
            months = {"first_month": NOW.date(), "last_month": NOW.date(), "data_types": "financials"}
            tx.connection.execute(
                syncs.insert().values(id=f"s{number}", **row, **months, created_at=at, finished_at=at)
            )
    with five.reading() as tx:
        assert portal.last_pulls(tx, "a") == {"a": NOW + timedelta(hours=1)}
        assert portal.handed_over(tx, "bank", ["x"]) == {}
