"""The sentence for each thing that can be wrong inside a filled-in spreadsheet: what is wrong, and what to do."""

from linkflow.domain.filled import FileProblem

SENTENCES: dict[str, str] = {
    "sheet-missing": "The sheet is missing. Copy it from a fresh spreadsheet, even if it stays empty.",
    "sheet-misnamed": "The sheet is missing, but there is one called “{found}”. Rename that one.",
    "no-headings": "The first row has none of the headings. Put them back: it begins with “{first}”.",
    "column-missing": "This column is missing. Add it with exactly this heading in the first row.",
    "column-misnamed": "This column is missing, but there is one called “{found}”. Rename that one.",
    "column-twice": "This heading stands twice, in {columns}. Leave one out.",
    "no-rows": "There are no rows here. Fill in at least one.",
    "empty": "This must be filled in.",
    "formula": "This is a formula. Copy the cell and paste it as a value.",
    "error": "The spreadsheet shows an error here. Put the right value in its place.",
    "broken-date": "This is not a date. Enter one such as 2026-11-23.",
    "runs": "“{value}” begins like a formula. Change how it begins, for example with a word.",
    "too-long": "The text has {length} characters. Shorten it to {limit}.",
    "not-a-date": "“{value}” is not a date. Enter one such as 2026-11-23.",
    "number-for-date": "{value} is a number. Format the cell as a date, or enter one such as 2026-11-23.",
    "date-for-number": "{value} is a date. Enter a number.",
    "not-a-number": "“{value}” is not a number. Write it like 1234.50, without a currency sign or spaces.",
    "too-many-decimals": "{value} has more than 4 decimals. Round it.",
    "too-large": "This number is too large. Check it for a slip.",
    "negative": "{value} is below zero, which it cannot be here. Enter it without the minus, or leave the row out.",
    "rate-not-above-zero": "{value} is no exchange rate. Enter how much one unit is in yours, such as 0.85.",
    "not-a-currency": "“{value}” is no currency. Enter its three letters, such as GBP.",
    "not-a-country": "“{value}” is no country code. Enter its two letters, such as GB.",
    "not-a-choice": "“{value}” is not one of the list: {choices}.",
    "duplicate-id": "“{value}” stands in row {earlier} already. Give each its own.",
    "unknown-supplier": "“{value}” is not on the sheet Suppliers. Add it there, or correct it here.",
    "unknown-bill": "“{value}” is not on the sheet Bills. Add it there, or correct it here.",
    "unknown-account": "“{value}” is not on the sheet Accounts. Add it there, or correct it here.",
    "date-out-of-range": "{value} cannot be right. Check the year.",
    "date-to-come": "{value} has not come yet. Correct it, or leave the row out.",
    "total-differs": "Net {net} and tax {tax} make {sum}, but the total is {total}. Correct one of them.",
    "lines-differ": "The bill says {stated}, but its lines add up to {sum}. Correct the bill or its lines.",
    "due-above-total": "{due} is still to be paid of a total of {total}. It cannot be more than the total.",
    "paid-but-due": "The bill is paid, but {due} is still to be paid. Enter 0, or change the status.",
    "not-partially-paid": "The bill is partially paid, so this must be between 0 and the total of {total}.",
    "open-but-paid": "The bill is open, but nothing is to be paid. Enter what is, or change the status to paid.",
    "no-rate": "The amount is in {value}, your own currency is {own}. Enter how much one {value} is in {own}.",
    "rate-of-own": "{value} is your own currency. Leave its rate empty.",
    "two-own-currencies": "There are rows without a rate in {other} and in {value}. Only your own currency needs none: "
    "enter the rate of the other.",
    "no-own-currency": "Every row has a rate, so your own currency is not told. Leave the rate of its rows empty.",
    "payment-differs": "This differs from row {earlier}, which has the same payment id. Make them the same, or give "
    "this payment its own id.",
    "half-allocated": "A bill and the amount for it belong together. Fill in both, or neither.",
    "allocated-twice": "This payment pays “{value}” twice. Put both amounts in one row.",
    "bill-of-another": "“{value}” is a bill of supplier “{supplier}”. Correct the bill or the supplier.",
    "allocated-too-much": "The amounts for bills add up to {sum}, which is more than the payment of {total}.",
    "one-company": "There is more than one company. Keep one row.",
    "not-a-day-of-year": "“{value}” is not a day of the year. Enter month and day, such as 03-31.",
    "balance-twice": "“{value}” has a balance for this month in row {earlier} already. Keep one.",
    "debit-and-credit": "There is a debit and a credit. Keep the one that is left when you set one against the other.",
    "not-a-month-end": "{value} is not the end of a month. Enter {end}.",
    "month-not-over": "{value} is not over. The last month that counts ends on {last}: leave later ones out.",
    "month-missing": "{month} is missing. Add the balances of every account at {end}.",
    "does-not-balance": "{month} does not balance: debits are {debit}, credits {credit}, {by} apart. Correct the "
    "balances of that month.",
}


def sentence(problem: FileProblem) -> str:
    """What is wrong there; one that is missing here is a defect, so it raises KeyError."""
    return SENTENCES[problem.reason].format(**problem.details)
