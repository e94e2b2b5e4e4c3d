"""Whom the demo tells to sign in as, and whose books that opens."""

from linkflow.demo import SIGN_INS
from linkflow.demo_data import COMPANIES
from linkflow.sandbox.companies import PROFILES
from linkflow.sandbox.people import PEOPLE


def test_each_link_is_printed_with_a_person_who_opens_the_books_of_its_company_alone() -> None:
    for kind, asked in COMPANIES.items():
        (company_id,) = PEOPLE[SIGN_INS[kind]].companies
        books = PROFILES[company_id].company
        assert asked.name in (books.name, books.trading_name)
        assert PEOPLE[SIGN_INS[kind]].may_read(company_id)
