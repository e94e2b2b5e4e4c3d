"""Headers of every page: nothing is loaded from elsewhere, nothing runs, forms lead only to known addresses."""

from flask import Flask, Response

from linkflow.sandbox.settings import SandboxSettings


def install(app: Flask, settings: SandboxSettings) -> None:
    """Add the headers to every answer that does not bring its own policy.

    An approval is a form whose answer leads back to the application, so its registered origins are allowed.
    """
    targets = " ".join(("'self'", *settings.redirect_origins))
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action {targets};"
        " frame-ancestors 'none'; base-uri 'none'"
    )

    def add(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", policy)
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        if answer.mimetype in {"text/html", "application/json", "text/plain"}:
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    app.after_request(add)
