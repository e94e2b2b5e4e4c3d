"""An account finds its category by the first of four answers, and never leaves its class."""

import tomllib

import pytest

from linkflow import paths
from linkflow.domain.books import Account, AccountClass, LineKind
from linkflow.domain.categories import FALLBACKS, Confidence, Reason, words
from linkflow.domain.financials import CLASSES, FinancialLine, Placing
from tests.categories.labelled import SETS, labelled, score, shipped, suggested

INCOME, EXPENSE, ASSET, LIABILITY, EQUITY = (
    *(AccountClass.INCOME, AccountClass.EXPENSE, AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY),
)


def test_on_accounts_nobody_looked_at_the_words_hold() -> None:
    reached = score("kept-aside")
    assert reached.second_level >= 0.85
    assert reached.leaf >= 0.70


TYPES = {
    file.stem: types
    for file in sorted((paths.config() / "software").glob("*.toml"))
    if (types := tomllib.loads(file.read_text()).get("account_types"))
}


@pytest.mark.parametrize("software", TYPES)
@pytest.mark.parametrize("of", FALLBACKS)
def test_no_type_of_a_software_and_no_user_takes_an_account_out_of_its_class(software: str, of: AccountClass) -> None:
    known = TYPES[software]
    statement = next(one for one, classes in CLASSES.items() if of in classes)
    for key in known:
        type_, _, subtype = key.partition("/")
        for marked in ({}, {"is_bank": True}, {"is_card": True}):
            account = Account(
                external_id="1",
                name=subtype or type_,
                account_class=of,
                software_type=type_,
                software_subtype=subtype or None,
                **marked,
            )
            for said in FALLBACKS.values():
                placing = Placing(categories=shipped(), known=known, corrected={"1": said})
                line = FinancialLine(
                    statement=statement,
                    kind=LineKind.LINE,
                    section=(),
                    label=account.name,
                    amounts=(),
                    account_id="1",
                    account_class=of,
                    marked=placing.mark(account),
                )
                placed = placing.place(line, account)
                assert {str(slug).partition(".")[0] for slug in (placed.category, placed.suggested)} == {of.value}
                assert (placed.reason is Reason.CORRECTED) == said.startswith(f"{of}.")


def test_the_labelled_sets_are_large_varied_and_apart() -> None:
    every = [one for name in SETS for one in labelled(name)]
    written, aside = ({words(one.name) for one in labelled(name)} for name in SETS)
    assert len(written & aside) == 0, "what the words were written with says nothing of a stranger's books"
    assert len(every) >= 400
    assert len({one.chart for one in every}) >= 6
    assert {one.category for one in every} <= {leaf.slug for leaf in shipped()}
    assert all(one.category.startswith(f"{one.account_class}.") for one in every)


def test_the_softwares_own_type_goes_before_words() -> None:
    known = {"RENT": "expense.operating.premises.rent", "OVERHEADS/CAR": "expense.operating.vehicles_and_travel.fuel"}
    found = shipped().suggest(EXPENSE, "Insurance", known=known, software_type="RENT")
    assert (found.category, found.reason, found.confidence, found.because) == (
        *("expense.operating.premises.rent", Reason.SOFTWARE, Confidence.HIGH, "RENT"),
    )
    found = shipped().suggest(EXPENSE, "Rent", known=known, software_type="OVERHEADS", software_subtype="CAR")
    assert (found.category, found.because) == ("expense.operating.vehicles_and_travel.fuel", "OVERHEADS/CAR")


def test_a_type_that_contradicts_the_class_is_passed_over() -> None:
    found = shipped().suggest(
        INCOME, "Rent received", known={"RENT": "expense.operating.premises.rent"}, software_type="RENT"
    )
    assert (found.category, found.reason) == ("income.revenue.rental", Reason.WORDS)


@pytest.mark.parametrize(
    ("account_class", "name", "section", "category", "confidence"),
    [
        (EXPENSE, "Wages", "Direct Costs", "expense.cost_of_sales.direct_wages", Confidence.HIGH),
        (EXPENSE, "Wages", "Overheads", "expense.operating.people.wages", Confidence.HIGH),
        (EXPENSE, "Depreciation of motor vehicles", "", "expense.non_cash.depreciation", Confidence.HIGH),
        (ASSET, "Motor Vehicles - Depn", "Fixed Assets", "asset.non_current.accumulated_depreciation", Confidence.HIGH),
        (ASSET, "Deferred tax", "Non-Current Assets", "asset.non_current.deferred_tax", Confidence.HIGH),
        (LIABILITY, "Bank loan", "Current Liabilities", "liability.current.loans", Confidence.HIGH),
        (LIABILITY, "Bank loan", "Creditors: Due After One Year", "liability.non_current.loans", Confidence.HIGH),
        (EQUITY, "RETAINED EARNINGS", "", "equity.retained_earnings", Confidence.HIGH),
        (EXPENSE, "Whatnot", "Cost of Sales", "expense.cost_of_sales.other", Confidence.MEDIUM),
    ],
)
def test_name_and_headings_decide(
    account_class: AccountClass, name: str, section: str, category: str, confidence: Confidence
) -> None:
    found = shipped().suggest(account_class, name, (section,))
    assert (found.category, found.reason, found.confidence) == (category, Reason.WORDS, confidence)


@pytest.mark.parametrize(
    ("name", "category", "confidence"),
    [
        ("Mispostings account", "expense.operating.general.other", Confidence.HIGH),
        ("Account 17", "expense.operating.general.other", Confidence.LOW),
        ("Accountancy", "expense.operating.professional.accounting", Confidence.HIGH),
        ("Our accountants", "expense.operating.professional.accounting", Confidence.HIGH),
        ("Fish bought", "expense.cost_of_sales.purchases", Confidence.MEDIUM),
        ("Cost of fish 2", "expense.cost_of_sales.purchases", Confidence.HIGH),
    ],
)
def test_an_account_is_no_accountant_and_one_word_among_others_is_no_proof(
    name: str, category: str, confidence: Confidence
) -> None:
    found = shipped().suggest(EXPENSE, name)
    assert (found.category, found.confidence) == (category, confidence)


@pytest.mark.parametrize(
    ("account_class", "section", "category"),
    [
        (INCOME, "", "income.other.other"),
        (EXPENSE, "", "expense.operating.general.other"),
        (ASSET, "", "asset.current.other"),
        (ASSET, "Fixed Assets", "asset.non_current.other"),
        (LIABILITY, "", "liability.current.other"),
        (EQUITY, "", "equity.other"),
    ],
)
def test_what_nothing_is_known_of_falls_back_and_says_so(
    account_class: AccountClass, section: str, category: str
) -> None:
    found = shipped().suggest(account_class, "Zzyzx", (section,))
    assert (found.category, found.reason, found.confidence) == (category, Reason.FALLBACK, Confidence.LOW)


@pytest.mark.parametrize(
    ("language", "of", "name", "category"),
    [
        ("de-DE", EXPENSE, "Löhne und Gehälter", "expense.operating.people.wages"),
        ("de-AT", ASSET, "Forderungen aus Lieferungen und Leistungen", "asset.current.trade_receivables"),
        ("de-DE", EXPENSE, "Abschreibungen auf Sachanlagen", "expense.non_cash.depreciation"),
        ("fr-FR", EXPENSE, "Loyers et charges locatives", "expense.operating.premises.rent"),
        ("fr-FR", LIABILITY, "Fournisseurs", "liability.current.trade_payables"),
        ("fr-FR", EQUITY, "Report à nouveau", "equity.retained_earnings"),
        ("es-ES", EXPENSE, "Sueldos y salarios", "expense.operating.people.wages"),
        ("es-ES", INCOME, "Ventas de mercaderías", "income.revenue.goods"),
        ("es-ES", LIABILITY, "IVA repercutido", "liability.current.sales_tax"),
        ("nl-NL", ASSET, "Debiteuren", "asset.current.trade_receivables"),
        ("nl-NL", EXPENSE, "Verzekeringen", "expense.operating.general.insurance"),
        ("nl-NL", EQUITY, "Aandelenkapitaal", "equity.share_capital"),
        ("pt-PT", LIABILITY, "Fornecedores c/c", "liability.current.trade_payables"),
        ("pt-PT", EXPENSE, "Seguros", "expense.operating.general.insurance"),
        ("pt-BR", EXPENSE, "Aluguel do escritório", "expense.operating.premises.rent"),
    ],
)
def test_accounts_are_read_in_the_languages_of_the_organization(
    language: str, of: AccountClass, name: str, category: str
) -> None:
    assert shipped().reading(["en-GB", language]).suggest(of, name).category == category
    assert shipped().reading(["en-GB", "xx"]).suggest(of, name).category != category, "nobody asked for that language"


def test_another_language_takes_no_english_account_from_its_category() -> None:
    every = shipped().reading(["de", "fr", "es", "nl", "pt"])
    moved = [
        one.name
        for one, found in suggested("written-on")
        if every.suggest(one.account_class, one.name, (one.section,)).category != found.category
    ]
    assert len(moved) <= 3, moved


def test_headings_are_read_in_the_languages_too() -> None:
    of = (AccountClass.ASSET, AccountClass.LIABILITY)
    assert shipped().class_under(("Verbindlichkeiten",), of) is None
    assert shipped().reading(["de-DE"]).class_under(("Verbindlichkeiten",), of) is AccountClass.LIABILITY


def test_the_words_that_decided_are_named() -> None:
    assert shipped().suggest(EXPENSE, "Google Ads spend").because == "google ad*"


def test_every_suggestion_is_a_leaf_of_the_tree() -> None:
    leaves = {leaf.slug for leaf in shipped()}
    assert all(found.category in leaves for name in SETS for _, found in suggested(name))


def test_an_account_nothing_is_posted_to_has_no_category() -> None:
    with pytest.raises(ValueError, match="not posted to"):
        shipped().suggest(AccountClass.OTHER, "Statistics")
