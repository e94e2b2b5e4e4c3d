"""A vendor's two pages, plain HTML: who you are, then which company and whether linkflow may read it.

The address keeps the whole request, so nothing is remembered between them.
"""

from collections.abc import Sequence
from html import escape
from typing import Literal

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,"></head>
<body><main data-page="{name}"><h1>{title}</h1>
{content}
</main></body></html>
"""


def sign_in_page(vendor: str, people: Sequence[str], *, wrong: bool = False) -> str:
    """Who are you?"""
    known = "".join(f"<li>{escape(person)}</li>" for person in people)
    content = f"""{"<p>Nobody has that address here.</p>" if wrong else ""}
<form method="post"><input type="hidden" name="step" value="sign-in">
<p><label>Email address <input name="email" type="email" required></label></p>
<p><button>Sign in</button></p></form>
<p>Any of:</p><ul>{known}</ul>"""
    return _PAGE.format(name="sign-in", title=f"Sign in to {escape(vendor)}", content=content)


def consent_page(
    vendor: str,
    person: str,
    companies: Sequence[tuple[str, str]],
    scopes: Sequence[str],
    *,
    chooses: Literal["nothing", "one", "some"],
    wrong: bool = False,
) -> str:
    """May linkflow read it? `companies` are ids and names; the only one there is need not be chosen."""
    kind = "radio" if chooses == "one" else "checkbox"
    ticked = " checked" if len(companies) == 1 else ""
    choices = "".join(
        f'<p><label><input type="{kind}" name="company" value="{escape(key)}"{ticked}> {escape(name)}</label></p>'
        for key, name in companies
    )
    asked = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    content = f"""<p>Signed in as <strong>{escape(person)}</strong></p>
{"<p>Choose a company.</p>" if wrong else ""}
<form method="post"><input type="hidden" name="email" value="{escape(person)}">
{choices if chooses != "nothing" else ""}
<ul>{asked}</ul>
<p><button name="step" value="approve">Approve</button>
<button name="step" value="decline">Decline</button>
<button name="step" value="again">Use another account</button></p></form>"""
    return _PAGE.format(name="authorize", title=f"linkflow wants to read your {escape(vendor)}", content=content)


def error_page(vendor: str, words: str) -> str:
    """The customer stays here: nobody can be trusted with an answer."""
    content = f"<p>{escape(words)}</p>"
    return _PAGE.format(name="refused", title=f"{escape(vendor)} cannot go on", content=content)
