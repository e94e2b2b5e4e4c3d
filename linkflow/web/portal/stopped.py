"""Why a reading of the books stopped, as a user of the organization is told; what nobody can act on is one reason."""

_WORDS = {
    "access-ended": "the time agreed for it was over",
    "bad-answer": "the answers of the software could not be understood",
    "disconnected": "the connection was ended",
    "fault": "something went wrong here, and the worker’s log says where",
    "file-gone": "the file is no longer there",
    "file-not-right": "the file is not right",
    "invalid_client": "the software does not take the credentials that are set for it here",
    "no-base-currency": "the software does not say in which currency the books are kept",
    "not-connected": "the connection was ended",
    "not-granted": "the sign-in at the software does not allow it",
    "refused-address": "the software’s list went on at an address that is not the software’s own",
    "same-page-again": "the software’s list went round in circles",
    "status-401": "the software no longer took the sign-in",
    "status-403": "the software does not allow it to the person who signed in",
    "status-404": "the software does not find these books any more",
    "status-410": "the software does not find these books any more",
    "status-429": "the software put it off again and again",
    "too-large": "an answer of the software was too large",
    "unavailable": "the sign-in could not be renewed, or its credentials or keys are not set here",
}


def why_stopped(reason: str) -> str:
    """The reason as the end of a sentence, from its colon on; empty where none was noted."""
    return f": {_WORDS.get(reason, 'the software did not answer as it should')}" if reason else ""
