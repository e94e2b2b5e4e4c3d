"""A spend analysis calls everything the same on its page, in its files and in its workbook."""

from linkflow.domain.ageing import AgeBucket
from linkflow.domain.methods import MethodGroup
from linkflow.reports.spend_files import spend_files
from linkflow.reports.spend_words import AGES, GROUPS, METHODS, SOURCES, counting_rules
from linkflow.templating import environment
from tests.reports.spend_report import spend_report

FIGURES = (
    *("suppliers", "suppliers-share", "bills", "bills-share", "billed", "billed-share", "credited", "billed-net"),
    *("expenses", "expensed", "total", "outstanding-bills", "outstanding", "outstanding-share"),
    *("late-bills", "late", "late-share", "payments", "paid", "average-payment", "average-terms", "common-terms"),
    *("settlement", "last-bill", "by-count", "by-amount", "by-field", "card", "last-expense", "first-seen"),
    *("contact", "email", "phone", "tax-number", "registration-number", "addresses"),
    *("issued", "due", "method", "method-source", "account", "amount-due", "base-total", "base-due", "last-paid"),
    "note",
)


def test_the_rules_name_other_entities_and_currencies_only_where_there_are_any() -> None:
    one, two = counting_rules(entities=1, currencies=1), counting_rules(entities=2, currencies=2)
    assert len(two) == len(one) + 2
    assert "not taken out" in two[-2]


def test_the_words_of_the_page_are_those_of_the_files() -> None:
    words = environment("en").get_template("linkflow/components/spend_words.html").module
    headings = {heading for table in spend_files(spend_report({})) for heading in table.header}
    assert {words.column_words[one] for one in FIGURES} - headings == set()
    lines = words.line_words
    assert {way: lines[way.value] for way in METHODS} == METHODS
    assert {group: lines[group.value] for group in MethodGroup} == GROUPS
    assert {age: lines[age.value] for age in AgeBucket} == AGES
    assert {source: words.source_words[source.value] for source in SOURCES} == SOURCES
