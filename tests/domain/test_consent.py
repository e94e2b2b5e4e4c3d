"""The facts of a consent: truthful, complete, and about the requested types only."""

from dataclasses import replace
from datetime import date

from linkflow.domain.consent import Fact, Terms, consent_text, declaration, facts, records, version_of, with_answers
from linkflow.domain.requests import DataType
from linkflow.domain.software import Missing
from linkflow.templating import speech

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


ENGLISH = speech("en-GB")


def text_of(terms: Terms) -> str:
    return consent_text(facts(terms, ENGLISH), sections=[], declared=declaration(terms, ENGLISH))


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


def test_access_is_not_said_to_be_given_back_where_the_software_cannot_be_told() -> None:
    once = text_of(replace(TERMS, access_until=None, can_be_told=False))
    assert "given back" not in once
    assert "Sandbox Books has no way of being told, and may list it until you remove it there" in once


def test_a_file_gives_no_access_to_any_software() -> None:
    file = text_of(replace(TERMS, software=None))
    assert "gets no access to your software" in file
    assert "Sandbox Books" not in file


def test_the_organizations_own_words_stand_behind_the_facts_and_cannot_replace_them() -> None:
    text = consent_text(
        facts(TERMS, ENGLISH), sections=[("Our promise", "We never sell data.")], declared=declaration(TERMS, ENGLISH)
    )
    assert text.index("Who asks, and why") < text.index("Our promise") < text.index("I may share")


def test_another_wording_has_another_version() -> None:
    assert version_of(text_of(TERMS)) == version_of(text_of(TERMS))
    assert version_of(text_of(TERMS)) != version_of(text_of(replace(TERMS, retention_months=12)))


def test_a_permission_of_the_persons_own_is_told_as_such() -> None:
    own = text_of(replace(TERMS, read_only=False, user_rights=True))
    assert "the permission is that of the person who signs in" in own
    assert "Who may change things there allows changes" in own
    assert "Read only" not in own


def test_what_the_software_cannot_give_is_told_where_it_is_asked_for() -> None:
    terms = replace(TERMS, not_available=(Missing.PAYMENT_METHODS, Missing.ACCOUNT_LINES))
    financials = text_of(terms)
    assert "Not available from Sandbox Books" in financials
    assert "Which accounts the lines of its statements belong to" in financials
    assert "never as zero" in financials
    assert "The way suppliers are paid" not in financials
    assert "The way suppliers are paid" in text_of(replace(terms, data_types=SPEND))
    assert "Not available" not in text_of(replace(TERMS, not_available=(Missing.BILLS,)))


def test_everything_that_may_be_missing_can_be_told() -> None:
    told = text_of(replace(TERMS, data_types=FINANCIALS | SPEND, not_available=tuple(Missing)))
    block = told.partition("Not available from")[2].partition("\n\n")[0]
    assert block.count("\n- ") == len(Missing)


def test_books_that_cannot_be_read_yet_are_not_said_to_be() -> None:
    told = text_of(replace(TERMS, read_by_linkflow=False))
    assert "For now only the connection: the books in Sandbox Books cannot be read here yet." in told
    assert "Of the last 24 full months" not in told


def test_what_was_said_on_the_page_stands_behind_its_text() -> None:
    assert with_answers("The text", ()) == "The text"
    assert with_answers("The text", [Fact("Said", "", ("Region: Europe",))]) == "The text\n\nSaid\n- Region: Europe"
