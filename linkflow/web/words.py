"""What can be wrong with what a customer typed, in one sentence each: what is wrong, and what to do."""

from linkflow.domain.languages import Speech, translatable
from linkflow.services.requesting import PARAMETER
from linkflow.web import portal_problems

PROBLEMS: dict[tuple[str, str], str] = {
    ("form", "stale"): translatable(
        "This page was open for too long. What you typed is still here: please send it again."
    ),
    ("form", "stale-and-lost"): translatable(
        "This page was open for too long, so nothing was taken. Please fill in what is missing and send it again."
    ),
    ("name", "empty"): translatable("Enter the entity’s registered name."),
    ("name", "too-long"): translatable("Shorten the name to 100 characters; it has %(length)s."),
    ("name", "same-name"): translatable(
        "An entity with this name is in the list already. Enter another name, or go on with that one."
    ),
    ("name", "too-many"): translatable("There are 50 entities already, which is the most one request can hold."),
    ("name", "connected"): translatable(
        "This entity is connected, so only your contact at the organization can rename it."
    ),
    ("entity", "connected"): translatable(
        "This entity is connected, so only your contact at the organization can remove it."
    ),
    ("count", "connected"): translatable("Something is shared already, so this can no longer be changed."),
    ("entity", "empty"): translatable("Choose what they may answer."),
    ("count", "empty"): translatable("Choose one of the two."),
    ("software", "empty"): translatable("Choose your software, or say that it is not listed."),
    ("product", "empty"): translatable("Enter the name of the software you use."),
    ("product", "too-long"): translatable("Shorten the name to 100 characters."),
    ("declared_name", "empty"): translatable("Enter your full name."),
    ("declared_name", "too-long"): translatable("Shorten your name to 100 characters."),
    ("asked_", "empty"): translatable("Answer this: it decides at which address you sign in."),
    ("asked_", "not-offered"): translatable("Choose one from the list."),
    ("asked_", "written-otherwise"): translatable("This cannot be right. Look at it again as your software shows it."),
    ("may_share", "empty"): translatable(
        "Tick the box if you may share these books. If you may not, hand over to somebody who may."
    ),
    ("version", "changed"): translatable(
        "The text below has changed since you opened this page. Please read it again before you accept."
    ),
    ("tenant", "empty"): translatable("Choose a company, or say that none of these is right."),
    ("code", "empty"): translatable("Enter the 6 digits from the email."),
    ("code", "wrong"): translatable("That is not the code we mailed. Look at the newest email; tries left: %(left)s."),
    ("code", "expired"): translatable("That code no longer works. Ask for another one below."),
    ("code", "too-many"): translatable(
        "Three codes were sent this hour. Wait a while, or ask the person named under Help."
    ),
    ("workbook", "empty"): translatable("Choose the filled-in spreadsheet."),
    ("workbook", "too-large"): translatable(
        "The file is larger than 10 MB. Leave out what is not asked for, or ask us for help."
    ),
    ("workbook", "wrong-format"): translatable(
        "This is not an .xlsx file. Save the spreadsheet as “Excel workbook (.xlsx)” and try again."
    ),
    ("workbook", "old-or-protected"): translatable(
        "This file has a password or is an old .xls file. Save it without a password as “Excel workbook (.xlsx)”."
    ),
    ("workbook", "macros"): translatable(
        "The file holds macros. Save it as “Excel workbook (.xlsx)”, which leaves them out."
    ),
    ("workbook", "broken"): translatable(
        "The file cannot be read. Open it in your spreadsheet program, save it as .xlsx and try again."
    ),
    ("workbook", "unpacks-too-large"): translatable(
        "The file holds far more than these sheets can. Copy your rows into a fresh spreadsheet from this page."
    ),
    ("workbook", "too-many-cells"): translatable(
        "The file has millions of cells. Delete the empty rows and columns behind your data, and try again."
    ),
    ("workbook", "too-many-rows"): translatable(
        "There are more than %(limit)s rows. Leave out what is older than asked for, or connect your software instead."
    ),
    ("workbook", "untouched"): translatable(
        "There is nothing in it but the examples. Fill in the sheets, save the file, and choose it again."
    ),
    ("workbook", "busy"): translatable(
        "Several files are being checked just now. Nothing was kept; please try again in a minute."
    ),
    ("workbook", "too-many-files"): translatable(
        "This link was used to send %(limit)s files within the hour, which is the most. Please try again in an hour."
    ),
    ("workbook", "infected"): translatable(
        "A virus was found in the file, so nothing of it was kept. Clean it, or take a fresh spreadsheet."
    ),
    ("workbook", "not-scanned"): translatable(
        "The file could not be looked at for viruses just now, so nothing was kept. Please try again in some minutes."
    ),
    ("workbook", "unstorable"): translatable(
        "The row with the id “%(which)s” has something that cannot be kept (%(why)s), so nothing was. Correct it there."
    ),
    ("workbook", "overtaken"): translatable(
        "Something else was decided while the file was looked at, so nothing of it was kept. Open your link again."
    ),
    ("workbook", "accepted"): translatable("The file you sent before has been accepted, so it cannot be replaced."),
    ("confirmed", "empty"): translatable("Press the button below if you want to disconnect."),
    ("email", "empty"): translatable("Enter their email address."),
    ("email", "not-an-address"): translatable("Enter an email address such as name@example.com."),
    ("email", "own-address"): translatable(
        "This link was mailed to that address already. Enter a colleague’s or your accountant’s."
    ),
    ("email", "five-a-day"): translatable("Five links were sent today, which is the most. Try again tomorrow."),
    ("reason", "shared"): translatable("Something is shared already. To stop that, disconnect it from the summary."),
    ("reason", "too-long"): translatable("Shorten the reason to 500 characters; it has %(length)s."),
    ("finish", "nothing-shared"): translatable(
        "Nothing is connected yet. Connect one entity, or leave and come back later."
    ),
}
_PREFIXES = ("asked_", PARAMETER)
"""So begin the fields of what a product's catalogue file asks, and of what the page after the end is told."""


def problem(field: str, reason: str, speech: Speech, **details: str) -> str:
    """The sentence for a refusal, of a customer's or of a user's; one that is missing is a defect: KeyError."""
    prefix = next((one for one in _PREFIXES if field.startswith(one)), field)
    key = (prefix, reason)
    return speech.say(PROBLEMS.get(key) or portal_problems.PROBLEMS[key], **details)
