"""What the JSON API refuses with: a status, a word for programs and a sentence for people."""

from collections.abc import Mapping

from flask import Response, jsonify


class ApiRefusal(Exception):
    """An API request that gets no data."""

    def __init__(self, status: int, error: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.message = message
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        """The refusal as JSON."""
        answer = jsonify(error=self.error, message=self.message)
        answer.status_code = self.status
        answer.headers.update(self.headers)
        return answer


def invalid_token(message: str) -> ApiRefusal:
    """401: no token, or one that no longer works."""
    challenge = {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{message}"'}
    return ApiRefusal(401, "invalid_token", message, challenge)
