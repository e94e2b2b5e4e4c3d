"""The sentence for each thing that can be wrong inside a filled-in spreadsheet: what is wrong, and what to do."""

from linkflow.domain.filled import FileProblem
from linkflow.domain.languages import Speech, translatable

SENTENCES: dict[str, str] = {
    "sheet-missing": translatable("The sheet is missing. Copy it from a fresh spreadsheet, even if it stays empty."),
    "sheet-misnamed": translatable("The sheet is missing, but there is one called “%(found)s”. Rename that one."),
    "no-headings": translatable("The first row has none of the headings. Put them back: it begins with “%(first)s”."),
    "column-missing": translatable("This column is missing. Add it with exactly this heading in the first row."),
    "column-misnamed": translatable("This column is missing, but there is one called “%(found)s”. Rename that one."),
    "column-twice": translatable("This heading stands twice, in %(columns)s. Leave one out."),
    "no-rows": translatable("There are no rows here. Fill in at least one."),
    "empty": translatable("This must be filled in."),
    "formula": translatable("This is a formula. Copy the cell and paste it as a value."),
    "error": translatable("The spreadsheet shows an error here. Put the right value in its place."),
    "broken-date": translatable("This is not a date. Enter one such as 2026-11-23."),
    "runs": translatable("“%(value)s” begins like a formula. Change how it begins, for example with a word."),
    "too-long": translatable("The text has %(length)s characters. Shorten it to %(limit)s."),
    "not-a-date": translatable("“%(value)s” is not a date. Enter one such as 2026-11-23."),
    "number-for-date": translatable(
        "%(value)s is a number. Format the cell as a date, or enter one such as 2026-11-23."
    ),
    "date-for-number": translatable("%(value)s is a date. Enter a number."),
    "not-a-number": translatable(
        "“%(value)s” is not a number. Write it like 1234.50, without a currency sign or spaces."
    ),
    "too-many-decimals": translatable("%(value)s has more than 4 decimals. Round it."),
    "too-large": translatable("This number is too large. Check it for a slip."),
    "negative": translatable(
        "%(value)s is below zero, which it cannot be here. Enter it without the minus, or leave the row out."
    ),
    "rate-not-above-zero": translatable(
        "%(value)s is no exchange rate. Enter how much one unit is in yours, such as 0.85."
    ),
    "not-a-currency": translatable("“%(value)s” is no currency. Enter its three letters, such as GBP."),
    "not-a-country": translatable("“%(value)s” is no country code. Enter its two letters, such as GB."),
    "not-a-choice": translatable("“%(value)s” is not one of the list: %(choices)s."),
    "duplicate-id": translatable("“%(value)s” stands in row %(earlier)s already. Give each its own."),
    "unknown-supplier": translatable("“%(value)s” is not on the sheet Suppliers. Add it there, or correct it here."),
    "unknown-bill": translatable("“%(value)s” is not on the sheet Bills. Add it there, or correct it here."),
    "unknown-account": translatable("“%(value)s” is not on the sheet Accounts. Add it there, or correct it here."),
    "date-out-of-range": translatable("%(value)s cannot be right. Check the year."),
    "date-to-come": translatable("%(value)s has not come yet. Correct it, or leave the row out."),
    "total-differs": translatable(
        "Net %(net)s and tax %(tax)s make %(sum)s, but the total is %(total)s. Correct one of them."
    ),
    "lines-differ": translatable(
        "The bill says %(stated)s, but its lines add up to %(sum)s. Correct the bill or its lines."
    ),
    "due-above-total": translatable(
        "%(due)s is still to be paid of a total of %(total)s. It cannot be more than the total."
    ),
    "paid-but-due": translatable("The bill is paid, but %(due)s is still to be paid. Enter 0, or change the status."),
    "not-partially-paid": translatable(
        "The bill is partially paid, so this must be between 0 and the total of %(total)s."
    ),
    "open-but-paid": translatable(
        "The bill is open, but nothing is to be paid. Enter what is, or change the status to paid."
    ),
    "no-rate": translatable(
        "The amount is in %(value)s, your own currency is %(own)s. Enter how much one %(value)s is in %(own)s."
    ),
    "rate-of-own": translatable("%(value)s is your own currency. Leave its rate empty."),
    "two-own-currencies": translatable(
        "There are rows without a rate in %(other)s and in %(value)s. Only your own currency needs "
        "none: enter the rate of the other."
    ),
    "no-own-currency": translatable(
        "Every row has a rate, so your own currency is not told. Leave the rate of its rows empty."
    ),
    "payment-differs": translatable(
        "This differs from row %(earlier)s, which has the same payment id. Make them the same, or give "
        "this payment its own id."
    ),
    "half-allocated": translatable("A bill and the amount for it belong together. Fill in both, or neither."),
    "allocated-twice": translatable("This payment pays “%(value)s” twice. Put both amounts in one row."),
    "bill-of-another": translatable(
        "“%(value)s” is a bill of supplier “%(supplier)s”. Correct the bill or the supplier."
    ),
    "allocated-too-much": translatable(
        "The amounts for bills add up to %(sum)s, which is more than the payment of %(total)s."
    ),
    "one-company": translatable("There is more than one company. Keep one row."),
    "not-a-day-of-year": translatable("“%(value)s” is not a day of the year. Enter month and day, such as 03-31."),
    "balance-twice": translatable("“%(value)s” has a balance for this month in row %(earlier)s already. Keep one."),
    "debit-and-credit": translatable(
        "There is a debit and a credit. Keep the one that is left when you set one against the other."
    ),
    "not-a-month-end": translatable("%(value)s is not the end of a month. Enter %(end)s."),
    "month-not-over": translatable(
        "%(value)s is not over. The last month that counts ends on %(last)s: leave later ones out."
    ),
    "month-missing": translatable("%(month)s is missing. Add the balances of every account at %(end)s."),
    "does-not-balance": translatable(
        "%(month)s does not balance: debits are %(debit)s, credits %(credit)s, %(by)s apart. Correct "
        "the balances of that month."
    ),
}


def sentence(problem: FileProblem, speech: Speech) -> str:
    """What is wrong there, in the customer's language; one that is missing here is a defect, so it raises KeyError."""
    return speech.say(SENTENCES[problem.reason], **problem.details)
