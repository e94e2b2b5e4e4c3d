"""The facts of a consent: truthful, complete, and about the requested types only."""

from dataclasses import replace
from datetime import date

from linkflow.domain.consent import Terms, consent_text, declaration, facts, records, version_of
from linkflow.domain.requests import DataType

FINANCIALS, SPEND = frozenset({DataType.FINANCIALS}), frozenset({DataType.SPEND_ANALYSIS})
TERMS = Terms(
    organization="Northbank",
    entity="Abra Kebabra Ltd",
    request_name="Virtual card application",
    data_types=FINANCIALS,
    software="Sandbox Books",
    read_only=True,
    access_until=date(2027, 11, 23),
    retention_months=24,
    contact="help@northbank.example",
)


def text_of(terms: Terms) -> str:
    return consent_text(facts(terms), sections=[], declared=declaration(terms))


def test_only_the_records_of_the_requested_types_are_named() -> None:
    assert "Profit and loss, month by month" in text_of(TERMS)
    assert "Bills" not in text_of(TERMS)
    spend = text_of(replace(TERMS, data_types=SPEND))
    assert "Bills and credit notes" in spend
    assert "Balance sheet" not in spend


def test_asking_for_both_names_every_record_once() -> None:
    both = records(FINANCIALS | SPEND)
    assert set(both) == set(records(FINANCIALS)) | set(records(SPEND))
    assert len(both) == len(set(both))


def test_software_without_a_read_only_permission_is_said_to_have_none() -> None:
    assert "Read only" in text_of(TERMS)
    wide = text_of(replace(TERMS, read_only=False))
    assert "has no read-only access" in wide
    assert "Read only" not in wide


def test_once_and_until_a_date_are_told_apart() -> None:
    assert "Until 23 November 2027" in text_of(TERMS)
    once = text_of(replace(TERMS, access_until=None))
    assert "Access is given back as soon as the books have been read" in once
    assert "it can be tried again for 7 days; then access ends" in once


def test_a_file_gives_no_access_to_any_software() -> None:
    file = text_of(replace(TERMS, software=None))
    assert "gets no access to your software" in file
    assert "Sandbox Books" not in file


def test_the_organizations_own_words_stand_behind_the_facts_and_cannot_replace_them() -> None:
    text = consent_text(facts(TERMS), sections=[("Our promise", "We never sell data.")], declared=declaration(TERMS))
    assert text.index("Who asks, and why") < text.index("Our promise") < text.index("I may share")


def test_another_wording_has_another_version() -> None:
    assert version_of(text_of(TERMS)) == version_of(text_of(TERMS))
    assert version_of(text_of(TERMS)) != version_of(text_of(replace(TERMS, retention_months=12)))
