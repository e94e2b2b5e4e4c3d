"""Users are told why a reading of the books stopped, in words that say what to do or whom to ask."""

import pytest

from linkflow.services.history import History
from linkflow.store.events import Event
from linkflow.web.portal.words import sentence
from tests.jobs.rig import START


def said(kind: str, detail: str, *, entity: str | None = None) -> str:
    event = Event(
        id="e", organization="northbank", entity_id="en", kind=kind, actor="linkflow", detail=detail, at=START
    )
    history = History(events=(event,), users={}, handed_over={}, entities={"en": entity} if entity else {})
    return sentence(event, history, {})


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("status-403", "the software does not allow it to the person who signed in"),
        ("status-503", "the software did not answer as it should"),
        ("timeout", "the software did not answer as it should"),
        ("not-granted", "the sign-in at the software does not allow it"),
        ("invalid_client", "the software does not take the credentials that are set for it here"),
        ("fault", "something went wrong here, and the worker’s log says where"),
    ],
)
def test_a_reading_that_stopped_says_why(detail: str, words: str) -> None:
    assert said("sync-failed", detail) == f"The reading of the books stopped: {words}."
    assert said("sync-failed", detail, entity="Abra Ltd").endswith(f"stopped for Abra Ltd: {words}.")


def test_one_that_was_called_off_says_so_too() -> None:
    assert said("sync-cancelled", "access-ended").endswith("was called off: the time agreed for it was over.")
    assert said("sync-cancelled", "") == "The reading of the books was called off."
