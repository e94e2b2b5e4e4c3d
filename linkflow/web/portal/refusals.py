"""Why a sign-in failed, here or at an organization's own provider: what kind of reason, and the audit log's words.

The log keeps the exact reason, and its download names it.
"""

BELIED = ("discovery-", "token-", "userinfo-")
"""How the reasons begin that mean an answer cannot be trusted."""
PASSING = frozenset(
    {"software-unavailable", "outbound", "timeout", "too-busy", "unreachable", "too-large", "bad-status", "bad-answer"}
    | {"server_error", "temporarily_unavailable", "refused-address"}
)
"""Those that may be over in a few minutes."""
_CALLBACK = ("issuer-", "code-", "neither-", "state-", "error-repeated", "iss-")
_WORDS = {
    "access_denied": "it was cancelled, or the provider did not allow it",
    "no-group": "the account is in no group that may use the portal",
    "no-verified-address": "the provider has verified no email address of the account",
    "address-of-another-domain": "the account’s email address is not one of the organization’s",
    "address-taken": "another account has that email address",
    "account-disabled": "the account is switched off here",
    "attempt-expired": "it took longer than 15 minutes",
    "at-provider": "it has to be made at the organization’s own provider",
    "wrong-password": "the password was wrong",
    "wrong-code": "the code was wrong",
    "too-many-tries": "there were too many tries",
    "other-browser": "the answer came in another browser than the one that set out",
    "other-organization": "the answer was meant for another organization",
}


def why(reason: str) -> str:
    """The reason as the end of a sentence."""
    if reason in _WORDS:
        return _WORDS[reason]
    if reason in PASSING:
        return "the provider did not answer as it should"
    if reason.startswith((*BELIED, *_CALLBACK)):
        return "the provider’s answer could not be trusted"
    return "the provider did not allow it"
