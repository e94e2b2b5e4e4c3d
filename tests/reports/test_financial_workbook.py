"""The financials workbook, read back as a spreadsheet program would."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkflow import paths
from linkflow.category_file import load_categories
from linkflow.domain.books import Account, AccountClass, LineKind, Period, Statement, StatementLine
from linkflow.domain.financials import Placing, financial_lines
from linkflow.reports.financial_checks import notes
from linkflow.reports.financial_contents import FinancialContents
from linkflow.reports.financial_files import financial_facts, financial_files
from linkflow.reports.financial_workbook import write_financial_workbook
from linkflow.reports.json import json_pieces
from tests.libreoffice import spoil, worked_out
from tests.reports.evaluator import Evaluator

READ_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PERIOD = Period(date(2025, 9, 1), date(2026, 11, 1))
CATEGORIES = load_categories(paths.config() / "categories.toml")
SHEETS = [
    *("Summary", "Profit and loss", "Balance sheet", "Profit and loss by category", "Balance sheet by category"),
    *("Ratios", "Accounts", "Checks"),
]
INCOME, EXPENSE = AccountClass.INCOME, AccountClass.EXPENSE
ASSET, LIABILITY, EQUITY = AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY
# The hand-check of the definitions, a twelfth of the year's figures each month; code, name, class, section, amount.
CHART = (
    ("goods", "Sales of goods", INCOME, "Income", 100),
    ("returns", "Sales returns", INCOME, "Income", Decimal(-20) / 12),
    ("interest", "Interest received", INCOME, "Other income", Decimal("0.25")),
    ("cost", "Purchases", EXPENSE, "Cost of sales", 59),
    ("rent", "Rent", EXPENSE, "Expenses", 25),
    ("depreciation", "Depreciation expense", EXPENSE, "Expenses", Decimal(40) / 12),
    ("amortisation", "Amortisation expense", EXPENSE, "Expenses", Decimal(10) / 12),
    ("paid", "Loan interest paid", EXPENSE, "Expenses", Decimal("1.25")),
    ("tax", "Corporation tax expense", EXPENSE, "Expenses", Decimal(20) / 12),
    ("bank", "Current account", ASSET, "Current assets", 103),
    ("stock", "Finished goods stock", ASSET, "Current assets", 100),
    ("prepaid", "Prepayments", ASSET, "Current assets", 20),
    ("debtors", "Trade debtors", ASSET, "Current assets", 177),
    ("plant", "Plant and machinery", ASSET, "Fixed assets", 500),
    ("creditors", "Trade creditors", LIABILITY, "Current liabilities", Decimal("116.4")),
    ("overdraft", "Bank overdraft", LIABILITY, "Current liabilities", 30),
    ("accruals", "Accruals", LIABILITY, "Current liabilities", Decimal("103.6")),
    ("loan", "Long term bank loan", LIABILITY, "Long-term liabilities", 150),
    ("capital", "Share capital", EQUITY, "Equity", 500),
)
KNOWN = {
    "goods": "income.revenue.goods",
    "returns": "income.sales_reductions.returns",
    "interest": "income.other.interest",
    "cost": "expense.cost_of_sales.purchases",
    "depreciation": "expense.non_cash.depreciation",
    "amortisation": "expense.non_cash.amortisation",
    "paid": "expense.finance.loan_interest",
    "tax": "expense.tax.income_tax",
    "bank": "asset.current.cash",
    "stock": "asset.current.stock_finished",
    "prepaid": "asset.current.prepayments",
    "debtors": "asset.current.trade_receivables",
    "creditors": "liability.current.trade_payables",
    "overdraft": "liability.current.overdraft",
    "loan": "liability.non_current.loans",
}
Write = Callable[..., Path]


def cents(amount: int | Decimal) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def statement_lines(change: Mapping[tuple[str, int], Decimal] | None = None) -> list[StatementLine]:
    """Both statements of every month; `change` replaces amounts by account and place of the month."""
    found = []
    for place, month in enumerate(PERIOD.months):
        sums: dict[tuple[Statement, str], Decimal] = {}
        for position, (key, name, of, section, amount) in enumerate(CHART):
            statement = Statement.PROFIT_AND_LOSS if of in (INCOME, EXPENSE) else Statement.BALANCE_SHEET
            value = cents(
                (change or {}).get((key, place), Decimal(amount) if key != "stock" or place > 1 else Decimal(136))
            )
            line = StatementLine(
                external_id=f"{key}-{place}",
                statement=statement,
                period_end=Period(month, month).ends_on,
                label=name,
                amount=value,
                section=(section,),
                account_id=key,
                position=position * 10,
            )
            sums[statement, section] = sums.get((statement, section), Decimal(0)) + value
            found.append(line)
        for position, ((statement, section), total) in enumerate(sums.items()):
            more = {"label": f"Total {section}", "amount": total, "kind": LineKind.TOTAL, "account_id": None}
            found.append(
                replace(found[-1], external_id=f"t{position}-{place}", statement=statement, section=(section,), **more)
            )
    return found


def report(lines: list[StatementLine], **over: Any) -> FinancialContents:
    chart = {key: Account(external_id=key, name=name, account_class=of, code=key[:4]) for key, name, of, *_ in CHART}
    placing = Placing(categories=CATEGORIES, corrected=KNOWN)
    facts: dict[str, Any] = {
        "organization": "Northbank",
        "company": "Abra Kebabra Ltd",
        "entity": "Abra UK",
        "software": "Sandbox Books",
        "currency": "GBP",
        "read_at": READ_AT,
        "made_at": READ_AT,
        "taken_at": READ_AT,
        "months": PERIOD.months,
        "unfinished": PERIOD.last_month,
        "lines": financial_lines(lines, chart, period=PERIOD, placing=placing),
        "categories": CATEGORIES,
    }
    return FinancialContents(**{**facts, **over})


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(contents: FinancialContents, name: str = "financials.xlsx") -> Path:
        write_financial_workbook(tmp_path / name, contents)
        return tmp_path / name

    return written


def rows(path: Path, sheet: str) -> dict[str, dict[str, Any]]:
    head, *found = openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True)
    return {str(row[0]).strip(): dict(zip(head, row, strict=True)) for row in found if row[0]}


def test_the_ratios_are_those_of_the_hand_check_as_formulas(write: Write) -> None:
    path = write(report(statement_lines()))
    found = {name: row["2026-10"] for name, row in rows(path, "Ratios").items()}
    assert (round(found["Gross margin"], 3), round(found["Net margin"], 3)) == (0.4, 0.076)
    assert (found["Current ratio"], found["Quick ratio"], found["Working capital"]) == (1.6, 1.12, 150)
    assert (found["Debt to equity"], round(found["Equity ratio"], 3)) == (0.36, 0.556)
    # A twelfth of the year's figures, each rounded to the penny.
    assert found["Interest cover"] == pytest.approx(8.13, abs=0.01)
    assert [found[name] for name in ("Debtor days", "Creditor days")] == pytest.approx([54.75, 60.0], abs=0.02)
    assert round(found["Stock turn"], 1) == 6.0
    evaluator = Evaluator(path)
    formulas = [cell for row in evaluator.formulas["Ratios"].iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 12 * len(PERIOD.months)
    assert evaluator.differences() == []


def test_there_is_no_year_before_twelve_months_nor_with_one_that_is_not_over(write: Write) -> None:
    cover = rows(write(report(statement_lines())), "Ratios")["Interest cover"]
    assert (cover["2026-07"], cover["2026-11 (to date)"]) == ("–", "–")
    assert isinstance(cover["2026-08"], float)


def test_the_sheets_come_in_their_order_and_subtotals_are_formulas_over_their_lines(write: Write) -> None:
    path = write(report(statement_lines()))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS
    assert all(sheet.freeze_panes == "A2" and sheet.auto_filter.ref for sheet in book.worksheets[1:])
    printed = next(row for row in book["Profit and loss"].iter_rows() if row[1].value == "Total Expenses")
    assert printed[4].value.startswith("=SUM(")
    profit = rows(path, "Profit and loss by category")
    assert profit["Net profit"]["2026-10"] == pytest.approx(profit["Income"]["2026-10"] - profit["Expenses"]["2026-10"])
    assert rows(path, "Checks")["Assets less liabilities and equity"]["2026-10"] == 0


def test_gross_profit_is_a_formula_behind_the_cost_of_sales_and_in_no_sum(write: Write) -> None:
    path = write(report(statement_lines()))
    sheet = openpyxl.load_workbook(path)["Profit and loss by category"]
    keys = [row[1].value for row in sheet.iter_rows()]
    gross = sheet[keys.index("gross-profit") + 1]
    assert keys[keys.index("gross-profit") - 2] == "expense.cost_of_sales.purchases"
    assert keys[keys.index("gross-profit") + 1] == "expense.operating"
    assert str(gross[-1].value).count("SUM(") == 2
    profit = rows(path, "Profit and loss by category")
    by_hand = profit["Revenue"]["2026-10"] + profit["Sales reductions"]["2026-10"] - profit["Cost of sales"]["2026-10"]
    assert profit["Gross profit"]["2026-10"] == pytest.approx(by_hand)
    groups = {one["Key"]: one["2026-10"] for one in profit.values() if str(one["Key"]).count(".") == 1}
    made = sum(amount if key.startswith("income") else -amount for key, amount in groups.items())
    assert profit["Net profit"]["2026-10"] == pytest.approx(made)
    assert Evaluator(path).differences() == []


def test_of_a_file_the_notes_say_which_months_have_no_statement_and_why() -> None:
    months = ["2025-09-01", "2025-10-01"]
    findings = [
        {"kind": "no-month-before", "statement": "profit_and_loss", "months": months},
        {"kind": "no-balances", "statement": "balance_sheet", "months": months[:1]},
    ]
    found = list(notes(report(statement_lines(), findings=findings)))
    before = "there is none for September 2025, October 2025, which needs the balances of the month before."
    assert found[1:3] == [
        f"Profit and loss: {before}",
        "Balance sheet: the file has no balances of September 2025.",
    ]


def test_a_total_its_lines_do_not_come_to_stays_what_the_software_says(write: Write) -> None:
    lines = [
        replace(line, amount=line.amount + 5)
        if line.label == "Total Expenses" and line.period_end.month == 10
        else line
        for line in statement_lines()
    ]
    finding = {
        "kind": "check-failed",
        "check": "totals-add-up",
        "statement": "profit_and_loss",
        "month": "2026-10-01",
        "label": "Total Expenses",
        "difference": "5.00",
    }
    path = write(report(lines, findings=[finding]))
    sheet = openpyxl.load_workbook(path)["Profit and loss"]
    head = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows() if row[1].value == "Total Expenses")
    assert row[head.index("2026-10")].data_type == "n"
    assert row[head.index("2026-09")].data_type == "f"
    assert rows(path, "Checks")["A total less the sum of its lines"]["2026-10"] == 5
    assert any("Checks that failed: 1" in words for words in rows(path, "Summary"))
    assert Evaluator(path).differences() == []


def test_an_overdrawn_bank_stands_among_the_liabilities_in_that_month_alone(write: Write) -> None:
    path = write(report(statement_lines({("bank", 13): Decimal(-40)})))
    sheet = rows(path, "Balance sheet by category")
    assert (sheet["Overdraft"]["2026-10"], sheet["Overdraft"]["2026-09"]) == (70, 30)
    assert Evaluator(path).differences() == []


def test_accounts_say_their_category_and_why(write: Write) -> None:
    found = openpyxl.load_workbook(write(report(statement_lines())), data_only=True)["Accounts"]
    head, *rest = found.iter_rows(values_only=True)
    rent = next(dict(zip(head, row, strict=True)) for row in rest if row[1] == "Rent")
    assert rent["Category"] == "Expenses › Operating expenses › Premises › Rent"
    assert (rent["Reason"], rent["Confidence"]) == ("words in its name or heading", "High")
    assert len(rest) == len(CHART)


def test_a_report_without_a_balance_sheet_is_a_workbook_all_the_same(write: Write) -> None:
    lines = [line for line in statement_lines() if line.statement is Statement.PROFIT_AND_LOSS]
    path = write(report(lines))
    assert rows(path, "Ratios")["Current ratio"]["2026-10"] == "–"
    assert Evaluator(path).differences() == []


def test_a_month_without_a_statement_has_no_sums(write: Write) -> None:
    path = write(report([line for line in statement_lines() if line.period_end.month != 8]))
    for sheet, names in (
        ("Profit and loss by category", ("Income", "Rent", "Net profit")),
        ("Balance sheet by category", ("Assets", "Cash and bank", "Assets less liabilities and equity")),
    ):
        found = rows(path, sheet)
        assert [found[name]["2026-08"] for name in names] == [None, None, None]
        assert all(isinstance(found[name]["2026-09"], int | float) for name in names)
    assert rows(path, "Checks")["Assets less liabilities and equity"]["2026-08"] is None
    assert Evaluator(path).differences() == []


def test_text_that_looks_like_a_formula_stays_text(write: Write) -> None:
    lines = [replace(line, label=f"={line.label}", section=("=1+1",)) for line in statement_lines()]
    path = write(report(lines))
    book = openpyxl.load_workbook(path)
    words = [row[:2] for row in book["Profit and loss"].iter_rows(min_row=2)]
    assert {cell.data_type for row in words for cell in row} <= {"s", "inlineStr", "n"}
    assert Evaluator(path).differences() == []


def test_files_say_what_the_sheets_say() -> None:
    contents = report(statement_lines())
    tables = {table.slug: list(table.cells()) for table in financial_files(contents)}
    assert list(tables) == [
        *("profit-and-loss", "balance-sheet", "profit-and-loss-by-category", "balance-sheet-by-category"),
        *("ratios", "accounts", "checks"),
    ]
    cover = next(row for row in tables["ratios"] if row[0] == "Interest cover")
    assert cover[3 : 3 + 11] == [None] * 11
    text = b"".join(json_pieces(financial_facts(contents), financial_files(contents))).decode()
    assert '"2026_10": "-1.67"' in text


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    change=st.dictionaries(
        st.tuples(st.sampled_from([key for key, *_ in CHART]), st.integers(0, len(PERIOD.months) - 1)),
        st.decimals(min_value=-1000, max_value=1000, places=2),
        max_size=20,
    )
)
def test_whatever_the_statements_every_formula_is_what_is_stored(
    change: dict[tuple[str, int], Decimal], tmp_path: Path
) -> None:
    path = tmp_path / "financials.xlsx"
    write_financial_workbook(path, report(statement_lines(change)))
    assert Evaluator(path).differences() == []


@pytest.mark.slow
def test_libreoffice_works_out_every_figure_anew_and_gets_ours(write: Write, tmp_path: Path) -> None:
    ours, wrong = write(report(statement_lines({("bank", 13): Decimal(-40)}))), tmp_path / "wrong.xlsx"
    cells = list(Evaluator(ours).both())
    assert spoil(ours, wrong) == len(cells)
    found = openpyxl.load_workbook(worked_out(wrong, tmp_path), data_only=True)
    for sheet, place, value, _ in cells:
        assert found[sheet][place].value == (value if isinstance(value, str) else pytest.approx(value, abs=1e-6))
