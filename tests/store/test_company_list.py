"""A page of the list of companies, on both databases: every order, filter and search, forwards and backwards."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, text

from linkflow.domain.search import pieces
from linkflow.store import companies as store
from linkflow.store import company_list
from linkflow.store.companies import Company, Entity
from linkflow.store.company_list import CompanyFilter, Sort, list_companies
from linkflow.store.company_listings import everybody, nobody, of_user
from linkflow.store.database import Database
from linkflow.store.tables import companies, requests, syncs, users
from tests.store.rows import NOW, make_connection, relist_in_turn

pytestmark = pytest.mark.postgres_slowly

BANK = everybody("bank")
NAMES = (
    "Abra Kebabra",
    "Éclair & Co",
    "eclair and sons",
    "Zebra 100%",
    'Quote "Unquote" Ltd',
    "AND NOT Or",
    "東京商事",
)


@pytest.fixture
def seven(database: Database) -> Database:
    """Companies 0 to 6; three are Zoe's, three were asked, two of them at the same instant, one has figures."""
    with database.transaction() as tx:
        said = {"id": "zoe", "organization": "bank", "email": "zoe@bank.example", "name": "Zoe", "role": "manager"}
        tx.connection.execute(users.insert().values(**said, created_at=NOW))
        for number, name in enumerate(NAMES):
            key, at = str(number), NOW + timedelta(minutes=number // 2)
            contact = {"contact_name": f"Anna {6 - number}", "contact_email": f"a{number}@firm.example"}
            company = Company(id=key, organization="bank", name=name, created_at=at, **contact)
            itself = Entity(id=key, organization="bank", company_id=key, name=None, folded_name="", created_at=at)
            store.add_company(tx, company, itself=itself, user_ids=("zoe",) if number % 2 else ())
        for number, status in ((1, "opened"), (4, "available"), (5, "opened")):
            times = dict.fromkeys(("created_at", "expires_at", "status_at"), NOW + timedelta(hours=number // 4))
            row = {"id": str(number), "organization": "bank", "company_id": str(number), "name": "Cards", **times}
            more = {"data_types": "financials", "language": "en", "phrase": "blue boat", "status": status}
            tx.connection.execute(requests.insert().values(**row, **more))
            relist_in_turn(tx, str(number))
    return database


def listed(database: Database, *, size: int = 9, scope: str = BANK, q: str = "", **wanted: Any) -> str:
    """The ids of a page, by name unless told otherwise."""
    wanted = {"sort": Sort.NAME, "descending": False, **wanted}
    with database.reading() as tx:
        found = list_companies(tx, "bank", CompanyFilter(scope=scope, pieces=pieces(q), **wanted), size=size)
    return "".join(one.id for one in found.companies)


def turned(database: Database, *, size: int, **wanted: Any) -> Iterator[tuple[str, str | None, str | None]]:
    """Every page from the first to the last, as ids and the two to go on from."""
    after: str | None = None
    while True:
        with database.reading() as tx:
            found = list_companies(tx, "bank", CompanyFilter(scope=BANK, after=after, **wanted), size=size)
        yield "".join(one.id for one in found.companies), found.before, found.after
        after = found.after
        if after is None:
            return


ORDERS = {
    Sort.NAME: "0512436",
    Sort.CREATED: "0123456",
    Sort.CONTACT: "6543210",
    Sort.USERS: "0246135",
    Sort.STATUS: "0236154",
    Sort.CHANGED: "0123645",
    Sort.REPORTS: "0123456",
}


@pytest.mark.parametrize("sort", Sort)
def test_every_order_runs_both_ways(seven: Database, sort: Sort) -> None:
    assert listed(seven, sort=sort) == ORDERS[sort]
    assert listed(seven, sort=sort, descending=True) == ORDERS[sort][::-1]


@pytest.mark.parametrize("sort", Sort)
def test_pages_show_everything_once_forwards_and_backwards(seven: Database, sort: Sort) -> None:
    for descending, size in product((True, False), (1, 3)):
        wanted = {"sort": sort, "descending": descending}
        pages = list(turned(seven, size=size, **wanted))
        whole = listed(seven, **wanted)
        assert "".join(ids for ids, _, _ in pages) == whole, (descending, size)
        assert (pages[0][1], pages[-1][2]) == (None, None)
        back = [listed(seven, size=size, before=before, **wanted) for _, before, _ in pages[1:]]
        assert back == [ids for ids, _, _ in pages[:-1]], (descending, size)


def test_the_first_page_reached_backwards_has_nothing_before_it(seven: Database) -> None:
    wanted = CompanyFilter(scope=BANK, sort=Sort.NAME, descending=False, before="2")
    with seven.reading() as tx:
        found = list_companies(tx, "bank", wanted, size=3)
        assert ("".join(one.id for one in found.companies), found.before, found.after) == ("051", None, "1")


def test_a_page_that_begins_at_a_company_that_is_not_in_the_list_is_the_first(seven: Database) -> None:
    for mark in ({"after": "x"}, {"before": "x"}, {"after": "0", "scope": of_user("zoe")}):
        assert listed(seven, size=2, **mark) == listed(seven, size=2, scope=mark.get("scope", BANK))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"scope": of_user("zoe")}, "513"),
        ({"scope": nobody("bank")}, "0246"),
        ({"scope": of_user("nobody-known")}, ""),
        ({"status": "opened"}, "51"),
        ({"status": ""}, "0236"),
        ({"status": "draft"}, ""),
        ({"status": "opened", "scope": nobody("bank")}, ""),
    ],
)
def test_lists_and_statuses_narrow(seven: Database, wanted: dict[str, str], found: str) -> None:
    assert listed(seven, **wanted) == found


SEARCHES = {
    "kebab": "0",
    "KÉBAB": "0",
    "eclair": "12",
    "eclair sons": "2",
    "anna": "0512436",
    "a": "0512436",
    "a5": "5",
    "@firm.ex": "0512436",
    "100%": "3",
    "%": "",
    "_": "",
    "1_0": "",
    "\\": "",
    "/": "",
    '"unquote"': "4",
    '"': "4",
    "and": "52",
    "and not": "5",
    "and OR": "5",
    "NOT kebab": "",
    "kebab*": "",
    "text:kebab": "",
    "(kebab)": "",
    "NEAR(a b)": "",
    "^abra": "",
    "kebab -anna": "",
    "商事": "6",
    "京": "6",
    "x" * 300: "",
    "'; DROP TABLE companies; --": "",
}


@pytest.mark.parametrize("near", [0, 2, 100])
@pytest.mark.parametrize("size", [1, 9])
def test_a_search_finds_words_and_takes_signs_as_they_are(
    seven: Database, near: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company_list, "NEAR", near)
    assert {q: listed(seven, q=q, size=size) for q in SEARCHES} == {q: ids[:size] for q, ids in SEARCHES.items()}
    assert listed(seven, q="anna", scope=of_user("zoe"), status="opened") == "51"
    assert listed(seven, q="anna", size=2, after="1") == "24"
    assert listed(seven, q="anna", size=2, before="2", descending=True) == "34"


def test_another_organizations_companies_are_in_no_list_and_no_search(seven: Database) -> None:
    for scope in (everybody("other"), nobody("other")):
        assert listed(seven, scope=scope) == listed(seven, scope=scope, q="anna") == ""
    with seven.reading() as tx:
        found = list_companies(tx, "other", CompanyFilter(scope=of_user("zoe")), size=9)
        assert found == company_list.CompanyList((), None, None)


def test_figures_that_came_in_last_stand_first(database: Database) -> None:
    with database.transaction() as tx:
        for number, name in enumerate("abc"):
            make_connection(tx.connection, name)
            at = NOW - timedelta(hours=number)
            row = {"organization": "bank", "company_id": name, "connection_id": name, "consent_id": "k"}
            months = {"first_month": NOW.date(), "last_month": NOW.date(), "data_types": "financials"}
            times = {"created_at": at, "finished_at": at}
            if name != "a":
                tx.connection.execute(syncs.insert().values(id=name, state="done", **row, **months, **times))
            relist_in_turn(tx, name)
    assert listed(database, sort=Sort.REPORTS, descending=True) == "bca"


SORT_COLUMNS = {
    **{sort: f"{sort}_key" for sort in (Sort.NAME, Sort.CONTACT, Sort.USERS, Sort.STATUS)},
    **{sort: f"{sort}_at" for sort in (Sort.CREATED, Sort.CHANGED, Sort.REPORTS)},
}


def _plans(url: str, wanted: CompanyFilter) -> list[str]:
    """How SQLite goes about every query of a page."""
    database, plans = Database(url), list[str]()
    with database.reading() as tx:

        def explain(_conn: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
            raw = tx.connection.connection.driver_connection
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values))  # type: ignore[union-attr]

        event.listen(database._reader, "before_cursor_execute", explain)
        list_companies(tx, "bank", wanted, size=9)
    database.dispose()
    return plans


@pytest.mark.parametrize(("sort", "status", "mark"), list(product(Sort, (None, "opened"), (None, "1"))))
def test_sqlite_reads_a_page_from_one_index_and_sorts_nothing(
    sqlite_url: str, sort: Sort, status: str | None, mark: str | None
) -> None:
    plans = _plans(sqlite_url, CompanyFilter(scope=BANK, sort=sort, status=status, after=mark))
    assert any(f"ix_company_listings_{'status_' if status else ''}" in plan for plan in plans)
    assert not [plan for plan in plans if "TEMP" in plan or plan.startswith("SCAN company")]


@pytest.mark.parametrize(("sort", "status", "mark"), list(product(Sort, (None, "opened"), (None, "1"))))
def test_sqlite_sorts_what_a_search_found_without_reading_its_rows(
    sqlite_url: str, sort: Sort, status: str | None, mark: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(company_list, "NEAR", 0)
    wanted = CompanyFilter(scope=BANK, sort=sort, status=status, after=mark, pieces=pieces("anna"))
    plans = [plan for plan in _plans(sqlite_url, wanted) if "TEMP B-TREE" in plan or "company_listings" in plan]
    found = f"SEARCH company_listings USING COVERING INDEX ix_company_listings_found_{SORT_COLUMNS[sort]} (scope=? AND"
    assert any(plan.startswith(found) and "number=?" in plan for plan in plans), plans


def test_an_index_is_asked_only_where_the_list_goes_on(seven: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = company_list._matching
    monkeypatch.setattr(company_list, "_matching", lambda tx, found: asked.append(found) or real(tx, found))
    assert listed(seven, q="anna") == "0512436"
    assert asked == []
    monkeypatch.setattr(company_list, "NEAR", 3)
    assert listed(seven, q="anna", size=2) == "05"
    assert asked == []
    assert listed(seven, q="anna", size=3) == "051"
    assert asked == [pieces("anna")]


@pytest.mark.postgres
def test_without_the_extension_searches_work_and_it_is_said(
    postgres_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linkflow.store import migrating, search_index

    real = search_index.text
    monkeypatch.setattr(search_index, "text", lambda sql: real(sql.replace("pg_trgm;", "").replace("pg_trgm", "gone")))
    migrating.upgrade(postgres_url)
    assert search_index.MISSING in caplog.text
    database = Database(postgres_url)
    with database.transaction() as tx:
        make_connection(tx.connection, "a")
        relist_in_turn(tx, "a")
        assert migrating.differences(tx.connection) == []
    assert listed(database, q="bra") == "a"
    assert migrating.lacks(postgres_url) == search_index.MISSING
    monkeypatch.undo()
    migrating.upgrade(postgres_url)
    assert migrating.lacks(postgres_url) is None
    with database.reading() as tx:
        assert migrating.differences(tx.connection) == []
        found = tx.connection.execute(
            text("SELECT indexdef FROM pg_indexes WHERE indexname = :name"), {"name": search_index.NAME}
        )
        assert "gin_trgm_ops" in found.scalar_one()
    database.dispose()


def test_listing_reads_the_companies_shown_and_no_others(seven: Database) -> None:
    with seven.counted() as statements:
        listed(seven, size=2)
    assert len(statements) == 2
    assert "companies.organization =" not in "".join(statements)
    with seven.transaction() as tx:
        tx.connection.execute(companies.delete())
    assert listed(seven) == ""
