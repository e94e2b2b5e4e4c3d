"""Forms of the sandbox's own pages: one token per browser session, and the sign-in kept in the cookie."""

import secrets
from hmac import compare_digest

from flask import abort, request, session

from linkflow.sandbox.people import PEOPLE, Person


def form_token() -> str:
    """The session's form token, made when first asked for."""
    if "form" not in session:
        session["form"] = secrets.token_urlsafe(16)
    return str(session["form"])


def check_form() -> None:
    """Refuse a form that did not come from one of our own pages."""
    sent = request.form.get("form_token", "")
    if not compare_digest(sent.encode(), str(session.get("form", "-")).encode()):
        abort(400, "The form is too old or came from elsewhere. Go back, reload the page and try again.")


def signed_in() -> Person | None:
    """Whoever is signed in to Sandbox Books in this browser."""
    return PEOPLE.get(str(session.get("person", "")))


def sign_in(email: str) -> Person | None:
    """Sign a person in, in a new session; None when nobody has that address."""
    person = PEOPLE.get(email.strip().lower())
    if person:
        session.clear()
        session["person"] = person.email
    return person
