"""The address a software sends the customer back to: what may stand in its query (RFC 6749 §4.1.2, RFC 9207).

Call it after the state's signature, the browser and the path's software were found right: an `error` in a foreign
answer must change nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from linkflow.domain.errors import LinkflowError
from linkflow.domain.software import OAuth, Software

LONGEST = 4096


class CallbackRefused(LinkflowError):
    """The answer is not one this attempt can have led to. `reason` is for the log; no call may follow."""

    code = "callback-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(self.code, reason=reason)
        self.reason = reason


@dataclass(frozen=True)
class Callback:
    """Either a code, or the server's error code. `extras`: the catalogue's `callback_params` that came along."""

    code: str | None = field(repr=False)
    error: str | None
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def declined(self) -> bool:
        """The customer, or somebody above them, said no: not a failure."""
        return self.error == "access_denied"


def single(args: Mapping[str, Sequence[str]], name: str) -> str | None:
    """The one value of a parameter, None when absent; raises `CallbackRefused` when it came twice or too long."""
    values = args.get(name, ())
    if len(values) > 1 or any(len(value) > LONGEST for value in values):
        raise CallbackRefused(f"{name}-repeated-or-too-long")
    return values[0] if values else None


def check_callback(args: Mapping[str, Sequence[str]], *, software: Software, expected_issuer: str | None) -> Callback:
    """Judge the query: `args` maps each name to all its values (`request.args.to_dict(flat=False)`)."""
    return judge(args, software.oauth or OAuth(authorize_url="", token_url=""), expected_issuer=expected_issuer)


def judge(args: Mapping[str, Sequence[str]], oauth: OAuth, *, expected_issuer: str | None) -> Callback:
    """The same for a server that is no software of the catalogue."""
    names = ("state", "code", "error", "iss")
    _, code, error, issuer = (single(args, name) for name in names)
    _check_issuer(issuer, expected=expected_issuer, promised=oauth.iss_parameter)
    extras = {name: value for name in oauth.callback_params if (value := single(args, name)) is not None}
    if bool(code) == bool(error):
        raise CallbackRefused("neither-code-nor-error" if not code else "code-and-error")
    if code and any(not extras.get(name) for name in oauth.required_callback_params):
        raise CallbackRefused("parameter-missing")
    return Callback(code=code, error=error, extras=extras)


def _check_issuer(issuer: str | None, *, expected: str | None, promised: bool) -> None:
    """Compared as plain strings. One nobody expected is refused, too (RFC 9207 §2.4): name it in the catalogue."""
    if issuer is None:
        if promised:
            raise CallbackRefused("issuer-missing")
    elif issuer != expected:
        raise CallbackRefused("issuer-mismatch")
