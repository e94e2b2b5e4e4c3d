"""Lists of the rows behind a spend analysis, of a company with several entities."""

import pytest

from linkflow.domain.books import Company
from linkflow.services import spend_rows
from linkflow.services.spend_rows import RowsAsked, review_rows
from linkflow.store.book_rows import Place
from tests.jobs.rig import Rig
from tests.services import people
from tests.services.spend_reports import build_all, read_books
from tests.spend_rows import bill

BOOKS = Company(external_id="c1", name="Abra Kebabra", base_currency="GBP")


def test_pages_of_two_entities_make_up_the_whole_list(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    twelve = [BOOKS, *(bill(f"{place:02}", f"{place + 1}.00") for place in range(12))]
    first, user = read_books(rig, twelve), people.add(rig.ctx)
    second = read_books(rig, twelve, of=first, tenant_id="tenant-2")
    build_all(rig)
    whole = review_rows(rig.ctx, user, first.company_id, RowsAsked(kind="bills"))
    assert [(row.connection_id, row.id) for row in whole.rows] == [
        (rows.connection_id, f"{place:02}")
        for rows in sorted((first, second), key=lambda one: list(whole.entities).index(one.connection_id))
        for place in range(12)
    ]
    monkeypatch.setattr(spend_rows, "AT_ONCE", 5)
    paged, pages = [], list[int]()
    place: Place | None = None
    while place is not None or not pages:
        found = review_rows(rig.ctx, user, first.company_id, RowsAsked(kind="bills", after=place))
        paged += found.rows
        pages.append(len(found.rows))
        place = found.onward
    assert pages == [5, 5, 5, 5, 4]
    assert paged == list(whole.rows)
